"""Prompts of our own writing: many kinds and hundreds of subjects, from the files in prompts/.

``python -m simulations.corpus > corpus.jsonl`` writes them, a row for each, with the text that an
embedding is made of; ``pointsman fit-projection corpus.jsonl`` makes the projection that is
shipped.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import msgspec
import numpy as np

from bandit.prompt import Prompt
from simulations.grammar import Grammar

KINDS = (
    "advice",
    "brainstorming",
    "classification",
    "code",
    "exam",
    "extraction",
    "facts",
    "languages",
    "mathematics",
    "reasoning",
    "rewriting",
    "summary",
    "translation",
)
"""What the prompts ask for; each is a file in prompts/."""

_FOLDER = Path(__file__).with_name("prompts")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CorpusPrompt:
    """One prompt and the kind of task it is."""

    id: str
    kind: str
    prompt: Prompt


class _Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How prompts of a kind are written; the last three are the most a prompt may have."""

    count: int
    templates: list[str]
    slots: dict[str, list[str]] = {}
    system: list[str] = []
    turns: int = 1
    tools: int = 0
    images: int = 0


_Glossary = dict[str, dict[str, str]]
_Words = dict[str, list[str]]


def prompts(seed: int = 0) -> list[CorpusPrompt]:
    """All prompts, kind by kind, no text twice; the same seed gives the same list."""
    glossary, words = _read("glossary", _Glossary), _read("common", _Words)
    return [
        CorpusPrompt(f"{name}-{number}", name, prompt)
        for name in KINDS
        for number, prompt in enumerate(_of_kind(name, glossary, words, seed))
    ]


def main() -> None:
    """Write the corpus to standard output as JSON lines."""
    for entry in prompts():
        row = {"id": entry.id, "kind": entry.kind, "prompt": entry.prompt.text()}
        sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")


def _of_kind(name: str, glossary: _Glossary, words: _Words, seed: int) -> list[Prompt]:
    kind = _read(name, _Kind)
    rng = np.random.default_rng([seed, crc32(name.encode())])
    written: dict[str, Prompt] = {}
    for prompt in _endless(kind, glossary, words, rng):
        written.setdefault(prompt.user, prompt)
        if len(written) == kind.count:
            break
    return list(written.values())


def _endless(
    kind: _Kind, glossary: _Glossary, words: _Words, rng: np.random.Generator
) -> Iterator[Prompt]:
    grammar = Grammar(words | kind.slots)
    while True:
        given = _entry(glossary, rng)
        yield Prompt(
            user=grammar.write(_one(kind.templates, rng), given, rng),
            system=grammar.write(_sometimes(kind.system, rng), given, rng),
            turns=1 + 2 * _up_to(kind.turns // 2, rng),
            tools=_up_to(kind.tools, rng),
            images=_up_to(kind.images, rng),
        )


def _entry(glossary: _Glossary, rng: np.random.Generator) -> Mapping[str, str]:
    """Four terms of one subject, the first of them the one that is meant."""
    subject = _one(list(glossary), rng)
    terms = [str(term) for term in rng.permutation(list(glossary[subject]))[:4]]
    meanings = [glossary[subject][term] for term in terms]
    order = [int(k) for k in rng.permutation(4)]
    statements = [
        f"{a} means {b}" for a, b in zip(terms, [*meanings[:3], meanings[0]], strict=True)
    ]
    return {
        "subject": subject,
        **dict(zip(("term", "term_b", "term_c"), terms, strict=False)),
        **dict(zip(("definition", "definition_b", "definition_c"), meanings, strict=False)),
        "terms": _options(terms, order),
        "definitions": _options(meanings, order),
        "mixed": _options(statements, order),
    }


def _options(texts: Sequence[str], order: Sequence[int]) -> str:
    return "\n".join(f"{letter}. {texts[k]}" for letter, k in zip("ABCD", order, strict=True))


def _one(values: Sequence[str], rng: np.random.Generator) -> str:
    return values[int(rng.integers(len(values)))]


def _sometimes(values: Sequence[str], rng: np.random.Generator) -> str:
    """One of the values in a third of the cases, where there are any."""
    return _one(values, rng) if values and rng.random() < 1 / 3 else ""


def _up_to(most: int, rng: np.random.Generator) -> int:
    """From 1 to the most in a quarter of the cases, else none."""
    return int(rng.integers(1, most, endpoint=True)) if most and rng.random() < 1 / 4 else 0


def _read(name: str, into: type[_T]) -> _T:
    return msgspec.yaml.decode((_FOLDER / f"{name}.yaml").read_bytes(), type=into)


if __name__ == "__main__":
    main()
