"""From the exceptions of four SDKs to the one exception that leaves this room."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import Awaitable, Iterator, Mapping
from typing import TypeGuard, TypeVar

import aiohttp
import httpx
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
)
from azure.identity import AuthenticationRequiredError
from kiota_abstractions.api_error import APIError
from msgraph.generated.models.o_data_errors.o_data_error import ODataError

from pipeops_tui.azure_cloud.clouds import host_of
from pipeops_tui.azure_cloud.problems import judge
from pipeops_tui.azure_cloud.problems.answers import Answer, from_answer
from pipeops_tui.azure_cloud.problems.evidence import Context, Evidence, Service, Transport, aadsts_numbers
from pipeops_tui.azure_cloud.transports import asked_host
from pipeops_tui.clock import Clock
from pipeops_tui.problem import CloudError

T = TypeVar("T")

_NEVER_CONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    ssl.SSLCertVerificationError,
)
_USER_INFO = re.compile(r"//[^/@\s]+@")
_HIDDEN_STATUS = re.compile(r"HTTP Error: (\d{3})")

READ_DEADLINE = 60.0
WRITE_DEADLINE = 100.0
"""Seconds until a request counts as lost; Graph and ARM themselves give up within 90."""


class Failures:
    """Runs SDK calls so that only `CloudError` comes out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def perform(
        self, context: Context, service: Service, call: Awaitable[T], deadline: float = READ_DEADLINE
    ) -> T:
        """Await one SDK call. Raises `CloudError`, without the SDK's exceptions and frames.

        Those hold requests and bodies, and with them tokens and secrets, that a traceback could show.
        """
        try:
            async with asyncio.timeout(deadline):
                return await call
        except CloudError as error:
            failure = error
        except Exception as error:
            failure = self.explain(context, service, error)
        raise failure.with_traceback(None)

    def explain(self, context: Context, service: Service, error: Exception) -> CloudError:
        """The `CloudError` for whatever an SDK raised."""
        return judge(self._evidence(context, service, error), self._clock.now())

    def _evidence(self, context: Context, service: Service, error: Exception) -> Evidence:
        answer = _answer(error)
        if answer is not None:
            return from_answer(context, service, answer, self._clock.now())
        if isinstance(error, ClientAuthenticationError):
            # What az itself says counts: behind it is no connection, but a program that was slow or did not start.
            inner = None if service is Service.AZURE_CLI else error.__cause__
            if isinstance(inner, json.JSONDecodeError | OSError) or _is_network(inner):
                return self._evidence(context, service, inner)
            return _sign_in_evidence(context, service, error)
        return Evidence(context, service, transport=_transport(error), reason=_reason(error), host=_host(error))


def _is_network(error: BaseException | None) -> TypeGuard[AzureError]:
    return isinstance(error, AzureError) and not isinstance(error, ClientAuthenticationError)


def _sign_in_evidence(context: Context, service: Service, error: ClientAuthenticationError) -> Evidence:
    """A refusal that azure-identity tells in words only. MSAL hides a 5xx answer behind its number."""
    text = str(error.message)
    server = _HIDDEN_STATUS.search(text)
    return Evidence(
        context,
        service,
        status=int(server.group(1)) if server else None,
        code="interaction_required" if isinstance(error, AuthenticationRequiredError) else "",
        message=text,
        aadsts=aadsts_numbers(text),
        claims=context.claims,
    )


def _answer(error: Exception) -> Answer | None:
    """The HTTP answer inside an exception, where there was one."""
    if isinstance(error, HttpResponseError) and error.response is not None:
        response = error.response
        headers: Mapping[str, str] = getattr(response, "headers", {})
        url = str(getattr(response.request, "url", ""))
        return Answer(response.status_code or 0, headers, _body(response), host_of(url))
    if isinstance(error, httpx.HTTPStatusError):
        plain = error.response
        return Answer(plain.status_code, plain.headers, decoded(plain.text), plain.url.host)
    if isinstance(error, APIError) and error.response_status_code:
        return Answer(error.response_status_code, error.response_headers or {}, _graph_body(error))
    return None


def _body(response: object) -> object:
    text = getattr(response, "text", None)
    try:
        content = text() if callable(text) else ""
    except Exception:  # a body that was never read, or cannot be decoded
        return ""
    return decoded(content)


def decoded(text: str) -> object:
    """JSON text as what it means; the text itself when it is none."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value


def _graph_body(error: APIError) -> object:
    if not isinstance(error, ODataError) or error.error is None:
        return ""
    details = [
        {"code": detail.code, "target": detail.target, "message": detail.message}
        for detail in error.error.details or ()
    ]
    return {"error": {"code": error.error.code, "message": error.error.message, "details": details}}


def _transport(error: Exception) -> Transport:
    """Whether the request can have been carried out. Only a connection that never stood proves that it was not."""
    for cause in _causes(error):
        if isinstance(cause, _NEVER_CONNECTED):
            return Transport.NOT_SENT
        if isinstance(cause, aiohttp.ClientError | httpx.TransportError | TimeoutError):
            return Transport.NO_ANSWER
        if isinstance(cause, json.JSONDecodeError | UnicodeDecodeError | httpx.DecodingError):
            return Transport.UNREADABLE
    return Transport.NOT_SENT if isinstance(error, ServiceRequestError) else Transport.NO_ANSWER


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it was raised from, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _reason(error: Exception) -> str:
    """The library's words and the kinds of its causes, without what a proxy's address may hold of credentials."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    kinds = " from ".join(dict.fromkeys(type(cause).__name__ for cause in _causes(error)))
    text = _USER_INFO.sub("//", str(error).strip())
    return f"{kinds}: {text}" if text else kinds


def _host(error: Exception) -> str:
    return next(filter(None, map(asked_host, _causes(error))), "")
