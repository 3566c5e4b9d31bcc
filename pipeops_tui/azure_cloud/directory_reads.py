"""What Microsoft Graph tells about a tenant: the organization, the caller, applications of a name."""

from __future__ import annotations

import asyncio

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.models.application import Application as GraphApplication
from msgraph.generated.models.organization import Organization
from msgraph.generated.models.user import User
from msgraph.generated.organization.organization_request_builder import OrganizationRequestBuilder
from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder

from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.graph_fields import USER_FIELDS
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation
from pipeops_tui.model import Application, Directory, Tenant
from pipeops_tui.problem import CloudError

APPLICATION_FIELDS = ["id", "appId", "displayName", "createdDateTime", "tags"]


class DirectoryReads:
    """Reads of one account in a tenant's directory. Every method raises `CloudError`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def directory(self, tenant: Tenant) -> Directory:
        """The organization and the caller. What the caller may not read is filled from what ARM knows, or empty."""
        organization, user = await asyncio.gather(self._organization(tenant), self._me(tenant))
        domains = (organization.verified_domains if organization else None) or []
        primary = next((domain.name for domain in domains if domain.is_default and domain.name), "")
        return Directory(
            tenant_id=tenant.tenant_id,
            display_name=(organization.display_name if organization else None) or tenant.display_name,
            primary_domain=primary or tenant.default_domain,
            user_type=(user.user_type if user else None) or "",
        )

    async def applications_named(self, tenant_id: str, display_name: str) -> list[Application]:
        """Applications with exactly this display name, ignoring case as Graph does."""
        query = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters(
            filter=f"displayName eq '{escape(display_name)}'", select=APPLICATION_FIELDS
        )
        context = Context(Operation.LIST_APPLICATIONS, tenant_id=tenant_id)
        applications = self._clients.graph(tenant_id).applications
        found = await self._clients.read_graph(
            context, lambda: applications.get(RequestConfiguration(query_parameters=query))
        )
        return [application_of(item) for item in (found.value if found else None) or ()]

    async def organization_id(self, tenant_id: str) -> str:
        """The tenant that Graph itself says it serves with the tokens of `tenant_id`; empty when it does not say."""
        organization = await self._organization(Tenant(tenant_id, tenant_id))
        return (organization.id if organization else None) or ""

    async def _organization(self, tenant: Tenant) -> Organization | None:
        query = OrganizationRequestBuilder.OrganizationRequestBuilderGetQueryParameters(
            select=["id", "displayName", "verifiedDomains"]
        )
        organization = self._clients.graph(tenant.tenant_id).organization
        context = Context(Operation.READ_DIRECTORY, tenant_id=tenant.tenant_id)
        try:
            found = await self._clients.read_graph(
                context, lambda: organization.get(RequestConfiguration(query_parameters=query))
            )
        except CloudError as error:
            if error.status in (400, 403, 404):
                return None
            raise
        return next(iter((found.value if found else None) or ()), None)

    async def _me(self, tenant: Tenant) -> User | None:
        """The caller; None when it is a service principal, or may not even read itself."""
        query = UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(select=list(USER_FIELDS))
        me = self._clients.graph(tenant.tenant_id).me
        context = Context(Operation.READ_DIRECTORY, tenant_id=tenant.tenant_id)
        try:
            return await self._clients.read_graph(context, lambda: me.get(RequestConfiguration(query_parameters=query)))
        except CloudError as error:
            if error.status in (400, 403, 404):
                return None
            raise


def application_of(item: GraphApplication) -> Application:
    """The SDK's application as ours."""
    return Application(
        object_id=item.id or "",
        app_id=item.app_id or "",
        display_name=item.display_name or "",
        created=item.created_date_time,
        tags=tuple(item.tags or ()),
    )


def escape(text: str) -> str:
    """`text` as it stands between single quotes in an OData filter."""
    return text.replace("'", "''")
