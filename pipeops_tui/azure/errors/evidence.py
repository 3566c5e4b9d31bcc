"""What is known about a failed request, as plain facts: the only input of the rules. Pure.

`evidence_of_answer` reads them from an HTTP answer: the error envelopes of Resource Manager, Graph and Entra, and the
headers that matter. Exceptions without an answer are read in `azure.failures`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeops_tui.azure.json_values import Document, as_dict, as_dicts, as_list, as_text, text_at
from pipeops_tui.azure.policy_answers import PolicyViolation, violations_in
from pipeops_tui.azure.request_log import CORRELATION_HEADERS, REQUEST_HEADERS, first_header, http_date

_LONGEST_MESSAGE = 2000
LONGEST_WAIT = 3600.0
"""Seconds; a `Retry-After` that asks for more is cut to it. Azure asks for minutes at most (Microsoft Learn, "Resource
Manager throttling")."""
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_ID_IN_TEXT = r"{name} ID:\s*([0-9a-f-]{{36}})"
_CLAIMS = re.compile(r'\bclaims="([^"]+)"')


class AzureService(StrEnum):
    """Who answered, or should have."""

    ENTRA = "Microsoft Entra ID"
    RESOURCE_MANAGER = "Azure Resource Manager"
    GRAPH = "Microsoft Graph"
    AZURE_CLI = "Azure CLI"
    MANAGED_IDENTITY = "the managed identity of this machine"


class Transport(StrEnum):
    """How far a request got when no usable answer came."""

    ANSWERED = "answered"
    NOT_SENT = "not sent"
    """No connection: certainly not carried out."""
    NO_ANSWER = "no answer"
    """Sent, or possibly sent, and no answer came back."""
    UNREADABLE = "unreadable"
    """An answer came that is not JSON: it was damaged on its way, or is a page of something else."""
    MALFORMED = "malformed"
    """An answer came that is JSON, but does not have the parts that Microsoft documents."""
    INCOMPLETE = "incomplete"
    """A success came that lacks a part it always has."""
    INTERCEPTED = "intercepted"
    """An answer came that the service never gives to this request."""
    TOO_LARGE = "too large"
    """An answer came that is larger than any of Azure's; the rest of it was not read."""
    FOREIGN = "foreign"
    """Not sent: an answer led to another host than the service's own."""


class AzureOperation(StrEnum):
    """What was being done, as it reads after "Could not"."""

    DISCOVER_CLOUD = "find the cloud's endpoints"
    LOOK_UP_TENANT = "look up the tenant"
    LOOK_UP_SUBSCRIPTION = "look up the subscription's tenant"
    SIGN_IN = "sign in"
    GET_TOKEN = "get a token"  # noqa: S105 - a phrase
    LIST_TENANTS = "list the tenants"
    LIST_SUBSCRIPTIONS = "list the subscriptions"
    LIST_REGIONS = "list the regions"
    LIST_GROUPS = "list the resource groups"
    GET_GROUP = "read the resource group"
    PUT_GROUP = "create the resource group"
    LIST_RESOURCES = "look into the resource group"
    LIST_CLUSTERS = "list the clusters of the resource group"
    DELETE_GROUP = "delete the resource group"
    LIST_PROVIDERS = "read the resource providers"
    REGISTER_PROVIDER = "register the resource provider"
    READ_CAPACITY = "read the quotas and sizes of the region"
    READ_PERMISSIONS = "read your permissions"
    READ_ACCESS = "read role assignments, locks and policies"
    PUT_ASSIGNMENT = "assign the role"
    GET_ASSIGNMENT = "read the role assignment"
    DELETE_ASSIGNMENT = "remove the role assignment"
    READ_ACTIVITY = "read the activity log"
    READ_DIRECTORY = "read the tenant"
    READ_POLICY = "read the tenant's policies"
    LIST_APPLICATIONS = "look for applications"
    CREATE_APPLICATION = "register the application"
    GET_APPLICATION = "read the application"
    DELETE_APPLICATION = "delete the application"
    RESTORE_APPLICATION = "restore the application"
    LIST_OWNERS = "list the application's owners"
    LIST_ROLE_HOLDERS = "list who has a directory role"
    ADD_OWNER = "add an owner to the application"
    GET_MEMBER = "find the user"
    CREATE_PRINCIPAL = "create the service principal"
    GET_PRINCIPAL = "read the service principal"
    ADD_PASSWORD = "add the client secret"  # noqa: S105 - a phrase
    LIST_PASSWORDS = "list the client secrets"
    REMOVE_PASSWORD = "remove the client secret"  # noqa: S105 - a phrase
    EXAMINE_SIGN_IN = "sign in with these values"
    TEST_SIGN_IN = "sign in as the application"
    TEST_ACCESS = "read the resource group as the application"

    @property
    def writes(self) -> bool:
        """Whether it changes anything in Azure."""
        return self in _WRITES

    @property
    def tests_application(self) -> bool:
        """Whether the new application does it, and not the signed-in account."""
        return self in (AzureOperation.TEST_SIGN_IN, AzureOperation.TEST_ACCESS)

    @property
    def examines_values(self) -> bool:
        """Whether it is about values that a person has pasted, and not about the account that is signed in."""
        return self in _ABOUT_PASTED_VALUES


_WRITES = frozenset(
    {
        AzureOperation.PUT_GROUP,
        AzureOperation.DELETE_GROUP,
        AzureOperation.REGISTER_PROVIDER,
        AzureOperation.PUT_ASSIGNMENT,
        AzureOperation.DELETE_ASSIGNMENT,
        AzureOperation.CREATE_APPLICATION,
        AzureOperation.DELETE_APPLICATION,
        AzureOperation.RESTORE_APPLICATION,
        AzureOperation.ADD_OWNER,
        AzureOperation.CREATE_PRINCIPAL,
        AzureOperation.ADD_PASSWORD,
        AzureOperation.REMOVE_PASSWORD,
    }
)

_ABOUT_PASTED_VALUES = frozenset(
    {AzureOperation.LOOK_UP_TENANT, AzureOperation.LOOK_UP_SUBSCRIPTION, AzureOperation.EXAMINE_SIGN_IN}
)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The operation and what it was about; texts and command lines are filled in from here."""

    operation: AzureOperation
    tenant_id: str = ""
    subscription_id: str = ""
    group: str = ""
    scope: str = ""
    """ARM id the operation wrote to or read."""
    principal_id: str = ""
    namespace: str = ""
    """Resource provider namespace."""
    account: str = ""
    """Who was signed in."""
    token_scope: str = ""
    """OAuth scope the token was for."""
    claims: str = ""
    """Claims the token was asked with, after a challenge."""
    for_graph: bool = False
    """Whether the token was for Microsoft Graph, and not for Resource Manager."""
    is_program: bool = False
    """Whether a service principal or a managed identity is signed in, which no person can sign in again."""


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One entry of `error.details`."""

    code: str
    target: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One failed request. Texts are as received; nothing here is a token, a secret or a body."""

    context: RequestContext
    service: AzureService
    transport: Transport = Transport.ANSWERED
    status: int | None = None
    code: str = ""
    """`error.code` of ARM and Graph, `error` of Entra (`invalid_grant`)."""
    message: str = ""
    details: tuple[ErrorDetail, ...] = ()
    policies: tuple[PolicyViolation, ...] = ()
    aadsts: tuple[int, ...] = ()
    """AADSTS numbers, the answer's own first."""
    suberror: str = ""
    claims: str = ""
    """Decoded claims challenge, JSON text."""
    retry_after: float | None = None
    host: str = ""
    """Host that was (or was to be) asked."""
    reason: str = ""
    """For failures below HTTP: the library's own words."""
    clock_skew: float | None = None
    """Seconds this computer's clock is ahead of the service's `Date` header."""
    correlation_id: str = ""
    request_id: str = ""
    ca_file: str = ""
    """The file of authorities that was given with --ca-file."""

    def says(self, *fragments: str) -> bool:
        """Whether every fragment occurs in the message or the reason, ignoring case."""
        text = f"{self.message}\n{self.reason}\n{' '.join(detail.message for detail in self.details)}".casefold()
        return all(fragment.casefold() in text for fragment in fragments)

    def has_code(self, *codes: str) -> bool:
        """Whether the error code, or that of any detail, is one of `codes`."""
        wanted = {code.casefold() for code in codes}
        return self.code.casefold() in wanted or any(detail.code.casefold() in wanted for detail in self.details)

    def has_aadsts(self, *numbers: int) -> bool:
        """Whether any of these AADSTS numbers was given."""
        return any(number in self.aadsts for number in numbers)


def aadsts_numbers(text: str) -> tuple[int, ...]:
    """The AADSTS numbers in `text`, in order, each once."""
    return tuple(dict.fromkeys(int(number) for number in re.findall(r"AADSTS(\d{4,9})", text)))


def id_in(text: str, name: str) -> str:
    """The id that a text of Microsoft Entra's ends with: `name` is Trace or Correlation; empty when there is none."""
    found = re.search(_ID_IN_TEXT.format(name=name), text, re.IGNORECASE)
    return found.group(1) if found else ""


def evidence_of_answer(
    context: RequestContext,
    service: AzureService,
    status: int,
    headers: Mapping[str, str],
    body: object,
    host: str,
    now: datetime,
) -> Evidence:
    """Evidence of an answer that was a failure. `body` is parsed JSON, or text where it is not JSON; `now` is this
    computer's time (UTC). A 2xx status means that the answer could not be read.

    Envelopes: Resource Manager and Graph `{"error": {code, message, details}}`, Entra `{"error", "error_description",
    "error_codes"}` (RFC 6749 with Microsoft's additions), and the capitalised one of older resource providers.
    """
    headers = {name.lower(): value for name, value in headers.items()}
    fields = as_dict(body)
    error = fields.get("error")
    envelope: Document = {}
    if isinstance(error, str):
        code, message, details = error, text_at(fields, "error_description"), None
    else:
        envelope = as_dict(error) or {key.lower(): value for key, value in fields.items()}
        code, message, details = text_at(envelope, "code"), text_at(envelope, "message"), envelope.get("details")
    return Evidence(
        context=context,
        service=service,
        transport=Transport.ANSWERED if status >= 300 else Transport.UNREADABLE,
        status=status,
        code=code,
        message=message[:_LONGEST_MESSAGE],
        details=tuple(
            ErrorDetail(text_at(one, "code"), text_at(one, "target"), text_at(one, "message"))
            for one in as_dicts(details)
        ),
        policies=violations_in([envelope, *as_dicts(details)], message),
        aadsts=_numbers(fields.get("error_codes"), message),
        suberror=text_at(fields, "suberror"),
        claims=challenge_claims(headers.get("www-authenticate", "")) or text_at(fields, "claims") or context.claims,
        retry_after=retry_after(headers.get("retry-after", ""), now),
        host=host,
        clock_skew=clock_skew(headers.get("date", ""), now),
        correlation_id=first_header(headers, CORRELATION_HEADERS) or as_text(fields.get("correlation_id")),
        request_id=first_header(headers, REQUEST_HEADERS) or as_text(fields.get("trace_id")),
    )


def challenge_claims(header: str) -> str:
    """The decoded claims of a `WWW-Authenticate: Bearer … claims="…"` challenge, whatever its `error`; or empty.

    Azure sends them with `insufficient_claims` and, for continuous access evaluation, with `invalid_token`
    (Microsoft Learn, "Claims challenges, claims requests, and client capabilities").
    """
    found = _CLAIMS.search(header)
    if found is None:
        return ""
    encoded = found.group(1).strip()
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def retry_after(header: str, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header, which holds seconds or an HTTP date (RFC 9110, 10.2.3); an hour at
    most, and None for anything else and for a time that has passed."""
    header = header.strip()
    if _SECONDS.fullmatch(header):
        return min(float(header), LONGEST_WAIT)
    moment = http_date(header)
    seconds = (moment - now).total_seconds() if moment else 0.0
    return min(seconds, LONGEST_WAIT) if seconds > 0 else None


def clock_skew(header: str, now: datetime) -> float | None:
    """Seconds this computer's clock is ahead of a `Date` header (negative: behind); None without one."""
    moment = http_date(header)
    return (now - moment).total_seconds() if moment else None


def _numbers(codes: object, message: str) -> tuple[int, ...]:
    listed = [code for code in as_list(codes) if isinstance(code, int)]
    return tuple(dict.fromkeys([*listed, *aadsts_numbers(message)]))
