"""``POST /v1/messages``: Anthropic's Messages API, answered through chat completions."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.response import Stream

from service.api.answering import Asgi, Telling, answered
from service.api.anthropic_errors import IN_ANTHROPICS_SHAPE
from service.gateway.messages import parse
from service.routing import Router
from service.translation import messages_request
from service.translation.messages_answer import MessageStream, message_of


@post(
    "/v1/messages",
    status_code=200,
    summary="Answer a message, on the model worth its price for it",
    tags=["completions"],
    media_type="application/json",
    exception_handlers=IN_ANTHROPICS_SHAPE,
)
async def create(request: Asgi, router: NamedDependency[Router]) -> Response[bytes] | Stream:
    """Anthropic's message, of what chat completions can do."""
    asked = messages_request.read(await request.body())
    telling = Telling(
        whole=lambda body, decision_id: message_of(
            body, _id(decision_id), tells_thinking=asked.tells_thinking
        ),
        stream=lambda decision_id: MessageStream(
            _id(decision_id), tells_thinking=asked.tells_thinking
        ),
    )
    return await answered(request, router, parse(asked.body), telling)


def _id(decision_id: str) -> str:
    return f"msg_{decision_id.partition('_')[2]}"
