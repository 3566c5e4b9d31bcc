"""Remove what a run made, newest first, and list what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pipeops_tui.core import az_commands
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.provisioning.cancellation import Stopped
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.inspection import INSPECTED, INSPECTING, KEPT_WITH_IT, inspect
from pipeops_tui.provisioning.job import Job, RunContext
from pipeops_tui.provisioning.journal.entries import Origin
from pipeops_tui.provisioning.journal.run_state import RunState
from pipeops_tui.provisioning.operations.assign_role import AssignmentRemoval
from pipeops_tui.provisioning.operations.await_owner import OwnerAssignmentReport, grants
from pipeops_tui.provisioning.operations.create_application import ApplicationRemoval, Purge
from pipeops_tui.provisioning.operations.operation import STILL_SHOWN, Refusal, Removal, StillShown
from pipeops_tui.provisioning.operations.remove_secrets import SecretRemoval
from pipeops_tui.provisioning.operations.subscription_resources import GroupRemoval


class Extent(StrEnum):
    """How much of a run is removed."""

    EVERYTHING = "everything"
    BUT_FOR_DELETED = "everything, but keep the deleted application for 30 days"
    NEW_SECRET = "the secret that a renewal has added"  # noqa: S105 - an extent


def removals(state: RunState, extent: Extent) -> tuple[Removal, ...]:
    """The removals in their order, the reverse of creation. Of what was made by hand only the run's own secrets."""
    if extent is Extent.NEW_SECRET:
        return (SecretRemoval(renewed_only=True),)
    if state.origin is Origin.ADOPTED:
        return (SecretRemoval(),)
    purge: tuple[Removal, ...] = (Purge(),) if extent is Extent.EVERYTHING else ()
    return (
        SecretRemoval(),
        AssignmentRemoval(),
        ApplicationRemoval(),
        *purge,
        GroupRemoval(),
        OwnerAssignmentReport(),
    )


def removal_rows(state: RunState, extent: Extent) -> tuple[Row, ...]:
    """The rows of what there is to remove."""
    return tuple(row for removal in removals(state, extent) if (row := removal.row(state)) is not None)


def leftovers(state: RunState) -> tuple[Leftover, ...]:
    """Everything of a run that may be in Azure, and how to remove it by hand: what forgetting the run leaves behind."""
    made = [left for removal in removals(state, Extent.BUT_FOR_DELETED) for left in removal.left(state)]
    return (*made, *kept(state))


def kept(state: RunState) -> tuple[Leftover, ...]:
    """What undo leaves on purpose: what an Owner has assigned, what was made by hand, and the registrations of
    providers this run asked for, because other resources may already use them."""
    registrations = (
        Leftover(
            f"Registration of {namespace}",
            "Other resources in the subscription may already use it.",
            az_commands.unregister_provider(state.plan.subscription_id, namespace),
        )
        for namespace in state.providers
    )
    return (*grants(state), *_made_by_hand(state), *registrations)


def _made_by_hand(state: RunState) -> Iterator[Leftover]:
    """The access of the application and the application itself, in the order in which they can be removed."""
    if state.origin is not Origin.ADOPTED:
        return
    why, plan = "It was made by hand.", state.plan
    access = az_commands.withdraw_role(state.client_id, "Contributor", plan.group_scope)
    yield Leftover(f"Contributor on {plan.group_name} for {plan.application_name}", why, access)
    application = f"Application {plan.application_name} (client id {state.client_id})"
    yield Leftover(application, why, az_commands.delete_application(state.client_id))


@dataclass(slots=True)
class Undoing:
    """One attempt to remove everything. A removal that fails does not stop the others."""

    context: RunContext
    extent: Extent
    stopped: bool = False
    error: CloudError | None = None
    _why: dict[str, Problem] = field(default_factory=dict)
    """Problems of the removals that failed, by key."""
    _accepted: set[str] = field(default_factory=set)
    """Keys of the removals that Azure has accepted without their showing."""

    async def run(self) -> None:
        """Look at what there is, then perform the removals that have rows, one after the other."""
        rows = [row.key for row in self.context.progress.rows]
        if INSPECTED & set(rows) and self.extent is not Extent.NEW_SECRET:
            await self._inspect([key for key in rows if key in KEPT_WITH_IT])
        for removal in self._in_order():
            open_ended = self._why.keys() | self._accepted
            if removal.key in rows and not open_ended & {removal.key, *removal.needs}:
                await self._perform(removal)

    def left(self) -> tuple[Leftover, ...]:
        """What is still there, with the reason where one is known."""
        state = self.context.state
        return tuple(
            self._explained(removal.key, left)
            for removal in removals(state, self.extent)
            for left in removal.left(state)
        )

    def _explained(self, key: str, left: Leftover) -> Leftover:
        if key in self._accepted:
            return replace(left, why=STILL_SHOWN, accepted=True)
        problem = self._why.get(key)
        return replace(left, why=problem.title) if problem is not None else left

    async def _inspect(self, keys: Sequence[str]) -> None:
        """Make sure that what is about to be removed is this run's; otherwise all removals of `keys` fail."""
        progress, key = self.context.progress, keys[0]
        problem: Problem | None
        progress.start(key, INSPECTING)
        try:
            problem = await inspect(Job(self.context, key))
        except Stopped:
            self.stopped = True
            progress.stopped(key)
            return
        except CloudError as error:
            self.error, problem = error, error.problem
        if problem is not None:
            for key in keys:
                self._why[key] = problem
                progress.failed(key, problem)

    def _in_order(self) -> Iterator[Removal]:
        """The removals, until one shows that the others would fail as well."""
        for removal in removals(self.context.state, self.extent):
            if self.stopped or (self.error is not None and self.error.kind is FailureKind.SIGN_IN):
                return
            yield removal

    async def _perform(self, removal: Removal) -> None:
        progress = self.context.progress
        progress.start(removal.key)
        try:
            note = await removal.remove(Job(self.context, removal.key))
        except Stopped:
            self.stopped = True
            progress.stopped(removal.key)
        except StillShown:
            self._accepted.add(removal.key)
            progress.accepted(removal.key, STILL_SHOWN)
        except CloudError as error:
            self.error = self.error or error
            self._fail(removal, error.problem)
        except Refusal as refusal:
            self._fail(removal, refusal.problem)
        else:
            progress.done(removal.key, note)

    def _fail(self, removal: Removal, problem: Problem) -> None:
        self._why[removal.key] = problem
        self.context.progress.failed(removal.key, problem)
