from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bandit.arrays import Matrix
from bandit.errors import ConfigError
from bandit.token_table import TokenTable

WORDS = ["[UNK]", "cat", "##s", "é"]
VECTORS = np.random.default_rng(3).normal(size=(4, 6)) * np.geomspace(1.0, 100.0, 6)


@given(arrays(np.float64, (4, 6), elements=st.floats(-1e4, 1e4)))
def test_an_entry_is_kept_to_half_a_127th_of_the_largest_in_its_column(vectors: Matrix) -> None:
    table = TokenTable.of(WORDS, vectors)

    most = np.abs(vectors).max(axis=0)
    assert (np.abs(table.vectors - vectors) <= most * (0.5 / 127 + 1e-6) + 1e-30).all()


def test_what_was_saved_comes_back_equal_and_is_written_as_the_same_bytes(tmp_path: Path) -> None:
    table = TokenTable.of(WORDS, VECTORS)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        table.save(tmp_path / name)

    loaded = TokenTable.load(tmp_path / "one")

    assert loaded.vocabulary == tuple(WORDS)
    assert (loaded.vectors == table.vectors).all()
    assert loaded.digest == table.digest
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_the_digest_tells_tables_apart() -> None:
    others = [WORDS[::-1], ["[UNK]", "cat", "##s", "e"]]
    digests = {TokenTable.of(words, VECTORS).digest for words in [WORDS, *others]}
    digests |= {TokenTable.of(WORDS, VECTORS * factor).digest for factor in (1.0, 2.0)}

    assert len(digests) == 4


@pytest.mark.parametrize("name", ["vocabulary.txt", "token_vectors.npz"])
@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 not a zip", b"\xff\xfe"])
def test_a_folder_without_both_files_is_refused(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    TokenTable.of(WORDS, VECTORS).save(tmp_path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(ConfigError, match="holds no token vectors"):
        TokenTable.load(tmp_path)


@pytest.mark.parametrize(
    ("vectors", "scale"),
    [
        (np.zeros((3, 6), np.int8), np.ones(6, np.float32)),
        (np.zeros((4, 6), np.int8), np.ones(5, np.float32)),
        (np.zeros((4, 6), np.int8), np.ones((6, 1), np.float32)),
        (np.zeros((4, 6), np.int16), np.ones(6, np.float32)),
        (np.zeros((4, 6), np.int8), np.ones(6)),
    ],
)
def test_arrays_that_are_no_table_are_refused(
    tmp_path: Path, vectors: Matrix, scale: Matrix
) -> None:
    TokenTable.of(WORDS, VECTORS).save(tmp_path)
    np.savez(tmp_path / "token_vectors.npz", vectors=vectors, scale=scale)

    with pytest.raises(ConfigError, match="holds no token vectors"):
        TokenTable.load(tmp_path)


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.iterdir())]
