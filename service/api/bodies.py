"""Bodies of requests that are not read by the framework."""

from litestar.exceptions import ClientException

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
