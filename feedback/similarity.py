"""How alike two texts are: what was answered, and what the answer should have been."""

from unicodedata import normalize

from rapidfuzz.distance import Levenshtein

MOST_CHARACTERS = 10_000
"""Of each text; comparing more takes time that requests would have to wait."""


def similarity(sent: str, shown: str) -> float:
    """The share of characters that can stay, from 0 to 1; white space counts as one blank.

    One less the edits that make one text of the other (characters put in, taken out and replaced),
    over the length of the longer one. Texts that have nothing to do with each other reach 0.2.

    >>> similarity("It is  17.", "It is 17.")
    1.0
    >>> similarity("It is 17.", "It is 391.")
    0.7

    Source: Levenshtein, Binary Codes Capable of Correcting Deletions, Insertions, and Reversals,
    1966; as a measure of what an editor had to do, Snover et al., A Study of Translation Edit Rate
    with Targeted Human Annotation, 2006, there by words.
    """
    return float(Levenshtein.normalized_similarity(_plain(sent), _plain(shown)))


def _plain(text: str) -> str:
    return " ".join(normalize("NFC", text[:MOST_CHARACTERS]).split())
