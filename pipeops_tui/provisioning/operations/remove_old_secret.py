"""Remove one older client secret that PipeOps no longer uses, by its key id."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.core.model import Plan
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.events import Row
from pipeops_tui.provisioning.job import Job, RunContext
from pipeops_tui.provisioning.journal.entries import Subject
from pipeops_tui.provisioning.operations.operation import Refusal, StillShown
from pipeops_tui.provisioning.operations.own_secrets import is_secret_of, listed_secrets, remove_secret


class OldSecretOperation:
    """Removes one older secret of this run, whether the journal knows it or another computer has added it. Whether it
    is older is told by Microsoft Entra."""

    key = "retire"
    essential = True
    needs: tuple[str, ...] = ()

    def __init__(self, key_id: str) -> None:
        self._key_id = key_id.lower()

    def row(self, plan: Plan, now: datetime) -> Row:
        return Row(self.key, "Old secret", f"remove the one with key ID {self._key_id}")

    def done(self, context: RunContext) -> bool:
        return self.key in context.finished

    async def make(self, job: Job) -> str:
        job.context.finished.discard(self.key)
        await self._require_newer(job)
        noted = next((secret for secret in job.state.secrets if secret.live_key.lower() == self._key_id), None)
        # The newest in the journal is not noted as leaving: what continues removes those before it only.
        if noted is not None and noted is not job.state.secrets[-1]:
            await job.removing(Subject.SECRET, noted.key_id, replaced=True)
        gone = await remove_secret(job, self._key_id, young=False)
        if not gone:
            raise StillShown
        if noted is not None:
            await job.gone(Subject.SECRET, noted.key_id)
        job.context.finished.add(self.key)
        return ""

    async def check(self, job: Job) -> None:
        """Nothing to check: removing it twice does no harm."""

    async def _require_newer(self, job: Job) -> None:
        """Raise `Refusal` unless a newer secret of this run is there that has not expired and that the person has."""
        listed = sorted(await listed_secrets(job), key=lambda key: (key.start is not None, key.start or 0))
        ours = [key.key_id.lower() for key in listed if is_secret_of(key, job.state)]
        live = [key.key_id.lower() for key in listed if key.end is None or key.end > job.now()]
        undelivered = {one.live_key.lower() for one in job.state.secrets if not (one.delivered or one.kept)}
        later = ours[ours.index(self._key_id) + 1 :] if self._key_id in ours else ours
        if not any(key in live and key not in undelivered for key in later):
            raise Refusal(problems.no_newer_secret(job.plan.application_name))
