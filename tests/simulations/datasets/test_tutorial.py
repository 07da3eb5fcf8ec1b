import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from simulations.corpus import prompts
from simulations.dataset import Dataset
from simulations.datasets import fingerprint, load, tutorial
from simulations.datasets.collecting import collect
from simulations.datasets.row import row_of


@pytest.fixture(scope="module")
def shipped() -> Dataset:
    return load("tutorial")


def test_making_it_again_gives_the_same_rows(shipped: Dataset) -> None:
    made = collect("made", map(row_of, tutorial.rows()))

    assert made.models == shipped.models
    assert fingerprint(made) == fingerprint(shipped)


def test_the_module_writes_it_as_lines_that_say_it_is_made_up() -> None:
    command = [sys.executable, "-m", "simulations.datasets.tutorial"]

    lines = subprocess.run(command, check=True, capture_output=True).stdout.splitlines()

    assert len(lines) == len(tutorial.KINDS) * tutorial.OF_A_KIND
    assert all(line.endswith(b'"made_up":true}') for line in lines)


def test_its_name_says_that_it_is_made_up(shipped: Dataset) -> None:
    assert shipped.name == "tutorial (made up)"


def test_its_prompts_are_of_our_own_writing_and_as_many_of_each_kind(shipped: Dataset) -> None:
    ours = {prompt.prompt.user for prompt in prompts()}

    assert set(shipped.prompts) <= ours
    assert set(Counter(shipped.sources).values()) == {tutorial.OF_A_KIND}
    assert shipped.dropped == {}


def test_the_kind_of_a_prompt_explains_about_as_much_as_in_benchmarks(shipped: Dataset) -> None:
    kinds = np.array([list(tutorial.KINDS).index(source) for source in shipped.sources])
    of_kind = np.array([shipped.quality[kinds == k].mean(axis=0) for k in np.unique(kinds)])

    left = ((shipped.quality - of_kind[kinds]) ** 2).sum(axis=0) / (len(kinds) - len(of_kind))
    explained = 1 - left / shipped.quality.var(axis=0, ddof=1)

    assert (explained > 0.06).all()
    assert (explained < 0.09).all()


def test_answers_are_right_or_wrong_at_costs_over_two_orders_of_magnitude(
    shipped: Dataset,
) -> None:
    costs = shipped.cost_usd.mean(axis=0)

    assert set(np.unique(shipped.quality)) == {0.0, 1.0}
    assert (np.diff(costs) > 0).all()
    assert costs[-1] / costs[0] > 100
