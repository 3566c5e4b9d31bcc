"""The three HTTP stacks of the SDKs, each with our trust, our proxy, our request log, and no retries of its own.

requests carries MSAL, aiohttp carries Resource Manager and the asynchronous credentials, httpx carries Graph.
"""

from __future__ import annotations

import asyncio
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import requests
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.transport import AioHttpTransport, RequestsTransport
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from pipeops_tui.azure_cloud.background import stop_if_abandoned
from pipeops_tui.azure_cloud.network import Network
from pipeops_tui.azure_cloud.request_log import RequestLog

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0


_ASKED = "asked host: "


def asked_host(error: BaseException) -> str:
    """The host that was asked when a transport raised `error`; empty for other errors. The libraries' own errors name
    it only now and then, or name the proxy."""
    notes: list[str] = getattr(error, "__notes__", [])
    return next((note.removeprefix(_ASKED) for note in notes if note.startswith(_ASKED)), "")


def _name_host(error: BaseException, url: str) -> None:
    error.add_note(f"{_ASKED}{urlsplit(url).hostname or ''}")


class ConnectionLostError(aiohttp.ClientError):
    """A connection ended before the answer. Not one of the types that aiohttp re-sends requests on by itself."""


class Transports:
    """Builds transports for one session. Call from the event loop; `close` releases the shared connections."""

    def __init__(self, network: Network, log: RequestLog) -> None:
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
        session.proxies = {"https": proxy} if proxy else {}
        session.mount("https://", _TrustingAdapter(self._network.thread_context))
        return _LoggedRequests(self._log, session)

    def for_azure_core(self, address: str) -> AioHttpTransport:
        """An asynchronous transport to `address` on connections shared by all of them."""
        if self._aiohttp is None:
            self._aiohttp = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._network.loop_context, limit_per_host=16),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                middlewares=[_no_hidden_resend],
            )
        return _LoggedAiohttp(self._log, self._aiohttp, self._network.proxy_for(address))

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
        return httpx.AsyncClient(transport=_LoggedHttpx(self._log, transport), timeout=timeout, trust_env=False)

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


class _TrustingAdapter(HTTPAdapter):
    def __init__(self, context: SSLContext) -> None:
        self._context = context
        super().__init__(max_retries=Retry(total=False, redirect=False, raise_on_status=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._context, proxy_ssl_context=self._context, **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave everything to the context, which always verifies."""
        conn.cert_reqs = "CERT_REQUIRED"


class _LoggedRequests(RequestsTransport):  # type: ignore[misc]  # exported lazily, so untyped
    """Carries MSAL, and keeps its throttling from answering in a service's place.

    MSAL repeats a 5xx or 429 out of its own memory for 5 s, or as long as `Retry-After` says (msal,
    `ThrottledHttpClient`): trying again would fail without anybody being asked. Nothing is tried again here unless the
    person or a visible schedule wants it, so such answers are raised, which MSAL does not remember.
    """

    def __init__(self, log: RequestLog, session: requests.Session) -> None:
        super().__init__(session=session, connection_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS)
        self._log = log

    def send(self, request: Any, **kwargs: Any) -> Any:
        stop_if_abandoned()
        started = self._log.started()
        try:
            response = super().send(request, **kwargs)
        except Exception as error:
            _name_host(error, request.url)
            self._log.record(started, request.method, request.url, type(error).__name__, {})
            raise
        self._log.record(started, request.method, request.url, response.status_code, response.headers)
        if response.status_code == 429 or response.status_code >= 500:
            raise HttpResponseError(response=response)
        return response


class _LoggedAiohttp(AioHttpTransport):  # type: ignore[misc]  # exported lazily, so untyped
    def __init__(self, log: RequestLog, session: aiohttp.ClientSession, proxy: str | None) -> None:
        super().__init__(
            session=session, session_owner=False, connection_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS
        )
        self._log = log
        self._proxy = proxy

    async def send(self, request: Any, **kwargs: Any) -> Any:
        started = self._log.started()
        try:
            response = await super().send(request, **{"proxy": self._proxy, **kwargs})
        except (Exception, asyncio.CancelledError) as error:
            _name_host(error, request.url)
            self._log.record(started, request.method, request.url, type(error).__name__, {})
            raise
        self._log.record(started, request.method, request.url, response.status_code, response.headers)
        return response


class _LoggedHttpx(httpx.AsyncBaseTransport):
    def __init__(self, log: RequestLog, inner: httpx.AsyncBaseTransport) -> None:
        self._log = log
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        started = self._log.started()
        try:
            response = await self._inner.handle_async_request(request)
        except (Exception, asyncio.CancelledError) as error:
            _name_host(error, str(request.url))
            self._log.record(started, request.method, str(request.url), type(error).__name__, {})
            raise
        self._log.record(started, request.method, str(request.url), response.status_code, response.headers)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()
