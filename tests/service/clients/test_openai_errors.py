"""The unchanged `openai` package: each failure raises its own exception, after one request.

The package sends what failed twice more by itself, unless it is told that this is in vain; what
can be tried again has been tried again before it hears of it.
"""

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from tests.fakes.provider import FakeProvider
from tests.service.clients.asking import HELLO

REJECTED = {
    400: openai.BadRequestError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
}
FAILED = {"status-401": 502, "status-500": 502, "slow": 504}
STREAMED = [False, True]


@pytest.mark.parametrize("stream", STREAMED)
@pytest.mark.parametrize("status", REJECTED)
def test_a_rejection_raises_what_the_provider_would_have_raised(
    sdk: OpenAI, sent: list[object], upstream: FakeProvider, status: int, *, stream: bool
) -> None:
    with pytest.raises(REJECTED[status], match=f"of status-{status}") as refused:
        sdk.chat.completions.create(model=f"status-{status}", messages=HELLO, stream=stream)

    assert refused.value.status_code == status
    assert len(sent) == 1
    assert len(upstream.received) == 1


def test_a_rate_limit_says_when_to_come_again(sdk: OpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as limited:
        sdk.chat.completions.create(model="status-429", messages=HELLO)

    assert limited.value.response.headers["retry-after"] == "1"


@pytest.mark.parametrize("stream", STREAMED)
@pytest.mark.parametrize("model", FAILED)
def test_a_failure_raises_once_and_in_words_of_ours(
    sdk: OpenAI, sent: list[object], model: str, *, stream: bool
) -> None:
    with pytest.raises(openai.InternalServerError, match="the provider of") as failed:
        sdk.chat.completions.create(model=model, messages=HELLO, stream=stream)

    assert failed.value.status_code == FAILED[model]
    assert failed.value.type == "upstream_error"
    assert len(sent) == 1


def test_what_the_service_refuses_names_the_field(
    sdk: OpenAI, sent: list[object], upstream: FakeProvider
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        sdk.chat.completions.create(model="auto", messages=[])

    assert refused.value.param == "messages"
    assert len(sent) == 1
    assert not upstream.received


def test_an_impatient_client_raises_its_own_timeout(sdk: OpenAI, sent: list[object]) -> None:
    impatient = sdk.with_options(timeout=0.2, max_retries=0)

    with pytest.raises(openai.APITimeoutError):
        impatient.chat.completions.create(model="slow", messages=HELLO)

    assert len(sent) == 1


@pytest.mark.anyio
async def test_the_asynchronous_client_raises_the_same(asynchronous: AsyncOpenAI) -> None:
    create = asynchronous.chat.completions.create

    with pytest.raises(openai.RateLimitError):
        await create(model="status-429", messages=HELLO)
    with pytest.raises(openai.InternalServerError):
        await create(model="status-500", messages=HELLO)
    with pytest.raises(openai.APITimeoutError):
        await create(model="slow", messages=HELLO, timeout=0.2)
