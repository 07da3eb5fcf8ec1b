"""``POST /v1/embeddings``: OpenAI's embeddings, passed through to the model that is named."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.response import Stream

from service.api.answering import Asgi, answered
from service.gateway.endpoints import parse_embedding
from service.routing import Router


@post(
    "/v1/embeddings",
    status_code=200,
    summary="Embed texts with a named model",
    tags=["embeddings"],
    media_type="application/json",
)
async def embed(request: Asgi, router: NamedDependency[Router]) -> Response[bytes] | Stream:
    """OpenAI's embeddings, by a model of kind ``embedding``."""
    return await answered(request, router, parse_embedding(await request.body()))
