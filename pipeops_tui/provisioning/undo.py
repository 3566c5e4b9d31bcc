"""Taking back what a run made, newest first, and telling what stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pipeops_tui.problem import CloudError, FailureKind, Problem
from pipeops_tui.provisioning import commands
from pipeops_tui.provisioning.brake import Stopped
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import Context, Job
from pipeops_tui.provisioning.operations.application import ApplicationRemoval, Purge
from pipeops_tui.provisioning.operations.assignment import AssignmentRemoval
from pipeops_tui.provisioning.operations.grant import GrantFarewell, grants
from pipeops_tui.provisioning.operations.group import GroupRemoval
from pipeops_tui.provisioning.operations.operation import Refusal, Removal
from pipeops_tui.provisioning.operations.secret import SecretRemoval
from pipeops_tui.provisioning.state import RunState


def removals(purge: bool) -> tuple[Removal, ...]:
    """All removals in their order, the reverse of creation."""
    application: tuple[Removal, ...] = (ApplicationRemoval(), Purge()) if purge else (ApplicationRemoval(),)
    return (SecretRemoval(), AssignmentRemoval(), *application, GroupRemoval(), GrantFarewell())


def removal_rows(state: RunState, purge: bool) -> tuple[Row, ...]:
    """The rows of what there is to remove."""
    return tuple(row for removal in removals(purge) if (row := removal.row(state)) is not None)


def leftovers(state: RunState) -> tuple[Leftover, ...]:
    """Everything of a run that may be in Azure, and how to remove it by hand: what forgetting it would leave behind."""
    made = [left for removal in removals(purge=False) for left in removal.left(state)]
    return (*made, *kept(state))


def kept(state: RunState) -> tuple[Leftover, ...]:
    """What undo leaves on purpose: what an Owner has assigned, and the registrations of providers this run asked for,
    because others may rely on them by now."""
    registrations = (
        Leftover(
            f"Registration of {namespace}",
            "Other resources of the subscription may use it by now.",
            commands.unregister_provider(state.plan.subscription_id, namespace),
        )
        for namespace in state.providers
    )
    return (*grants(state), *registrations)


@dataclass(slots=True)
class Undoing:
    """One attempt to take everything back. What fails does not keep the rest from being removed."""

    context: Context
    purge: bool
    stopped: bool = False
    error: CloudError | None = None
    _why: dict[str, Problem] = field(default_factory=dict)
    """Problems of the removals that failed, by key."""

    async def run(self) -> None:
        """Perform the removals that have rows, one after the other."""
        board = self.context.board
        rows = {row.key for row in board.rows}
        for removal in self._in_order():
            if removal.key in rows and not self._why.keys() & set(removal.needs):
                await self._perform(removal)

    def left(self) -> tuple[Leftover, ...]:
        """What is still there, with the reason where one is known."""
        state = self.context.ledger.state
        return tuple(
            replace(left, why=problem.title) if (problem := self._why.get(removal.key)) else left
            for removal in removals(self.purge)
            for left in removal.left(state)
        )

    def _in_order(self) -> Iterator[Removal]:
        """The removals, until one shows that the others would fail as well."""
        for removal in removals(self.purge):
            if self.stopped or (self.error is not None and self.error.kind is FailureKind.SIGN_IN):
                return
            yield removal

    async def _perform(self, removal: Removal) -> None:
        board = self.context.board
        board.start(removal.key)
        try:
            note = await removal.remove(Job(self.context, removal.key))
        except Stopped:
            self.stopped = True
            board.stopped(removal.key)
        except CloudError as error:
            self.error = self.error or error
            self._fail(removal, error.problem)
        except Refusal as refusal:
            self._fail(removal, refusal.problem)
        else:
            board.done(removal.key, note)

    def _fail(self, removal: Removal, problem: Problem) -> None:
        self._why[removal.key] = problem
        self.context.board.failed(removal.key, problem)
