"""Carries bytes to providers and back: connections and limits of size; nothing else does."""

import io
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from ssl import create_default_context
from types import TracebackType
from typing import Self

import aiohttp
import certifi

from service.errors import CallFailed, ProviderMalformed, ProviderUnreachable
from service.gateway.provider import HttpRequest, HttpResponse


class OpenResponse:
    """A response whose head has arrived and whose body is on its way; to be closed."""

    def __init__(self, request: HttpRequest, response: aiohttp.ClientResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): text for name, text in response.headers.items()}
        self._request = request
        self._response = response

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        """The body as it arrives.

        Raises:
            CallFailed: It broke, or was broken off.
        """
        with _told(self._request):
            async for chunk in self._response.content.iter_any():
                yield chunk

    async def read(self, most_bytes: int) -> HttpResponse:
        """The whole body.

        Raises:
            CallFailed: It broke, or is longer than it may be.
        """
        body = bytearray()
        async with aclosing(aiter(self)) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > most_bytes:
                    problem = f"it is longer than {most_bytes} bytes"
                    raise ProviderMalformed(self._request.model, problem, self.status)
        return HttpResponse(self.status, self.headers, bytes(body))

    def break_off(self, failure: CallFailed) -> None:
        """Make whoever reads the body fail with this."""
        self._response.content.set_exception(failure)

    def close(self) -> None:
        """Close the connection, whatever is still to come."""
        self._response.close()

    async def aclose(self) -> None:
        """Give the connection back; or close it, if there is more to come."""
        self._response.release()


class Transport:
    """A pool of kept connections.

    It keeps no cookies, follows no redirects and logs nothing; proxies and credentials are never
    taken from the environment.
    """

    def __init__(
        self,
        most_connections: int = 1000,
        keepalive_seconds: float = 30.0,
        most_bytes: int = 32 * 1024 * 1024,
    ) -> None:
        """``most_bytes`` bounds an answer that is read whole."""
        self._most_connections = most_connections
        self._keepalive_seconds = keepalive_seconds
        self._most_bytes = most_bytes
        self._http: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        ssl = create_default_context(cafile=certifi.where())
        ssl.load_default_certs()
        connector = aiohttp.TCPConnector(
            limit=self._most_connections, keepalive_timeout=self._keepalive_seconds, ssl=ssl
        )
        self._http = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()

    async def send(self, request: HttpRequest) -> HttpResponse:
        """One exchange; its caller sets the time limit.

        Raises:
            CallFailed: It did not come to an answer.
        """
        response = await self.open(request)
        try:
            return await response.read(self._most_bytes)
        finally:
            await response.aclose()

    async def open(self, request: HttpRequest) -> OpenResponse:
        """Start an exchange; gives the head of the response.

        Raises:
            CallFailed: No answer began.
        """
        with _told(request):
            response = await self._http.request(
                request.method,
                request.url,
                headers=request.headers,
                data=io.BytesIO(request.body),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(connect=request.connect_timeout_seconds),
            )
        return OpenResponse(request, response)


@contextmanager
def _told(request: HttpRequest) -> Iterator[None]:
    """Tell a failed exchange as one of ours; by its kind only, for its words may hold anything."""
    try:
        yield
    except (aiohttp.ClientError, OSError) as error:
        raise ProviderUnreachable(request.model, type(error).__name__) from None
