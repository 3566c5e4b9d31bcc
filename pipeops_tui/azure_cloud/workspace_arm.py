"""Writes through Resource Manager: the resource group, the role assignment, provider registrations."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.authorization.v2022_04_01 import models as authorization_models
from azure.mgmt.resource.resources import models as resource_models

from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.failures import READ_DEADLINE, WRITE_DEADLINE
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation
from pipeops_tui.azure_cloud.provider_documents import PROVIDERS_VERSION
from pipeops_tui.azure_cloud.resource_reads import group_of
from pipeops_tui.model import ResourceGroup, RoleAssignment, Subscription

T = TypeVar("T")


class ArmWrites:
    """The Resource Manager half of `ports.Workspace`. Each method is one request and raises `CloudError`."""

    def __init__(self, clients: Clients, subscription: Subscription, account: str) -> None:
        self._clients = clients
        self._subscription = subscription
        self._account = account
        manager = clients.resource_manager(subscription.tenant_id)
        self._manager = manager
        self._resources = manager.resources(subscription.subscription_id)
        self._assignments = manager.authorization(subscription.subscription_id).role_assignments

    @property
    def tenant_id(self) -> str:
        """The tenant that the subscription trusts, where the application lives."""
        return self._subscription.tenant_id

    @property
    def subscription_id(self) -> str:
        """The subscription written to."""
        return self._subscription.subscription_id

    @property
    def resource_manager(self) -> str:
        """The Resource Manager's URL."""
        return self._clients.endpoints.resource_manager

    async def get_group(self, name: str) -> ResourceGroup | None:
        """The group, or None when there is none of this name."""

        async def ask() -> ResourceGroup | None:
            try:
                return group_of(await self._resources.resource_groups.get(name))
            except ResourceNotFoundError as error:
                _raise_unless(error, "ResourceGroupNotFound")
                return None

        return await self._arm(Operation.GET_GROUP, ask(), group=name)

    async def put_group(self, name: str, location: str, tags: Sequence[tuple[str, str]]) -> ResourceGroup:
        """Create the group, or bring an existing one in this location to these tags."""
        body = resource_models.ResourceGroup(location=location, tags=dict(tags) or None)
        request = self._resources.resource_groups.create_or_update(name, body)
        return group_of(await self._arm(Operation.PUT_GROUP, request, group=name, deadline=WRITE_DEADLINE))

    async def group_is_empty(self, name: str) -> bool:
        """Whether the group holds no resource (more than one request only if Azure sends empty pages)."""

        async def ask() -> bool:
            async for _ in self._resources.resources.list_by_resource_group(name, top=1):
                return False
            return True

        return await self._arm(Operation.LIST_RESOURCES, ask(), group=name)

    async def delete_group(self, name: str) -> None:
        """Ask for deletion; returns when Azure has accepted it or the group is gone already."""

        async def ask() -> None:
            try:
                await self._resources.resource_groups.begin_delete(name, polling=False)
            except ResourceNotFoundError as error:
                _raise_unless(error, "ResourceGroupNotFound")

        await self._arm(Operation.DELETE_GROUP, ask(), group=name, deadline=WRITE_DEADLINE)

    async def put_role_assignment(self, scope: str, name: str, principal_id: str, role_id: str) -> RoleAssignment:
        """Grant built-in role `role_id` to a service principal. Saying its type lets Azure accept one that its
        directory copy does not know yet (Microsoft Learn, "Troubleshoot Azure RBAC")."""
        body = authorization_models.RoleAssignmentCreateParameters(
            role_definition_id=f"{self._subscription.scope}/providers/Microsoft.Authorization/roleDefinitions/{role_id}",
            principal_id=principal_id,
            principal_type="ServicePrincipal",
        )
        request = self._assignments.create(scope, name, body)
        made = await self._arm(
            Operation.PUT_ASSIGNMENT, request, scope=scope, principal_id=principal_id, deadline=WRITE_DEADLINE
        )
        return _assignment(made)

    async def get_role_assignment(self, scope: str, name: str) -> RoleAssignment | None:
        """The assignment, or None when there is none of this name."""

        async def ask() -> RoleAssignment | None:
            try:
                return _assignment(await self._assignments.get(scope, name))
            except ResourceNotFoundError as error:
                _raise_unless(error, "RoleAssignmentNotFound")
                return None

        return await self._arm(Operation.GET_ASSIGNMENT, ask(), scope=scope)

    async def role_assignments_of(self, scope: str, principal_id: str) -> Sequence[RoleAssignment]:
        """Every assignment of one principal that Azure lists at `scope`, all pages."""

        async def ask() -> list[RoleAssignment]:
            listed = self._assignments.list_for_scope(scope, filter=f"principalId eq '{principal_id}'")
            return [_assignment(item) async for item in listed]

        return await self._arm(Operation.GET_ASSIGNMENT, ask(), scope=scope)

    async def delete_role_assignment(self, scope: str, name: str) -> None:
        """Succeeds when it is gone already (Azure answers 204 then)."""

        async def ask() -> None:
            try:
                await self._assignments.delete(scope, name)
            except ResourceNotFoundError as error:
                _raise_unless(error, "RoleAssignmentNotFound", "ResourceGroupNotFound")

        await self._arm(Operation.DELETE_ASSIGNMENT, ask(), scope=scope, deadline=WRITE_DEADLINE)

    async def register_provider(self, namespace: str) -> str:
        """Ask for registration; the new state, usually `Registering`."""
        path = f"{self._subscription.scope}/providers/{namespace}/register"
        asked = self._manager.post(path, PROVIDERS_VERSION)
        document = await self._arm(Operation.REGISTER_PROVIDER, asked, namespace=namespace, deadline=WRITE_DEADLINE)
        return str(document.get("registrationState") or "")

    async def _arm(
        self,
        operation: Operation,
        call: Awaitable[T],
        *,
        group: str = "",
        scope: str = "",
        principal_id: str = "",
        namespace: str = "",
        deadline: float = READ_DEADLINE,
    ) -> T:
        context = Context(
            operation,
            tenant_id=self.tenant_id,
            subscription_id=self.subscription_id,
            group=group,
            scope=scope
            or (f"{self._subscription.scope}/resourceGroups/{group}" if group else self._subscription.scope),
            principal_id=principal_id,
            namespace=namespace,
            account=self._account,
        )
        return await self._clients.ask_arm(context, call, deadline)


def _assignment(item: authorization_models.RoleAssignment) -> RoleAssignment:
    return RoleAssignment(
        name=_text(item.name),
        scope=_text(item.scope),
        principal_id=_text(item.principal_id),
        role_definition_id=_text(item.role_definition_id),
    )


def _text(value: object) -> str:
    """A field that the SDK's types declare as always None, because only the service fills it."""
    return value if isinstance(value, str) else ""


def _raise_unless(error: ResourceNotFoundError, *codes: str) -> None:
    """Accept a 404 that says the thing itself is missing; any other one is a failure."""
    if error.error is None or error.error.code not in codes:
        raise error
