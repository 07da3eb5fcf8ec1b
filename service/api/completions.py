"""``POST /v1/chat/completions``: OpenAI's, with the model chosen here; ``POST /v1/route``."""

from litestar import asgi, post
from litestar.di import NamedDependency
from litestar.exceptions import MethodNotAllowedException
from litestar.types import Receive, Scope, Send

from service.api.answering import Asgi, streamed, whole
from service.api.bodies import body_of, tell
from service.api.explain import Explained, explained
from service.gateway.messages import parse, parse_route
from service.routing import Router
from service.services import Services

CHAT = "/v1/chat/completions"


@asgi(CHAT, copy_scope=False)
async def complete(scope: Scope, receive: Receive, send: Send) -> None:
    """OpenAI's chat completion; ``model: "auto"`` or ``"auto:<route>"`` lets the router choose.

    Taken and told as bytes: what Litestar does for a handler's arguments and what it returns
    takes a third of the time of a decision.
    """
    request = Asgi(scope, receive, send)
    if request.method != "POST":
        raise MethodNotAllowedException(headers={"allow": "POST"})
    services: Services = request.app.state.services
    body = await body_of(request, services.settings.server.max_body_bytes)
    asked = parse(body).sent(request.headers, request.user)
    if asked.stream:
        stream = await streamed(request, services.router, asked)
        await stream.to_asgi_response(app=None, request=request)(scope, receive, send)
    else:
        await tell(send, *await whole(request, services.router, asked))


@post("/v1/route", status_code=200, summary="Decide only; you make the call", tags=["routing"])
async def route(request: Asgi, router: NamedDependency[Router]) -> Explained:
    """Takes ``{"model", "messages" | "prompt", "pointsman": {...}}``; the decision is kept."""
    asked = parse_route(await request.body()).sent(request.headers, request.user)
    return explained((await router.choose(asked)).record)
