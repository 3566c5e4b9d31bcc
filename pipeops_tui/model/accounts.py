"""Who signs in, how, and to which cloud."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeops_tui.problem import Problem
from pipeops_tui.sign_in_method import SignInMethod


@dataclass(frozen=True, slots=True)
class SignInWay:
    """One row of the Sign in screen: whether `method` can work here, and why not."""

    method: SignInMethod
    title: str
    detail: str
    available: bool
    recommended: bool = False


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the person needs for a device code sign-in, exactly as the service returned it."""

    user_code: str
    verification_uri: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CloudEndpoints:
    """One Azure cloud. URLs without trailing slash; scopes are OAuth scopes ending in `/.default`."""

    name: str
    authority: str
    resource_manager: str
    resource_manager_scope: str
    graph: str
    graph_scope: str
    portal: str
    discovered: bool = False
    """True when read from `--resource-manager`; sign-in then trusts this authority without instance discovery."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in. `name` is the user principal name, or the client id of a service principal."""

    name: str
    object_id: str
    home_tenant_id: str
    method: SignInMethod


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What the signed-in account's Resource Manager token says about the sign-in. None where it says nothing."""

    second_factor: bool | None
    """Whether a second factor was used, which Azure demands for changes."""
    is_person: bool | None


@dataclass(frozen=True, slots=True)
class Tenant:
    """A Microsoft Entra directory as ARM lists it. `locked` says why its subscriptions could not be read."""

    tenant_id: str
    display_name: str
    default_domain: str = ""
    locked: Problem | None = None
    asks_sign_in: bool = False
    """Whether a sign-in of its own would open it; otherwise reading it has failed, and may work the next time."""
