"""What Azure knows of connections: how those of this computer's journals really are, and those made elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeops_tui.connections.connection import SOON, Connection, ConnectionState
from pipeops_tui.connections.examination import (
    OUT_OF_SIGHT,
    gone,
    known_again,
    made_by_hand,
    made_elsewhere,
    refused,
)
from pipeops_tui.connections.searched_tenant import SearchedTenant, asked, side_by_side
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.marks import is_marked
from pipeops_tui.core.model import Application, DirectoryMember, Subscription, SubscriptionPage, Tenant
from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.problem import CloudError

_TENANTS: Final = 4
"""How many are searched side by side."""
_MANY: Final = 50
"""Applications, from which on their roles are read the other way round."""
_SPREADS: Final = timedelta(minutes=10)
"""How long a new application can be missing in answers: usually seconds."""
KEPT_AFTER_DELETION: Final = timedelta(days=30)
"""How long a deleted application can be restored (Microsoft Learn, "Restore or remove a recently deleted
application")."""


@dataclass(frozen=True, slots=True)
class OtherApplication(PlainTexts):
    """An application that carries a tag of pipeops-tui, and of which nothing else shows that it is a connection: anyone
    who can register applications can set such a tag."""

    application: Application
    tenant_id: str
    tenant_name: str
    owners: tuple[DirectoryMember, ...] = ()
    restorable_until: datetime | None = None
    """A deleted application only."""


@dataclass(frozen=True, slots=True)
class Findings(PlainTexts):
    """What was found since the last ones."""

    connections: tuple[Connection, ...] = ()
    """Those of the journals again, as they really are, and those made elsewhere. The same tenant and client id mean the
    same connection."""
    others: tuple[OtherApplication, ...] = ()
    refusals: tuple[str, ...] = ()
    """A sentence for each read without which a connection, or whether there is one, stays unknown."""
    notes: tuple[str, ...] = ()
    """A sentence for each other part of Azure that could not be read: nothing known depends on it."""


class TenantSearch:
    """Searches the tenants of one account. Nothing in Azure or in the journals is changed."""

    def __init__(
        self,
        reads: Reads,
        journaled: Sequence[Connection],
        clock: Clock,
        *,
        soon: timedelta = SOON,
        by_hand: bool = False,
        owners: bool = True,
    ) -> None:
        """`journaled`: the connections that this computer knows; those of another cloud are left out. With `by_hand`,
        applications without a tag are found too that have the role Contributor on exactly one resource group. Without
        `owners` no owners are read, which is one request for each application."""
        self._reads = reads
        cloud = _address(reads.endpoints.resource_manager)
        self._journaled = [one for one in journaled if _address(one.resource_manager) == cloud]
        self._clock = clock
        self._soon = soon
        self._by_hand = by_hand
        self._owners = owners
        self._found: asyncio.Queue[Findings | None] = asyncio.Queue()

    @property
    def now(self) -> datetime:
        """The time by Azure's clock, as far as an answer has told it; this computer's can be wrong."""
        return self._clock.now() - timedelta(seconds=self._reads.clock_skew or 0.0)

    async def findings(self, pages: AsyncIterable[SubscriptionPage]) -> AsyncGenerator[Findings, None]:
        """What is found in the tenants of `pages`, as soon as it is. Reads that are refused make single connections
        UNKNOWN, with the reason; none raises. Close the iterator to give up."""
        work = asyncio.create_task(self._search(pages), name="search-tenants")
        try:
            while (found := await self._found.get()) is not None:
                batch = [found]
                while not self._found.empty():
                    if (more := self._found.get_nowait()) is None:
                        self._found.put_nowait(None)
                        break
                    batch.append(more)
                yield Findings(
                    tuple(one for findings in batch for one in findings.connections),
                    tuple(one for findings in batch for one in findings.others),
                    tuple(one for findings in batch for one in findings.refusals),
                    tuple(one for findings in batch for one in findings.notes),
                )
            await work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def _search(self, pages: AsyncIterable[SubscriptionPage]) -> None:
        turns = asyncio.Semaphore(_TENANTS)
        seen: set[str] = set()

        async def search(page: SubscriptionPage) -> None:
            async with turns:
                await self._search_tenant(page)

        reason = "this account cannot see the tenant"
        try:
            async with asyncio.TaskGroup() as tenants:
                try:
                    async for page in pages:
                        # A tenant that was locked can come a second time.
                        seen.add(page.tenant.tenant_id.lower())
                        tenants.create_task(search(page))
                except CloudError as error:
                    reason = error.problem.title
                    self._tell(refusals=(f"The tenants could not be listed: {reason}.",))
            unseen = [one for one in self._journaled if one.tenant_id.lower() not in seen]
            self._tell(refused(one, reason) for one in unseen)
        finally:
            self._found.put_nowait(None)

    async def _search_tenant(self, page: SubscriptionPage) -> None:
        tenant = page.tenant
        mine = [one for one in self._journaled if one.tenant_id.lower() == tenant.tenant_id.lower()]
        if tenant.locked is not None:
            reason = tenant.locked.title
            told = (_sentence(tenant, reason),)
            self._tell(
                (refused(one, reason) for one in mine), refusals=told if mine else (), notes=() if mine else told
            )
            return
        reads = SearchedTenant(self._reads, page, owners=self._owners)
        # Those of this computer first: they are on the screen already.
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_again(reads, mine))
            group.create_task(self._find_tagged(reads, mine))
            group.create_task(self._tell_unreadable(reads))
            if self._by_hand:
                group.create_task(self._find_by_hand(reads, mine))

    async def _look_again(self, reads: SearchedTenant, mine: Sequence[Connection]) -> None:
        async def look(known: Connection) -> None:
            try:
                application = await reads.application(known)
                if application is None:
                    deleted = await reads.deleted_twin(known)
                    if deleted is None and known.made is not None and self.now - known.made < _SPREADS:
                        self._tell((refused(known, "it is new, and Azure does not know it everywhere yet"),))
                        return
                    until = deleted.deleted + KEPT_AFTER_DELETION if deleted and deleted.deleted else None
                    self._tell((gone(known, until if until and until > self.now else None),))
                    return
            except CloudError as error:
                self._tell((refused(known, error.problem.title),), refusals=_about(known, error.problem.title))
                return
            seen = await known_again(reads, known, application, self.now, self._soon)
            is_refused = seen.state is ConnectionState.UNKNOWN and seen.reason != OUT_OF_SIGHT
            self._tell((seen,), refusals=_about(seen, seen.reason) if is_refused else ())

        await side_by_side(mine, look)

    async def _find_tagged(self, reads: SearchedTenant, mine: Sequence[Connection]) -> None:
        known = {one.client_id.lower() for one in mine}
        (tagged, why), (deleted, why_deleted) = await asyncio.gather(asked(reads.tagged()), asked(reads.deleted()))
        if why:
            self._tell(refusals=(_sentence(reads.tenant, why, "its applications"),))
        if why_deleted:
            self._tell(notes=(_sentence(reads.tenant, why_deleted, "its deleted applications"),))
        claiming = [one for one in (*(tagged or ()), *(deleted or ())) if one.app_id.lower() not in known]
        holders = await self._holders(reads) if len(claiming) > _MANY else None

        async def look(application: Application) -> None:
            owners: tuple[DirectoryMember, ...] = ()
            until = application.deleted + KEPT_AFTER_DELETION if application.deleted else None
            if application.deleted is None:
                if holders is None or application.app_id.lower() in holders:
                    found = await made_elsewhere(reads, application, self.now, self._soon)
                    if found is not None:
                        self._tell((found,))
                        return
                owners = await reads.owners(application)
            tenant = reads.tenant
            name = tenant.display_name or tenant.tenant_id
            other = OtherApplication(application, tenant.tenant_id, name, owners, until)
            self._tell(others=(other,))

        await side_by_side(claiming, look)

    async def _holders(self, reads: SearchedTenant) -> frozenset[str] | None:
        """Client ids, in lower case, of the applications that are Contributor on exactly one resource group: a few
        requests, where asking about each of many would take minutes. None where that is refused."""
        contributors, _ = await asked(reads.single_contributors())
        return None if contributors is None else frozenset(one.app_id.lower() for one in contributors)

    async def _find_by_hand(self, reads: SearchedTenant, mine: Sequence[Connection]) -> None:
        known = {one.client_id.lower() for one in mine}
        contributors, reason = await asked(reads.single_contributors())
        if reason:
            self._tell(notes=(_sentence(reads.tenant, reason, "the applications that have a role"),))
        untagged = (one for one in contributors or () if not is_marked(one.tags))

        async def look(application: Application) -> None:
            if (found := await made_by_hand(reads, application, self.now, self._soon)) is not None:
                self._tell((found,))

        await side_by_side((one for one in untagged if one.app_id.lower() not in known), look)

    async def _tell_unreadable(self, reads: SearchedTenant) -> None:
        async def ask(subscription: Subscription) -> None:
            _, reason = await asked(reads.contributors(subscription))
            if reason:
                what = f"the role assignments in {subscription.display_name}"
                self._tell(notes=(_sentence(reads.tenant, reason, what),))

        await side_by_side(reads.subscriptions.values(), ask)

    def _tell(
        self,
        connections: Iterable[Connection] = (),
        others: tuple[OtherApplication, ...] = (),
        refusals: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> None:
        self._found.put_nowait(Findings(tuple(connections), others, refusals, notes))


def _sentence(tenant: Tenant, reason: str, what: str = "") -> str:
    name = tenant.display_name or tenant.tenant_id
    return f"{name}: {what} could not be read: {reason}." if what else f"{name} could not be asked: {reason}."


def _about(connection: Connection, reason: str) -> tuple[str]:
    client_id = f" ({connection.client_id})" if connection.client_id else ""
    return (f"{connection.application_name}{client_id} could not be read: {reason}.",)


def _address(url: str) -> str:
    return url.rstrip("/").lower()
