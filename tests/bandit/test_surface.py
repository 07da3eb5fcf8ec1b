import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit.arrays import Vector
from bandit.prompt import Prompt
from bandit.surface import SURFACE_SIZE, surface

LENGTH, DIGITS, CODE, QUESTIONS, FOREIGN, TURNS, TOOLS, IMAGES = range(8)
LINES, CAPITALS, FORMULA, NUMBER, QUANTITY, REASON, NEGATION, REQUEST = range(8, SURFACE_SIZE)
PLAIN = Prompt("A story about a horse that crosses the river at night, if you like.")


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
        (LINES, Prompt("A story\nabout a horse\nthat crosses\nthe river at night.")),
        (CAPITALS, Prompt("TELL ME A STORY ABOUT A HORSE")),
        (FORMULA, Prompt(r"What is $\int_0^1 x^2 dx$, and what is $\frac{1}{3}$?")),
        (NUMBER, Prompt("A horse that weighs 1,250 pounds.")),
        (QUANTITY, Prompt("How many rivers, and how much does each cost?")),
        (REASON, Prompt("Explain why horses, because of their size, swim.")),
        (NEGATION, Prompt("Which of these is not a horse, and never was?")),
        (REQUEST, Prompt("Write a story about a horse.")),
    ],
)
def test_a_feature_rises_with_what_it_is_named_for(feature: int, prompt: Prompt) -> None:
    difference = seen(prompt) - seen(PLAIN)

    assert difference[feature] > 0.5


def test_attachments_change_nothing_else() -> None:
    difference = seen(Prompt(PLAIN.user, tools=3, images=2, turns=5)) - seen(PLAIN)

    assert np.flatnonzero(difference).tolist() == [TURNS, TOOLS, IMAGES]


def test_a_telling_word_is_a_whole_word_in_any_case_and_beside_any_mark() -> None:
    within, whole = seen(Prompt("A knot, a note, a cannot")), seen(Prompt('A tie, or "NOT"?'))

    assert within[NEGATION] == seen(PLAIN)[NEGATION] < whole[NEGATION]


def test_a_verb_asks_for_something_where_the_text_begins() -> None:
    within, first = seen(Prompt("Please write a story")), seen(Prompt("\n(Write: a story)"))

    assert within[REQUEST] == seen(PLAIN)[REQUEST] < first[REQUEST]


def test_a_number_too_long_to_be_a_quantity_has_no_size() -> None:
    telephone, hash_sum = seen(Prompt("Call 555123456.")), seen(Prompt(f"Look up {'7' * 1500}."))

    assert hash_sum[NUMBER] == seen(PLAIN)[NUMBER] < telephone[NUMBER]


def test_the_largest_number_counts_however_many_there_are() -> None:
    one, many = seen(Prompt("It weighs 1250 pounds")), seen(Prompt("3 of 1250, 17 of 40"))

    assert one[NUMBER] == many[NUMBER]


@given(text=st.text(max_size=300), turns=st.integers(0, 9))
def test_every_prompt_has_finite_features(text: str, turns: int) -> None:
    features = seen(Prompt(text, turns=turns))

    assert features.shape == (SURFACE_SIZE,)
    assert np.isfinite(features).all()


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
