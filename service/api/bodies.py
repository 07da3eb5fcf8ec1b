"""Bodies of requests and answers that the framework does not read and tell."""

from collections.abc import Mapping

from litestar.exceptions import ClientException
from litestar.types import Send

from service.api.answering import Asgi
from service.errors import BodyTooLarge, ClientLeft


async def body_of(request: Asgi, most_bytes: int) -> bytes:
    """The whole body, as it came.

    Raises:
        BodyTooLarge: It is, or says that it is, longer than it may be.
        ClientLeft: The client hung up before its end.
    """
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal():
        raise ClientException("content-length is no number")
    if int(announced) > most_bytes:
        raise BodyTooLarge(most_bytes)
    chunks, length, more = [], 0, True
    while more:
        event = await request.receive()
        if event["type"] != "http.request":
            raise ClientLeft
        chunks.append(event["body"])
        length += len(event["body"])
        more = event["more_body"]
        if length > most_bytes:
            raise BodyTooLarge(most_bytes)
    return b"".join(chunks)


async def tell(send: Send, body: bytes, headers: Mapping[str, str]) -> None:
    """Answer with JSON, and headers in ASCII."""
    told = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()]
    told += [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": told})
    await send({"type": "http.response.body", "body": body, "more_body": False})
