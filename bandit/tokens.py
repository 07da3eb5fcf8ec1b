"""Text to tokens, word by word: words that came before are looked up."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain, islice, pairwise

from tokenizers import Tokenizer, normalizers

_SPACE = "▁"
"""What SentencePiece writes for a space."""

_words = re.compile(r" *[^ ]+| +").findall
"""A word has the spaces before it; those at the end stand alone."""

_LONGEST = 40
"""Characters of a word that is remembered."""


class Words:
    """Tokens of texts, for a byte-pair tokenizer none of whose tokens goes on after a space.

    Such a tokenizer merges within words alone, so that a text's tokens are its words' tokens. By
    itself it takes the whole text for one word and finds all merges anew.

    >>> from bandit.embedding import packaged_tokenizer
    >>> words = Words(packaged_tokenizer())
    >>> words.tokens("to be or not to be") == words.tokens_of_whole("to be or not to be")
    True

    Source: Sennrich, Haddow and Birch, Neural Machine Translation of Rare Words with Subword Units,
    2016, section 3.2: "we do not consider pairs that cross word boundaries".
    """

    def __init__(self, tokenizer: Tokenizer, most: int = 30_000) -> None:
        """``most``: how many words are remembered before all are forgotten."""
        self._whole = tokenizer
        self._bare = Tokenizer.from_str(tokenizer.to_str())
        self._bare.normalizer = normalizers.Replace(" ", _SPACE)
        self._specials = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
        self._opens, self._is_blank = _kinds(tokenizer.get_vocab())
        self._most = most
        self._seen: dict[str, list[int]] = {}

    @property
    def remembered(self) -> int:
        """How many words are known by heart."""
        return len(self._seen)

    def tokens(self, text: str) -> list[int]:
        """The ids of a text's tokens, without any for its beginning and end."""
        words = _words(f" {text}".replace(_SPACE, " ")) if text else []
        if max(map(len, words), default=0) > _LONGEST or any(s in text for s in self._specials):
            return self.tokens_of_whole(text)
        try:
            ids = list(map(self._seen.__getitem__, words))
        except KeyError:
            ids = self._with_new(words)
        return list(chain.from_iterable(ids))

    def tokens_of_whole(self, text: str) -> list[int]:
        """The same, without looking anything up."""
        return _ids(self._whole, text)

    def _with_new(self, words: Sequence[str]) -> list[list[int]]:
        known = {word: self._seen[word] for word in words if word in self._seen}
        new = self._found([word for word in dict.fromkeys(words) if word not in known])
        if len(self._seen) + len(new) > self._most:
            self._seen.clear()
        self._seen.update(islice(new.items(), self._most))
        known |= new
        return [known[word] for word in words]

    def _found(self, words: Sequence[str]) -> dict[str, list[int]]:
        """The tokens of words, found all at once."""
        ids = _ids(self._bare, "".join(words))
        starts = [k for k in range(len(ids)) if self._starts_word(ids, k)]
        ends = pairwise([*starts, len(ids)])
        return {word: ids[a:b] for word, (a, b) in zip(words, ends, strict=True)}

    def _starts_word(self, ids: Sequence[int], k: int) -> bool:
        """Whether a word begins with a token: with its first space, for it may have many."""
        return self._opens[ids[k]] and (k == 0 or not self._is_blank[ids[k - 1]])


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    ids: list[int] = tokenizer.encode_batch_fast([text], add_special_tokens=False)[0].ids
    return ids


def _kinds(vocabulary: Mapping[str, int]) -> tuple[list[bool], list[bool]]:
    """Of each token, whether it begins with a space, and whether it is nothing but spaces."""
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    return [t.startswith(_SPACE) for t in tokens], [not t.strip(_SPACE) for t in tokens]
