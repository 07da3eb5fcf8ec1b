"""Data sets written, read again and told apart."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets import fingerprint, load, write
from simulations.datasets.formats import ENDINGS, FORMATS

WRITABLE = [ending for ending, name in ENDINGS.items() if FORMATS[name].write]
GIVEN = Path(__file__).parents[3].parent / "shared" / "data"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
SAID = TEXT.filter(str.strip)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    models = draw(st.lists(TEXT, min_size=1, max_size=3, unique=True))
    ids = draw(st.lists(SAID, min_size=1, max_size=4, unique=True))
    shape = (len(ids), len(models))
    share, dollars = st.floats(0, 1), st.floats(0, 1e300)
    return Dataset(
        name="made",
        models=tuple(models),
        ids=tuple(ids),
        prompts=tuple(draw(SAID) for _ in ids),
        sources=tuple(draw(TEXT) for _ in ids),
        quality=np.array([[draw(share) for _ in models] for _ in ids]).reshape(shape),
        cost_usd=np.array([[draw(dollars) for _ in models] for _ in ids]).reshape(shape),
    )


def made() -> Dataset:
    return Dataset(
        name="made",
        models=("small", "large"),
        ids=("1", "2"),
        prompts=("Why?", "How?"),
        sources=("x", "y"),
        quality=np.array([[0.1, 0.2], [0.3, 0.4]]),
        cost_usd=np.array([[0.001, 0.002], [0.003, 0.004]]),
    )


def content(dataset: Dataset) -> list[object]:
    return [
        *(dataset.name, dataset.models, dataset.ids, dataset.prompts, dataset.sources),
        *(dataset.quality.tolist(), dataset.cost_usd.tolist(), dataset.dropped, dataset.left_out),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(dataset=datasets(), way=st.lists(st.sampled_from(WRITABLE), min_size=1, max_size=4))
def test_nothing_is_lost_from_format_to_format(
    dataset: Dataset, way: list[str], tmp_path: Path
) -> None:
    read = dataset
    for ending in way:
        path = tmp_path / f"made{ending}"
        write(read, path)
        read = load(str(path))

    assert content(read) == content(dataset)
    assert fingerprint(read) == fingerprint(dataset)


@pytest.mark.parametrize("ending", WRITABLE)
def test_the_same_data_are_the_same_file(ending: str, tmp_path: Path) -> None:
    first, second = tmp_path / f"first{ending}", tmp_path / f"second{ending}"

    write(made(), first)
    write(made(), second)

    assert first.read_bytes() == second.read_bytes()
    assert sorted(tmp_path.iterdir()) == [first, second]


@pytest.mark.parametrize(
    "changed",
    [
        replace(made(), models=("small", "huge")),
        replace(made(), ids=("1", "3")),
        replace(made(), prompts=("Why?", "Who?")),
        replace(made(), prompts=("Why?H", "ow?")),
        replace(made(), sources=("x", "x")),
        replace(made(), quality=made().quality + 1e-12),
        replace(made(), cost_usd=made().cost_usd[::-1]),
    ],
)
def test_other_data_have_another_fingerprint(changed: Dataset) -> None:
    assert fingerprint(changed) != fingerprint(made())


def test_the_name_of_a_file_is_not_in_the_fingerprint_nor_what_was_dropped() -> None:
    renamed = replace(made(), name="other", dropped={"no id": 3}, left_out={"huge": 1})

    assert fingerprint(renamed) == fingerprint(made())


def test_the_order_in_memory_is_not_in_the_fingerprint() -> None:
    turned = replace(made(), quality=np.asfortranarray(made().quality))

    assert fingerprint(turned) == fingerprint(made())


@pytest.mark.parametrize("name", ["given.txt", "given.json", "given", "given.parquet.gz", ""])
def test_a_name_that_tells_nothing_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=r"let it end in one of \.jsonl, \.jsonl\.gz, "):
        load(name)


@pytest.mark.parametrize("name", ["missing.csv", "nul\0.csv", f"{'long' * 99}.csv"])
def test_a_name_that_no_file_has_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="there is no file"):
        load(name)


@pytest.mark.parametrize("name", ["out.pkl", "out.txt"])
def test_what_nothing_writes_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not say what kind of file it is"):
        write(made(), tmp_path / name)


def test_capitals_in_an_ending_are_no_matter(tmp_path: Path) -> None:
    write(made(), tmp_path / "Made.JSONL.GZ")

    assert load(str(tmp_path / "Made.JSONL.GZ")).name == "Made"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written: No such file or directory"):
        write(made(), tmp_path / "nowhere" / "out.csv")


def test_lines_and_tables_of_text_need_no_further_library(tmp_path: Path) -> None:
    write(made(), tmp_path / "made.csv")
    program = (
        "import sys; from simulations.datasets import load; "
        f"load('tutorial'); load({str(tmp_path / 'made.csv')!r}); "
        "print({'pandas', 'pyarrow'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)

    assert done.stdout.strip() == b"set()"


@pytest.mark.parametrize(
    ("name", "rows", "models"),
    [
        ("judged_mix_4models", 1766, 4),
        ("mmlu_2models", 7055, 2),
        ("exams_9models", 2851, 9),
        ("routerbench_11models", 1597, 11),
    ],
)
def test_every_row_of_the_data_for_development_is_read(name: str, rows: int, models: int) -> None:
    path = GIVEN / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip("the data for development are not in ../shared/data")

    given = load(str(path))

    assert len(given) == rows
    assert len(given.models) == models
    assert given.dropped == {}
