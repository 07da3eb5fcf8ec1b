"""``POST /v1/chat/completions``: OpenAI's, with the model chosen here; ``POST /v1/route``."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.response import Stream

from service.api.answering import Asgi, answered
from service.api.explain import Explained, explained
from service.gateway.messages import parse, parse_route
from service.routing import Router


@post(
    "/v1/chat/completions",
    status_code=200,
    summary="Complete a chat, on the model worth its price for it",
    tags=["completions"],
    media_type="application/json",
)
async def complete(request: Asgi, router: NamedDependency[Router]) -> Response[bytes] | Stream:
    """OpenAI's chat completion; ``model: "auto"`` or ``"auto:<route>"`` lets the router choose."""
    return await answered(request, router, parse(await request.body()))


@post("/v1/route", status_code=200, summary="Decide only; you make the call", tags=["routing"])
async def route(request: Asgi, router: NamedDependency[Router]) -> Explained:
    """Takes ``{"model", "messages" | "prompt", "pointsman": {...}}``; the decision is kept."""
    asked = parse_route(await request.body()).with_headers(request.headers)
    return explained((await router.choose(asked)).record)
