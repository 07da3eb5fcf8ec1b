"""How every endpoint that completes something answers, whatever protocol its client speaks."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import State
from litestar.response import Stream

from service.answer import Answer
from service.api.hanging_up import WhileConnected
from service.caller import Caller
from service.errors import ProviderMalformed
from service.gateway.messages import CompletionRequest
from service.routing import Router, StreamedAnswer
from service.translation.stream import StreamTranslation

Asgi = Request[Caller, object, State]
_OF_ERRORS = {"retry-after", "retry-after-ms"}
"""Headers of a provider that make sense only where it fails."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How an answer is told in another protocol than the provider's; both get the decision's id."""

    whole: Callable[[bytes, str], bytes]
    stream: Callable[[str], StreamTranslation]


async def answered(
    request: Asgi, router: Router, completion: CompletionRequest, telling: Telling | None = None
) -> Response[bytes] | Stream:
    """Route a request, and tell the answer as it came or in the client's protocol."""
    asked = completion.sent(request.headers, request.user)
    if asked.stream:
        return await streamed(request, router, asked, telling)
    body, headers = await whole(request, router, asked, telling)
    return Response(body, media_type="application/json", headers=headers)


async def streamed(
    request: Asgi, router: Router, asked: CompletionRequest, telling: Telling | None = None
) -> Stream:
    """An answer piece by piece."""
    async with WhileConnected(request.receive):
        answer = await router.stream(asked)
    return Stream(
        _events(answer, telling),
        media_type="text/event-stream",
        headers=headers_of(answer),
        background=BackgroundTask(answer.aclose),
    )


async def whole(
    request: Asgi, router: Router, asked: CompletionRequest, telling: Telling | None = None
) -> tuple[bytes, dict[str, str]]:
    """An answer in one piece, with what its headers say beside its type and length."""
    async with WhileConnected(request.receive):
        answer = await router.complete(asked)
    headers = headers_of(answer)
    if answer.cost_usd is not None:
        headers["x-pointsman-cost-usd"] = f"{answer.cost_usd:.9f}"
    return _body(answer, telling), headers


def headers_of(answer: Answer | StreamedAnswer) -> dict[str, str]:
    """What every routed answer says of its decision, and its provider of the request."""
    decided = answer.decided
    told = {name: text for name, text in answer.headers.items() if name not in _OF_ERRORS}
    return told | {
        "x-pointsman-decision-id": decided.record.id,
        "x-pointsman-model": _in_ascii(answer.served),
        "x-pointsman-propensity": f"{decided.decision.propensity:.6g}",
        "x-pointsman-attempts": str(answer.attempts),
    }


def _in_ascii(name: str) -> str:
    """A name as a header can have it: escaped as in URLs where it is not printable ASCII."""
    return name if name.isascii() and name.isprintable() else quote(name)


def _body(answer: Answer, telling: Telling | None) -> bytes:
    if telling is None:
        return answer.body
    try:
        return telling.whole(answer.body, answer.decided.record.id)
    except msgspec.DecodeError as error:
        raise ProviderMalformed(answer.served, str(error)) from None


def _events(answer: StreamedAnswer, telling: Telling | None) -> AsyncIterator[bytes]:
    if telling is None:
        return aiter(answer)
    return _told(answer, telling.stream(answer.decided.record.id))


async def _told(answer: StreamedAnswer, translation: StreamTranslation) -> AsyncIterator[bytes]:
    async with aclosing(aiter(answer)) as chunks:
        async for chunk in chunks:
            if told := translation.feed(chunk):
                yield told
