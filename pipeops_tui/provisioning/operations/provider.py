"""Registration of a resource provider, beside everything else: nothing in the run depends on it."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.model import Plan
from pipeops_tui.provisioning import commands
from pipeops_tui.provisioning.entries import Subject
from pipeops_tui.provisioning.events import Row
from pipeops_tui.provisioning.job import Context, Job

_REGISTERED = "Registered"


class ProviderOperation:
    """Asks for the registration, and does not wait for it: that takes minutes, and Azure goes on with it by itself
    (Microsoft Learn, "Azure resource providers and types"). Undo leaves it, because others in the subscription may rely
    on it by then."""

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
        job.context.finished.add(self.key)
        return "" if state == _REGISTERED else "Azure goes on with it by itself, for a few minutes"

    async def check(self, job: Job) -> None:
        """Nothing to check: asking again for a registration changes nothing."""
