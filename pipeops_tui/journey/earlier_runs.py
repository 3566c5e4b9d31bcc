"""Runs of earlier processes: what their journals say, resuming one, forgetting one. Pure."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from pipeops_tui.core.clock import Clock, spell_day
from pipeops_tui.core.model import Plan
from pipeops_tui.core.ports import Workspace
from pipeops_tui.core.problem import Problem, Section
from pipeops_tui.provisioning import Journal, JournalStore, JournalUnavailable, RecordedRun, Run, RunState, Survey


class EarlierRuns:
    """The journals of one state directory. Reads nothing until asked."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._store = JournalStore(directory, clock)
        self._clock = clock

    async def survey(self, resource_manager: str) -> Survey:
        """See `JournalStore.survey`; never raises."""
        return await self._store.survey(resource_manager)

    async def check_writable(self) -> None:
        """See `JournalStore.check_writable`; raises `JournalUnavailable`."""
        await self._store.check_writable()

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
    """The name people see for a run, e.g. `PipeOpsRG in Pay-As-You-Go`."""
    return f"{plan.group_name} in {plan.subscription_name}"


def progress_of(state: RunState) -> str:
    """How far the run got, e.g. `3 of 5 changes made`."""
    made, all_ = changes(state)
    if not state.unfinished:
        expires = next((secret.expires for secret in reversed(state.secrets) if secret.made and secret.expires), None)
        return f"expires {spell_day(expires)}" if expires else "finished"
    if state.undoing:
        return "partly undone"
    if state.awaits_owner:
        return "waits for an Owner to assign the role"
    if state.retiring:
        return "an older client secret is still there"
    if state.renewed:
        return "new client secret never copied" if state.secrets[-1].made else "renewal not finished"
    if made == all_:
        return "client secret never copied"
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
        title="This connection was undone or forgotten",
        what="Another pipeops-tui has done that meanwhile.",
        remedy="Nothing is left to do.",
        link=Section.RUN,
    )


def out_of_reach(plan: Plan, account: str) -> Problem:
    """The problem that `account` cannot see the subscription of the run `plan`."""
    return Problem(
        title="This account cannot see that subscription",
        what=f"{account} cannot see {plan.subscription_name} ({plan.subscription_id}) in {plan.tenant_name}, "
        "where it was started.",
        remedy="Sign in with the account that started it, or with another one that can manage that subscription. "
        "Nothing is lost: it stays in the list.",
        link=Section.SIGN_IN,
    )
