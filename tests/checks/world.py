"""A session in which everything is well, and in which single answers can be changed or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeops_tui.checks.provider_checks import REQUIRED_PROVIDERS
from pipeops_tui.core.model import (
    Account,
    Application,
    CloudEndpoints,
    DenyAssignment,
    Directory,
    DirectoryMember,
    EligibleRole,
    Lock,
    MachineSize,
    Permission,
    PolicyFinding,
    Provider,
    Quota,
    Region,
    RegionRestriction,
    ResourceGroup,
    RoleGrant,
    SecretPolicy,
    SignInMethod,
    Subscription,
    SubscriptionState,
    TokenFacts,
)
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.wizard import Choices
from tests.support.unfaked import UnfakedSession

TENANT = "3f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3"
EVERYTHING = Permission(("*",), ())
CONTRIBUTOR = Permission(("*",), ("Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"))
READER = Permission(("*/read",), ())

SUBSCRIPTION = Subscription(
    subscription_id="1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4",
    display_name="Pay-As-You-Go",
    tenant_id=TENANT,
    tenant_name="Contoso",
    state=SubscriptionState.ENABLED,
    home_tenant_id=TENANT,
)
REGION = Region("westeurope", "West Europe", "Europe", recommended=True, has_kubernetes=True)
GROUP = ResourceGroup("data-rg", "westeurope")
NEW = Choices(subscription=SUBSCRIPTION, group_name="PipeOpsRG", region=REGION)
EXISTING = Choices(subscription=SUBSCRIPTION, existing_group=GROUP)


def refusal(kind: FailureKind = FailureKind.REFUSED, status: int | None = 403) -> CloudError:
    """What a read raises that is refused."""
    return CloudError(kind, Problem("Azure refused", "No."), status=status)


@dataclass
class World(UnfakedSession):
    """Answers reads from its fields; a `CloudError` in a field is raised. `asked` lists the questions."""

    account: Account = field(default_factory=lambda: Account("you@contoso.com", "6e0c", TENANT, SignInMethod.BROWSER))
    endpoints: CloudEndpoints = field(
        default_factory=lambda: CloudEndpoints(
            "AzureCloud", "https://l", "https://m", "s", "https://g", "s", "https://p"
        )
    )
    clock_skew: float | None = 0.0
    answers: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def _answer(self, name: str, otherwise: object) -> object:
        self.asked.append(name)
        answer = self.answers.get(name, otherwise)
        if isinstance(answer, CloudError):
            raise answer
        return answer

    async def regions(self, subscription: Subscription) -> Sequence[Region]:
        return self._answer("regions", [REGION])  # type: ignore[return-value]

    async def region_restrictions(self, subscription: Subscription) -> Sequence[RegionRestriction]:
        return self._answer("region_restrictions", [])  # type: ignore[return-value]

    async def cluster_restrictions(
        self, subscription: Subscription, region_names: Sequence[str]
    ) -> Sequence[RegionRestriction]:
        return self._answer("cluster_restrictions", [])  # type: ignore[return-value]

    async def resource_group(self, subscription: Subscription, name: str) -> ResourceGroup | None:
        found = GROUP if name.casefold() == GROUP.name else None
        return self._answer("resource_group", found)  # type: ignore[return-value]

    async def resource_count(self, subscription: Subscription, name: str) -> int:
        return self._answer("resource_count", 0)  # type: ignore[return-value]

    async def providers(self, subscription: Subscription, namespaces: Sequence[str] = ()) -> Sequence[Provider]:
        registered = [Provider(namespace, "Registered") for namespace in REQUIRED_PROVIDERS]
        return self._answer("providers", registered)  # type: ignore[return-value]

    async def quotas(self, subscription: Subscription, location: str) -> Sequence[Quota]:
        return self._answer(f"quotas/{location}", [])  # type: ignore[return-value]

    async def machine_sizes(self, subscription: Subscription, location: str) -> Sequence[MachineSize]:
        return self._answer(f"machine_sizes/{location}", [])  # type: ignore[return-value]

    async def permissions(self, subscription: Subscription, group_name: str = "") -> Sequence[Permission]:
        return self._answer(f"permissions/{group_name}".rstrip("/"), [EVERYTHING])  # type: ignore[return-value]

    async def directory(self, tenant_id: str) -> Directory:
        return self._answer("directory", Directory(TENANT, "Contoso", "contoso.com", "Member"))  # type: ignore[return-value]

    async def applications_named(self, tenant_id: str, display_name: str) -> Sequence[Application]:
        return self._answer("applications_named", [])  # type: ignore[return-value]

    async def token_facts(self, tenant_id: str) -> TokenFacts:
        return self._answer("token_facts", TokenFacts(second_factor=True, is_person=True))  # type: ignore[return-value]

    async def own_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[RoleGrant]:
        return self._answer("own_roles", [])  # type: ignore[return-value]

    async def eligible_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[EligibleRole]:
        return self._answer("eligible_roles", [])  # type: ignore[return-value]

    async def deny_assignments(self, subscription: Subscription, group_name: str = "") -> Sequence[DenyAssignment]:
        return self._answer("deny_assignments", [])  # type: ignore[return-value]

    async def locks(self, subscription: Subscription, group_name: str = "") -> Sequence[Lock]:
        return self._answer("locks", [])  # type: ignore[return-value]

    async def role_assignment_count(self, subscription: Subscription) -> int:
        return self._answer("role_assignment_count", 12)  # type: ignore[return-value]

    async def policy_findings(
        self, subscription: Subscription, group_name: str, location: str, tags: Sequence[tuple[str, str]]
    ) -> Sequence[PolicyFinding]:
        return self._answer("policy_findings", [])  # type: ignore[return-value]

    async def users_may_register(self, tenant_id: str) -> bool | None:
        return self._answer("users_may_register", True)  # type: ignore[return-value]

    async def directory_roles(self, tenant_id: str) -> frozenset[str]:
        return self._answer("directory_roles", frozenset())  # type: ignore[return-value]

    async def role_holders(self, tenant_id: str, template_ids: Sequence[str]) -> Sequence[DirectoryMember]:
        return self._answer("role_holders", ())  # type: ignore[return-value]

    async def secret_policy(self, tenant_id: str) -> SecretPolicy:
        return self._answer("secret_policy", SecretPolicy())  # type: ignore[return-value]

    async def owned_application_count(self, tenant_id: str) -> int:
        return self._answer("owned_application_count", 3)  # type: ignore[return-value]


def world(**answers: object) -> World:
    """Everything is well but for these answers."""
    return World(answers=dict(answers))
