import numpy as np
import pytest

from bandit.arrays import Vector
from bandit.prompt import Prompt
from bandit.surface import SURFACE_SIZE, surface

LENGTH, DIGITS, CODE, QUESTIONS, FOREIGN, TURNS, TOOLS, IMAGES = range(SURFACE_SIZE)
PLAIN = Prompt("Tell me a story about a horse that crosses the river at night.")


def seen(prompt: Prompt) -> Vector:
    return surface(prompt, prompt.text())


@pytest.mark.parametrize(
    ("feature", "prompt"),
    [
        (LENGTH, Prompt(PLAIN.user * 9)),
        (DIGITS, Prompt("What is 1234 times 5678, and 91 minus 45, in digits, if you please?")),
        (CODE, Prompt("def f(x):\n    return {'a': [x], 'b': x[0] == x[1];}  # `f` <x>")),
        (QUESTIONS, Prompt("Who? When? Where? Why?")),
        (FOREIGN, Prompt("请用简单的语言解释光合作用。")),
        (TURNS, Prompt(PLAIN.user, turns=7)),
        (TOOLS, Prompt(PLAIN.user, tools=3)),
        (IMAGES, Prompt(PLAIN.user, images=1)),
    ],
)
def test_a_feature_rises_with_what_it_is_named_for(feature: int, prompt: Prompt) -> None:
    difference = seen(prompt) - seen(PLAIN)

    assert difference[feature] > 0.5


def test_attachments_change_nothing_else() -> None:
    difference = seen(Prompt(PLAIN.user, tools=3, images=2, turns=5)) - seen(PLAIN)

    assert np.flatnonzero(difference).tolist() == [TURNS, TOOLS, IMAGES]


def test_the_length_is_the_true_one_however_much_is_cut() -> None:
    page, book = seen(Prompt("word " * 1000)), seen(Prompt("word " * 20_000))

    assert book[LENGTH] - page[LENGTH] == pytest.approx(np.log(20), abs=0.01)


def test_the_empty_prompt_has_finite_features() -> None:
    features = seen(Prompt(""))

    assert features.shape == (SURFACE_SIZE,)
    assert np.isfinite(features).all()


def test_counts_below_zero_count_as_none() -> None:
    features = seen(Prompt("hello", turns=0, tools=-1, images=-1))

    assert features.tolist() == seen(Prompt("hello")).tolist()
