"""An OpenAI-compatible endpoint of simulated models, run as a process of its own.

``python -m service.demo.provider PORT``; says in every answer that it is simulated.
"""

import asyncio
import sys
from collections.abc import AsyncIterator

import msgspec
import uvicorn
from litestar import Litestar, Request, Response, post
from litestar.datastructures import State
from litestar.response import Stream

from service.demo.world import MODELS, SimulatedModel


class _Message(msgspec.Struct):
    role: str
    content: object = ""


class _Asked(msgspec.Struct):
    model: str
    messages: list[_Message]
    stream: bool = False


_MODELS = {model.name: model for model in MODELS}
_decode = msgspec.json.Decoder(_Asked).decode


@post("/v1/chat/completions", status_code=200)
async def complete(request: Request[object, object, State]) -> Response[bytes] | Stream:
    """Answer as a simulated model, after its latency, with its token counts."""
    asked = _decode(await request.body())
    model = _MODELS.get(asked.model)
    if model is None:
        error = {"error": {"message": "no such simulated model", "type": "not_found"}}
        return Response(msgspec.json.encode(error), status_code=404)
    prompt = str(asked.messages[-1].content)
    await asyncio.sleep(model.latency_seconds)
    if asked.stream:
        return Stream(_frames(model, prompt), media_type="text/event-stream")
    return Response(_whole(model, prompt), media_type="application/json")


def _text(model: SimulatedModel) -> str:
    return f"This is a simulated answer by {model.name}; no language model was asked."


def _usage(model: SimulatedModel, prompt: str) -> dict[str, int]:
    tokens_in, tokens_out = model.tokens(prompt)
    return {
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
    }


def _head(model: SimulatedModel, kind: str) -> dict[str, object]:
    return {"id": "chatcmpl-simulated", "object": kind, "created": 0, "model": model.name}


def _whole(model: SimulatedModel, prompt: str) -> bytes:
    message = {"role": "assistant", "content": _text(model)}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = {"choices": [choice], "usage": _usage(model, prompt)}
    return msgspec.json.encode(_head(model, "chat.completion") | body)


async def _frames(model: SimulatedModel, prompt: str) -> AsyncIterator[bytes]:
    for word in _text(model).split(" "):
        yield _frame(model, [{"index": 0, "delta": {"content": word + " "}}])
        await asyncio.sleep(0)
    yield _frame(model, [{"index": 0, "delta": {}, "finish_reason": "stop"}])
    yield _frame(model, [], usage=_usage(model, prompt))
    yield b"data: [DONE]\n\n"


def _frame(model: SimulatedModel, choices: list[object], **more: object) -> bytes:
    body = _head(model, "chat.completion.chunk") | {"choices": choices} | more
    return b"data: " + msgspec.json.encode(body) + b"\n\n"


def main(port: int) -> None:
    """Serve on loopback until told to stop."""
    app = Litestar([complete], openapi_config=None, logging_config=None)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
