import pickle
from dataclasses import replace

import numpy as np
import pytest

from bandit.context import ContextEncoder
from bandit.embedding import Embedder
from bandit.projection import fit_projection
from simulations.dataset import Dataset
from simulations.datasets import load
from simulations.origin import DataOrigin, Origin, of_dataset
from tests.simulations.streams import content


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load("tutorial")


@pytest.fixture(scope="module")
def origin(dataset: Dataset) -> DataOrigin:
    return of_dataset(dataset, ContextEncoder.load())


def test_a_stream_is_the_prompts_of_the_data_set_with_their_contexts(
    dataset: Dataset, origin: Origin
) -> None:
    stream = origin.environment(50, np.random.default_rng(0))

    encoder = ContextEncoder.load()
    assert len(stream) == 50
    assert (stream.quality == dataset.quality[stream.rows]).all()
    first = of_dataset(_only(dataset, stream.rows[0]), encoder).contexts[0]
    assert (stream.contexts[0] == first).all()


def test_it_is_called_as_its_data_and_as_long(dataset: Dataset, origin: Origin) -> None:
    assert origin.name == dataset.name
    assert origin.requests == len(dataset)


def test_it_is_the_same_in_another_process(origin: Origin) -> None:
    sent = pickle.loads(pickle.dumps(origin))  # noqa: S301 - our own

    streams = [each.environment(30, np.random.default_rng(1)) for each in (origin, sent)]
    assert content(streams[0]) == content(streams[1])
    assert sent.fingerprint == origin.fingerprint


def test_other_data_or_another_encoder_has_another_fingerprint(
    dataset: Dataset, origin: Origin
) -> None:
    few = _only(dataset, 0)
    other = ContextEncoder(Embedder.load(), fit_projection(list(dataset.prompts[:99]), 16))

    assert of_dataset(few, other).fingerprint != of_dataset(few, ContextEncoder.load()).fingerprint
    assert of_dataset(few, ContextEncoder.load()).fingerprint != origin.fingerprint


def _only(dataset: Dataset, row: int) -> Dataset:
    return replace(
        dataset,
        ids=dataset.ids[row : row + 1],
        prompts=dataset.prompts[row : row + 1],
        sources=dataset.sources[row : row + 1],
        quality=dataset.quality[row : row + 1],
        cost_usd=dataset.cost_usd[row : row + 1],
    )
