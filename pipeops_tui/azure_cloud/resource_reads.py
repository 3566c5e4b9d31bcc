"""What a subscription holds and offers: regions, resource groups, providers, permissions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.resource.resources import models as resource_models
from azure.mgmt.resource.subscriptions import models as subscription_models

from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation
from pipeops_tui.azure_cloud.provider_documents import PROVIDERS_VERSION, ProviderDocuments
from pipeops_tui.azure_cloud.shapes import Document, mapping, mappings, text, texts
from pipeops_tui.model import Permission, Provider, Region, ResourceGroup, Subscription
from pipeops_tui.problem import CloudError

PERMISSIONS_VERSION = "2022-04-01"
_GROUPS_VERSION = "2021-04-01"
_KUBERNETES = ("Microsoft.ContainerService", "managedClusters")
_GROUPS = ("Microsoft.Resources", "resourceGroups")
_NOT_FOR_CUSTOMERS = ("euap", "stage", "stg")
"""Name parts of Azure's own test regions, which internal subscriptions list (Azure/azure-cli#7602)."""


class ResourceReads:
    """Reads of one account below its subscriptions. Every method raises `CloudError`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._documents = ProviderDocuments(clients)

    async def regions(self, subscription: Subscription) -> Sequence[Region]:
        """Physical regions, recommended first. Where Azure tells which of them take resource groups, only those."""
        listed, kubernetes, groups = await asyncio.gather(
            self._locations(subscription),
            self._type_locations(subscription, *_KUBERNETES),
            self._type_locations(subscription, *_GROUPS),
        )
        regions = [_region(location, kubernetes) for location in listed if _is_open(location, groups)]
        return sorted(regions, key=lambda region: not region.recommended)

    async def resource_groups(self, subscription: Subscription) -> Sequence[ResourceGroup]:
        """All groups, all pages, by name."""
        context = self._context(Operation.LIST_GROUPS, subscription)
        pages = self._clients.read_pages(context, f"{subscription.scope}/resourcegroups", _GROUPS_VERSION)
        found = [_group_of_json(item) async for page in pages for item in page]
        return sorted(found, key=lambda group: group.name.casefold())

    async def resource_group(self, subscription: Subscription, name: str) -> ResourceGroup | None:
        """One group, or None when the name is free."""
        context = self._context(Operation.GET_GROUP, subscription, name)
        return await self._clients.read_arm(context, lambda: self._group(subscription, name))

    async def providers(self, subscription: Subscription, namespaces: Sequence[str]) -> Sequence[Provider]:
        """Registration states of the providers named, one request each, side by side; of all when none is named."""
        if not namespaces:
            return await self._all_providers(subscription)
        states = await asyncio.gather(*(self._documents.state(subscription, one) for one in namespaces))
        return [Provider(namespace, state) for namespace, state in zip(namespaces, states, strict=True)]

    async def permissions(self, subscription: Subscription, group_name: str) -> Sequence[Permission]:
        """Permissions - List at the subscription (for which the SDK has no operation) or at a group, all pages."""
        context = self._context(Operation.READ_PERMISSIONS, subscription, group_name)
        pages = self._clients.read_pages(
            context, f"{context.scope}/providers/Microsoft.Authorization/permissions", PERMISSIONS_VERSION
        )
        return [
            Permission(texts(item.get("actions")), texts(item.get("notActions")))
            async for page in pages
            for item in page
        ]

    def _context(self, operation: Operation, subscription: Subscription, group: str = "") -> Context:
        scope = f"{subscription.scope}/resourceGroups/{group}" if group else subscription.scope
        return Context(
            operation,
            tenant_id=subscription.tenant_id,
            subscription_id=subscription.subscription_id,
            group=group,
            scope=scope,
        )

    async def _locations(self, subscription: Subscription) -> Sequence[subscription_models.Location]:
        async def ask() -> list[subscription_models.Location]:
            client = self._clients.resource_manager(subscription.tenant_id).subscriptions
            listed = client.subscriptions.list_locations(subscription.subscription_id)
            return [location async for location in listed]

        return await self._clients.read_arm(self._context(Operation.LIST_REGIONS, subscription), ask)

    async def _type_locations(
        self, subscription: Subscription, namespace: str, resource_type: str
    ) -> frozenset[str] | None:
        """Lower-cased display names of the regions that offer a resource type; None when that cannot be known."""
        try:
            document = await self._documents.offer(subscription, namespace)
        except CloudError:
            return None
        for entry in mappings(document.get("resourceTypes")):
            if text(entry, "resourceType").casefold() == resource_type.casefold():
                return frozenset(place.casefold() for place in texts(entry.get("locations"))) or None
        return None

    async def _all_providers(self, subscription: Subscription) -> Sequence[Provider]:
        context = self._context(Operation.LIST_PROVIDERS, subscription)
        pages = self._clients.read_pages(context, f"{subscription.scope}/providers", PROVIDERS_VERSION)
        return [
            Provider(text(item, "namespace"), text(item, "registrationState")) async for page in pages for item in page
        ]

    async def _group(self, subscription: Subscription, name: str) -> ResourceGroup | None:
        client = self._clients.resource_manager(subscription.tenant_id).resources(subscription.subscription_id)
        try:
            return group_of(await client.resource_groups.get(name))
        except ResourceNotFoundError as error:
            if error.error is not None and error.error.code == "ResourceGroupNotFound":
                return None
            raise


def group_of(item: resource_models.ResourceGroup) -> ResourceGroup:
    """The SDK's resource group as ours."""
    state = item.properties.provisioning_state if item.properties else None
    return ResourceGroup(
        name=item.name or "",
        location=item.location,
        provisioning_state=state or "Succeeded",
        tags=tuple(sorted((item.tags or {}).items())),
    )


def _group_of_json(item: Document) -> ResourceGroup:
    return ResourceGroup(
        name=text(item, "name"),
        location=text(item, "location"),
        provisioning_state=text(item.get("properties"), "provisioningState") or "Succeeded",
        tags=tuple(sorted((str(name), str(value)) for name, value in mapping(item.get("tags")).items())),
    )


def _is_open(location: subscription_models.Location, groups: frozenset[str] | None) -> bool:
    metadata = location.metadata
    name = (location.name or "").casefold()
    physical = location.type == "Region" and metadata is not None and metadata.region_type == "Physical"
    if not physical or any(part in name for part in _NOT_FOR_CUSTOMERS):
        return False
    return groups is None or (location.display_name or "").casefold() in groups


def _region(location: subscription_models.Location, kubernetes: frozenset[str] | None) -> Region:
    metadata = location.metadata
    display_name = location.display_name or location.name or ""
    return Region(
        name=location.name or "",
        display_name=display_name,
        geography=(metadata.geography if metadata else None) or "",
        recommended=metadata is not None and metadata.region_category == "Recommended",
        has_kubernetes=None if kubernetes is None else display_name.casefold() in kubernetes,
    )
