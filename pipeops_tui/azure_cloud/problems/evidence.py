"""What the wire said about a failure, as plain facts: the only input of the rules. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Service(StrEnum):
    """Who answered, or should have."""

    ENTRA = "Microsoft Entra ID"
    RESOURCE_MANAGER = "Azure Resource Manager"
    GRAPH = "Microsoft Graph"
    AZURE_CLI = "Azure CLI"
    MACHINE = "this computer"


class Transport(StrEnum):
    """How far a request got when no usable answer came."""

    ANSWERED = "answered"
    NOT_SENT = "not sent"
    """No connection: certainly not carried out."""
    NO_ANSWER = "no answer"
    """Sent, or perhaps sent, and nothing came back."""
    UNREADABLE = "unreadable"
    """Something came back that is not what the service speaks."""


class Operation(StrEnum):
    """What was being done, as it reads after "Could not"."""

    DISCOVER_CLOUD = "find the cloud's endpoints"
    SIGN_IN = "sign in"
    GET_TOKEN = "get a token"  # noqa: S105 - a phrase
    LIST_TENANTS = "list the tenants"
    LIST_SUBSCRIPTIONS = "list the subscriptions"
    LIST_REGIONS = "list the regions"
    LIST_GROUPS = "list the resource groups"
    GET_GROUP = "read the resource group"
    PUT_GROUP = "create the resource group"
    LIST_RESOURCES = "look into the resource group"
    DELETE_GROUP = "delete the resource group"
    LIST_PROVIDERS = "read the resource providers"
    REGISTER_PROVIDER = "register the resource provider"
    READ_PERMISSIONS = "read what you may do"
    READ_ACCESS = "read role assignments, locks and policies"
    PUT_ASSIGNMENT = "assign the role"
    GET_ASSIGNMENT = "read the role assignment"
    DELETE_ASSIGNMENT = "remove the role assignment"
    READ_DIRECTORY = "read the directory"
    READ_POLICY = "read the directory's policies"
    LIST_APPLICATIONS = "look for applications"
    CREATE_APPLICATION = "register the application"
    GET_APPLICATION = "read the application"
    DELETE_APPLICATION = "delete the application"
    CREATE_PRINCIPAL = "create the service principal"
    GET_PRINCIPAL = "read the service principal"
    ADD_PASSWORD = "add the client secret"  # noqa: S105 - a phrase
    LIST_PASSWORDS = "list the client secrets"
    REMOVE_PASSWORD = "remove the client secret"  # noqa: S105 - a phrase
    PROVE_SIGN_IN = "sign in as the application"
    PROVE_ACCESS = "read the resource group as the application"

    @property
    def writes(self) -> bool:
        """Whether it changes anything in Azure."""
        return self in _WRITES


_WRITES = frozenset(
    {
        Operation.PUT_GROUP,
        Operation.DELETE_GROUP,
        Operation.REGISTER_PROVIDER,
        Operation.PUT_ASSIGNMENT,
        Operation.DELETE_ASSIGNMENT,
        Operation.CREATE_APPLICATION,
        Operation.DELETE_APPLICATION,
        Operation.CREATE_PRINCIPAL,
        Operation.ADD_PASSWORD,
        Operation.REMOVE_PASSWORD,
    }
)


@dataclass(frozen=True, slots=True)
class Context:
    """The operation and what it was about; texts and command lines are filled in from here."""

    operation: Operation
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


@dataclass(frozen=True, slots=True)
class Detail:
    """One entry of `error.details`."""

    code: str
    target: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One failed request. Texts are as received; nothing here is a token, a secret or a body."""

    context: Context
    service: Service
    transport: Transport = Transport.ANSWERED
    status: int | None = None
    code: str = ""
    """`error.code` of ARM and Graph, `error` of Entra (`invalid_grant`)."""
    message: str = ""
    details: tuple[Detail, ...] = ()
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
