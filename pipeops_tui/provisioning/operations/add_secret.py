"""Add and replace the client secret. Azure returns it only once, so after a lost answer it is replaced."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pipeops_tui.core import az_commands
from pipeops_tui.core.clock import secret_expiry, spell_day
from pipeops_tui.core.marks import SECRETS_OF_A_RUN, secret_key_id
from pipeops_tui.core.model import Credentials, NewPassword, Plan
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.retry import AMBIGUOUS, Cause, cause_of
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.events import Row
from pipeops_tui.provisioning.job import Job, Pauses, RunContext
from pipeops_tui.provisioning.journal.entries import Subject
from pipeops_tui.provisioning.operations.create_application import COPYING
from pipeops_tui.provisioning.operations.operation import Refusal, is_young
from pipeops_tui.provisioning.operations.own_secrets import (
    is_young_secret,
    listed_secrets,
    remove_lost,
    require_mark,
    retire,
)

LOOK_FIRST: Final = 10.0
"""Seconds to look for a secret whose answer was lost, before another one is made."""


class SecretOperation:
    """Adds the secret. `replaces` is the key id of the previous one, when the user asks for another. A renewal needs
    nothing before it."""

    key = "secret"
    essential = True

    def __init__(self, replaces: str = "", needs: tuple[str, ...] = ("assignment",)) -> None:
        self._replaces = replaces
        self.needs = needs
        self._conflicts = False
        """Whether a request was answered with a conflict, and sent again: only Azure knows what came of it."""

    def row(self, plan: Plan, now: datetime) -> Row:
        expires = secret_expiry(now, plan.secret_days)
        command = az_commands.add_secret(plan.secret_description, f"{expires:%Y-%m-%d}")
        detail = f"expires {spell_day(expires)}"
        return Row(self.key, "Client secret", detail, equivalent=command)

    def done(self, context: RunContext) -> bool:
        secrets = context.state.secrets
        held = context.credentials is not None and bool(secrets) and secrets[-1].made
        return held and secrets[-1].key_id != self._replaces

    async def make(self, job: Job) -> str:
        if job.state.renewed:
            await require_mark(job)
        await self._clear(job)
        password, key_id = await self._add(job)
        await job.made(Subject.SECRET, key_id, password.key_id, expires=password.expires)
        plan = job.plan
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
        """Journal secrets that no longer exist as gone, so that they are not removed again. Those of a deleted
        application come back with it."""
        application = job.state.application
        if not application.made or is_young(job, application) or not job.state.secrets or job.state.restores:
            return
        live = {key.key_id for key in await job.ask(lambda: job.workspace.passwords(application.id))}
        for secret in job.state.secrets:
            if not secret.uncertain and secret.live_key not in live and not is_young_secret(job, secret):
                await job.gone(Subject.SECRET, secret.key_id)

    async def _clear(self, job: Job) -> None:
        """Remove secrets whose value is not known: those whose answers were lost, and those of an earlier process that
        were never delivered. One that Azure still shows afterwards is looked for again at the next start. What a
        renewal keeps stays, and what it replaces goes only after the test sign-in: an entry can be lost that says that
        it was delivered."""
        held = job.context.credentials is not None
        for secret in job.state.secrets:
            if secret.uncertain:
                await remove_lost(job, secret, window=LOOK_FIRST)
            elif not job.state.renewed and (secret.leaving or not (secret.delivered or held)):
                await retire(job, secret)

    async def _add(self, job: Job) -> tuple[NewPassword, str]:
        """The new secret and the key id that was chosen for it."""
        pauses = Pauses(job)
        while True:
            key_id = await self._next_key_id(job)
            await job.intend(Subject.SECRET, key_id)
            try:
                return await self._ask_for(job, key_id), key_id
            except CloudError as error:
                if error.kind not in AMBIGUOUS:
                    if not self._conflicts:
                        await job.gone(Subject.SECRET, key_id)
                    raise
                failure = error
            cause = cause_of(failure, fresh=False, repeatable=True)
            if cause is None:
                raise failure
            await pauses.wait(cause, failure.retry_after, failure)
            await self._clear(job)

    async def _ask_for(self, job: Job, key_id: str) -> NewPassword:
        object_id, plan = job.state.application.id, job.plan
        expires = secret_expiry(job.now(), plan.secret_days)
        return await job.ask(
            lambda: job.workspace.add_password(object_id, key_id, plan.secret_description, expires),
            waiting_for=COPYING if is_young(job, job.state.application) else "",
            repeatable=False,
            judge=self._busy,
        )

    def _busy(self, error: CloudError) -> Cause | None:
        """A 409 right after creation comes from a replica that lags behind
        (hashicorp/terraform-provider-azuread#1764)."""
        self._conflicts = self._conflicts or error.status == 409
        return Cause.REPLICATION if error.kind is FailureKind.CONFLICT else None

    async def _next_key_id(self, job: Job) -> str:
        """The first key id of this run that was never used, here or on another computer. Raises `Refusal` when all
        are."""
        state = job.state
        used = {secret.key_id for secret in state.secrets}
        if not is_young(job, state.application) or state.secrets:
            used |= {key.key_id.lower() for key in await listed_secrets(job)}
        for number in range(state.secrets_asked, SECRETS_OF_A_RUN):
            if (key_id := secret_key_id(state.run_id, number)) not in used:
                return key_id
        raise Refusal(problems.too_many_secrets(job.plan.application_name))
