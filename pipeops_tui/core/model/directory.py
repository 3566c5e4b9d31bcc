"""Accounts, sign-in methods, the cloud and the tenants, and what a tenant's directory holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeops_tui.core.option_values import SignInMethod
from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.core.problem import Problem
from pipeops_tui.core.secret import Secret

SINGLE_TENANT = "AzureADMyOrg"
"""Who can sign in to a new application: its own tenant only. Always said: the service's default has changed over the
years and differs by tenant."""


@dataclass(frozen=True, slots=True)
class SignInOption(PlainTexts):
    """One row of the Sign in screen: whether `method` works on this computer; if not, `detail` says why."""

    method: SignInMethod
    title: str
    detail: str
    available: bool
    recommended: bool = False


@dataclass(frozen=True, slots=True)
class DeviceCode(PlainTexts):
    """The code and address for a device code sign-in, exactly as Microsoft Entra returned them."""

    user_code: str
    verification_uri: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CloudEndpoints(PlainTexts):
    """One Azure cloud. URLs without trailing slash; scopes are OAuth scopes ending in `/.default`."""

    name: str
    authority: str
    resource_manager: str
    resource_manager_scope: str
    graph: str
    graph_scope: str
    portal: str
    discovered: bool = False
    """Whether it was read from `--resource-manager`; sign-in then trusts this authority without instance discovery."""


@dataclass(frozen=True, slots=True)
class Account(PlainTexts):
    """Who is signed in. `name` is the user principal name, or the client id of a service principal."""

    name: str
    object_id: str
    home_tenant_id: str
    method: SignInMethod
    is_person: bool = True
    """False for a service principal or a managed identity."""


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What the account's Resource Manager token says about the sign-in; None where it does not say."""

    second_factor: bool | None
    """Whether a second factor was used, which Azure requires for changes."""
    is_person: bool | None


@dataclass(frozen=True, slots=True)
class Tenant(PlainTexts):
    """A Microsoft Entra directory as ARM lists it. `locked` says why its subscriptions could not be read."""

    tenant_id: str
    display_name: str
    default_domain: str = ""
    locked: Problem | None = None
    asks_sign_in: bool = False
    """Whether the tenant is locked because it requires a sign-in of its own; otherwise reading it failed for another
    reason, and can work the next time."""
    closed: bool = False
    """Whether the tenant is locked for a reason that neither a sign-in nor time changes: it is blocked, say."""


@dataclass(frozen=True, slots=True)
class Directory(PlainTexts):
    """The chosen tenant as Microsoft Graph shows it; texts that the account is not allowed to read are empty."""

    tenant_id: str
    display_name: str
    primary_domain: str
    user_type: str = ""
    """`Member` or `Guest`; empty when it is unknown, and for a service principal."""
    account_missing: bool = False
    """Whether the directory does not know the account, although Resource Manager lets it in: a partner's account."""


@dataclass(frozen=True, slots=True)
class SecretPolicy:
    """What the directory's app management policy says about client secrets of an application created now."""

    forbidden: bool = False
    longest_days: int | None = None


@dataclass(frozen=True, slots=True)
class Application(PlainTexts):
    """An application registration. Requests name it by `object_id`; `app_id` is the client id."""

    object_id: str
    app_id: str
    display_name: str
    created: datetime | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    """Free text that the portal shows under Branding & properties; read only where connections are looked for."""
    secrets: tuple[PasswordKey, ...] = ()
    """Its client secrets; read only where connections are looked for."""
    deleted: datetime | None = None
    """When it was soft-deleted; None for one that exists."""


@dataclass(frozen=True, slots=True)
class DirectoryMember(PlainTexts):
    """A user or a service principal of a tenant, as an owner of an application. `account_name` is the user principal
    name, or the client id."""

    object_id: str
    display_name: str
    account_name: str = ""


@dataclass(frozen=True, slots=True)
class ServicePrincipal(PlainTexts):
    """A service principal. Role assignments name it by `object_id`."""

    object_id: str
    app_id: str


@dataclass(frozen=True, slots=True)
class PasswordKey(PlainTexts):
    """A client secret as reads return it: without its value."""

    key_id: str
    description: str
    start: datetime | None
    end: datetime | None
    hint: str = ""
    """The first three characters of its value (Microsoft Graph, "passwordCredential"). Never written to disk."""


@dataclass(frozen=True, slots=True)
class NewPassword(PlainTexts):
    """The answer to adding a client secret; Microsoft Graph returns the value only in this answer."""

    key_id: str
    secret: Secret
    expires: datetime
