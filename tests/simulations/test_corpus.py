import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bandit.projection import SHIPPED, Projection, fit_projection
from simulations import corpus
from simulations.corpus import KINDS, CorpusPrompt, prompts


@pytest.fixture(scope="module")
def written() -> list[CorpusPrompt]:
    return prompts()


def test_there_are_thousands_of_distinct_prompts_of_many_kinds(written: list[CorpusPrompt]) -> None:
    kinds = Counter(entry.kind for entry in written)

    assert len({entry.prompt.user for entry in written}) == len(written) >= 4000
    assert set(kinds) == set(KINDS)
    assert len(kinds) >= 10
    assert min(kinds.values()) >= 200


def test_every_prompt_has_an_id_of_its_own(written: list[CorpusPrompt]) -> None:
    assert len({entry.id for entry in written}) == len(written)


def test_the_same_seed_gives_the_same_prompts(written: list[CorpusPrompt]) -> None:
    assert prompts(0) == written


def test_another_seed_gives_other_prompts_of_the_same_kinds(written: list[CorpusPrompt]) -> None:
    other = prompts(1)

    shared = {entry.prompt.user for entry in other} & {entry.prompt.user for entry in written}
    assert [entry.kind for entry in other] == [entry.kind for entry in written]
    assert len(shared) < len(written) / 2


def test_no_slot_is_left_empty(written: list[CorpusPrompt]) -> None:
    left = re.compile(r"\{[a-z_]+\}|\{\d+-\d+\}|\\n")

    odd = [
        entry.prompt.user
        for entry in written
        if left.search(entry.prompt.user) or not entry.prompt.user.strip()
    ]

    assert odd == []


def test_some_prompts_come_with_systems_turns_tools_and_images(written: list[CorpusPrompt]) -> None:
    asked = [entry.prompt for entry in written]

    assert sum(bool(prompt.system) for prompt in asked) > 300
    assert sum(prompt.turns > 1 for prompt in asked) > 300
    assert sum(prompt.tools > 0 for prompt in asked) > 100
    assert sum(prompt.images > 0 for prompt in asked) > 40


def test_every_data_file_is_used() -> None:
    folder = Path(corpus.__file__).with_name("prompts")

    assert {path.stem for path in folder.iterdir()} == {*KINDS, "common", "glossary"}


def test_the_shipped_projection_is_the_one_these_prompts_give(written: list[CorpusPrompt]) -> None:
    shipped = Projection.load(SHIPPED)

    fitted = fit_projection([entry.prompt.text() for entry in written], shipped.dimensions)

    np.testing.assert_allclose(fitted.centre, shipped.centre, atol=1e-5)
    np.testing.assert_allclose(fitted.directions, shipped.directions, atol=2e-2)


def test_the_module_writes_the_corpus_with_what_is_embedded_as_json_lines(
    written: list[CorpusPrompt],
) -> None:
    command = [sys.executable, "-m", "simulations.corpus"]

    output = subprocess.run(command, check=True, capture_output=True).stdout
    rows = [json.loads(line) for line in output.splitlines()]

    assert [row["prompt"] for row in rows] == [entry.prompt.text() for entry in written]
    assert set(rows[0]) == {"id", "kind", "prompt"}
