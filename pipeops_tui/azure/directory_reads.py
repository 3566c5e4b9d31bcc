"""Reads the tenants of an account with their subscriptions, and from Microsoft Graph what a tenant holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.models.application import Application as GraphApplication
from msgraph.generated.models.organization import Organization
from msgraph.generated.models.user import User
from msgraph.generated.organization.organization_request_builder import OrganizationRequestBuilder
from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder

from pipeops_tui.azure.answer_limits import MalformedAnswerError
from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.errors.evidence import AzureOperation, RequestContext
from pipeops_tui.azure.json_values import Document, as_dicts, as_texts, in_utc, text_at
from pipeops_tui.azure.sdk_internals import USER_FIELDS
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import Application, Directory, Subscription, SubscriptionPage, SubscriptionState, Tenant
from pipeops_tui.core.problem import CloudError, FailureKind

SUBSCRIPTIONS_VERSION = "2022-12-01"
_GRACE = 0.3
"""Seconds for which one tenant can delay those behind it: rows then seldom change their order between two starts, and
never wait for a slow tenant."""
_SIDE_BY_SIDE = 12
"""Tenants asked at a time: each needs a token first, whose thread takes a moment of the event loop to start."""
_Answer = tuple[Tenant, Sequence[Subscription]]
APPLICATION_FIELDS = ["id", "appId", "displayName", "createdDateTime", "tags"]


class TenantReads:
    """Lists tenants once, and their subscriptions side by side."""

    def __init__(self, clients: Clients, home_tenant_id: str, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock
        self._home = home_tenant_id
        self._tenants: dict[str, Tenant] = {}
        self._claims: dict[str, str] = {}

    async def pages(self) -> AsyncIterator[SubscriptionPage]:
        """One page each time a tenant has answered, the account's own first and then by name, unless one keeps the
        others waiting. A subscription that another organization delegated comes last, on a page of its own, and only
        when it is not seen through its own tenant (Azure/azure-cli#12726). Tenants that nothing can open come last."""
        tenants = await self._list()
        room = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def ask(tenant: Tenant) -> _Answer:
            async with room:
                return await self.page(tenant)

        asked = [asyncio.create_task(ask(tenant)) for tenant in tenants]
        seen: set[str] = set()
        closed: list[Tenant] = []
        delegated: list[tuple[Tenant, list[Subscription]]] = []
        try:
            async with aclosing(self._in_order(asked)) as answers:
                async for (tenant, subscriptions), pending in answers:
                    if tenant.closed:
                        closed.append(tenant)
                        continue
                    own = [one for one in subscriptions if one.home_tenant_id in ("", tenant.tenant_id)]
                    others = [one for one in subscriptions if one.home_tenant_id not in ("", tenant.tenant_id)]
                    seen.update(one.subscription_id for one in own)
                    if others:
                        delegated.append((tenant, others))
                    yield SubscriptionPage(tenant, tuple(own), pending)
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        for tenant, others in delegated:
            left = tuple(one for one in others if one.subscription_id not in seen)
            if left:
                yield SubscriptionPage(tenant, left, 0)
        for tenant in closed:
            yield SubscriptionPage(tenant, (), 0)

    async def _in_order(self, asked: Sequence[asyncio.Task[_Answer]]) -> AsyncGenerator[tuple[_Answer, int], None]:
        """The answers, with how many are left; in order, as long as the next one is not `_GRACE` behind the others."""
        left = list(asked)
        grace: asyncio.Task[None] | None = None
        try:
            while left:
                ready = next((task for task in left if task.done()), None)
                in_order = ready is left[0]
                if ready is not None and (in_order or (grace is not None and grace.done())):
                    left.remove(ready)
                    yield ready.result(), len(left)
                    if in_order and grace is not None:
                        grace.cancel()
                        grace = None
                    continue
                if ready is not None and grace is None:
                    grace = asyncio.create_task(self._clock.sleep(_GRACE))
                waiting = [task for task in (*left, grace) if task is not None and not task.done()]
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if grace is not None:
                grace.cancel()

    async def page(self, tenant: Tenant) -> _Answer:
        """What `tenant` answers; when it refuses, the tenant comes back locked, with the reason. Never raises."""
        self._claims.pop(tenant.tenant_id, None)
        try:
            return tenant, await self.subscriptions(tenant)
        except CloudError as error:
            self._claims[tenant.tenant_id] = error.claims
            asks = error.kind in (FailureKind.SIGN_IN, FailureKind.REFUSED)
            closed = error.no_token and error.kind is FailureKind.FINAL
            return replace(tenant, locked=error.problem, asks_sign_in=asks, closed=closed), ()

    def claims(self, tenant_id: str) -> str:
        """The claims with which the tenant asked to be signed in to when it last refused; empty when it named none."""
        return self._claims.get(tenant_id, "")

    async def subscriptions(self, tenant: Tenant) -> Sequence[Subscription]:
        """All subscriptions seen through `tenant`, all pages. Raises `CloudError`."""
        context = RequestContext(AzureOperation.LIST_SUBSCRIPTIONS, tenant_id=tenant.tenant_id)
        pages = self._clients.read_pages(context, "/subscriptions", SUBSCRIPTIONS_VERSION)
        items = [item async for page in pages for item in page]
        found = [_subscription(item, tenant) for item in items if text_at(item, "subscriptionId")]
        if items and not found:
            # Left out, they would say that there is none.
            raise self._clients.malformed(context, "no subscription of the list has an id")
        return found

    async def tenant(self, tenant_id: str) -> Tenant:
        """One tenant of the account's list; of one that is not listed, only the id is known. Raises `CloudError`."""
        if not self._tenants:
            await self._list()
        return self._tenants.get(tenant_id) or Tenant(tenant_id, tenant_id)

    async def _list(self) -> Sequence[Tenant]:
        context = RequestContext(AzureOperation.LIST_TENANTS, tenant_id=self._home)
        pages = self._clients.read_pages(context, "/tenants", SUBSCRIPTIONS_VERSION)
        found = [_tenant(item) async for page in pages for item in page if text_at(item, "tenantId")]
        self._tenants = {tenant.tenant_id: tenant for tenant in found}
        if not found and self._home:
            self._tenants[self._home] = Tenant(self._home, self._home)
        # The account's own tenant first: its subscriptions are the likeliest choice.
        return sorted(
            self._tenants.values(), key=lambda tenant: (tenant.tenant_id != self._home, tenant.display_name.casefold())
        )


def _tenant(item: Document) -> Tenant:
    tenant_id = text_at(item, "tenantId")
    return Tenant(tenant_id, text_at(item, "displayName") or tenant_id, text_at(item, "defaultDomain"))


def _subscription(item: Document, tenant: Tenant) -> Subscription:
    policies = item.get("subscriptionPolicies")
    subscription_id = text_at(item, "subscriptionId")
    return Subscription(
        subscription_id=subscription_id,
        display_name=text_at(item, "displayName") or subscription_id,
        tenant_id=tenant.tenant_id,
        tenant_name=tenant.display_name,
        state=_state(item.get("state")),
        quota_id=text_at(policies, "quotaId"),
        spending_limit=text_at(policies, "spendingLimit"),
        home_tenant_id=text_at(item, "tenantId"),
        managed_by=tuple(text_at(entry, "tenantId") for entry in as_dicts(item.get("managedByTenants"))),
    )


def _state(value: object) -> SubscriptionState:
    """Azure's state; one that is not known yet counts as enabled, for Azure itself refuses what it must."""
    try:
        return SubscriptionState(str(value))
    except ValueError:
        return SubscriptionState.ENABLED


class DirectoryReads:
    """Reads of one account in a tenant's directory. Every method raises `CloudError`."""

    def __init__(self, clients: Clients, tenants: TenantReads) -> None:
        self._clients = clients
        self._tenants = tenants

    async def directory(self, tenant_id: str) -> Directory:
        """The organization and the caller. What the caller cannot read is filled from Resource Manager, or empty."""
        tenant = await self._tenants.tenant(tenant_id)
        organization, (user, missing) = await asyncio.gather(self._organization(tenant), self._me(tenant))
        domains = (organization.verified_domains if organization else None) or []
        primary = next((domain.name for domain in domains if domain.is_default and domain.name), "")
        return Directory(
            tenant_id=tenant.tenant_id,
            display_name=(organization.display_name if organization else None) or tenant.display_name,
            primary_domain=primary or tenant.default_domain,
            user_type=(user.user_type if user else None) or "",
            account_missing=missing,
        )

    async def applications_named(self, tenant_id: str, display_name: str) -> list[Application]:
        """Applications with exactly this display name, ignoring case as Graph does."""
        query = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters(
            filter=f"displayName eq '{escape(display_name)}'", select=APPLICATION_FIELDS
        )
        context = RequestContext(AzureOperation.LIST_APPLICATIONS, tenant_id=tenant_id)
        applications = self._clients.graph(tenant_id).applications

        async def read() -> list[Application]:
            found = await applications.get(RequestConfiguration(query_parameters=query))
            if found is None or found.value is None:
                raise MalformedAnswerError("not a list")
            return [application_of(item) for item in found.value]

        return await self._clients.read_graph(context, read)

    async def organization_id(self, tenant_id: str) -> str:
        """The tenant that Graph itself says it serves with the tokens of `tenant_id`; empty when it does not say."""
        organization = await self._organization(Tenant(tenant_id, tenant_id))
        return (organization.id if organization else None) or ""

    async def _organization(self, tenant: Tenant) -> Organization | None:
        query = OrganizationRequestBuilder.OrganizationRequestBuilderGetQueryParameters(
            select=["id", "displayName", "verifiedDomains"]
        )
        organization = self._clients.graph(tenant.tenant_id).organization
        context = RequestContext(AzureOperation.READ_DIRECTORY, tenant_id=tenant.tenant_id)
        try:
            found = await self._clients.read_graph(
                context, lambda: organization.get(RequestConfiguration(query_parameters=query))
            )
        except CloudError as error:
            if _says_no(error):
                return None
            raise
        return next(iter((found.value if found else None) or ()), None)

    async def _me(self, tenant: Tenant) -> tuple[User | None, bool]:
        """The caller, None when it is a service principal or cannot read itself; and whether the directory says that it
        does not have it."""
        query = UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(select=list(USER_FIELDS))
        me = self._clients.graph(tenant.tenant_id).me
        context = RequestContext(AzureOperation.READ_DIRECTORY, tenant_id=tenant.tenant_id)
        try:
            found = await self._clients.read_graph(
                context, lambda: me.get(RequestConfiguration(query_parameters=query))
            )
        except CloudError as error:
            if _says_no(error) or error.kind is FailureKind.UNREADABLE:
                return None, error.status == 404
            raise
        return found, False


def _says_no(error: CloudError) -> bool:
    """Whether Microsoft Graph itself has answered, and does not show this. Without a token it was never asked."""
    return not error.no_token and error.status in (400, 403, 404)


def application_of(item: GraphApplication) -> Application:
    """The SDK's application as ours."""
    return Application(
        object_id=item.id or "",
        app_id=item.app_id or "",
        display_name=item.display_name or "",
        created=in_utc(item.created_date_time),
        tags=as_texts(item.tags),
        deleted=in_utc(item.deleted_date_time),
    )


def escape(text: str) -> str:
    """`text` for use between single quotes in an OData filter."""
    return text.replace("'", "''")
