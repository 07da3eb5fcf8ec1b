"""What the process's own log says of failures, and that it says no more."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.fakes.fleet import asks, each, fleet, read
from tests.fakes.provider import Answer, FakeProvider

pytestmark = pytest.mark.anyio


async def test_a_stream_that_broke_is_told_with_how_much_of_it_was_delivered(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer("x y z", cut_after=3))

    async with fleet(tmp_path, fake, "a", a={"api_key": "sk-secret"}) as models:
        with capture_logs() as lines:
            answer = await models.router.stream(asks(stream=True))
            passed = await read(answer)

    (line,) = [line for line in lines if line["event"] == "stream_broke"]
    delivered, _, _ = passed.rpartition(b'data: {"error"')
    assert line["bytes_delivered"] == len(delivered)
    assert (line["model"], line["reason"]) == ("a", "cut")
    assert line["decision_id"] == answer.decided.record.id
    assert "sk-secret" not in str(lines)
    assert "Hello" not in str(lines)


async def test_a_model_that_cools_down_and_answers_again_is_told_of(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=[Answer(status=500), Answer()], b=Answer())
    soon = {"failures_to_open": 1, "cool_down_seconds": 0.01}

    async with fleet(tmp_path, fake, "a", "b", availability=soon) as models:
        with capture_logs() as lines:
            await models.router.complete(asks())
            await asyncio.sleep(0.1)
            await models.router.complete(asks())

    assert [(line["event"], line["model"]) for line in lines] == [
        ("model_cools_down", "a"),
        ("model_answers_again", "a"),
    ]
