import gzip
import json
from pathlib import Path

import pytest

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets import load
from simulations.datasets.row import Reason

GOOD = b'{"id": "1", "prompt": "Why?", "quality": {"a": 1}, "cost_usd": {"a": 0.01}}\n'
SECRET = "never to be told"


def read(tmp_path: Path, *lines: bytes) -> Dataset:
    path = tmp_path / "given.jsonl"
    path.write_bytes(b"".join(lines))
    return load(str(path))


def line(**fields: object) -> bytes:
    """A second row, with other fields."""
    row = {"id": "2", "prompt": SECRET, "quality": {"a": 0.5}, "cost_usd": {"a": 0.02}}
    return json.dumps({**row, **fields}).encode() + b"\n"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (line(quality={"a": float("nan")}), Reason.NUMBER),
        (line(quality={"a": float("-inf")}), Reason.NUMBER),
        (line(quality={"a": "much"}), Reason.NUMBER),
        (line(quality={"a": [1]}), Reason.NUMBER),
        (line(quality={"a": 0}).replace(b'{"a": 0}', b'{"a": 1e999}'), Reason.NUMBER),
        (
            line(quality={"a": 0}).replace(b'{"a": 0}', b'{"a": ' + b"9" * 5000 + b"}"),
            Reason.NUMBER,
        ),
        (line(quality={"a": 10**30}), Reason.QUALITY),
        (line(quality={"a": None}), Reason.MODEL),
        (line(quality="a"), Reason.MODEL),
        (line(prompt="\ud83d"), Reason.UNICODE),
        (line(source="\udc00"), Reason.UNICODE),
        (line(quality={"a": 1, "\ud800": 1}), Reason.UNICODE),
        (line(prompt=None), Reason.PROMPT),
        (line(prompt={"role": "user"}), Reason.PROMPT),
        (line(id="1"), Reason.TWICE),
        (line(id=1), Reason.TWICE),
        (line(id=True), Reason.ID),
        (line(id=""), Reason.ID),
        (b"[1, 2]\n", Reason.SHAPE),
        (b"null\n", Reason.SHAPE),
        (b"{}", Reason.ID),
    ],
)
def test_json_that_is_no_row_is_dropped(bad: bytes, reason: Reason, tmp_path: Path) -> None:
    given = read(tmp_path, GOOD, GOOD.replace(b'"1"', b'"3"'), bad)

    assert given.ids == ("1", "3")
    assert given.dropped == {str(reason): 1}


@pytest.mark.parametrize(
    ("bad", "fact"),
    [
        (line()[:40], "line 3 of .* is no JSON from character"),
        (b"id,prompt\n", "line 3 of .* is no JSON from character 1 "),
        (line().replace(b"never", b"n\xffver"), "line 3 of .* is not UTF-8"),
        (line(prompt="\u00e9").replace(b"\\u00e9", b"\xed\xa0\x80"), "line 3 of .* is not UTF-8"),
    ],
)
def test_what_is_no_json_is_told_with_its_line(bad: bytes, fact: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=fact) as refused:
        read(tmp_path, GOOD, b"\n", bad)

    assert "never" not in str(refused.value)


@pytest.mark.parametrize("place", ["extra", "quality", "prompt", "id"])
def test_json_five_thousand_deep_is_no_traceback(place: str, tmp_path: Path) -> None:
    deep = line(**{place: "here"}).replace(b'"here"', b"[" * 5000 + b"]" * 5000)

    try:
        given = read(tmp_path, GOOD, deep)
    except ConfigError as refused:
        assert "line 2 of" in str(refused)  # noqa: PT017 - newer Pythons can read it
    else:
        assert sum(given.dropped.values()) == (place != "extra")


def test_other_fields_are_passed_over(tmp_path: Path) -> None:
    given = read(tmp_path, line(output_tokens={"a": 5}, latency_s={"a": "?"}, made_up=True))

    assert len(given) == 1


def test_a_number_is_as_good_an_id_as_a_text(tmp_path: Path) -> None:
    assert read(tmp_path, line(id=2**70)).ids == (str(2**70),)


def test_a_byte_order_mark_and_blank_lines_are_nothing(tmp_path: Path) -> None:
    assert len(read(tmp_path, b"\xef\xbb\xbf", GOOD, b"\n", b" \r\n")) == 1


def test_a_separator_that_only_looks_like_the_end_of_a_line_is_part_of_a_text(
    tmp_path: Path,
) -> None:
    text = "a\u2028b\x85c\x0bd"

    given = read(tmp_path, line(prompt=text), json.dumps({"prompt": text}).encode())

    assert given.prompts == (text,)


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "given.jsonl.gz"
    path.write_bytes(gzip.compress(GOOD))

    assert load(str(path)).name == "given"


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        b"",
        gzip.compress(GOOD * 9)[:-9],
        gzip.compress(GOOD)[:20],
        gzip.compress(GOOD)[:-4] + b"1234",
        gzip.compress(GOOD)[:12] + b"\xff\xff\xff" + gzip.compress(GOOD)[15:],
    ],
)
def test_a_broken_gzip_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "given.jsonl.gz"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"broken gzip file|no row that can be used"):
        load(str(path))


def test_a_packed_file_without_its_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"line 1 of .* is not UTF-8; .* name it .gz"):
        read(tmp_path, gzip.compress(GOOD))
