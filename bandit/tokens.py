"""Text to tokens, word by word: words that came before are looked up."""

from collections.abc import Sequence
from itertools import chain, islice

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

_UNKNOWN = "[UNK]"

_LONGEST = 40
"""Characters of a word that is remembered."""


def word_pieces(vocabulary: Sequence[str]) -> Tokenizer:
    """A tokenizer of BERT's kind: lower case, no accents, the longest pieces that are known.

    Marks stand alone, a word of over 100 characters is unknown, and no text names a special token:
    "[SEP]" is three tokens.

    Source: Devlin and others, BERT, 2019, section 3 (WordPiece).
    """
    ids = {token: number for number, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token=_UNKNOWN, max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


class Words:
    """Tokens of texts, for a tokenizer of BERT's kind, which looks at no character across a space.

    A text's tokens are those of what stands between its spaces, a word and the marks about it. Such
    pieces come again and again, and are looked up.

    >>> words = Words(word_pieces(["[UNK]", "to", "be", "or", "not", "##w", "?"]))
    >>> words.tokens("To be or not to bew?"), words.remembered
    ([1, 2, 3, 4, 1, 2, 5, 6], 6)
    """

    def __init__(self, tokenizer: Tokenizer, most: int = 30_000) -> None:
        """``most``: how many words are remembered before all are forgotten."""
        self._tokenizer = tokenizer
        self._most = most
        self._seen: dict[str, list[int]] = {}

    @property
    def remembered(self) -> int:
        """How many words are known by heart."""
        return len(self._seen)

    def tokens(self, text: str) -> list[int]:
        """The ids of a text's tokens, without any for its beginning and end."""
        words = _words(text)
        try:
            ids = list(map(self._seen.__getitem__, words))
        except KeyError:
            ids = self._with_new(words)
        return list(chain.from_iterable(ids))

    def tokens_of_whole(self, text: str) -> list[int]:
        """The same, without looking anything up."""
        return self._found([text])[text]

    def _with_new(self, words: Sequence[str]) -> list[list[int]]:
        known = {word: self._seen[word] for word in words if word in self._seen}
        new = self._found([word for word in dict.fromkeys(words) if word not in known])
        self._remember({word: ids for word, ids in new.items() if len(word) <= _LONGEST})
        known |= new
        return [known[word] for word in words]

    def _found(self, texts: Sequence[str]) -> dict[str, list[int]]:
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return {text: found.ids for text, found in zip(texts, encodings, strict=True)}

    def _remember(self, new: dict[str, list[int]]) -> None:
        if len(self._seen) + len(new) > self._most:
            self._seen.clear()
        self._seen.update(islice(new.items(), self._most))


def _words(text: str) -> list[str]:
    r"""What stands between spaces and the ends of lines, some of it empty.

    `str.split` without a separator would not do: it splits at characters such as ``\x1c`` and
    ``\x85`` that BERT takes for no space, and leaves out.
    """
    return text.replace("\n", " ").replace("\t", " ").replace("\r", " ").split(" ")
