"""Words that are looked up give the tokens that the whole text has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from bandit.token_table import SHIPPED, TokenTable
from bandit.tokens import Words, word_pieces

TEXTS = (
    "",
    " ",
    "   three before, two  between and two after  ",
    "def f(x):\n    return x  # indented\n\n\tand\r\ntabs",
    "no spaces\x0bto\x0cBERT\x1cor\x85to\ufeffit, but\xa0some\u2028to\u3000it",
    "[SEP] and [UNK], [CLS]inside[MASK] [PAD]",
    "東京 is not Kyoto 😀 \0 Übung e\u0301 \u0301e İstanbul ΟΔΟΣ ﬁn \ufffd",
    "x" * 700 + " one long word, and " + "ab," * 60,
)
ODD = "ab C ,#[SEP]/é\n\t\r\x0b\x1c\x85\xa0\u2003\u2028\u3000\0\ufffd\u200b\u0301\u0327İΣ東1"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return word_pieces(TokenTable.load(SHIPPED).vocabulary)


@pytest.fixture(scope="module")
def words(tokenizer: Tokenizer) -> Words:
    return Words(tokenizer)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_has_the_tokens_that_it_has_as_a_whole(words: Words, text: str) -> None:
    first, again = words.tokens(text), words.tokens(text)

    assert first == again == words.tokens_of_whole(text)


@given(st.text(st.sampled_from(ODD), max_size=60) | st.text(max_size=60))
def test_any_text_does(words: Words, text: str) -> None:
    known, whole = words.tokens(text), words.tokens_of_whole(text)

    assert known == whole


def test_texts_that_share_words_with_others_do(tokenizer: Tokenizer) -> None:
    words = Words(tokenizer)
    words.tokens("the cat sat on the mat")

    tokens = words.tokens("on the sofa sat the dog, not the cat")

    assert tokens == words.tokens_of_whole("on the sofa sat the dog, not the cat")


def test_no_more_words_are_remembered_than_there_is_room_for(tokenizer: Tokenizer) -> None:
    words = Words(tokenizer, most=5)
    text = "one two three four one five six two seven eight nine ten"

    for length in range(len(text)):
        assert words.tokens(text[:length]) == words.tokens_of_whole(text[:length])

    assert words.remembered <= 5


def test_long_words_are_not_remembered(tokenizer: Tokenizer) -> None:
    words = Words(tokenizer)

    words.tokens(f"see {'long' * 20} and {'x,' * 700}")

    assert words.remembered == len(["see", "and"])


def test_a_text_names_no_special_token(tokenizer: Tokenizer, words: Words) -> None:
    marked = [tokenizer.id_to_token(token) for token in words.tokens("a [SEP] b")]

    assert marked == ["a", "[", "sep", "]", "b"]


def test_what_no_piece_of_the_vocabulary_spells_is_unknown(
    tokenizer: Tokenizer, words: Words
) -> None:
    unknown = tokenizer.token_to_id("[UNK]")

    assert words.tokens("𓀀 " + "x" * 101) == [unknown, unknown]
