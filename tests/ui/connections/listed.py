"""The list of connections over the application, with connections that a test makes up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from pipeops_tui.connections.connection import Connection, ConnectionSecret, ConnectionState, FoundBy
from pipeops_tui.connections.connection_actions import ConnectionAction, ConnectionDecision
from pipeops_tui.connections.connection_search import ConnectionSearch, FoundConnections
from pipeops_tui.connections.journaled import connection_of
from pipeops_tui.connections.known_connections import KnownConnections
from pipeops_tui.core.model import DirectoryMember
from pipeops_tui.core.wizard import Step
from pipeops_tui.provisioning import RecordedRun
from pipeops_tui.ui.connections.connections_screen import ConnectionsScreen
from tests.journey.test_earlier_runs import ALL, PLAN, state_after
from tests.provisioning.world import SUBSCRIPTION, TENANT
from tests.ui.memory import START, Stage, at

ADA = DirectoryMember("0f1e2d3c-1111-4111-8111-111111111111", "Ada Lovelace", "ada@contoso.com")


def secret(days: int, *, ours: bool = True, number: int = 1) -> ConnectionSecret:
    """A client secret that expires so many days from now."""
    key_id = f"{number:08d}-0000-4000-8000-000000000000"
    return ConnectionSecret(key_id, START + timedelta(days=days), "PipeOps secret", f"Q{number}f", ours=ours)


def connection(number: int, state: ConnectionState, days: int = 120, **facts: object) -> Connection:
    """One that a colleague has made; `number` is in its names."""
    made = Connection(
        application_name=f"PipeOps-{number}",
        client_id=f"b0f3a4d2-1111-4111-8111-{number:012d}",
        tenant_id=TENANT,
        tenant_name="Contoso",
        subscription_id=SUBSCRIPTION,
        subscription_name="Pay-As-You-Go",
        group_name=f"PipeOpsRG-{number}",
        resource_manager="https://management.azure.com",
        found_by=FoundBy.TAG,
        state=state,
        made=START - timedelta(days=170),
        secrets=(secret(days),),
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def unfinished(name: str = "PipeOpsRG", run_id: str = "1") -> Connection:
    """A run of this computer that was interrupted."""
    state = state_after(*ALL[:3], of=replace(PLAN, group_name=name))
    return connection_of(RecordedRun(Path("x.journal"), replace(state, run_id=run_id, begun=START)), START)


EVERY_STATE = (
    connection(0, ConnectionState.WORKS, owners=(ADA,), notes="PipeOps signs in with this application."),
    connection(1, ConnectionState.EXPIRES_SOON, 12),
    connection(2, ConnectionState.EXPIRED, -3),
    connection(3, ConnectionState.TWO_SECRETS, secrets=(secret(12), secret(170, number=2), secret(40, ours=False))),
    connection(4, ConnectionState.NO_ROLE),
    connection(5, ConnectionState.NO_GROUP),
    connection(6, ConnectionState.DELETED, restorable_until=START + timedelta(days=20)),
    connection(7, ConnectionState.UNKNOWN, reason="reading applications was refused"),
)


@dataclass
class Decisions:
    """Offers what a test says, and keeps what was decided."""

    offered: Collection[ConnectionAction] = ()
    made: list[ConnectionDecision | None] = field(default_factory=list)

    def available(self, connection: Connection) -> Collection[ConnectionAction]:
        return self.offered

    def begin(self, decision: ConnectionDecision) -> None:
        self.made.append(decision)


async def no_owners(_connection: Connection) -> Sequence[DirectoryMember]:
    """Nobody."""
    return ()


async def ada(_connection: Connection) -> Sequence[DirectoryMember]:
    """One owner."""
    return (ADA,)


def telling(
    *batches: FoundConnections, owners: Callable[[Connection], Awaitable[Sequence[DirectoryMember]]] = no_owners
) -> ConnectionSearch:
    """A search that finds `batches`."""

    async def ask(_by_hand: bool) -> AsyncIterator[FoundConnections]:
        for batch in batches:
            yield batch

    return ConnectionSearch(ask, lambda: None, owners)


@asynccontextmanager
async def listed(
    known: KnownConnections,
    search: ConnectionSearch | None = None,
    *,
    size: tuple[int, int] = (100, 30),
    decisions: Decisions | None = None,
    copied: list[tuple[str, str]] | None = None,
    prepare: Callable[[Stage], object] = lambda stage: None,
) -> AsyncIterator[Stage]:
    """The list in front of Sign in, on which everything is at rest."""
    keeps, texts = decisions or Decisions(), copied if copied is not None else []
    async with at(Step.SIGN_IN, size=size) as stage:
        stage.app.animation_level = "none"
        prepare(stage)
        screen = ConnectionsScreen(
            known, keeps, clock=stage.clock, copy=lambda text, name: texts.append((text, name)), search=search
        )
        stage.app.push_screen(screen, keeps.made.append)
        await stage.sees("name, group, subscription or client ID")
        yield stage
