"""Writes through Resource Manager: resource group, role assignment, provider registrations."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.authorization.v2022_04_01 import models as authorization_models
from azure.mgmt.resource.resources import models as resource_models

from pipeops_tui.azure import expected_answers as expected
from pipeops_tui.azure.access_reads import ASSIGNMENTS_VERSION
from pipeops_tui.azure.answer_limits import ListLimit
from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.errors.evidence import AzureOperation, RequestContext
from pipeops_tui.azure.failures import READ_DEADLINE, WRITE_DEADLINE
from pipeops_tui.azure.json_values import Document, as_dict, as_text, text_at
from pipeops_tui.azure.region_reads import RegionReads
from pipeops_tui.azure.resource_manager import AUTHORIZATION
from pipeops_tui.azure.resource_reads import GROUPS_VERSION, PROVIDERS_VERSION, group_of
from pipeops_tui.core import refusals
from pipeops_tui.core.model import ResourceGroup, RoleAssignment, Subscription
from pipeops_tui.core.problem import CloudError

T = TypeVar("T")


class ArmWrites:
    """The Resource Manager half of `ports.Workspace`. Each method is one request and raises `CloudError`; only the
    refusal of a closed region is followed by a read."""

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
        """The tenant that the subscription belongs to, where the application is registered."""
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
                return group_of(await self._resources.resource_groups.get(name, success=expected.GET_GROUP))
            except ResourceNotFoundError as error:
                _raise_unless(error, "ResourceGroupNotFound")
                return None

        return await self._arm(AzureOperation.GET_GROUP, ask(), group=name)

    async def put_group(self, name: str, location: str, tags: Sequence[tuple[str, str]]) -> ResourceGroup:
        """Create the group, or bring an existing one in this location to these tags."""
        body = resource_models.ResourceGroup(location=location, tags=dict(tags) or None)

        async def ask() -> ResourceGroup:
            return group_of(
                await self._resources.resource_groups.create_or_update(name, body, success=expected.PUT_GROUP)
            )

        try:
            made = await self._arm(AzureOperation.PUT_GROUP, ask(), group=name, deadline=WRITE_DEADLINE)
        except CloudError as error:
            if error.code == refusals.CLOSED_BY_MICROSOFT:
                await self._name_open_regions(error)
            raise
        _require(made.name.lower() == name.lower(), AzureOperation.PUT_GROUP)
        return made

    async def _name_open_regions(self, error: CloudError) -> None:
        """Say in `error` which regions are open, where that can be read; costs one request."""
        with suppress(CloudError):
            restrictions = await RegionReads(self._clients).region_restrictions(self._subscription)
            allowed = next((one.allowed for one in restrictions if one.allowed), ())
            error.problem = replace(refusals.closed_by_microsoft(allowed), details=error.problem.details)

    async def group_is_empty(self, name: str) -> bool:
        """Whether the group holds no resource (more than one request only if Azure sends empty pages)."""

        path = f"{self._subscription.scope_of(name)}/resources"

        async def ask() -> bool:
            link, limit = self._manager.list_url(path, GROUPS_VERSION, **{"$top": "1"}), ListLimit()
            while link:
                page = await self._manager.page(link)
                limit.count(link, page.size)
                if page.items:
                    return False
                link = page.next_link
            return True

        return await self._arm(AzureOperation.LIST_RESOURCES, ask(), group=name)

    async def delete_group(self, name: str) -> None:
        """Ask for deletion; returns when Azure has accepted it or the group is gone already."""

        async def ask() -> None:
            try:
                await self._manager.delete(self._subscription.scope_of(name), GROUPS_VERSION, expected.DELETE_GROUP)
            except HttpResponseError as error:
                _raise_unless(error, "ResourceGroupNotFound")

        await self._arm(AzureOperation.DELETE_GROUP, ask(), group=name, deadline=WRITE_DEADLINE)

    async def put_role_assignment(self, scope: str, name: str, principal_id: str, role_id: str) -> RoleAssignment:
        """Grant built-in role `role_id` to a service principal. Saying its type lets Azure accept one that its
        directory copy does not know yet (Microsoft Learn, "Troubleshoot Azure RBAC")."""
        body = authorization_models.RoleAssignmentCreateParameters(
            role_definition_id=f"{self._subscription.scope}{AUTHORIZATION}/roleDefinitions/{role_id}",
            principal_id=principal_id,
            principal_type="ServicePrincipal",
        )
        request = self._assignments.create(scope, name, body, success=expected.PUT_ASSIGNMENT)
        made = await self._arm(
            AzureOperation.PUT_ASSIGNMENT, request, scope=scope, principal_id=principal_id, deadline=WRITE_DEADLINE
        )
        _require(_same(made.principal_id, principal_id) and _same(made.name, name), AzureOperation.PUT_ASSIGNMENT)
        return _assignment(made)

    async def get_role_assignment(self, scope: str, name: str) -> RoleAssignment | None:
        """The assignment, or None when there is none of this name."""

        async def ask() -> RoleAssignment | None:
            try:
                found = await self._assignments.get(scope, name, success=expected.GET_ASSIGNMENT)
            except ResourceNotFoundError as error:
                _raise_unless(error, "RoleAssignmentNotFound")
                return None
            _require(_same(found.name, name), AzureOperation.GET_ASSIGNMENT)
            return _assignment(found)

        return await self._arm(AzureOperation.GET_ASSIGNMENT, ask(), scope=scope)

    async def role_assignments_of(self, scope: str, principal_id: str) -> Sequence[RoleAssignment]:
        """Every assignment of one principal that Azure lists at `scope`, all pages."""

        async def ask() -> list[RoleAssignment]:
            path, query = f"{scope}{AUTHORIZATION}/roleAssignments", f"principalId eq '{principal_id}'"
            link, limit = self._manager.list_url(path, ASSIGNMENTS_VERSION, **{"$filter": query}), ListLimit()
            found = list[RoleAssignment]()
            while link:
                page = await self._manager.page(link, expected.LIST_ASSIGNMENTS)
                limit.count(link, page.size)
                found += map(_listed_assignment, page.items)
                link = page.next_link
            return found

        return await self._arm(AzureOperation.GET_ASSIGNMENT, ask(), scope=scope)

    async def delete_role_assignment(self, scope: str, name: str) -> None:
        """Succeeds when it is gone already (Azure answers 204 then)."""

        async def ask() -> None:
            try:
                await self._assignments.delete(scope, name, success=expected.DELETE_ASSIGNMENT)
            except ResourceNotFoundError as error:
                _raise_unless(error, "RoleAssignmentNotFound", "ResourceGroupNotFound")

        await self._arm(AzureOperation.DELETE_ASSIGNMENT, ask(), scope=scope, deadline=WRITE_DEADLINE)

    async def register_provider(self, namespace: str) -> str:
        """Ask for registration; the new state, usually `Registering`."""
        path = f"{self._subscription.scope}/providers/{namespace}/register"
        asked = self._manager.post(path, PROVIDERS_VERSION, success=expected.REGISTER_PROVIDER)
        document = await self._arm(
            AzureOperation.REGISTER_PROVIDER, asked, namespace=namespace, deadline=WRITE_DEADLINE
        )
        return text_at(document, "registrationState")

    async def _arm(
        self,
        operation: AzureOperation,
        call: Awaitable[T],
        *,
        group: str = "",
        scope: str = "",
        principal_id: str = "",
        namespace: str = "",
        deadline: float = READ_DEADLINE,
    ) -> T:
        context = RequestContext(
            operation,
            tenant_id=self.tenant_id,
            subscription_id=self.subscription_id,
            group=group,
            scope=scope or self._subscription.scope_of(group),
            principal_id=principal_id,
            namespace=namespace,
            account=self._account,
        )
        return await self._clients.ask_arm(context, call, deadline)


def _assignment(item: authorization_models.RoleAssignment) -> RoleAssignment:
    """The SDK's types declare these fields as always None, because only the service fills them."""
    return RoleAssignment(
        name=as_text(item.name),
        scope=as_text(item.scope),
        principal_id=as_text(item.principal_id),
        role_definition_id=as_text(item.role_definition_id),
    )


def _listed_assignment(item: Document) -> RoleAssignment:
    properties = as_dict(item.get("properties"))
    return RoleAssignment(
        name=text_at(item, "name"),
        scope=text_at(properties, "scope"),
        principal_id=text_at(properties, "principalId"),
        role_definition_id=text_at(properties, "roleDefinitionId"),
    )


def _same(value: object, other: str) -> bool:
    return as_text(value).lower() == other.lower()


def _require(fits: bool, operation: AzureOperation) -> None:
    """Raise `CloudError` unless the answer `fits` what was asked."""
    if not fits:
        raise local_errors.incomplete_answer(operation)


def _raise_unless(error: HttpResponseError, *codes: str) -> None:
    """Accept a 404 that says that what was asked for is missing; anything else is a failure."""
    if error.status_code != 404 or error.error is None or error.error.code not in codes:
        raise error
