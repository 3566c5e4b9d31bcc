"""What a run makes in the subscription itself: the resource group, and registrations of resource providers."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.core import az_commands
from pipeops_tui.core.model import Plan, ResourceGroup
from pipeops_tui.core.names import OWN_TAG
from pipeops_tui.core.retry import Cause
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import AZURE, Job, RunContext
from pipeops_tui.provisioning.journal.entries import Subject
from pipeops_tui.provisioning.journal.run_state import RunState
from pipeops_tui.provisioning.operations.operation import (
    NOTHING_TO_REMOVE,
    SETTLING,
    SPREADING,
    Refusal,
    StillShown,
    is_young,
)

_DELETING = "Deleting"
_CHECKING = "Checking that it was not created"
_REGISTERED = "Registered"


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
                f"{plan.group_name}, already exists, is not changed",
                writes=False,
                equivalent=az_commands.show_group(plan.subscription_id, plan.group_name),
            )
        return Row(
            self.key,
            "Resource group",
            f"{plan.group_name} in {plan.location_display or plan.location}",
            equivalent=az_commands.create_group(plan.subscription_id, plan.group_name, plan.location, plan.group_tags),
        )

    def done(self, context: RunContext) -> bool:
        return context.state.group.made or self.key in context.finished

    async def make(self, job: Job) -> str:
        plan, state = job.plan, job.state
        found = await _find(job)
        if not plan.group_is_new:
            if found is None or found.provisioning_state == _DELETING:
                raise Refusal(problems.group_missing(plan.group_name))
            job.context.finished.add(self.key)
            return ""
        if found is None or found.provisioning_state == _DELETING:
            tags = (*plan.group_tags, (OWN_TAG, state.run_id))
            async with job.intending(Subject.GROUP, plan.group_name, state.group):
                await job.ask(lambda: job.workspace.put_group(plan.group_name, plan.location, tags))
        elif not _is_ours(found, state):
            raise Refusal(problems.group_appeared(plan.group_name, found.location))
        await job.made(Subject.GROUP, plan.group_name)
        return ""

    async def give_up(self, job: Job) -> bool:
        """Make sure that no group of this run is there, so that another one can be made instead; False when there is.
        Raises as `make` does."""
        record = job.state.group
        if not record.may_exist:
            return not record.made
        found = await job.look(lambda: _find(job), since=record.at, window=SETTLING, why=_CHECKING)
        if found is not None and _is_ours(found, job.state):
            await job.made(Subject.GROUP, record.name)
            return False
        await job.gone(Subject.GROUP, record.name)
        return True

    async def check(self, job: Job) -> None:
        record = job.state.group
        if not record.made or is_young(job, record):
            return
        found = await _find(job)
        if found is None or found.provisioning_state == _DELETING:
            await job.gone(Subject.GROUP, record.name)


class GroupRemoval:
    """Deletes the group, only when this run made it and it holds nothing."""

    key = "undo:group"
    needs: tuple[str, ...] = ()

    def row(self, state: RunState) -> Row | None:
        if not state.group.may_exist:
            return None
        name = state.group.name
        command = az_commands.delete_group(state.plan.subscription_id, name)
        return Row(self.key, "Resource group", f"delete {name}, only if it is empty", equivalent=command)

    async def remove(self, job: Job) -> str:
        record = job.state.group
        found = await job.look(
            lambda: _find(job),
            since=record.at,
            window=SPREADING if record.existed else SETTLING,
            why=_CHECKING,
        )
        if found is not None and found.provisioning_state != _DELETING:
            await self._delete(job, found)
        if found is not None:
            if not await job.until_gone(lambda: _find_untouched(job), AZURE):
                raise StillShown
            await job.until(lambda: _is_gone(job), Cause.DELETING)
        await job.gone(Subject.GROUP, record.name)
        return "" if found is not None else NOTHING_TO_REMOVE

    async def _delete(self, job: Job, found: ResourceGroup) -> None:
        if not _is_ours(found, job.state):
            raise Refusal(problems.group_not_ours(found.name))
        if not await job.ask(lambda: job.workspace.group_is_empty(found.name)):
            raise Refusal(problems.group_not_empty(found.name))
        await job.removing(Subject.GROUP, found.name)
        await job.ask(lambda: job.workspace.delete_group(found.name))

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        if not state.group.may_exist:
            return ()
        command = az_commands.delete_group(state.plan.subscription_id, state.group.name)
        return (Leftover(f"Resource group {state.group.name}", command=command),)


class ProviderRegistration:
    """Asks for the registration, and does not wait for it: Azure completes it by itself within minutes (Microsoft
    Learn, "Azure resource providers and types"). Undo keeps it, because other resources may use it by then."""

    needs: tuple[str, ...] = ()
    essential = False

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self.key = f"provider:{namespace}"

    def row(self, plan: Plan, now: datetime) -> Row:
        command = az_commands.register_provider(plan.subscription_id, self._namespace)
        return Row(self.key, "Resource provider", f"register {self._namespace}", equivalent=command)

    def done(self, context: RunContext) -> bool:
        return self.key in context.finished

    async def make(self, job: Job) -> str:
        await job.intend(Subject.PROVIDER, self._namespace)
        state = await job.ask(lambda: job.workspace.register_provider(self._namespace))
        job.context.finished.add(self.key)
        return "" if state == _REGISTERED else "Azure completes it within a few minutes"

    async def check(self, job: Job) -> None:
        """Nothing to check: asking again for a registration changes nothing."""


async def _find(job: Job) -> ResourceGroup | None:
    return await job.ask(lambda: job.workspace.get_group(job.plan.group_name))


async def _find_untouched(job: Job) -> ResourceGroup | None:
    """The group, unless it is gone or being deleted."""
    found = await job.workspace.get_group(job.plan.group_name)
    return None if found is not None and found.provisioning_state == _DELETING else found


async def _is_gone(job: Job) -> bool | None:
    """True once it is gone; None while it is still there."""
    return True if await job.workspace.get_group(job.plan.group_name) is None else None


def _is_ours(group: ResourceGroup, state: RunState) -> bool:
    """Whether it carries this run's tag. Azure may change the case of tag names, never of values."""
    return any(name.lower() == OWN_TAG and value == state.run_id for name, value in group.tags)
