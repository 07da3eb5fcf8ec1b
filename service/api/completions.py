"""``POST /v1/chat/completions``: OpenAI's, with the model chosen here; ``POST /v1/route``."""

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Stream

from service.api.explain import Explained, explained
from service.deciding import Decided
from service.gateway.dial import dial_from_headers
from service.gateway.messages import CompletionRequest, parse, parse_route
from service.routing import Router

Asgi = Request[object, object, State]


@post(
    "/v1/chat/completions",
    status_code=200,
    summary="Complete a chat, on the model worth its price for it",
    tags=["completions"],
    media_type="application/json",
)
async def complete(request: Asgi, router: NamedDependency[Router]) -> Response[bytes] | Stream:
    """OpenAI's chat completion; ``model: "auto"`` or ``"auto:<route>"`` lets the router choose."""
    completion = await _read(request)
    if completion.stream:
        answer = await router.stream(completion)
        return Stream(
            aiter(answer), media_type="text/event-stream", headers=headers_of(answer.decided)
        )
    whole = await router.complete(completion)
    headers = headers_of(whole.decided)
    if whole.cost_usd is not None:
        headers["x-pointsman-cost-usd"] = f"{whole.cost_usd:.9f}"
    return Response(whole.body, media_type="application/json", headers=headers)


@post("/v1/route", status_code=200, summary="Decide only; you make the call", tags=["routing"])
async def route(request: Asgi, router: NamedDependency[Router]) -> Explained:
    """Takes ``{"model", "messages" | "prompt", "pointsman": {...}}``; the decision is kept."""
    completion = parse_route(await request.body())
    asked = completion.with_dial(dial_from_headers(request.headers, completion.pointsman))
    return explained((await router.choose(asked)).record)


async def _read(request: Asgi) -> CompletionRequest:
    completion = parse(await request.body())
    return completion.with_dial(dial_from_headers(request.headers, completion.pointsman))


def headers_of(decided: Decided) -> dict[str, str]:
    """What every routed answer says of its decision."""
    return {
        "x-pointsman-decision-id": decided.record.id,
        "x-pointsman-model": decided.decision.model,
        "x-pointsman-propensity": f"{decided.decision.propensity:.6g}",
    }
