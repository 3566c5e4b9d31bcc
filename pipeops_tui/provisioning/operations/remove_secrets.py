"""Remove the client secrets of a run: the older ones after a new one works, and all of them when it is undone."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.core import az_commands
from pipeops_tui.core.model import Plan
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import LOOK_AGAIN, Job, RunContext
from pipeops_tui.provisioning.journal.entries import Subject
from pipeops_tui.provisioning.journal.run_state import RunState, SecretRecord
from pipeops_tui.provisioning.operations.operation import UNCERTAIN_FOR, Refusal, StillShown
from pipeops_tui.provisioning.operations.own_secrets import (
    is_young_secret,
    listed_secrets,
    remove_lost,
    remove_secret,
    retire,
)


class RetireOperation:
    """Removes this run's older secrets after the test sign-in with the newest, but for those that a renewal keeps.
    `alone`: an earlier process has done all the rest. `kept`: those too, because PipeOps works with the newest."""

    key = "retire"
    essential = False

    def __init__(self, *, alone: bool = False, kept: bool = False) -> None:
        self.needs: tuple[str, ...] = () if alone else ("test-sign-in",)
        self._kept = kept

    def row(self, plan: Plan, now: datetime) -> Row:
        return Row(self.key, "Old secret", "removed after the test sign-in with the new one")

    def done(self, context: RunContext) -> bool:
        retired = not self._older(context.state) or self.key in context.finished
        return retired and context.finished.issuperset(self.needs)

    async def make(self, job: Job) -> str:
        await _require_newest(job)
        # Noted first: the person has said that all of them can go.
        older = self._older(job.state)
        for secret in older:
            await job.removing(Subject.SECRET, secret.key_id, replaced=True)
        gone = [await retire(job, secret) for secret in older]
        if not all(gone):
            raise StillShown
        return ""

    def _older(self, state: RunState) -> tuple[SecretRecord, ...]:
        """The secrets that the newest one replaces."""
        return tuple(secret for secret in state.secrets[:-1] if self._kept or not secret.in_use)

    async def check(self, job: Job) -> None:
        """Nothing to check: removing it twice does no harm."""


class SecretRemoval:
    """Removes every secret of this run, before anything else is removed: then they cannot be used to sign in. With
    `renewed_only` those that a renewal keeps stay."""

    key = "undo:secret"
    needs: tuple[str, ...] = ()

    def __init__(self, *, renewed_only: bool = False) -> None:
        self._renewed_only = renewed_only

    def row(self, state: RunState) -> Row | None:
        secrets = self._secrets(state)
        if not secrets:
            return None
        command = az_commands.delete_secret(state.client_id, secrets[-1].live_key)
        detail = "remove the new one" if self._renewed_only else "remove it"
        return Row(self.key, "Client secret", detail, equivalent=command)

    async def remove(self, job: Job) -> str:
        for secret in reversed(self._secrets(job.state)):
            await job.removing(Subject.SECRET, secret.key_id, replaced=self._renewed_only)
            if not secret.uncertain:
                gone = await remove_secret(job, secret.live_key, young=is_young_secret(job, secret))
            else:
                gone = await remove_lost(job, secret, window=0)
            if gone:
                await job.gone(Subject.SECRET, secret.key_id)
        if self._secrets(job.state):
            raise StillShown
        return ""

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        return tuple(
            Leftover(
                f"Client secret with key id {secret.live_key}",
                command=az_commands.delete_secret(state.client_id, secret.live_key),
            )
            for secret in self._secrets(state)
        )

    def _secrets(self, state: RunState) -> tuple[SecretRecord, ...]:
        if not self._renewed_only:
            return state.secrets
        if state.retiring:  # the old one is on its way out: the new one is in use
            return ()
        newest = state.secrets[-1].at if state.secrets else None
        still_works = any(
            one.in_use and newest is not None and (one.expires is None or one.expires > newest) for one in state.secrets
        )
        # What the person has is in use where nothing older works.
        return tuple(one for one in state.secrets if not one.kept and (still_works or not one.delivered))


async def remove_uncertain(job: Job) -> None:
    """Look for secrets whose answers were lost until they cannot turn up any more, and remove those that do."""
    while uncertain := [secret for secret in job.state.secrets if secret.uncertain]:
        for secret in uncertain:
            await remove_lost(job, secret, window=0)
            if (job.now() - secret.at).total_seconds() >= UNCERTAIN_FOR:
                await job.gone(Subject.SECRET, secret.key_id)
        if any(secret.uncertain for secret in job.state.secrets):
            await job.rest(LOOK_AGAIN, "Checking that there is no second client secret")


async def _require_newest(job: Job) -> None:
    """Raise `Refusal` when the newest secret is gone: the older ones are the last that work then."""
    newest = job.state.secrets[-1]
    if is_young_secret(job, newest):
        return
    if all(key.key_id != newest.live_key for key in await listed_secrets(job)):
        raise Refusal(problems.newest_secret_missing(job.plan.application_name))
