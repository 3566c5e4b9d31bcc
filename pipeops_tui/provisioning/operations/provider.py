"""Registration of a resource provider, beside everything else: nothing in the run depends on it."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.model import Plan
from pipeops_tui.provisioning import commands
from pipeops_tui.provisioning.entries import Subject
from pipeops_tui.provisioning.events import Row
from pipeops_tui.provisioning.job import Context, Job, Pauses
from pipeops_tui.provisioning.retry import SCHEDULES, Cause

_REGISTERED = "Registered"


class ProviderOperation:
    """Asks for the registration and watches it for a while. Azure goes on with it by itself; undo leaves it, because
    others in the subscription may rely on it by then."""

    needs: tuple[str, ...] = ()
    essential = False

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self.key = f"provider:{namespace}"

    def row(self, plan: Plan, now: datetime) -> Row:
        command = commands.register_provider(plan.subscription_id, self._namespace)
        return Row(self.key, "Provider", f"register {self._namespace}", equivalent=command)

    def done(self, context: Context) -> bool:
        return self.key in context.finished

    async def make(self, job: Job) -> str:
        await job.intend(Subject.PROVIDER, self._namespace)
        state = await job.ask(lambda: job.workspace.register_provider(self._namespace))
        pauses, patience = Pauses(job), SCHEDULES[Cause.REGISTERING]
        deadline = job.context.clock.monotonic() + patience.budget
        while state != _REGISTERED:
            if job.context.clock.monotonic() + patience.delay(1) > deadline:
                job.context.finished.add(self.key)
                return "Azure is still registering it, and goes on without this program"
            await pauses.wait(Cause.REGISTERING)
            state = await job.ask(lambda: job.workspace.provider_state(self._namespace))
        job.context.finished.add(self.key)
        return ""

    async def check(self, job: Job) -> None:
        """Nothing to check: asking again for a registration changes nothing."""
