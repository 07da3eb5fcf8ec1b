"""A provider that answers at once and the same: ``python -m tests.bench.provider PORT``.

So fast that what is measured behind a gateway is the gateway.
"""

import asyncio
import json
import sys
from typing import cast

import httptools
import uvloop

_ANSWER = {
    "id": "chatcmpl-bench",
    "object": "chat.completion",
    "created": 1,
    "model": "bench",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "An answer of a few words."},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 100, "completion_tokens": 6, "total_tokens": 106},
}
_BODY = json.dumps(_ANSWER).encode()
_RESPONSE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
    len(_BODY),
    _BODY,
)


class Connection(asyncio.Protocol):
    """One caller's connection, kept as long as the caller keeps it."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read on; garbage ends the connection."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.close()

    def on_message_complete(self) -> None:
        """Answer, once a request is whole."""
        self._transport.write(_RESPONSE)


async def serve(port: int) -> None:
    """Serve on loopback until told to stop."""
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
