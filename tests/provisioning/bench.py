"""What the tests of provisioning share: a plan, a journal in memory, a run at a world, and what must hold of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import Plan
from pipeops_tui.core.ports import Workspace
from pipeops_tui.core.problem import Problem
from pipeops_tui.provisioning.events import CredentialsReady, Event, RetriesExhausted, RunEnded, UndoEnded
from pipeops_tui.provisioning.journal.codec import Journal, JournalUnavailable, complete_lines, read_state, to_line
from pipeops_tui.provisioning.journal.entries import Entry
from pipeops_tui.provisioning.run import Run
from tests.provisioning.world import SUBSCRIPTION, TENANT, World

PLAN = Plan(
    tenant_id=TENANT,
    tenant_name="Contoso",
    subscription_id=SUBSCRIPTION,
    subscription_name="Pay-As-You-Go",
    group_name="PipeOpsRG",
    group_is_new=True,
    location="westeurope",
    location_display="West Europe",
    application_name="PipeOps",
    secret_description="PipeOps secret",
    secret_days=180,
)


@dataclass
class MemoryJournal:
    """A journal whose bytes survive the process."""

    text: bytes = b""
    full: bool = False

    async def append(self, entry: Entry) -> None:
        if self.full:
            raise JournalUnavailable(Problem("The disk is full", "The journal could not be written."))
        self.text += to_line(entry).encode()

    def close(self) -> None:
        """Nothing is held."""

    def tear(self, size: int) -> None:
        """Lose `size` bytes of a line that was being written when the process died: never of one that was done."""
        if size:
            self.text += b'{"kind": "intended", "at": "2026-05-04T08:00:00'[:size]


@dataclass
class Watcher:
    """Everything a run told; answers `RetriesExhausted` as a person with that much of it would."""

    run: Run
    patience: int = 0
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.run.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, RetriesExhausted):
            self.patience -= 1
            if self.patience >= 0:
                self.run.keep_waiting()
            else:
                self.run.stop()

    @property
    def ended(self) -> RunEnded:
        """The last end of creating."""
        return [event for event in self.events if isinstance(event, RunEnded)][-1]

    @property
    def failure(self) -> str:
        """Title of the problem that the last end of creating told; empty when all went well."""
        return self.ended.failed.title if self.ended.failed else ""

    @property
    def undone(self) -> UndoEnded:
        return [event for event in self.events if isinstance(event, UndoEnded)][-1]

    @property
    def announced(self) -> int:
        return sum(isinstance(event, CredentialsReady) for event in self.events)


def new_ids(seed: str) -> Callable[[], UUID]:
    """GUIDs that are the same for the same seed."""
    source = random.Random(seed)
    return lambda: UUID(int=source.getrandbits(128), version=4)


def new_run(world: World, journal: Journal | None = None, plan: Plan = PLAN) -> Run:
    return Run(plan, world, world.clock, new_ids("first process"), journal)


def resumed(workspace: Workspace, clock: Clock, journal: MemoryJournal) -> Run | None:
    """The run that `journal` tells of, in another process; None when it had not even begun."""
    journal.text = complete_lines(journal.text)
    state = read_state(journal.text)
    ids = new_ids(f"process at {len(journal.text)}")
    return Run.resume(state, workspace, clock, ids, journal) if state is not None else None


def assert_one_of_everything(world: World, run: Run) -> None:
    """Exactly one group, application, principal, assignment and live secret, and the credentials are theirs."""
    world.settle()
    assert [group.name for group in world.groups.values()] == ["PipeOpsRG"]
    ours = [found for found in world.living if run.state.mark in found.application.tags]
    assert len(ours) == 1
    assert len(ours[0].passwords) == 1
    assert [principal.app_id for principal in world.principals.values()] == [ours[0].application.app_id]
    principal_id = world.principals[ours[0].application.app_id].object_id
    assert [assignment.principal_id for assignment in world.assignments.values()] == [principal_id]
    assert world.sessions_open == 0
    credentials = run.credentials
    assert credentials is not None
    assert credentials.client_id == ours[0].application.app_id
    assert credentials.client_secret.reveal() == ours[0].secrets[ours[0].passwords[0].key_id]


def assert_nothing(world: World) -> None:
    """No live group, application, principal, assignment or secret."""
    world.settle()
    assert not world.groups
    assert not world.living
    assert not world.principals
    assert not world.assignments
    assert world.sessions_open == 0
