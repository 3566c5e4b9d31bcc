"""Reads what a subscription contains and offers: regions, resource groups, providers, permissions.

One document of a provider says where it offers what and whether it is registered, and the large ones describe hundreds
of resource types, so each is asked for seldom.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.resource.resources import models as resource_models

from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.errors.evidence import AzureOperation, RequestContext
from pipeops_tui.azure.json_values import Document, as_dict, as_dicts, as_text, as_texts, text_at
from pipeops_tui.azure.resource_manager import AUTHORIZATION
from pipeops_tui.core.model import Cluster, Permission, Provider, Region, Resource, ResourceGroup, Subscription
from pipeops_tui.core.problem import CloudError

PROVIDERS_VERSION = "2021-04-01"

_Key = tuple[str, str]
PERMISSIONS_VERSION = "2022-04-01"
GROUPS_VERSION = "2021-04-01"
_LOCATIONS_VERSION = "2022-12-01"
_CLUSTERS_VERSION = "2024-09-01"
_NOT_REGISTERED = "MissingSubscriptionRegistration"
_KUBERNETES = ("Microsoft.ContainerService", "managedClusters")
_GROUPS = ("Microsoft.Resources", "resourceGroups")
_NOT_FOR_CUSTOMERS = ("euap", "stage", "stg")
"""Name parts of Azure's own test regions, which internal subscriptions list (Azure/azure-cli#7602)."""


class ProviderDocuments:
    """Providers - Get, as plain JSON. Every method raises `CloudError`; a failure is not kept."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._documents: dict[_Key, Document] = {}
        self._asking: dict[_Key, asyncio.Lock] = {}
        self._answered: set[_Key] = set()
        """Documents whose registration state has been answered: it can have changed since."""

    async def offer(self, subscription: Subscription, namespace: str) -> Document:
        """Any document of this run: what a provider offers where stays the same."""
        key = _key(subscription, namespace)
        async with self._asking.setdefault(key, asyncio.Lock()):
            return await self._get(key, subscription, namespace)

    async def state(self, subscription: Subscription, namespace: str) -> str:
        """The registration state (`Registered`, `NotRegistered`, …). The first call answers from the document of the
        offer; every later call asks Azure."""
        key = _key(subscription, namespace)
        async with self._asking.setdefault(key, asyncio.Lock()):
            if key in self._answered:
                self._documents.pop(key, None)
            document = await self._get(key, subscription, namespace)
            self._answered.add(key)
        return text_at(document, "registrationState")

    async def _get(self, key: _Key, subscription: Subscription, namespace: str) -> Document:
        if key not in self._documents:
            self._documents[key] = await self._ask(subscription, namespace)
        return self._documents[key]

    async def _ask(self, subscription: Subscription, namespace: str) -> Document:
        manager = self._clients.resource_manager(subscription.tenant_id)
        context = RequestContext(
            AzureOperation.LIST_PROVIDERS,
            tenant_id=subscription.tenant_id,
            subscription_id=subscription.subscription_id,
            namespace=namespace,
        )
        path = f"{subscription.scope}/providers/{namespace}"
        return await self._clients.read_arm(context, lambda: manager.get(path, PROVIDERS_VERSION))


def _key(subscription: Subscription, namespace: str) -> _Key:
    return subscription.subscription_id, namespace.casefold()


class ResourceReads:
    """Reads of one account below its subscriptions. Every method raises `CloudError`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._documents = ProviderDocuments(clients)

    async def regions(self, subscription: Subscription) -> Sequence[Region]:
        """Physical regions, recommended first. Where Azure says which of them take resource groups, only those."""
        listed, kubernetes, groups = await asyncio.gather(
            self._locations(subscription),
            self._type_locations(subscription, *_KUBERNETES),
            self._type_locations(subscription, *_GROUPS),
        )
        regions = [_region(location, kubernetes) for location in listed if _is_open(location, groups)]
        return sorted(regions, key=lambda region: not region.recommended)

    async def resource_groups(self, subscription: Subscription) -> Sequence[ResourceGroup]:
        """All groups, all pages, by name."""
        context = self._context(AzureOperation.LIST_GROUPS, subscription)
        pages = self._clients.read_pages(context, f"{subscription.scope}/resourcegroups", GROUPS_VERSION)
        found = [_group_of_json(item) async for page in pages for item in page]
        return sorted(found, key=lambda group: group.name.casefold())

    async def resource_group(self, subscription: Subscription, name: str) -> ResourceGroup | None:
        """One group, or None when the name is free."""
        context = self._context(AzureOperation.GET_GROUP, subscription, name)
        return await self._clients.read_arm(context, lambda: self._group(subscription, name))

    async def resource_count(self, subscription: Subscription, name: str) -> int:
        """Resources - List By Resource Group (2021-04-01), all pages."""
        context = self._context(AzureOperation.LIST_RESOURCES, subscription, name)
        pages = self._clients.read_pages(context, f"{context.scope}/resources", GROUPS_VERSION)
        return sum([len(page) async for page in pages])

    async def resources(self, subscription: Subscription, group_name: str) -> Sequence[Resource]:
        """Resources - List By Resource Group (2021-04-01), all pages, by type and name."""
        context = self._context(AzureOperation.LIST_RESOURCES, subscription, group_name)
        pages = self._clients.read_pages(context, f"{context.scope}/resources", GROUPS_VERSION)
        found = [
            Resource(text_at(item, "id"), text_at(item, "name"), text_at(item, "type"), text_at(item, "location"))
            async for page in pages
            for item in page
        ]
        return sorted(found, key=lambda one: (one.type.casefold(), one.name.casefold()))

    async def clusters(self, subscription: Subscription, group_name: str) -> Sequence[Cluster]:
        """Managed Clusters - List By Resource Group (2024-09-01). A subscription that is not registered for Kubernetes
        has none."""
        context = self._context(AzureOperation.LIST_CLUSTERS, subscription, group_name)
        path = f"{context.scope}/providers/{'/'.join(_KUBERNETES)}"
        pages = self._clients.read_pages(context, path, _CLUSTERS_VERSION)
        try:
            items = [item async for page in pages for item in page]
        except CloudError as error:
            if error.code != _NOT_REGISTERED:
                raise
            return []
        return [
            Cluster(text_at(item, "name"), group_name, text_at(item.get("properties"), "nodeResourceGroup"))
            for item in items
        ]

    async def providers(self, subscription: Subscription, namespaces: Sequence[str] = ()) -> Sequence[Provider]:
        """Registration states of the providers named, one request each, side by side; of all when none is named."""
        if not namespaces:
            return await self._all_providers(subscription)
        states = await asyncio.gather(*(self._documents.state(subscription, one) for one in namespaces))
        return [Provider(namespace, state) for namespace, state in zip(namespaces, states, strict=True)]

    async def permissions(self, subscription: Subscription, group_name: str = "") -> Sequence[Permission]:
        """Permissions - List at the subscription (for which the SDK has no operation) or at a group, all pages."""
        context = self._context(AzureOperation.READ_PERMISSIONS, subscription, group_name)
        pages = self._clients.read_pages(context, f"{context.scope}{AUTHORIZATION}/permissions", PERMISSIONS_VERSION)
        items = [item async for page in pages for item in page]
        if not all(isinstance(item.get("actions"), list) for item in items):
            # Taken for no actions they would say "not allowed".
            raise self._clients.malformed(context, "a permission without actions")
        return [Permission(as_texts(item.get("actions")), as_texts(item.get("notActions"))) for item in items]

    def _context(self, operation: AzureOperation, subscription: Subscription, group: str = "") -> RequestContext:
        return RequestContext(
            operation,
            tenant_id=subscription.tenant_id,
            subscription_id=subscription.subscription_id,
            group=group,
            scope=subscription.scope_of(group),
        )

    async def _locations(self, subscription: Subscription) -> Sequence[Document]:
        context = self._context(AzureOperation.LIST_REGIONS, subscription)
        pages = self._clients.read_pages(context, f"{subscription.scope}/locations", _LOCATIONS_VERSION)
        return [item async for page in pages for item in page]

    async def _type_locations(
        self, subscription: Subscription, namespace: str, resource_type: str
    ) -> frozenset[str] | None:
        """Lower-cased display names of the regions that offer a resource type; None when that cannot be known."""
        try:
            document = await self._documents.offer(subscription, namespace)
        except CloudError:
            return None
        for entry in as_dicts(document.get("resourceTypes")):
            if text_at(entry, "resourceType").casefold() == resource_type.casefold():
                return frozenset(place.casefold() for place in as_texts(entry.get("locations"))) or None
        return None

    async def _all_providers(self, subscription: Subscription) -> Sequence[Provider]:
        context = self._context(AzureOperation.LIST_PROVIDERS, subscription)
        pages = self._clients.read_pages(context, f"{subscription.scope}/providers", PROVIDERS_VERSION)
        return [
            Provider(text_at(item, "namespace"), text_at(item, "registrationState"))
            async for page in pages
            for item in page
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
    state = getattr(item.properties, "provisioning_state", None)
    return ResourceGroup(
        name=as_text(item.name),
        location=as_text(item.location),
        provisioning_state=as_text(state) or "Succeeded",
        tags=_tags(item.tags),
    )


def _group_of_json(item: Document) -> ResourceGroup:
    return ResourceGroup(
        name=text_at(item, "name"),
        location=text_at(item, "location"),
        provisioning_state=text_at(item.get("properties"), "provisioningState") or "Succeeded",
        tags=_tags(item.get("tags")),
    )


def _tags(tags: object) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(name), str(value)) for name, value in as_dict(tags).items()))


def _is_open(location: Document, groups: frozenset[str] | None) -> bool:
    name = text_at(location, "name").casefold()
    physical = text_at(location, "type") == "Region" and _metadata(location, "regionType") == "Physical"
    if not name or not physical or any(part in name for part in _NOT_FOR_CUSTOMERS):
        return False
    return groups is None or text_at(location, "displayName").casefold() in groups


def _region(location: Document, kubernetes: frozenset[str] | None) -> Region:
    name = text_at(location, "name")
    display_name = text_at(location, "displayName") or name
    return Region(
        name=name,
        display_name=display_name,
        geography=_metadata(location, "geography"),
        recommended=_metadata(location, "regionCategory") == "Recommended",
        has_kubernetes=None if kubernetes is None else display_name.casefold() in kubernetes,
        area=_metadata(location, "geographyGroup"),
    )


def _metadata(location: Document, key: str) -> str:
    return text_at(location.get("metadata"), key)
