import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.similarity import MOST_CHARACTERS, similarity

SENT = "The capital of Australia is Sydney."
OTHER = (
    "Whisk two eggs with sugar until they are pale, fold in the flour, and bake the batter for"
    " half an hour; let it cool before you cut it."
)


@given(st.text(), st.text())
def test_it_is_from_0_to_1_and_the_same_both_ways(one: str, other: str) -> None:
    alike = similarity(one, other)

    assert 0.0 <= alike <= 1.0
    assert alike == similarity(other, one)
    assert similarity(one, one) == 1.0


def test_white_space_and_how_letters_are_composed_count_for_nothing() -> None:
    assert similarity("Caf\u00e9  au\n lait ", "Cafe\u0301 au lait") == 1.0


def test_more_edits_are_less_alike_and_another_subject_is_hardly_alike() -> None:
    small = similarity(SENT, SENT.replace("Sydney", "Canberra"))
    large = similarity(SENT, "The capital is Canberra.")

    assert 1.0 > small > large > similarity(SENT * 3, OTHER)
    assert similarity(SENT * 3, OTHER) == pytest.approx(0.2, abs=0.1)


def test_texts_of_any_length_are_compared_at_once() -> None:
    began = time.perf_counter()
    alike = similarity("ab" * 5_000_000, "ba" * 5_000_000)

    assert time.perf_counter() - began < 1.0
    assert alike == similarity("ab" * (MOST_CHARACTERS // 2), "ba" * (MOST_CHARACTERS // 2))
