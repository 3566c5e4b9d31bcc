"""The resource group: created when it is new, otherwise only looked at."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.model import Plan, ResourceGroup
from pipeops_tui.provisioning import commands, problems
from pipeops_tui.provisioning.entries import Subject
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import Context, Job
from pipeops_tui.provisioning.operations.operation import SETTLING, SPREADING, Refusal, is_young
from pipeops_tui.provisioning.retry import Cause
from pipeops_tui.provisioning.state import RunState

MARK_TAG = "pipeops-tui-run"
"""Tag of a group made here; its value is the run's id. It proves whose group it is when an answer was lost."""
_DELETING = "Deleting"


class GroupOperation:
    """Creates the group with PUT, which can be repeated: same location and tags, same result."""

    key = "group"
    needs: tuple[str, ...] = ()
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        if not plan.group_is_new:
            return Row(
                self.key,
                "Resource group",
                f"{plan.group_name}, already there, stays as it is",
                writes=False,
                equivalent=commands.show_group(plan.subscription_id, plan.group_name),
            )
        return Row(
            self.key,
            "Resource group",
            f"{plan.group_name} in {plan.location_display or plan.location}",
            equivalent=commands.create_group(plan.subscription_id, plan.group_name, plan.location, plan.group_tags),
        )

    def done(self, context: Context) -> bool:
        state = context.ledger.state
        return state.group.made if state.plan.group_is_new else self.key in context.finished

    async def make(self, job: Job) -> str:
        plan, state = job.plan, job.state
        found = await _find(job)
        if not plan.group_is_new:
            if found is None or found.provisioning_state == _DELETING:
                raise Refusal(problems.group_missing(plan.group_name))
            job.context.finished.add(self.key)
            return ""
        if found is None or found.provisioning_state == _DELETING:
            tags = (*plan.group_tags, (MARK_TAG, state.run_id))
            async with job.intending(Subject.GROUP, plan.group_name, state.group):
                await job.ask(lambda: job.workspace.put_group(plan.group_name, plan.location, tags))
        elif not _is_ours(found, state):
            raise Refusal(problems.group_appeared(plan.group_name, found.location))
        await job.made(Subject.GROUP, plan.group_name)
        return ""

    async def give_up(self, job: Job) -> bool:
        """Make sure that no group of this run is there, so that another one can be made instead; False when there is.
        Raises as `make` does."""
        trace = job.state.group
        if not trace.perhaps:
            return not trace.made
        found = await job.look(
            lambda: _find(job), since=trace.at, window=SETTLING, why="Making sure that it was not created after all"
        )
        if found is not None and _is_ours(found, job.state):
            await job.made(Subject.GROUP, trace.name)
            return False
        await job.gone(Subject.GROUP, trace.name)
        return True

    async def check(self, job: Job) -> None:
        trace = job.state.group
        if not trace.made or is_young(job, trace):
            return
        found = await _find(job)
        if found is None or found.provisioning_state == _DELETING:
            await job.gone(Subject.GROUP, trace.name)


class GroupRemoval:
    """Deletes the group, only when this run made it and it holds nothing."""

    key = "undo:group"
    needs: tuple[str, ...] = ()

    def row(self, state: RunState) -> Row | None:
        if not state.group.perhaps:
            return None
        name = state.group.name
        command = commands.delete_group(state.plan.subscription_id, name)
        return Row(self.key, "Resource group", f"delete {name}, only if it is empty", equivalent=command)

    async def remove(self, job: Job) -> str:
        trace = job.state.group
        found = await job.look(
            lambda: _find(job),
            since=trace.at,
            window=SPREADING if trace.confirmed else SETTLING,
            why="Making sure that it was not created after all",
        )
        if found is not None and found.provisioning_state != _DELETING:
            await self._delete(job, found)
        if found is not None:
            await job.until(lambda: _is_gone(job), Cause.DELETING)
        await job.gone(Subject.GROUP, trace.name)
        return "" if found is not None else "There was nothing to remove"

    async def _delete(self, job: Job, found: ResourceGroup) -> None:
        if not _is_ours(found, job.state):
            raise Refusal(problems.group_not_ours(found.name))
        if not await job.ask(lambda: job.workspace.group_is_empty(found.name)):
            raise Refusal(problems.group_not_empty(found.name))
        await job.removing(Subject.GROUP, found.name)
        await job.ask(lambda: job.workspace.delete_group(found.name))

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        if not state.group.perhaps:
            return ()
        command = commands.delete_group(state.plan.subscription_id, state.group.name)
        return (Leftover(f"Resource group {state.group.name}", command=command),)


async def _find(job: Job) -> ResourceGroup | None:
    return await job.ask(lambda: job.workspace.get_group(job.plan.group_name))


async def _is_gone(job: Job) -> bool | None:
    """True once it is gone; None while it is still there."""
    return True if await job.workspace.get_group(job.plan.group_name) is None else None


def _is_ours(group: ResourceGroup, state: RunState) -> bool:
    """Whether it carries this run's tag. Azure may change the case of tag names, never of values."""
    return any(name.lower() == MARK_TAG and value == state.run_id for name, value in group.tags)
