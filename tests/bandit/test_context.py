from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit.context import ContextEncoder
from bandit.embedding import Embedder
from bandit.errors import ConfigError
from bandit.projection import SHIPPED, Projection, fit_projection
from bandit.prompt import Prompt
from bandit.token_table import SHIPPED as SHIPPED_TOKENS
from bandit.token_table import TokenTable

ENCODER = ContextEncoder.load()
ODD_TEXTS = (
    "",
    "\0" * 3000,
    "\ud800",
    "a" * 100_000,
    " " * 100_000,
    "😀" * 50_000,
    "\udfff?" * 9000,
)


def test_a_context_is_a_bias_the_content_the_surface_and_products() -> None:
    x = ENCODER.encode(Prompt("Why is the sky blue?"))

    assert x.shape == (ENCODER.size,) == (1 + 16 + 16 + 8,)
    assert x.dtype == np.float64
    assert x[0] == 1.0


def test_digits_are_multiplied_with_themselves_with_capitals_and_with_six_dimensions() -> None:
    text = "In 1848 many states of the German Confederation rose, and few kept what they had won."
    x = ENCODER.encode(Prompt(text))

    z, s, products = x[1:17], x[17:33], x[33:]
    digits, capitals = s[1], s[9]
    assert products == pytest.approx(digits * np.array([digits, capitals, *z[:6]]))
    assert abs(products).min() > 0.0


def test_what_digits_and_a_topic_say_together_does_not_go_beyond_the_bound() -> None:
    x = ENCODER.encode(Prompt("12345 67890 " * 30))

    assert x[17 + 1] == x[33] == 3.0


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_have_contexts_too(text: str) -> None:
    x = ENCODER.encode(Prompt(text, system=text))

    assert np.isfinite(x).all()
    assert abs(x).max() <= 3.0


@given(user=st.text(st.characters()), system=st.text(st.characters()), turns=st.integers(0, 10**9))
def test_every_context_is_finite_and_within_bounds(user: str, system: str, turns: int) -> None:
    x = ENCODER.encode(Prompt(user, system=system, turns=turns, tools=turns, images=turns))

    assert np.isfinite(x).all()
    assert abs(x).max() <= 3.0


def test_the_same_prompt_gives_the_same_context() -> None:
    one, two = (ContextEncoder.load().encode(Prompt("Who are you?")) for _ in range(2))

    assert one.tobytes() == two.tobytes()


def test_content_and_attachments_both_move_the_context() -> None:
    plain = ENCODER.encode(Prompt("Translate this letter into French."))
    other = ENCODER.encode(Prompt("Debug this segmentation fault."))
    tooled = ENCODER.encode(Prompt("Translate this letter into French.", tools=2))

    assert np.linalg.norm(plain - other) > 2.0
    assert np.flatnonzero(plain - tooled).size == 1


def test_the_version_names_its_parts_and_changes_with_the_projection(tmp_path: Path) -> None:
    fit_projection([f"prompt {k} of {k % 7}" for k in range(40)], 4).save(tmp_path / "own.npz")

    own = ContextEncoder.load(tmp_path / "own.npz")

    assert ENCODER.version.startswith("minilm64-p16-s16-d8-3-")
    assert own.version.startswith("minilm64-p4-s16-d6-3-")
    assert own.size == own.encode(Prompt("hello")).size == 1 + 4 + 16 + 6


def test_the_version_changes_with_the_vectors_of_the_tokens() -> None:
    table = TokenTable.load(SHIPPED_TOKENS)
    other = replace(table, scale=table.scale * np.float32(2.0))
    projection = Projection.load(SHIPPED)

    versions = {ContextEncoder(Embedder(each), projection).version for each in (table, other)}

    assert ENCODER.version in versions
    assert len(versions) == 2


def test_a_projection_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no projection"):
        ContextEncoder.load(tmp_path / "absent.npz")


def test_a_book_costs_no_more_than_a_page() -> None:
    words = "The quick brown fox, at dawn, jumps over 7 lazy dogs and a fence. " * 2000
    page, book = Prompt(words[:4000]), Prompt(words[:100_000])

    assert fastest(book) < 2.0 * fastest(page)


def fastest(prompt: Prompt) -> float:
    """The least of some timings, seconds: what the work takes when nothing disturbs it."""
    spans = []
    for _ in range(60):
        start = perf_counter()
        ENCODER.encode(prompt)
        spans.append(perf_counter() - start)
    return min(spans)
