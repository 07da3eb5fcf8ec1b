"""``POST /v1/completions``: OpenAI's older completions of a bare prompt, passed through."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.response import Stream

from service.api.answering import Asgi, answered
from service.gateway.endpoints import parse_prompt
from service.routing import Router


@post(
    "/v1/completions",
    status_code=200,
    summary="Complete a bare prompt, on a named model or the one worth its price for it",
    tags=["completions"],
    media_type="application/json",
)
async def complete_prompt(
    request: Asgi, router: NamedDependency[Router]
) -> Response[bytes] | Stream:
    """OpenAI's legacy completion; the chosen model's provider must offer it too."""
    return await answered(request, router, parse_prompt(await request.body()))
