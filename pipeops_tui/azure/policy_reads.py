"""Reads what the directory allows: registering applications, client secrets, and how many applications one can own."""

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

from pipeops_tui.azure.answer_limits import MalformedAnswerError
from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.errors.evidence import AzureOperation, RequestContext
from pipeops_tui.azure.json_values import in_utc
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import SecretPolicy

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

        async def read() -> bool | None:
            policy = await policies.authorization_policy.get(RequestConfiguration(query_parameters=query))
            permissions = policy.default_user_role_permissions if policy else None
            return permissions.allowed_to_create_apps if permissions else None

        return await self._ask(tenant_id, read)

    async def directory_roles(self, tenant_id: str) -> frozenset[str]:
        """Template ids of the caller's directory roles, direct or through groups."""
        builder = directory_role.GraphDirectoryRoleRequestBuilder
        query = builder.GraphDirectoryRoleRequestBuilderGetQueryParameters(select=["displayName", "roleTemplateId"])
        member_of = self._clients.graph(tenant_id).me.transitive_member_of

        async def read() -> frozenset[str]:
            found = await member_of.graph_directory_role.get(RequestConfiguration(query_parameters=query))
            roles = _present(_present(found).value)
            return frozenset(role.role_template_id.casefold() for role in roles if role.role_template_id)

        return await self._ask(tenant_id, read)

    async def secret_policy(self, tenant_id: str) -> SecretPolicy:
        """The tenant's default app management policy, as it holds for an application created now."""
        policies = self._clients.graph(tenant_id).policies

        async def read() -> SecretPolicy:
            policy = _present(await policies.default_app_management_policy.get())
            if not _present(policy.is_enabled):
                return SecretPolicy()
            restrictions = policy.application_restrictions
            return secret_policy((restrictions.password_credentials if restrictions else None) or (), self._clock.now())

        return await self._ask(tenant_id, read)

    async def owned_application_count(self, tenant_id: str) -> int:
        """By `$count`, which needs the eventual consistency level."""
        query = GraphApplicationRequestBuilder.GraphApplicationRequestBuilderGetQueryParameters(
            count=True, top=1, select=["id"]
        )
        headers = HeadersCollection()
        headers.add("ConsistencyLevel", "eventual")
        owned = self._clients.graph(tenant_id).me.owned_objects.graph_application
        configuration = RequestConfiguration(headers=headers, query_parameters=query)

        async def read() -> int:
            found = _present(await owned.get(configuration))
            count = found.odata_count
            # Kiota takes true for a number, as Python does.
            return len(_present(found.value)) if count is None or isinstance(count, bool) else count

        return await self._ask(tenant_id, read)

    async def _ask(self, tenant_id: str, read: Callable[[], Awaitable[T]]) -> T:
        return await self._clients.read_graph(RequestContext(AzureOperation.READ_POLICY, tenant_id=tenant_id), read)


def _present(value: T | None) -> T:
    """`value`. Raises where it is missing: that does not mean no roles, no limits or no applications."""
    if value is None:
        raise MalformedAnswerError("a part is missing")
    return value


def secret_policy(rules: Sequence[PasswordCredentialConfiguration], now: datetime) -> SecretPolicy:
    """The rules in force for an application created at `now` (Graph v1.0, passwordCredentialConfiguration)."""
    in_force = [rule for rule in rules if _in_force(rule, now)]
    lifetimes = [
        _present(rule.max_lifetime).days
        for rule in in_force
        if rule.restriction_type is AppCredentialRestrictionType.PasswordLifetime
    ]
    return SecretPolicy(
        forbidden=any(rule.restriction_type is AppCredentialRestrictionType.PasswordAddition for rule in in_force),
        longest_days=min(lifetimes, default=None),
    )


def _in_force(rule: PasswordCredentialConfiguration, now: datetime) -> bool:
    if rule.state is AppManagementRestrictionState.Disabled:
        return False
    since = in_utc(rule.restrict_for_apps_created_after_date_time)
    return since is None or since <= now
