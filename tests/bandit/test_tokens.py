"""Words that are looked up give the tokens that the whole text has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit.embedding import packaged_tokenizer
from bandit.tokens import Words

TEXTS = (
    "",
    " ",
    "   three before, two  between and two after  ",
    "def f(x):\n    return x  # indented\n\n\tand\r\ntabs",
    "a ▁ that is no space, ▁▁ and▁some in▁words",
    "<s> and </s>, <unk> and<s>inside",
    "東京 is not Kyoto 😀 \0 Übung e\u0301",
    "x" * 700 + " one long word",
)


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(packaged_tokenizer())


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_has_the_tokens_that_it_has_as_a_whole(words: Words, text: str) -> None:
    first, again = words.tokens(text), words.tokens(text)

    assert first == again == words.tokens_of_whole(text)


@given(st.text(st.sampled_from("ab c ▁<s>/é\n1,東"), max_size=60) | st.text(max_size=60))
def test_any_text_does(words: Words, text: str) -> None:
    known, whole = words.tokens(text), words.tokens_of_whole(text)

    assert known == whole


def test_texts_that_share_words_with_others_do() -> None:
    words = Words(packaged_tokenizer())
    words.tokens("the cat sat on the mat")

    tokens = words.tokens("on the sofa sat the dog, not the cat")

    assert tokens == words.tokens_of_whole("on the sofa sat the dog, not the cat")


def test_no_more_words_are_remembered_than_there_is_room_for() -> None:
    words = Words(packaged_tokenizer(), most=5)
    text = "one two three four one five six two seven eight nine ten"

    for length in range(len(text)):
        assert words.tokens(text[:length]) == words.tokens_of_whole(text[:length])

    assert words.remembered <= 5
