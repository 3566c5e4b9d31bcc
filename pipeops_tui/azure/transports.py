"""Builds the three HTTP stacks of the SDKs, each with our TLS context, proxy and request log, and without retries.

requests carries MSAL, aiohttp carries Resource Manager and the asynchronous credentials, httpx carries Graph. Each
reads a whole answer here, within the caps of `answer_limits`, and hands it on decompressed.
"""

from __future__ import annotations

import asyncio
import io
import time
from contextlib import aclosing
from ssl import SSLContext
from typing import Any

import aiohttp
import httpx
import requests
import urllib3
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.transport import AioHttpTransport, RequestsTransport
from multidict import CIMultiDict, CIMultiDictProxy
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from pipeops_tui.azure.answer_limits import (
    ACCEPTED_ENCODING,
    GRAPH_BYTES,
    RESOURCE_MANAGER_BYTES,
    SIGN_IN_BYTES,
    AnswerBody,
)
from pipeops_tui.azure.background import stop_if_abandoned
from pipeops_tui.azure.network import Network
from pipeops_tui.azure.request_log import RequestLogFile

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
_CHUNK = 1 << 16
_POLL_SECONDS = 1.0
"""The shortest time between two polls for a device code; 5 is usual (RFC 8628, 3.2)."""
_ACCEPT = {"Accept-Encoding": ACCEPTED_ENCODING}
_OF_THE_WIRE = ("content-encoding", "content-length", "transfer-encoding")
"""Headers that say how the body was sent, and are untrue once it has been read and decompressed."""


class ConnectionLostError(aiohttp.ClientError):
    """A connection ended before the answer. Not one of the types that aiohttp re-sends requests on by itself."""


class Transports:
    """Builds transports for one session. Call from the event loop; `close` releases the shared connections."""

    def __init__(self, network: Network, log: RequestLogFile) -> None:
        self._network = network
        self._log = log
        self._aiohttp: aiohttp.ClientSession | None = None
        self._httpx: list[httpx.AsyncBaseTransport] = []

    @property
    def clock_skew(self) -> float | None:
        """Seconds this computer's clock is ahead of the services', by the newest answer of any stack."""
        return self._log.clock_skew

    def fresh(self) -> Transports:
        """Others like these, with no connection yet."""
        return Transports(self._network, self._log)

    def for_credentials(self, authority: str) -> RequestsTransport:
        """A blocking transport to `authority`, for credentials that run in background threads."""
        proxy = self._network.proxy_for(authority)
        session = requests.Session()
        session.trust_env = False
        session.headers.update(_ACCEPT)
        session.proxies = {"https": proxy} if proxy else {}
        session.mount("https://", _TrustingAdapter(self._network.thread_context))
        return _LoggedRequests(self._log, session)

    def for_azure_core(self, address: str | None, connect_seconds: float = CONNECT_SECONDS) -> AioHttpTransport:
        """An asynchronous transport to `address` on connections shared by all of them. None is what the machine itself
        answers to: no proxy leads there."""
        if self._aiohttp is None:
            self._aiohttp = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._network.loop_context, limit_per_host=16),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers=_ACCEPT,
                response_class=_BoundedResponse,
                trust_env=False,
                middlewares=[_no_hidden_resend],
            )
        proxy = self._network.proxy_for(address) if address is not None else None
        return _LoggedAiohttp(self._log, self._aiohttp, proxy, connect_seconds)

    def for_graph(self, address: str) -> httpx.AsyncClient:
        """An httpx client for `address`, whose connections end with `close`: Graph's middleware, which will stand
        between the two, does not pass the client's own closing on."""
        proxy = self._network.proxy_for(address)
        to_proxy = self._network.loop_context if proxy and proxy.startswith("https:") else None
        transport = httpx.AsyncHTTPTransport(
            verify=self._network.loop_context,
            trust_env=False,
            proxy=httpx.Proxy(proxy, ssl_context=to_proxy) if proxy else None,
        )
        self._httpx.append(transport)
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        logged = _LoggedHttpx(self._log, transport)
        return httpx.AsyncClient(transport=logged, timeout=timeout, trust_env=False, headers=_ACCEPT)

    async def close(self) -> None:
        """Close all asynchronous connections, without waiting for TLS farewells."""
        while self._httpx:
            await self._httpx.pop().aclose()
        session, self._aiohttp = self._aiohttp, None
        if session is not None:
            if isinstance(session.connector, aiohttp.TCPConnector):
                await session.connector.close(abort_ssl=True)
            await session.close()


async def _no_hidden_resend(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """aiohttp repeats PUT, DELETE and GET when a kept-alive connection breaks; here every retry must be seen."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise ConnectionLostError(str(error) or "the server closed the connection") from error


class _BoundedResponse(aiohttp.ClientResponse):
    """An answer whose `read` gives the decompressed body, and whose headers therefore name no compression."""

    _whole: bytes | None = None

    @property
    def headers(self) -> CIMultiDictProxy[str]:
        kept = CIMultiDict(self._received_headers)
        for name in _OF_THE_WIRE:
            kept.popall(name, None)
        return CIMultiDictProxy(kept)

    @property
    def _received_headers(self) -> CIMultiDictProxy[str]:
        headers: CIMultiDictProxy[str] = super().headers
        return headers

    async def read(self) -> bytes:
        if self._whole is None:
            try:
                body = AnswerBody(RESOURCE_MANAGER_BYTES, self._received_headers.get("content-encoding", ""))
                async for chunk in self.content.iter_any():
                    body.add(chunk)
                self._whole = body.whole()
            except BaseException:
                self.close()
                raise
        return self._whole


class _TrustingAdapter(HTTPAdapter):
    def __init__(self, context: SSLContext) -> None:
        self._context = context
        super().__init__(max_retries=Retry(total=False, redirect=False, raise_on_status=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._context, proxy_ssl_context=self._context, **kwargs)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send, and read the whole answer."""
        response = super().send(request, *args, **kwargs)
        received = response.raw
        try:
            body = AnswerBody(SIGN_IN_BYTES, response.headers.get("content-encoding", ""))
            for chunk in received.stream(_CHUNK, decode_content=False):
                stop_if_abandoned()
                body.add(chunk)
            whole = body.whole()
        except urllib3.exceptions.ReadTimeoutError as error:
            received.close()
            raise requests.exceptions.ReadTimeout(error, request=request) from error
        except urllib3.exceptions.HTTPError as error:
            received.close()
            raise requests.exceptions.ChunkedEncodingError(error, request=request) from error
        except BaseException:
            received.close()
            raise
        for name in _OF_THE_WIRE:
            response.headers.pop(name, None)
        response.raw = urllib3.HTTPResponse(
            io.BytesIO(whole), headers=dict(response.headers), status=response.status_code, preload_content=False
        )
        return response

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave everything to the context, which always verifies."""
        conn.cert_reqs = "CERT_REQUIRED"


class _LoggedRequests(RequestsTransport):  # type: ignore[misc]  # exported lazily, so untyped
    """Carries MSAL, and keeps its throttling from answering in a service's place.

    MSAL repeats a 5xx or 429 out of its own memory for 5 s, or as long as `Retry-After` says (msal,
    `ThrottledHttpClient`): trying again would fail without a request to Azure. Nothing is tried again here unless the
    person or a visible schedule wants it, so such answers are raised, which MSAL does not remember.
    """

    def __init__(self, log: RequestLogFile, session: requests.Session) -> None:
        super().__init__(session=session, connection_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS)
        self._log = log
        self._next_poll = 0.0

    def send(self, request: Any, **kwargs: Any) -> Any:
        if _polls_device_code(request):
            # MSAL polls as often as the answer says, which may be without any pause.
            time.sleep(max(0.0, self._next_poll - time.monotonic()))
            self._next_poll = time.monotonic() + _POLL_SECONDS
        stop_if_abandoned()
        started = self._log.started()
        try:
            response = super().send(request, **kwargs)
        except Exception as error:
            self._log.record(started, request.method, request.url, type(error).__name__, {})
            raise
        self._log.record(started, request.method, request.url, response.status_code, response.headers)
        if response.status_code == 429 or response.status_code >= 500:
            raise HttpResponseError(response=response)
        return response


def _polls_device_code(request: Any) -> bool:
    form = request.content if isinstance(request.content, dict) else {}
    return str(form.get("grant_type", "")).endswith(":device_code")


class _LoggedAiohttp(AioHttpTransport):  # type: ignore[misc]  # exported lazily, so untyped
    def __init__(
        self, log: RequestLogFile, session: aiohttp.ClientSession, proxy: str | None, connect_seconds: float
    ) -> None:
        super().__init__(
            session=session, session_owner=False, connection_timeout=connect_seconds, read_timeout=READ_SECONDS
        )
        self._log = log
        self._proxy = proxy

    async def send(self, request: Any, **kwargs: Any) -> Any:
        started = self._log.started()
        try:
            response = await super().send(request, **{"proxy": self._proxy, **kwargs})
        except (Exception, asyncio.CancelledError) as error:
            self._log.record(started, request.method, request.url, type(error).__name__, {})
            raise
        self._log.record(started, request.method, request.url, response.status_code, response.headers)
        return response


class _LoggedHttpx(httpx.AsyncBaseTransport):
    def __init__(self, log: RequestLogFile, inner: httpx.AsyncBaseTransport) -> None:
        self._log = log
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        started = self._log.started()
        try:
            response = await self._whole(await self._inner.handle_async_request(request))
        except (Exception, asyncio.CancelledError) as error:
            self._log.record(started, request.method, str(request.url), type(error).__name__, {})
            raise
        self._log.record(started, request.method, str(request.url), response.status_code, response.headers)
        return response

    @staticmethod
    async def _whole(received: httpx.Response) -> httpx.Response:
        async with aclosing(received):
            body = AnswerBody(GRAPH_BYTES, received.headers.get("content-encoding", ""))
            async for chunk in received.aiter_raw():
                body.add(chunk)
            whole = body.whole()
        # As bytes: httpx would encode texts as ASCII, and a value need not be that.
        headers = [(name, value) for name, value in received.headers.raw if name.lower().decode() not in _OF_THE_WIRE]
        return httpx.Response(received.status_code, headers=headers, content=whole, extensions=received.extensions)

    async def aclose(self) -> None:
        await self._inner.aclose()
