"""Whose answer a rating is about, from either database."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.caller import KEYLESS
from service.storage.subjects import Subjects
from service.storage.writer import Writer
from tests.service.storage import samples

pytestmark = pytest.mark.anyio

OK = ("ok", None)
FAILED = ("error", "timeout")
HUNG_UP = ("cancelled", "hung_up")
HEDGED = ("cancelled", "hedged")


@pytest.mark.parametrize(
    ("small", "large", "answered"),
    [
        (None, None, "small"),
        (OK, None, "small"),
        (FAILED, OK, "large"),
        (FAILED, FAILED, "small"),
        (FAILED, HUNG_UP, "large"),
        (OK, HEDGED, "small"),
        (FAILED, HEDGED, "small"),
        (HUNG_UP, OK, "large"),
    ],
)
async def test_a_rating_is_about_the_answer_that_was_seen(
    engine: AsyncEngine,
    small: tuple[str, str | None] | None,
    large: tuple[str, str | None] | None,
    answered: str,
) -> None:
    async with Writer(engine) as writer:
        await writer.append(samples.decision("d", chosen="small"))
        for model, ended in (("small", small), ("large", large)):
            if ended is not None:
                status, reason = ended
                outcome = samples.outcome("d", model=model, status=status, reason=reason)
                await writer.append(outcome)

    subjects = await Subjects(engine).of(["d"], KEYLESS)

    assert subjects["d"].model == answered
