"""Turns the exceptions of four libraries into the one exception that leaves this room, `CloudError`.

azure-core, azure-identity, kiota (Microsoft Graph) and the HTTP stacks under them each have their own. What one of them
says becomes `Evidence`, from which `errors.judge` makes the problem.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeGuard, TypeVar
from urllib.parse import urlsplit

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

from pipeops_tui.azure.answer_limits import AnswerTooLargeError, MalformedAnswerError, UnusableAnswerError
from pipeops_tui.azure.errors.evidence import (
    AzureService,
    Evidence,
    RequestContext,
    Transport,
    aadsts_numbers,
    evidence_of_answer,
    id_in,
)
from pipeops_tui.azure.errors.judge import judge
from pipeops_tui.azure.expected_answers import ForeignAnswerError, IncompleteAnswerError, UnexpectedAnswerError
from pipeops_tui.azure.json_values import parse
from pipeops_tui.azure.refusal_memory import RefusalMemory
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import CloudEndpoints
from pipeops_tui.core.problem import CloudError

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
_NO_SUCH_PART = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What reading an answer raises when a part of it is missing or of another type. Kiota raises a plain `Exception` where
the whole is of another type."""
_USER_INFO = re.compile(r"//[^/@\s]+@")
_HIDDEN_STATUS = re.compile(r"HTTP Error: (\d{3})")

READ_DEADLINE = 60.0
WRITE_DEADLINE = 100.0
"""Seconds until a request counts as lost; Graph and ARM themselves give up within 90."""


class ForeignAddressError(ServiceRequestError):
    """A request was to go to another host than the service's own, and was not sent."""


_TRANSPORTS: tuple[tuple[tuple[type[BaseException], ...], Transport], ...] = (
    ((AnswerTooLargeError,), Transport.TOO_LARGE),
    ((ForeignAnswerError,), Transport.INTERCEPTED),
    ((IncompleteAnswerError,), Transport.INCOMPLETE),
    ((MalformedAnswerError,), Transport.MALFORMED),
    ((ForeignAddressError,), Transport.FOREIGN),
    ((UnusableAnswerError, json.JSONDecodeError, UnicodeDecodeError, httpx.DecodingError), Transport.UNREADABLE),
    (_NEVER_CONNECTED, Transport.NOT_SENT),
    ((aiohttp.ClientError, httpx.TransportError, TimeoutError), Transport.NO_ANSWER),
)
"""What each exception of the libraries says; the first row that fits decides."""


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """Who is signed in, or signs in: `name` is a user principal name, or a program's client id."""

    name: str = ""
    is_program: bool = False


class Failures:
    """Runs SDK calls so that only `CloudError` comes out."""

    def __init__(self, clock: Clock, hosts: Mapping[AzureService, str], *, ca_file: Path | None = None) -> None:
        """`hosts` are the hosts that the services are asked at; the libraries' own errors seldom name them. `ca_file`
        holds the authorities that were given with --ca-file."""
        self._clock = clock
        self._hosts = hosts
        self._ca_file = ca_file
        self.caller: Callable[[], SignedInAs] = SignedInAs
        """Says who is signed in, as far as is known by now."""
        self.refusals = RefusalMemory(clock)

    async def perform(
        self, context: RequestContext, service: AzureService, call: Awaitable[T], deadline: float = READ_DEADLINE
    ) -> T:
        """Await one SDK call. Raises `CloudError`, without the SDK's exceptions and frames.

        Those hold requests and bodies, and with them tokens and secrets, that a traceback could show.
        """
        since = self._clock.monotonic()
        try:
            async with asyncio.timeout(deadline):
                answer = await call
        except CloudError as error:
            failure = error
        except Exception as error:
            failure = self.explain(context, service, error, since)
        else:
            self.refusals.went_well(context)
            return answer
        raise failure.with_traceback(None)

    def explain(
        self, context: RequestContext, service: AzureService, error: Exception, since: float | None = None
    ) -> CloudError:
        """The `CloudError` for whatever an SDK raised during a call that began at `since`, or for what is wrong with an
        answer that came."""
        if since is None:
            since = self._clock.monotonic()
        if not context.operation.tests_application:
            caller = self.caller()
            context = replace(context, account=context.account or caller.name, is_program=caller.is_program)
        evidence = self._evidence(context, service, error)
        if self._ca_file is not None:
            evidence = replace(evidence, ca_file=str(self._ca_file))
        judged = judge(evidence, self._clock.now())
        return self.refusals.with_memory(judged, context, service, since)

    def _evidence(self, context: RequestContext, service: AzureService, error: Exception) -> Evidence:
        host = self._hosts.get(service, "")
        if isinstance(error, UnexpectedAnswerError):
            found = evidence_of_answer(context, service, error.status, error.headers, None, host, self._clock.now())
            return replace(found, transport=_transport(error))
        if any(isinstance(cause, UnusableAnswerError | ForeignAddressError) for cause in _causes(error)):
            return Evidence(context, service, transport=_transport(error), reason=_reason(error), host=host)
        answer = _answer_in(error)
        if answer is not None:
            return evidence_of_answer(context, service, *answer, host, self._clock.now())
        if isinstance(error, ClientAuthenticationError):
            # What az itself says counts: behind it is no connection, but a program that was slow or did not start.
            inner = None if service is AzureService.AZURE_CLI else error.__cause__
            if isinstance(inner, json.JSONDecodeError | OSError) or _is_network(inner):
                return self._evidence(context, service, inner)
            return _sign_in_evidence(context, service, error)
        return Evidence(context, service, transport=_transport(error), reason=_reason(error), host=host)


def hosts_of(endpoints: CloudEndpoints) -> Mapping[AzureService, str]:
    """The hosts of a cloud's services, without ports. Which host the Azure CLI asks is not known."""
    addresses = {
        AzureService.ENTRA: endpoints.authority,
        AzureService.RESOURCE_MANAGER: endpoints.resource_manager,
        AzureService.GRAPH: endpoints.graph,
    }
    return {service: urlsplit(address).hostname or "" for service, address in addresses.items()}


def _is_network(error: BaseException | None) -> TypeGuard[AzureError]:
    return isinstance(error, AzureError) and not isinstance(error, ClientAuthenticationError)


def _sign_in_evidence(context: RequestContext, service: AzureService, error: ClientAuthenticationError) -> Evidence:
    """Evidence of a refusal that azure-identity gives as text only. MSAL names only the number of a 5xx answer."""
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
        correlation_id=id_in(text, "Correlation"),
        request_id=id_in(text, "Trace"),
    )


def _answer_in(error: Exception) -> tuple[int, Mapping[str, str], object] | None:
    """Status, headers and body (parsed JSON, or text) of the HTTP answer in an exception, where there was one."""
    if isinstance(error, HttpResponseError) and error.response is not None:
        response = error.response
        headers: Mapping[str, str] = getattr(response, "headers", {})
        return response.status_code or 0, headers, _json_or_text(_text_of(response))
    if isinstance(error, httpx.HTTPStatusError):
        plain = error.response
        return plain.status_code, plain.headers, _json_or_text(plain.text)
    if isinstance(error, APIError) and error.response_status_code:
        return error.response_status_code, error.response_headers or {}, _graph_body(error)
    return None


def _text_of(response: object) -> str:
    text = getattr(response, "text", None)
    try:
        return str(text()) if callable(text) else ""
    except Exception:  # a body that was never read, or cannot be decoded
        return ""


def _json_or_text(body: str) -> object:
    value = parse(body)
    return body if value is None else value


def _graph_body(error: APIError) -> object:
    if not isinstance(error, ODataError) or error.error is None:
        return ""
    details = [
        {"code": detail.code, "target": detail.target, "message": detail.message}
        for detail in error.error.details or ()
    ]
    return {"error": {"code": error.error.code, "message": error.error.message, "details": details}}


def _transport(error: Exception) -> Transport:
    """Whether the request can have been carried out. Only a failed connection proves that it was not."""
    for cause in _causes(error):
        for kinds, transport in _TRANSPORTS:
            if isinstance(cause, kinds):
                return transport
    if isinstance(error, _NO_SUCH_PART) or type(error) is Exception:
        return Transport.MALFORMED
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
