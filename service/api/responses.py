"""``POST /v1/responses``: OpenAI's Responses API, answered through chat completions."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.response import Stream

from service import clock
from service.api.answering import Asgi, Telling, answered
from service.gateway.messages import parse
from service.routing import Router
from service.translation import responses_request
from service.translation.responses_answer import ResponseForm, response_of
from service.translation.responses_request import ResponsesRequest
from service.translation.responses_stream import ResponseStream


@post(
    "/v1/responses",
    status_code=200,
    summary="Respond, on the model worth its price for it",
    tags=["completions"],
    media_type="application/json",
)
async def respond(request: Asgi, router: NamedDependency[Router]) -> Response[bytes] | Stream:
    """OpenAI's response, of what chat completions can do; nothing is stored."""
    asked = responses_request.read(await request.body())
    telling = Telling(
        whole=lambda body, decision_id: response_of(body, _form(asked, decision_id)),
        stream=lambda decision_id: ResponseStream(_form(asked, decision_id)),
    )
    return await answered(request, router, parse(asked.body), telling)


def _form(asked: ResponsesRequest, decision_id: str) -> ResponseForm:
    tail = decision_id.partition("_")[2]
    return ResponseForm(f"resp_{tail}", int(clock.now().timestamp()), asked.fields)
