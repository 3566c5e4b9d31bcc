"""What Azure says of resource providers: where they offer what, and whether they are registered. Asked as seldom as can
be: one document tells both, and the large ones describe hundreds of resource types."""

from __future__ import annotations

import asyncio

from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation
from pipeops_tui.azure_cloud.shapes import Document, text
from pipeops_tui.model import Subscription

PROVIDERS_VERSION = "2021-04-01"

_Key = tuple[str, str]


class ProviderDocuments:
    """Providers - Get, as plain JSON. Every method raises `CloudError`; a failure is not kept."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._documents: dict[_Key, Document] = {}
        self._asking: dict[_Key, asyncio.Lock] = {}
        self._told: set[_Key] = set()
        """Documents whose registration state somebody has been told: it may have changed since."""

    async def offer(self, subscription: Subscription, namespace: str) -> Document:
        """Any document of this run: what a provider offers where stays the same."""
        key = _key(subscription, namespace)
        async with self._asking.setdefault(key, asyncio.Lock()):
            return await self._get(key, subscription, namespace)

    async def state(self, subscription: Subscription, namespace: str) -> str:
        """The registration state (`Registered`, `NotRegistered`, …). The first who asks is told what came along with
        the offer; everyone after that asks Azure."""
        key = _key(subscription, namespace)
        async with self._asking.setdefault(key, asyncio.Lock()):
            if key in self._told:
                self._documents.pop(key, None)
            document = await self._get(key, subscription, namespace)
            self._told.add(key)
        return text(document, "registrationState")

    async def _get(self, key: _Key, subscription: Subscription, namespace: str) -> Document:
        if key not in self._documents:
            self._documents[key] = await self._ask(subscription, namespace)
        return self._documents[key]

    async def _ask(self, subscription: Subscription, namespace: str) -> Document:
        manager = self._clients.resource_manager(subscription.tenant_id)
        context = Context(
            Operation.LIST_PROVIDERS,
            tenant_id=subscription.tenant_id,
            subscription_id=subscription.subscription_id,
            namespace=namespace,
        )
        path = f"{subscription.scope}/providers/{namespace}"
        return await self._clients.read_arm(context, lambda: manager.get(path, PROVIDERS_VERSION))


def _key(subscription: Subscription, namespace: str) -> _Key:
    return subscription.subscription_id, namespace.casefold()
