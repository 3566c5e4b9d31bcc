"""Runs of earlier processes: what their journals tell, taking one up again, forgetting one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from pipeops_tui.clock import Clock
from pipeops_tui.dates import spell_day
from pipeops_tui.model import Plan
from pipeops_tui.ports import Workspace
from pipeops_tui.problem import Problem, Section
from pipeops_tui.provisioning.journal import Journal, JournalUnavailable
from pipeops_tui.provisioning.journal_store import JournalStore, RecordedRun, Survey
from pipeops_tui.provisioning.run import Run
from pipeops_tui.provisioning.state import RunState


class Intent(StrEnum):
    """What can be done with an earlier run."""

    CONTINUE = "continue"
    UNDO = "undo"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Errand:
    """What the person has decided about one earlier run."""

    intent: Intent
    run: RecordedRun

    @property
    def plan(self) -> Plan:
        """What the run was begun with."""
        return self.run.state.plan


class EarlierRuns:
    """The journals of one state directory. Nothing is read before it is asked for."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._store = JournalStore(directory, clock)
        self._clock = clock

    async def survey(self, resource_manager: str) -> Survey:
        """See `JournalStore.survey`; never raises."""
        return await self._store.survey(resource_manager)

    async def rehearse(self) -> None:
        """See `JournalStore.rehearse`; raises `JournalUnavailable`."""
        await self._store.rehearse()

    def new_journal(self) -> Journal:
        """See `JournalStore.new`."""
        return self._store.new()

    async def take_up(self, recorded: RecordedRun, workspace: Workspace) -> Run:
        """The run, to be continued or undone in `workspace`; no other process can take it up until it is closed.

        Raises `JournalUnavailable` when another process works on it, or has dealt with it meanwhile; `ValueError` when
        `workspace` is not where it began.
        """
        state, journal = await self._store.reopen(recorded)
        try:
            if state.outcome is not None or state.empty:
                raise JournalUnavailable(_over())
            return Run.resume(state, workspace, self._clock, uuid4, journal)
        except BaseException:
            journal.close()
            raise

    async def forget(self, recorded: RecordedRun) -> None:
        """See `JournalStore.forget`; raises `JournalUnavailable`."""
        await self._store.forget(recorded)


def name_of(plan: Plan) -> str:
    """What people know the run by, e.g. `PipeOpsRG in Pay-As-You-Go`."""
    return f"{plan.group_name} in {plan.subscription_name}"


def standing_of(state: RunState) -> str:
    """How far it has come, e.g. `3 of 5 changes made`."""
    made, all_ = changes(state)
    if not state.unfinished:
        expires = next((secret.expires for secret in reversed(state.secrets) if secret.made and secret.expires), None)
        return f"expires {spell_day(expires)}" if expires else "finished"
    if state.undoing:
        return "half undone"
    if state.awaits_owner:
        return "waits for an Owner to assign the role"
    if made == all_:
        return "secret never copied"
    return f"{made} of {all_} changes made"


def changes(state: RunState) -> tuple[int, int]:
    """How many of the changes that its plan takes are certainly made, and how many it takes."""
    plan = state.plan
    made = [state.application.made, state.principal.made]
    made += [] if plan.owner_assigns else [state.assignment.made]
    made += [any(secret.made for secret in state.secrets)]
    made += [state.group.made] if plan.group_is_new else []
    made += [namespace in state.providers for namespace in plan.providers]
    return sum(made), len(made)


def _over() -> Problem:
    return Problem(
        title="This run is over",
        what="Another pipeops-tui has undone or forgotten it meanwhile.",
        remedy="There is nothing left to do about it.",
        link=Section.RUN,
    )
