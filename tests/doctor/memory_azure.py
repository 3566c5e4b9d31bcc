"""A small Azure in memory for the examination of five values: it knows tenants, subscriptions, applications and groups,
and answers in the order in which the real one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeops_tui.checks.provider_checks import REQUIRED_PROVIDERS
from pipeops_tui.core.model import (
    CONTRIBUTOR_ROLE_ID,
    Lock,
    Permission,
    PolicyFinding,
    Provider,
    ResourceGroup,
    RoleGrant,
    Subscription,
    SubscriptionState,
)
from pipeops_tui.core.model.doctor_facts import TenantPlace
from pipeops_tui.core.ports.pasted_values import ExaminedApplication
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.retry import Waits
from pipeops_tui.core.secret import Secret

GROUP = "PipeOpsRG"
TENANT = "3f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3"
CLIENT = "b0f3c1de-7a55-4f0c-8f38-3f6f1c2a9e44"
SECRET = "Zq38Q~" + "kT4wB1nXs9.dLr7_Hc2-Ym6pVf0~uGaEjR"
SUBSCRIPTION = "1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"
OTHER_TENANT = "8c1d2b43-0f6e-4c53-9d77-5a64be1090aa"
OTHER_SUBSCRIPTION = "77aa31b5-9c20-4d0e-b3f1-02fe5d8890ab"
GOVERNMENT_TENANT = "d3b6a8f0-2c4e-41aa-8e0d-93f2b1c57e64"
UNKNOWN = "0e9a7c15-64d2-4b8f-a1c3-7d5e2f80b946"
SECRET_ID = "5a2c7e91-3d48-4f6b-8c0a-1e9d7b64f230"
CONTRIBUTOR = Permission(("*",), ("Microsoft.Authorization/*/Write", "Microsoft.Authorization/*/Delete"))
READER = Permission(("*/read",), ())
CLOUD = "AzureCloud"


def refusal(number: int) -> CloudError:
    """Microsoft Entra's refusal of a sign-in."""
    details = (("Code", f"AADSTS{number}"),)
    return CloudError(
        FailureKind.FINAL, Problem("Refused", "No.", remedy="Ask.", details=details), 401, f"AADSTS{number}"
    )


def forbidden() -> CloudError:
    """A read that the application is not allowed."""
    return CloudError(FailureKind.REFUSED, Problem("Azure refused", "No permission."), 403, "AuthorizationFailed")


def unreachable() -> CloudError:
    """There is no network."""
    return CloudError(FailureKind.UNREACHABLE, Problem("No connection", "Azure was not reached.", remedy="Try again."))


@dataclass
class MemoryAzure:
    """An `Examiner`. Everything is well until a test changes a field; `asked` lists the questions."""

    tenants: dict[str, str] = field(
        default_factory=lambda: {
            TENANT: CLOUD,
            OTHER_TENANT: CLOUD,
            GOVERNMENT_TENANT: "AzureUSGovernment",
        }
    )
    domains: dict[str, str] = field(default_factory=lambda: {"contoso.onmicrosoft.com": TENANT})
    subscriptions: dict[str, str] = field(
        default_factory=lambda: {SUBSCRIPTION: TENANT, OTHER_SUBSCRIPTION: OTHER_TENANT}
    )
    client: str = CLIENT
    secret: str = SECRET
    sign_in_fails: CloudError | None = None
    """A refusal that comes for an application that is known and before its secret is looked at."""
    expired: bool = False
    late_refusal: CloudError | None = None
    """A refusal that comes when the secret is right."""
    state: SubscriptionState = SubscriptionState.ENABLED
    sees: bool = True
    """Whether the application sees the subscription."""
    groups: dict[str, ResourceGroup] = field(default_factory=lambda: {GROUP: ResourceGroup(GROUP, "westeurope")})
    """Those of the subscription that the application sees."""
    reads_all: bool = False
    """Whether it has a role on the whole subscription, so that a missing group is 404 and not 403."""
    elsewhere: tuple[ResourceGroup, ...] = ()
    """Groups of other subscriptions that it sees."""
    permissions: tuple[Permission, ...] = (CONTRIBUTOR,)
    roles: tuple[RoleGrant, ...] = ()
    unregistered: Mapping[str, str] = field(default_factory=dict)
    locks: tuple[Lock, ...] = ()
    policies: tuple[PolicyFinding, ...] = ()
    failing: dict[str, CloudError] = field(default_factory=dict)
    """Refusals by the name of the read."""
    asked: list[str] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    """Tenants and clients that a secret was sent for."""
    closed: int = 0
    waits: Waits = field(default_factory=Waits)

    def ask(self, name: str) -> None:
        self.asked.append(name)
        if name in self.failing:
            raise self.failing[name]

    async def tenant(self, tenant_id: str) -> TenantPlace | None:
        self.ask("tenant")
        found = self.domains.get(tenant_id, tenant_id)
        return TenantPlace(found, self.tenants[found]) if found in self.tenants else None

    async def tenant_of_subscription(self, subscription_id: str) -> str | None:
        self.ask("tenant_of_subscription")
        return self.subscriptions.get(subscription_id)

    async def sign_in(self, tenant_id: str, client_id: str, secret: Secret) -> ExaminedApplication:
        self.sent.append((tenant_id, client_id))
        self.ask("sign_in")
        if tenant_id not in self.tenants:
            raise refusal(90002)
        if tenant_id != TENANT or client_id != self.client:
            raise refusal(700016)
        if self.sign_in_fails is not None:
            raise self.sign_in_fails
        if secret.reveal() != self.secret:
            raise refusal(7000215)
        if self.expired:
            raise refusal(7000222)
        if self.late_refusal is not None:
            raise self.late_refusal
        return MemoryApplication(self)


if TYPE_CHECKING:
    _Anything: Any = object

    class _Unfaked(ExaminedApplication, _Anything):  # type: ignore[misc]
        """To mypy, the reads that no test is about are there."""

else:

    class _Unfaked:
        """The reads that no test is about are not there."""


class MemoryApplication(_Unfaked):
    """An `ExaminedApplication`."""

    def __init__(self, azure: MemoryAzure) -> None:
        self._azure = azure

    async def subscription(self, subscription_id: str) -> Subscription | None:
        self._azure.ask("subscription")
        if not self._azure.sees or subscription_id not in (SUBSCRIPTION,):
            return None
        return Subscription(subscription_id, "Pay-As-You-Go", TENANT, "Contoso", self._azure.state)

    async def visible_groups(self) -> tuple[tuple[Subscription, ResourceGroup], ...]:
        self._azure.ask("visible_groups")
        other = Subscription(OTHER_SUBSCRIPTION, "Another one", TENANT, "Contoso", SubscriptionState.ENABLED)
        return tuple((other, group) for group in self._azure.elsewhere)

    async def resource_groups(self, subscription: Subscription) -> Sequence[ResourceGroup]:
        self._azure.ask("resource_groups")
        return tuple(self._azure.groups.values())

    async def resource_group(self, subscription: Subscription, name: str) -> ResourceGroup | None:
        self._azure.ask("resource_group")
        found = next((one for one in self._azure.groups.values() if one.name.lower() == name.lower()), None)
        if found is None and not self._azure.reads_all:
            raise forbidden()
        return found

    async def permissions(self, subscription: Subscription, group_name: str = "") -> Sequence[Permission]:
        self._azure.ask("permissions")
        return self._azure.permissions

    async def own_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[RoleGrant]:
        self._azure.ask("own_roles")
        return self._azure.roles

    async def providers(self, subscription: Subscription, namespaces: Sequence[str] = ()) -> Sequence[Provider]:
        self._azure.ask("providers")
        return [Provider(name, self._azure.unregistered.get(name, "Registered")) for name in REQUIRED_PROVIDERS]

    async def locks(self, subscription: Subscription, group_name: str = "") -> Sequence[Lock]:
        self._azure.ask("locks")
        return self._azure.locks

    async def policy_findings(
        self, subscription: Subscription, group_name: str, location: str, tags: Sequence[tuple[str, str]]
    ) -> Sequence[PolicyFinding]:
        self._azure.ask("policy_findings")
        return self._azure.policies

    async def close(self) -> None:
        self._azure.closed += 1


def contributor_on(group: str) -> RoleGrant:
    """The role assignment of Contributor on a group of the subscription."""
    scope = f"/subscriptions/{SUBSCRIPTION}"
    return RoleGrant(
        f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR_ROLE_ID}",
        f"{scope}/resourceGroups/{group}",
    )


def read_only(name: str = "freeze") -> Lock:
    """A lock that forbids changes in the group."""
    return Lock(name, "ReadOnly", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}")
