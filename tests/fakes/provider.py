"""A provider that is a real HTTP server: answers by script, with every fault a real one has.

In a test::

    with FakeProvider() as fake:
        fake.answers = lambda asked: Answer(f"You said {asked.prompt}", tokens_in=3, tokens_out=5)
        ... requests to fake.base_url ...
        assert fake.received[0].model == "small-1"

Or by itself, for measuring: ``python -m tests.fakes.provider 9000``.
"""

import asyncio
import json
import socket
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

import uvicorn

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Event, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider does with one request."""

    text: str = "An answer."
    tokens_in: int | None = 10
    """None sends no usage at all."""

    tokens_out: int | None = 5
    finish: str = "stop"
    delay_seconds: float = 0.0
    """Before the head of the response."""

    pause_seconds: float = 0.0
    """Before each chunk of a stream but the first ones."""

    pause_after: int = 1
    """How many chunks come before that without a pause; the second is the first token."""

    cut_after: int | None = None
    """Ends a stream after so many chunks, without ``[DONE]``."""

    is_abrupt: bool = False
    """Cuts by dropping the connection, not by ending the response."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Sent as it is, in the place of everything said above, streams included."""

    content_type: str | None = None


@dataclass(slots=True)
class Received:
    """One request that came in."""

    path: str
    headers: dict[str, str]
    raw: bytes
    body: dict[str, Any]
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set when the caller left before the response was complete."""

    @property
    def model(self) -> str:
        """The model that was asked for, by the provider's name."""
        return str(self.body.get("model"))

    @property
    def prompt(self) -> str:
        """The text of the last message."""
        return str(self.body["messages"][-1]["content"])


class FakeProvider:
    """Speaks OpenAI's chat completions; `answers` says how."""

    def __init__(self, answers: Callable[[Received], Answer] = lambda _: Answer()) -> None:
        self.answers = answers
        self.received: list[Received] = []
        self.connections: set[tuple[str, int]] = set()
        """The callers' ends of the connections that were used."""

        self.base_url = ""
        self._serving = serve(self)

    def __enter__(self) -> Self:
        self.base_url = f"{self._serving.__enter__()}/v1"
        return self

    def __exit__(self, *raised: object) -> None:
        self._serving.__exit__(None, None, None)

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI has it."""
        raw = await _body(receive)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        received = Received(scope["path"], headers, raw, json.loads(raw))
        self.received.append(received)
        self.connections.add(tuple(scope["client"]))
        answering = asyncio.create_task(_answer(self.answers(received), received, send))
        leaving = asyncio.create_task(_until_gone(receive))
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            received.hung_up.set()
            answering.cancel()
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await answering


class HangUp(Exception):
    """Makes the server drop the connection."""


@contextmanager
def serve(app: App) -> Iterator[str]:
    """Run an ASGI application on a free port of the loopback; gives its URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(_config(app))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        log_level="critical",
        ws="none",
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    return body


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(answer: Answer, received: Received, send: Send) -> None:
    await asyncio.sleep(answer.delay_seconds)
    is_stream = bool(received.body.get("stream")) and answer.status == 200
    kind = answer.content_type or ("text/event-stream" if is_stream else "application/json")
    headers = {"content-type": kind, **answer.headers}
    head = [(name.encode(), text.encode()) for name, text in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": head})
    if is_stream and answer.body is None:
        async for chunk in _chunks(answer, received):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        if answer.cut_after is not None and answer.is_abrupt:
            raise HangUp
    whole = b"" if is_stream and answer.body is None else _whole(answer, received)
    await send({"type": "http.response.body", "body": whole})


def _whole(answer: Answer, received: Received) -> bytes:
    if answer.body is not None:
        return answer.body
    if answer.status != 200:
        error = {"message": answer.text, "type": "fake_error", "param": None, "code": None}
        return json.dumps({"error": error}).encode()
    message = {"role": "assistant", "content": answer.text}
    choice = {"index": 0, "message": message, "finish_reason": answer.finish}
    return json.dumps(_object(answer, received, "chat.completion", [choice], usage=True)).encode()


async def _chunks(answer: Answer, received: Received) -> AsyncIterator[bytes]:
    events = [*_events(answer, received), "[DONE]"]
    for place, event in enumerate(events[: answer.cut_after]):
        await asyncio.sleep(answer.pause_seconds if place >= answer.pause_after else 0)
        yield f"data: {event}\n\n".encode()


def _events(answer: Answer, received: Received) -> Iterator[str]:
    """A role, the words one by one, a reason to stop, and the usage if it was asked for."""
    words = [word + " " for word in answer.text.split(" ")]
    words[-1] = words[-1][:-1]
    deltas = [{"role": "assistant", "content": ""}]
    deltas += [{"content": word} for word in words]
    choices: list[dict[str, Any]] = [
        {"index": 0, "delta": delta, "finish_reason": None} for delta in deltas
    ]
    choices.append({"index": 0, "delta": {}, "finish_reason": answer.finish})
    for choice in choices:
        yield json.dumps(_object(answer, received, "chat.completion.chunk", [choice]))
    if (received.body.get("stream_options") or {}).get("include_usage"):
        yield json.dumps(_object(answer, received, "chat.completion.chunk", [], usage=True))


def _object(
    answer: Answer, received: Received, kind: str, choices: list[Any], *, usage: bool = False
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": "chatcmpl-fake",
        "object": kind,
        "created": 1,
        "model": received.model,
        "choices": choices,
    }
    if usage and answer.tokens_in is not None and answer.tokens_out is not None:
        told["usage"] = {
            "prompt_tokens": answer.tokens_in,
            "completion_tokens": answer.tokens_out,
            "total_tokens": answer.tokens_in + answer.tokens_out,
        }
    return told


if __name__ == "__main__":
    config = _config(FakeProvider())
    config.port = int(sys.argv[1])
    uvicorn.Server(config).run()
