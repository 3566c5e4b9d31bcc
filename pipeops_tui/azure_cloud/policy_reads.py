"""What the directory allows: registering applications, client secrets, how many applications one may own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from msgraph.generated.models.app_credential_restriction_type import AppCredentialRestrictionType
from msgraph.generated.models.app_management_restriction_state import AppManagementRestrictionState
from msgraph.generated.models.password_credential_configuration import PasswordCredentialConfiguration
from msgraph.generated.policies.authorization_policy.authorization_policy_request_builder import (
    AuthorizationPolicyRequestBuilder,
)
from msgraph.generated.users.item.owned_objects.graph_application.graph_application_request_builder import (
    GraphApplicationRequestBuilder,
)
from msgraph.generated.users.item.transitive_member_of.graph_directory_role import (
    graph_directory_role_request_builder as directory_role,
)

from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.problems import local
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation
from pipeops_tui.clock import Clock
from pipeops_tui.model import SecretPolicy

T = TypeVar("T")


class PolicyReads:
    """Graph reads that many accounts are refused. Every method raises `CloudError`, which then means "unknown"."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock

    async def users_may_register(self, tenant_id: str) -> bool | None:
        """The tenant's authorization policy: `allowedToCreateApps`."""
        query = AuthorizationPolicyRequestBuilder.AuthorizationPolicyRequestBuilderGetQueryParameters(
            select=["defaultUserRolePermissions", "guestUserRoleId"]
        )
        policies = self._clients.graph(tenant_id).policies
        policy = await self._ask(
            tenant_id, lambda: policies.authorization_policy.get(RequestConfiguration(query_parameters=query))
        )
        permissions = policy.default_user_role_permissions if policy else None
        return permissions.allowed_to_create_apps if permissions else None

    async def directory_roles(self, tenant_id: str) -> frozenset[str]:
        """Template ids of the caller's directory roles, direct or through groups."""
        builder = directory_role.GraphDirectoryRoleRequestBuilder
        query = builder.GraphDirectoryRoleRequestBuilderGetQueryParameters(select=["displayName", "roleTemplateId"])
        member_of = self._clients.graph(tenant_id).me.transitive_member_of
        found = await self._ask(
            tenant_id, lambda: member_of.graph_directory_role.get(RequestConfiguration(query_parameters=query))
        )
        roles = _told(_told(found).value)
        return frozenset(role.role_template_id.casefold() for role in roles if role.role_template_id)

    async def secret_policy(self, tenant_id: str) -> SecretPolicy:
        """The tenant's default app management policy, as it holds for an application created now."""
        policies = self._clients.graph(tenant_id).policies
        policy = _told(await self._ask(tenant_id, lambda: policies.default_app_management_policy.get()))
        restrictions = policy.application_restrictions if policy.is_enabled else None
        return secret_policy((restrictions.password_credentials if restrictions else None) or (), self._clock.now())

    async def owned_application_count(self, tenant_id: str) -> int:
        """By `$count`, which needs the eventual consistency level."""
        query = GraphApplicationRequestBuilder.GraphApplicationRequestBuilderGetQueryParameters(
            count=True, top=1, select=["id"]
        )
        headers = HeadersCollection()
        headers.add("ConsistencyLevel", "eventual")
        owned = self._clients.graph(tenant_id).me.owned_objects.graph_application
        configuration = RequestConfiguration(headers=headers, query_parameters=query)
        found = _told(await self._ask(tenant_id, lambda: owned.get(configuration)))
        return found.odata_count if found.odata_count is not None else len(_told(found.value))

    async def _ask(self, tenant_id: str, read: Callable[[], Awaitable[T]]) -> T:
        return await self._clients.read_graph(Context(Operation.READ_POLICY, tenant_id=tenant_id), read)


def _told(value: T | None) -> T:
    """`value`, which an answer without it must not be taken for: no roles, no limits, no applications."""
    if value is None:
        raise local.empty_answer(Operation.READ_POLICY)
    return value


def secret_policy(rules: Sequence[PasswordCredentialConfiguration], now: datetime) -> SecretPolicy:
    """The rules in force for an application created at `now` (Graph v1.0, passwordCredentialConfiguration)."""
    in_force = [rule for rule in rules if _in_force(rule, now)]
    lifetimes = [
        rule.max_lifetime.days
        for rule in in_force
        if rule.restriction_type is AppCredentialRestrictionType.PasswordLifetime and rule.max_lifetime is not None
    ]
    return SecretPolicy(
        forbidden=any(rule.restriction_type is AppCredentialRestrictionType.PasswordAddition for rule in in_force),
        longest_days=min(lifetimes, default=None),
    )


def _in_force(rule: PasswordCredentialConfiguration, now: datetime) -> bool:
    if rule.state is AppManagementRestrictionState.Disabled:
        return False
    since = rule.restrict_for_apps_created_after_date_time
    return since is None or since <= now
