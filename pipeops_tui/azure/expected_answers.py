"""What counts as success of each request that provisioning relies on: documented statuses, parts of the body.

One table for both services. Whatever else arrives below 400 was not sent by Azure (`ForeignAnswerError`), or lacks what
makes it usable (`IncompleteAnswerError`); errors from 400 on are left to the SDKs. The check runs inside the SDKs'
pipelines: a policy for azure-core, a middleware for kiota. Sources: "Azure REST API reference" (resource groups
2021-04-01, role assignments 2022-04-01, providers 2021-04-01) and "Microsoft Graph REST API v1.0".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy
from azure.core.rest import AsyncHttpResponse
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from kiota_abstractions.request_option import RequestOption
from kiota_http.middleware.middleware import REQUEST_OPTIONS_KEY, BaseMiddleware

from pipeops_tui.azure.answer_limits import UnusableAnswerError
from pipeops_tui.azure.json_values import as_dict, parse
from pipeops_tui.core.names import is_guid

Part = Callable[[object], bool]
"""Whether a value of the body is what the program needs."""


class UnexpectedAnswerError(UnusableAnswerError):
    """An answer below 400 that is no success."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(f"the answer {status} cannot be used")
        self.status = status
        self.headers = headers


class ForeignAnswerError(UnexpectedAnswerError):
    """Azure never answers this request so: a proxy, a firewall or a sign-in page of the network did."""


class IncompleteAnswerError(UnexpectedAnswerError):
    """The answer reports success but lacks a part that the program needs; only Azure knows what was done."""


def _is_text(value: object) -> bool:
    """A text with something in it that can be written to a file."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _is_id(value: object) -> bool:
    return isinstance(value, str) and is_guid(value)


def _is_secret(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and bool(value.strip())


def _is_tags(value: object) -> bool:
    """The tags of a resource group, which has none before the first one is set."""
    return value is None or (isinstance(value, dict) and all(isinstance(one, str) for one in value.values()))


def _is_marks(value: object) -> bool:
    """The tags of an application."""
    return value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _has(parts: Mapping[str, Part]) -> Part:
    return lambda value: isinstance(value, dict) and all(fits(value.get(name)) for name, fits in parts.items())


def _list_of(parts: Mapping[str, Part], most: int = 10_000) -> Part:
    entry = _has(parts)
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(entry, value))


_MOST_CREDENTIALS: Final = 1_200
"""Entries in the collections of one application (Microsoft Learn, "Microsoft Entra app manifest", limits)."""
_GROUP = {"id": _is_text, "name": _is_text, "location": _is_text, "tags": _is_tags}
_ASSIGNMENT = {
    "name": _is_id,
    "properties": _has({"principalId": _is_id, "roleDefinitionId": _is_text, "scope": _is_text}),
}
_APPLICATION = {"id": _is_id, "appId": _is_id, "tags": _is_marks}
_PRINCIPAL = {"id": _is_id, "appId": _is_id}


@dataclass(frozen=True, slots=True)
class Success:
    """The successes of one request."""

    body: frozenset[int] = frozenset({200})
    """Statuses that come with a JSON object, which has `parts`."""
    empty: frozenset[int] = frozenset()
    """Statuses that come without content."""
    parts: Mapping[str, Part] = field(default_factory=dict)

    @classmethod
    def of(cls, *body: int, empty: tuple[int, ...] = (), parts: Mapping[str, Part] | None = None) -> Success:
        return cls(frozenset(body), frozenset(empty), parts or {})


# Microsoft Entra
GET_TENANT: Final = Success.of(200, parts={"issuer": _is_text, "token_endpoint": _is_text})
# Azure Resource Manager
NO_ANSWER_WITHOUT_TOKEN: Final = Success.of()
"""Of a request without a token: there is none but an error."""
GET_GROUP: Final = Success.of(200, parts=_GROUP)
PUT_GROUP: Final = Success.of(200, 201, parts=_GROUP)
DELETE_GROUP: Final = Success.of(empty=(200, 202))
GET_ASSIGNMENT: Final = Success.of(200, parts=_ASSIGNMENT)
PUT_ASSIGNMENT: Final = Success.of(200, 201, parts=_ASSIGNMENT)
LIST_ASSIGNMENTS: Final = Success.of(200, parts={"value": _list_of(_ASSIGNMENT)})
DELETE_ASSIGNMENT: Final = Success.of(200, empty=(204,), parts=_ASSIGNMENT)
REGISTER_PROVIDER: Final = Success.of(200, parts={"namespace": _is_text, "registrationState": _is_text})
# Microsoft Graph
GET_APPLICATION: Final = Success.of(200, parts=_APPLICATION)
LIST_APPLICATIONS: Final = Success.of(200, parts={"value": _list_of(_APPLICATION)})
UPSERT_APPLICATION: Final = Success.of(201, empty=(204,), parts=_APPLICATION)
CREATE_APPLICATION: Final = Success.of(201, parts=_APPLICATION)
DELETE_APPLICATION: Final = Success.of(empty=(204,))
RESTORE_APPLICATION: Final = Success.of(200, parts=_APPLICATION)
ADD_OWNER: Final = Success.of(empty=(204,))
GET_PRINCIPAL: Final = Success.of(200, parts=_PRINCIPAL)
UPSERT_PRINCIPAL: Final = Success.of(201, empty=(204,), parts=_PRINCIPAL)
CREATE_PRINCIPAL: Final = Success.of(201, parts=_PRINCIPAL)
ADD_PASSWORD: Final = Success.of(200, parts={"keyId": _is_id, "secretText": _is_secret, "endDateTime": _is_text})
LIST_PASSWORDS: Final = Success.of(
    200, parts={"id": _is_id, "passwordCredentials": _list_of({"keyId": _is_id}, _MOST_CREDENTIALS)}
)
REMOVE_PASSWORD: Final = Success.of(empty=(204,))


def check_answer(success: Success | None, status: int, headers: Mapping[str, str], content: bytes) -> None:
    """Raise `ForeignAnswerError` or `IncompleteAnswerError` unless the answer is a `success`. Without one, only what no
    service of Azure sends is refused. Broken JSON passes: the SDKs report that as a damaged answer."""
    if status >= 400:
        return
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if status >= 300 or kind.endswith("html"):
        raise ForeignAnswerError(status, headers)
    if success is None:
        return
    is_json = kind == "application/json"
    document = parse(content) if is_json else None
    if is_json and document is None and content.strip() not in (b"", b"null"):
        return
    if status in success.empty:
        if content.strip() and not is_json:
            raise ForeignAnswerError(status, headers)
        return
    if status not in success.body or not is_json:
        raise ForeignAnswerError(status, headers)
    if not _has(success.parts)(document):
        raise IncompleteAnswerError(status, headers)


class AnswerPolicy(AsyncHTTPPolicy[Any, Any]):
    """Checks the answers of Resource Manager. A call names its success with the option `success`."""

    async def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        success = request.context.options.pop("success", None)
        response = await self.next.send(request)
        answer = response.http_response
        if answer.status_code < 400:
            # The older of the two kinds of answers in azure-core has `body` instead of `content`.
            content = answer.content if isinstance(answer, AsyncHttpResponse) else answer.body()
            check_answer(success, answer.status_code, _lower(answer.headers), content)
        return response


class SuccessOption(RequestOption):
    """Names the success of a request to Graph."""

    def __init__(self, success: Success) -> None:
        self.success = success

    @staticmethod
    def get_key() -> str:
        """The key that the middleware finds it by."""
        return "pipeops-tui-success"


class AnswerMiddleware(BaseMiddleware):
    """Checks the answers of Microsoft Graph, as `AnswerPolicy` does those of Resource Manager."""

    async def send(self, request: httpx.Request, transport: httpx.AsyncBaseTransport) -> httpx.Response:
        # The last middleware takes the options off the request.
        option = as_dict(request.extensions.get(REQUEST_OPTIONS_KEY)).get(SuccessOption.get_key())
        response = await super().send(request, transport)
        success = option.success if isinstance(option, SuccessOption) else None
        if response.status_code < 400:
            await response.aread()
            check_answer(success, response.status_code, _lower(response.headers), response.content)
        return response


def expecting(success: Success, query: Any = None, *, prefer: str = "") -> RequestConfiguration[Any]:
    """The configuration of a request to Graph with this `success`, query parameters and `Prefer` header."""
    headers = HeadersCollection()
    if prefer:
        headers.add("Prefer", prefer)
    return RequestConfiguration(headers=headers, options=[SuccessOption(success)], query_parameters=query)


def _lower(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}
