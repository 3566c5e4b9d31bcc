"""The reads of one tenant, where each long list is asked for once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from pipeops_tui.connections.connection import Connection
from pipeops_tui.core import marks
from pipeops_tui.core.model import (
    Application,
    DirectoryMember,
    RoleAssignment,
    Subscription,
    SubscriptionPage,
    SubscriptionState,
    Tenant,
)
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.problem import CloudError

T = TypeVar("T")

_SIDE_BY_SIDE: Final = 8
"""How many applications or subscriptions of a tenant are asked about at one time."""


class SearchedTenant:
    """A tenant and its subscriptions. Every coroutine raises `CloudError`, unless it says otherwise."""

    def __init__(self, reads: Reads, page: SubscriptionPage, *, owners: bool = True) -> None:
        """Without `owners` no owners are read, which is one request for each application."""
        self._reads = reads
        self._reads_owners = owners
        self.tenant: Tenant = page.tenant
        self.resource_manager = reads.endpoints.resource_manager
        # The principals of another organization's subscription are in another tenant.
        self.subscriptions = {
            one.subscription_id.lower(): one
            for one in page.subscriptions
            if one.home_tenant_id in ("", one.tenant_id) and one.state is not SubscriptionState.DELETED
        }
        self._lists: dict[str, asyncio.Task[Any]] = {}

    async def tagged(self) -> Sequence[Application]:
        """Applications that claim to be made by pipeops-tui."""
        return await self._once("tagged", lambda: self._reads.tagged_applications(self.tenant.tenant_id))

    async def deleted(self) -> Sequence[Application]:
        """Deleted applications that do."""
        return await self._once("deleted", lambda: self._reads.deleted_applications(self.tenant.tenant_id))

    async def contributors(self, subscription: Subscription) -> Sequence[RoleAssignment]:
        """Who is Contributor on exactly one resource group of a subscription."""
        key = subscription.subscription_id.lower()
        return await self._once(key, lambda: self._reads.group_contributors(subscription))

    async def application(self, known: Connection) -> Application | None:
        """The application of a connection; None when there is none, or not any more."""
        if known.client_id:
            return await self._reads.application_by_client_id(self.tenant.tenant_id, known.client_id)
        # Its creation was interrupted before the answer came.
        run = known.run_id.lower()
        return next((one for one in await self.tagged() if run in marks.run_ids(one.tags)), None)

    async def deleted_twin(self, known: Connection) -> Application | None:
        """The deleted application of a connection; None also where deleted ones cannot be listed."""
        try:
            deleted = await self.deleted()
        except CloudError:
            return None
        return next((one for one in deleted if one.app_id.lower() == known.client_id.lower()), None)

    async def owners(self, application: Application) -> tuple[DirectoryMember, ...]:
        """Who owns it; none where that is refused."""
        if not self._reads_owners:
            return ()
        try:
            return tuple(await self._reads.application_owners(self.tenant.tenant_id, application.object_id))
        except CloudError:
            return ()

    async def principal_id(self, application: Application) -> str:
        """Object id of its service principal; empty when it has none."""
        return await self._reads.service_principal_id(self.tenant.tenant_id, application.app_id)

    async def group_exists(self, subscription: Subscription, name: str) -> bool:
        """Whether there is such a resource group."""
        return await self._reads.resource_group(subscription, name) is not None

    async def only_group(self, application: Application) -> tuple[Subscription, str] | None:
        """The one resource group, by subscription and name, on which the application is Contributor; None where the
        account sees it on none, or on several."""
        scopes = await self._scopes()
        places = scopes.get((await self.principal_id(application)).lower(), {}) if scopes else {}
        if len(places) != 1:
            return None
        ((subscription_id, _), name), *_ = places.items()
        return self.subscriptions[subscription_id], name

    async def single_contributors(self) -> Sequence[Application]:
        """The applications that are Contributor on exactly one resource group."""
        single = sorted(principal for principal, places in (await self._scopes()).items() if len(places) == 1)
        if not single:
            return ()
        return await self._once("single", lambda: self._reads.applications_of(self.tenant.tenant_id, single))

    async def _scopes(self) -> Mapping[str, Mapping[tuple[str, str], str]]:
        """On which resource groups each service principal is Contributor: by its object id, names of groups by
        subscription id and name in lower case. Subscriptions that cannot be read are left out."""
        return await self._once("scopes", self._read_scopes)

    async def _read_scopes(self) -> Mapping[str, Mapping[tuple[str, str], str]]:
        found: dict[str, dict[tuple[str, str], str]] = {}

        async def note(subscription: Subscription) -> None:
            assignments, _ = await asked(self.contributors(subscription))
            for one in assignments or ():
                match one.scope.split("/"):
                    case ["", _, subscription_id, _, name] if subscription_id.lower() in self.subscriptions:
                        places = found.setdefault(one.principal_id.lower(), {})
                        places[subscription_id.lower(), name.lower()] = name

        await side_by_side(self.subscriptions.values(), note)
        return found

    async def _once(self, key: str, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if key not in self._lists:
            self._lists[key] = asyncio.create_task(ask(), name=f"search-{key}")
        answer: T = await self._lists[key]
        return answer


async def side_by_side(items: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do `work` on each, a few at a time."""
    waiting = iter(items)

    async def take() -> None:
        for item in waiting:
            await work(item)
            # Work that asks nothing would not let anyone else have a turn.
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for _ in range(_SIDE_BY_SIDE):
            group.create_task(take())


async def asked(answer: Awaitable[T]) -> tuple[T | None, str]:
    """The answer, or None and why there is none, in a few words."""
    try:
        return await answer, ""
    except CloudError as error:
        return None, error.problem.title
