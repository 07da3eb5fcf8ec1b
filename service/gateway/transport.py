"""Carries bytes to providers and back: connections, time limits, size limits; nothing else does."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from types import TracebackType
from typing import Self, cast

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from service.errors import ProviderMalformed, ProviderTimeout, ProviderUnreachable
from service.gateway.provider import HttpRequest, HttpResponse


class OpenResponse:
    """A response whose head has arrived and whose body is on its way; to be closed."""

    def __init__(self, request: HttpRequest, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = {name.lower(): text for name, text in response.headers.items()}
        self._request = request
        self._response = response

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        """The body as it arrives.

        Raises:
            CallFailed: It broke, or nothing came for the time limit.
        """
        with _told(self._request):
            arriving = cast("AsyncGenerator[bytes, None]", self._response.aiter_bytes())
            async with aclosing(arriving):
                async for chunk in arriving:
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

    async def aclose(self) -> None:
        """Give the connection back; or close it, if there is more to come."""
        with _told(self._request):
            await self._response.aclose()


class Transport:
    """A pool of kept connections.

    httpx's transport is used without httpx's client: no cookies, no redirects, no log lines.
    Proxies and credentials are never taken from the environment.
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
        ssl = httpx.create_ssl_context(trust_env=False)
        ssl.load_default_certs()
        self._ssl = ssl
        self._http = AiohttpTransport(verify=ssl, trust_env=False, client=self._session)

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def send(self, request: HttpRequest) -> HttpResponse:
        """One exchange, within the request's time limit from start to end.

        Raises:
            CallFailed: It did not come to an answer.
        """
        with _told(request):
            async with asyncio.timeout(request.timeout_seconds):
                response = await self._begin(request)
                try:
                    return await response.read(self._most_bytes)
                finally:
                    await response.aclose()

    async def open(self, request: HttpRequest) -> OpenResponse:
        """Start an exchange; the time limit holds for the head, and for each silence after it.

        Raises:
            CallFailed: No answer began.
        """
        with _told(request):
            async with asyncio.timeout(request.timeout_seconds):
                return await self._begin(request)

    async def _begin(self, request: HttpRequest) -> OpenResponse:
        sent = httpx.Request(
            request.method,
            request.url,
            headers=request.headers,
            content=request.body,
            extensions={"timeout": httpx.Timeout(request.timeout_seconds).as_dict()},
        )
        return OpenResponse(request, await self._http.handle_async_request(sent))

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self._most_connections,
            keepalive_timeout=self._keepalive_seconds,
            ssl=self._ssl,
        )
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )


@contextmanager
def _told(request: HttpRequest) -> Iterator[None]:
    """Tell a failed exchange as one of ours.

    httpx-aiohttp calls every lost connection a time-out, so its error's cause is looked at too.
    """
    try:
        yield
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError) as error:
        cause = error.__cause__ if isinstance(error, httpx.HTTPError) else error
        if isinstance(cause or error, TimeoutError | httpx.ReadTimeout):
            raise ProviderTimeout(request.model, request.timeout_seconds) from None
        raise ProviderUnreachable(request.model, type(cause or error).__name__) from None
