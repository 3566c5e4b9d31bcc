"""The second owner of the application, who can renew its client secret later."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.core import az_commands
from pipeops_tui.core.model import Plan
from pipeops_tui.provisioning.events import Row
from pipeops_tui.provisioning.job import Job, RunContext
from pipeops_tui.provisioning.operations.create_application import COPYING


class SecondOwner:
    """Adds the owner that the plan names, after everything that PipeOps needs. A refusal stops nothing, and undo has
    nothing to do: the owner goes with the application."""

    key = "owner"
    needs = ("secret",)
    essential = False

    def row(self, plan: Plan, now: datetime) -> Row:
        command = az_commands.add_owner("<client id>", plan.second_owner_id)
        return Row(self.key, "Second owner", f"{plan.second_owner_name} can renew it too", equivalent=command)

    def done(self, context: RunContext) -> bool:
        return self.key in context.finished

    async def make(self, job: Job) -> str:
        object_id, member_id = job.state.application.id, job.plan.second_owner_id
        await job.ask(lambda: job.workspace.add_owner(object_id, member_id), waiting_for=COPYING)
        job.context.finished.add(self.key)
        return ""

    async def check(self, job: Job) -> None:
        """Nothing to check: adding an owner again changes nothing."""
