"""The client secret: the one thing that is given out once, so a lost answer means removing it and making another.

No credential is ever touched that this run did not add, known by the key id the run chose and journaled beforehand.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pipeops_tui.dates import secret_expiry, spell_day
from pipeops_tui.model import Credentials, NewPassword, PasswordKey, Plan
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.provisioning import commands
from pipeops_tui.provisioning.entries import Subject
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import LOOK_AGAIN, Context, Job, Pauses
from pipeops_tui.provisioning.operations.application import COPYING
from pipeops_tui.provisioning.operations.operation import IN_DOUBT, SPREADING, is_young
from pipeops_tui.provisioning.retry import AMBIGUOUS, Cause
from pipeops_tui.provisioning.state import RunState, SecretTrace

LOOK_FIRST: Final = 10.0
"""Seconds to look for a secret whose answer was lost, before another one is made."""


class SecretOperation:
    """Adds the secret. `replaces` is the key id of the one it is to follow, for the person who asks for another."""

    key = "secret"
    needs = ("assignment",)
    essential = True

    def __init__(self, replaces: str = "") -> None:
        self._replaces = replaces

    def row(self, plan: Plan, now: datetime) -> Row:
        expires = secret_expiry(now, plan.secret_days)
        command = commands.add_secret(plan.secret_description, f"{expires:%Y-%m-%d}")
        detail = f"expires {spell_day(expires)}"
        return Row(self.key, "Client secret", detail, equivalent=command)

    def done(self, context: Context) -> bool:
        secrets = context.ledger.state.secrets
        held = context.credentials is not None and bool(secrets) and secrets[-1].made
        return held and secrets[-1].key_id != self._replaces

    async def make(self, job: Job) -> str:
        await self._clear(job)
        password, key_id = await self._add(job)
        await job.made(Subject.SECRET, key_id, password.key_id, expires=password.expires)
        plan = job.plan
        job.context.finished.discard("proof")
        job.context.credentials = Credentials(
            resource_group_name=plan.group_name,
            tenant_id=plan.tenant_id,
            client_id=job.state.client_id,
            client_secret=password.secret,
            subscription_id=plan.subscription_id,
            expires=password.expires,
        )
        return ""

    async def check(self, job: Job) -> None:
        """A secret that is not there any more needs no removing."""
        application = job.state.application
        if not application.made or is_young(job, application) or not job.state.secrets:
            return
        live = {key.key_id for key in await job.ask(lambda: job.workspace.passwords(application.id))}
        for secret in job.state.secrets:
            if secret.made and secret.live_key not in live and (job.now() - secret.at).total_seconds() > SPREADING:
                await job.gone(Subject.SECRET, secret.key_id)

    async def _clear(self, job: Job) -> None:
        """Remove what nobody has the value of: secrets whose answers were lost, and those of an earlier process that
        were never delivered."""
        held = job.context.credentials is not None
        for secret in job.state.secrets:
            if not secret.made:
                await _remove_lost(job, secret, window=LOOK_FIRST)
            elif not secret.delivered and not held:
                await _remove(job, secret.live_key)
                await job.gone(Subject.SECRET, secret.key_id)

    async def _add(self, job: Job) -> tuple[NewPassword, str]:
        """The new secret and the key id it was to have."""
        pauses = Pauses(job)
        while True:
            key_id = str(job.context.new_id())
            await job.intend(Subject.SECRET, key_id, known_keys=await self._known_keys(job))
            try:
                return await self._ask_for(job, key_id), key_id
            except CloudError as error:
                if error.kind not in AMBIGUOUS:
                    await job.gone(Subject.SECRET, key_id)
                    raise
                failure = error
            cause = Cause.SERVER if failure.kind is FailureKind.SERVER else Cause.LOST_ANSWER
            await pauses.wait(cause, failure.retry_after)
            await self._clear(job)

    async def _ask_for(self, job: Job, key_id: str) -> NewPassword:
        object_id, plan = job.state.application.id, job.plan
        expires = secret_expiry(job.now(), plan.secret_days)
        return await job.ask(
            lambda: job.workspace.add_password(object_id, key_id, plan.secret_description, expires),
            waiting_for=COPYING,
            repeatable=False,
            judge=_busy,
        )

    async def _known_keys(self, job: Job) -> tuple[str, ...]:
        """Ids of the credentials the application has. One made seconds ago has none, and is not asked."""
        if is_young(job, job.state.application) and not job.state.secrets:
            return ()
        return tuple(key.key_id for key in await _list(job))


class RetireOperation:
    """Removes this run's older secrets, once the newest is proven."""

    key = "retire"
    needs = ("proof",)
    essential = False

    def row(self, plan: Plan, now: datetime) -> Row:
        return Row(self.key, "Old secret", "removed once the new one has been proven")

    def done(self, context: Context) -> bool:
        return len(context.ledger.state.secrets) < 2 and "proof" in context.finished

    async def make(self, job: Job) -> str:
        for secret in job.state.secrets[:-1]:
            await _remove(job, secret.live_key)
            await job.gone(Subject.SECRET, secret.key_id)
        return ""

    async def check(self, job: Job) -> None:
        """Nothing to check: removing it twice does no harm."""


class SecretRemoval:
    """Removes every secret of this run, before anything else goes: from then on nobody can sign in with one."""

    key = "undo:secret"
    needs: tuple[str, ...] = ()

    def row(self, state: RunState) -> Row | None:
        if not state.secrets:
            return None
        command = commands.delete_secret(state.client_id, state.secrets[-1].live_key)
        return Row(self.key, "Client secret", "remove it", equivalent=command)

    async def remove(self, job: Job) -> str:
        for secret in reversed(job.state.secrets):
            await job.removing(Subject.SECRET, secret.key_id)
            if secret.made:
                await _remove(job, secret.live_key)
            else:
                await _remove_lost(job, secret, window=0)
            await job.gone(Subject.SECRET, secret.key_id)
        return ""

    def left(self, state: RunState) -> tuple[Leftover, ...]:
        return tuple(
            Leftover(
                f"Client secret with key id {secret.live_key}",
                command=commands.delete_secret(state.client_id, secret.live_key),
            )
            for secret in state.secrets
        )


async def remove_doubtful(job: Job) -> None:
    """Look for secrets whose answers were lost until they cannot turn up any more, and remove those that do."""
    while doubtful := [secret for secret in job.state.secrets if not secret.made]:
        for secret in doubtful:
            await _remove_lost(job, secret, window=0)
            if (job.now() - secret.at).total_seconds() >= IN_DOUBT:
                await job.gone(Subject.SECRET, secret.key_id)
        if any(not secret.made for secret in job.state.secrets):
            await job.rest(LOOK_AGAIN, "Making sure that there is no second client secret")


async def _remove_lost(job: Job, secret: SecretTrace, *, window: float) -> None:
    """Remove it if it shows within `window` seconds after it was asked for; otherwise it stays in doubt."""
    found = await job.look(
        lambda: _find(job, secret),
        since=secret.at,
        window=window,
        why="Looking whether the client secret was made",
    )
    if found is not None:
        await _remove(job, found.key_id)
        await job.gone(Subject.SECRET, secret.key_id)


async def _find(job: Job, secret: SecretTrace) -> PasswordKey | None:
    """The credential that came of it: under the chosen key id, or, where the tenant did not keep that, the one with
    this run's description that was not there before and is none of its others."""
    others = {other.live_key for other in job.state.secrets if other.key_id != secret.key_id}
    keys = await _list(job)
    chosen = next((key for key in keys if key.key_id == secret.live_key), None)
    return chosen or next(
        (
            key
            for key in keys
            if key.description == job.plan.secret_description
            and key.key_id not in others
            and key.key_id not in secret.known_keys
        ),
        None,
    )


async def _list(job: Job) -> tuple[PasswordKey, ...]:
    application = job.state.application
    waiting_for = COPYING if is_young(job, application) else ""
    try:
        return tuple(await job.ask(lambda: job.workspace.passwords(application.id), waiting_for=waiting_for))
    except CloudError as error:
        if error.kind in (FailureKind.NOT_FOUND, FailureKind.REPLICATION):
            return ()
        raise


async def _remove(job: Job, key_id: str) -> None:
    object_id = job.state.application.id
    await job.ask(lambda: job.workspace.remove_password(object_id, key_id))


def _busy(error: CloudError) -> Cause | None:
    """A 409 right after creation comes from a replica that lags behind (hashicorp/terraform-provider-azuread#1764)."""
    return Cause.REPLICATION if error.kind is FailureKind.CONFLICT else None
