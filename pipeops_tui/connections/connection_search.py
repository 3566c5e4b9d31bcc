"""What the tenants of the signed-in account add to the list, batch by batch."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from pipeops_tui.connections.connection import Connection, ConnectionState, FoundBy
from pipeops_tui.connections.tenant_search import Findings, OtherApplication, TenantSearch
from pipeops_tui.core.model import DirectoryMember
from pipeops_tui.core.ports import Topic
from pipeops_tui.journey.journey import Journey


@dataclass(frozen=True, slots=True)
class FoundConnections:
    """A part of what was found: connections, others that look like PipeOps', and what could not be read."""

    connections: tuple[Connection, ...] = ()
    others: tuple[Connection, ...] = ()
    refusals: tuple[str, ...] = ()
    """A sentence for each read without which a connection stays unknown."""
    notes: tuple[str, ...] = ()
    """A sentence for each other part of Azure that could not be read."""


@dataclass(frozen=True, slots=True)
class ConnectionSearch:
    """Asks the tenants. `ask` gets whether to look for those made by hand, too; `forget` has everything asked again the
    next time; `owners` reads who owns the application of a connection, and raises `CloudError`."""

    ask: Callable[[bool], AsyncIterator[FoundConnections]]
    forget: Callable[[], object]
    owners: Callable[[Connection], Awaitable[Sequence[DirectoryMember]]]


def search_of(journey: Journey, known: Sequence[Connection]) -> ConnectionSearch | None:
    """The search with the account of `journey`, which looks at the `known` ones again; None before an account has
    signed in."""
    if journey.session is None:
        return None
    lookups = journey.lookups

    async def ask(by_hand: bool) -> AsyncIterator[FoundConnections]:
        # Owners are read for one connection, when it is opened.
        search = TenantSearch(lookups.reads, known, journey.clock, by_hand=by_hand, owners=False)
        async for found in search.findings(lookups.subscriptions.pages()):
            yield _in_sections(found, lookups.reads.endpoints.resource_manager)

    async def owners(connection: Connection) -> Sequence[DirectoryMember]:
        return await lookups.reads.application_owners(connection.tenant_id, connection.object_id)

    return ConnectionSearch(ask, lambda: lookups.forget(Topic.CONNECTIONS, Topic.GROUP), owners)


def _in_sections(found: Findings, resource_manager: str) -> FoundConnections:
    """Made by hand is not certainly made for PipeOps: only the role says so."""
    by_hand = tuple(one for one in found.connections if one.found_by is FoundBy.ASSIGNMENT and one.recorded is None)
    others = tuple(_other(one, resource_manager) for one in found.others)
    certain = tuple(one for one in found.connections if one not in by_hand)
    return FoundConnections(certain, (*by_hand, *others), found.refusals, found.notes)


def _other(found: OtherApplication, resource_manager: str) -> Connection:
    """An application that only carries a tag, as a row."""
    application, deleted = found.application, found.application.deleted is not None
    return Connection(
        application_name=application.display_name,
        client_id=application.app_id,
        tenant_id=found.tenant_id,
        tenant_name=found.tenant_name,
        subscription_id="",
        subscription_name="",
        group_name="",
        resource_manager=resource_manager,
        found_by=FoundBy.TAG,
        state=ConnectionState.DELETED if deleted else ConnectionState.UNKNOWN,
        object_id=application.object_id,
        made=application.created,
        owners=found.owners,
        notes=application.notes,
        restorable_until=found.restorable_until,
    )
