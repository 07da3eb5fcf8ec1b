from hypothesis import given
from hypothesis import strategies as st

from bandit.prompt import Prompt

ANY_TEXT = st.text(st.characters(), max_size=5000)
"""Lone surrogates and NULs included."""


def test_a_short_prompt_is_kept_whole() -> None:
    text = Prompt("Why is the sky blue?").text()

    assert text == "Why is the sky blue?"


def test_a_long_prompt_keeps_its_head_and_its_tail() -> None:
    text = Prompt("HEAD " + "middle " * 20_000 + " TAIL").text()

    assert text.startswith("HEAD middle")
    assert text.endswith("middle  TAIL")
    assert len(text) < 2000


def test_only_the_head_of_the_system_prompt_counts() -> None:
    shown = Prompt("hello", system="s" * 200 + "x" * 900).text()
    other = Prompt("hello", system="s" * 200 + "x" * 900 + "y" * 900).text()

    assert shown == other
    assert shown.endswith("x\nhello")


def test_the_middle_of_a_long_prompt_is_not_looked_at() -> None:
    one = Prompt("a" * 3000 + "1" * 90_000 + "z" * 3000)
    two = Prompt("a" * 3000 + "2" * 50_000 + "z" * 3000)

    assert one.text() == two.text()


def test_scripts_of_many_bytes_are_cut_sooner() -> None:
    chinese = Prompt("光" * 5000).text()

    assert len(chinese.encode()) <= 1601
    assert set(chinese) == {"光", "\n"}


@given(user=ANY_TEXT, system=ANY_TEXT)
def test_the_text_of_any_prompt_is_bounded_and_encodable(user: str, system: str) -> None:
    text = Prompt(user, system=system).text()

    assert len(text.encode()) <= 240 + 1600 + 2
