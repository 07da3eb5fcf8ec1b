"""The small set that is shipped: prompts of our own writing, and answers that nobody gave.

All of it is made up: four models, how well each of them does each kind of task, what they cost.
Nothing can be learned from it about any model there is. The kind of a prompt explains about as much
of quality as it does in benchmarks.

``python -m simulations.datasets.tutorial | gzip -9n > tutorial.jsonl.gz`` makes it again.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from scipy.special import expit, logit

from bandit.arrays import Vector
from simulations.corpus import CorpusPrompt, prompts
from simulations.datasets.jsonl import line

OF_A_KIND = 46
"""Prompts of each kind; about six hundred in all."""

_DIFFICULTY = 0.8
"""Deviation of log odds that all models share at a prompt, and that its kind does not tell."""

_LENGTH_STD = 0.4
"""Deviation of the log of an answer's tokens."""

_DIGITS = 3
_SEED = 7
"""The first with which kinds explain of each model what they should, and not more by luck."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of task."""

    tokens: float
    """Of a typical answer."""

    skill: tuple[float, ...]
    """Log odds of each model being right are the logit of this, and the prompt's own."""


USD_PER_TOKEN: Mapping[str, float] = {
    "small": 2e-7,
    "medium": 1.4e-6,
    "coder": 2e-6,
    "large": 2.4e-5,
}
"""The models, and what they take."""

KINDS: Mapping[str, Kind] = {
    "advice": Kind(350, (0.74, 0.82, 0.60, 0.90)),
    "brainstorming": Kind(300, (0.80, 0.86, 0.62, 0.88)),
    "classification": Kind(20, (0.78, 0.84, 0.76, 0.92)),
    "code": Kind(400, (0.44, 0.58, 0.93, 0.82)),
    "exam": Kind(60, (0.46, 0.62, 0.56, 0.80)),
    "extraction": Kind(120, (0.76, 0.84, 0.88, 0.94)),
    "facts": Kind(150, (0.52, 0.72, 0.44, 0.92)),
    "languages": Kind(100, (0.68, 0.84, 0.48, 0.94)),
    "mathematics": Kind(250, (0.36, 0.48, 0.80, 0.66)),
    "reasoning": Kind(300, (0.44, 0.54, 0.66, 0.68)),
    "rewriting": Kind(150, (0.82, 0.90, 0.64, 0.90)),
    "summary": Kind(180, (0.76, 0.88, 0.70, 0.92)),
    "translation": Kind(100, (0.66, 0.86, 0.46, 0.94)),
}
"""Skill in the order of the models."""


def rows(seed: int = _SEED) -> Iterator[dict[str, object]]:
    """What the lines of the file hold, for every prompt."""
    rng = np.random.default_rng([seed, crc32(b"tutorial")])
    for prompt in _drawn(rng):
        kind = KINDS[prompt.kind]
        yield {
            "id": prompt.id,
            "prompt": prompt.prompt.user,
            "source": prompt.kind,
            "quality": dict(zip(USD_PER_TOKEN, _quality(kind, rng), strict=True)),
            "cost_usd": dict(zip(USD_PER_TOKEN, _cost_usd(kind, rng), strict=True)),
            "made_up": True,
        }


def main() -> None:
    """Write the set to standard output as JSON lines."""
    for row in rows():
        sys.stdout.buffer.write(line(**row))


def _drawn(rng: np.random.Generator) -> Iterator[CorpusPrompt]:
    """As many prompts of each kind, in the order of the corpus."""
    corpus = prompts()
    for name in KINDS:
        of_kind = [prompt for prompt in corpus if prompt.kind == name]
        for place in sorted(rng.choice(len(of_kind), OF_A_KIND, replace=False)):
            yield of_kind[place]


def _quality(kind: Kind, rng: np.random.Generator) -> list[float]:
    """Of each model's answer: right or wrong."""
    log_odds: Vector = logit(np.array(kind.skill)) + _DIFFICULTY * rng.standard_normal()
    right: list[float] = (rng.random(len(log_odds)) < expit(log_odds)).astype(float).tolist()
    return right


def _cost_usd(kind: Kind, rng: np.random.Generator) -> list[float]:
    """Of each model's answer; some models say more than others, by chance."""
    tokens = kind.tokens * np.exp(_LENGTH_STD * rng.standard_normal(len(USD_PER_TOKEN)))
    costs: Vector = tokens * np.array(list(USD_PER_TOKEN.values()))
    return [float(f"{cost:.{_DIGITS}g}") for cost in costs]


if __name__ == "__main__":
    main()
