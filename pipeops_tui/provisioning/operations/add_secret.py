"""Add, replace and remove the client secret. Azure returns it only once, so after a lost answer it is replaced.

No credential is ever touched that this run did not add: its key ids are derived from the run, so that any computer can
tell which secrets are its own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pipeops_tui.core import az_commands
from pipeops_tui.core.clock import secret_expiry, spell_day
from pipeops_tui.core.marks import SECRETS_OF_A_RUN, secret_key_id, secret_number
from pipeops_tui.core.model import Credentials, NewPassword, PasswordKey, Plan
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.retry import AMBIGUOUS, Cause, cause_of
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.events import Leftover, Row
from pipeops_tui.provisioning.job import ENTRA, LOOK_AGAIN, Job, Pauses, RunContext
from pipeops_tui.provisioning.journal.entries import Origin, Subject
from pipeops_tui.provisioning.journal.run_state import RunState, SecretRecord
from pipeops_tui.provisioning.operations.create_application import COPYING
from pipeops_tui.provisioning.operations.operation import SPREADING, UNCERTAIN_FOR, Refusal, StillShown, is_young

LOOK_FIRST: Final = 10.0
"""Seconds to look for a secret whose answer was lost, before another one is made."""
_SAME_TIME: Final = 3600.0
"""Seconds between the intent and the beginning of a secret that came of it: this computer's clock can be wrong."""
_ROUNDING: Final = 2.0
"""Seconds by which two answers can differ about one time: Microsoft Graph gives fractions only when it is new."""


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
            await _require_mark(job)
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
            if not secret.uncertain and secret.live_key not in live and not _is_young(job, secret):
                await job.gone(Subject.SECRET, secret.key_id)

    async def _clear(self, job: Job) -> None:
        """Remove secrets whose value is not known: those whose answers were lost, and those of an earlier process that
        were never delivered. One that Azure still shows afterwards is looked for again at the next start. What a
        renewal keeps stays, and what it replaces goes only after the test sign-in: an entry can be lost that says that
        it was delivered."""
        held = job.context.credentials is not None
        for secret in job.state.secrets:
            if secret.uncertain:
                await _remove_lost(job, secret, window=LOOK_FIRST)
            elif not job.state.renewed and (secret.leaving or not (secret.delivered or held)):
                await _retire(job, secret)

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
        gone = [await _retire(job, secret) for secret in older]
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
                gone = await remove_secret(job, secret.live_key, young=_is_young(job, secret))
            else:
                gone = await _remove_lost(job, secret, window=0)
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
            await _remove_lost(job, secret, window=0)
            if (job.now() - secret.at).total_seconds() >= UNCERTAIN_FOR:
                await job.gone(Subject.SECRET, secret.key_id)
        if any(secret.uncertain for secret in job.state.secrets):
            await job.rest(LOOK_AGAIN, "Checking that there is no second client secret")


async def foreign_secret(job: Job) -> PasswordKey | None:
    """A client secret of the application that this run cannot have added; None when there is none."""
    return next((key for key in await listed_secrets(job) if not is_secret_of(key, job.state)), None)


def is_secret_of(key: PasswordKey, state: RunState) -> bool:
    """Whether this run has added it: its key id is derived from the run, or an older version has journaled it, with the
    description and the end that it has."""
    if secret_number(state.run_id, key.key_id) is not None:
        return True
    recorded = next((secret for secret in state.secrets if secret.live_key == key.key_id), None)
    older = state.older and state.origin is Origin.CREATED
    if recorded is None or not older or key.description != recorded.description:
        return False
    expires = recorded.expires
    return expires is None or (key.end is not None and abs((key.end - expires).total_seconds()) <= _ROUNDING)


async def _require_newest(job: Job) -> None:
    """Raise `Refusal` when the newest secret is gone: the older ones are the last that work then."""
    newest = job.state.secrets[-1]
    if _is_young(job, newest):
        return
    if all(key.key_id != newest.live_key for key in await listed_secrets(job)):
        raise Refusal(problems.newest_secret_missing(job.plan.application_name))


async def _remove_lost(job: Job, secret: SecretRecord, *, window: float) -> bool:
    """Remove it if it shows within `window` seconds after it was asked for; otherwise it stays uncertain. False when
    Azure still shows what was removed."""
    found = await job.look(
        lambda: _find(job, secret),
        since=secret.at,
        window=window,
        why="Checking if the client secret was created",
    )
    if found is None:
        return True
    gone = await remove_secret(job, found.key_id, young=True)
    if gone:
        await job.gone(Subject.SECRET, secret.key_id)
    return gone


async def _retire(job: Job, secret: SecretRecord) -> bool:
    """Remove a secret while the rest of the run stays; False when Azure still shows it afterwards."""
    await job.removing(Subject.SECRET, secret.key_id, replaced=True)
    gone = await remove_secret(job, secret.live_key, young=_is_young(job, secret))
    if gone:
        await job.gone(Subject.SECRET, secret.key_id)
    return gone


async def _find(job: Job, secret: SecretRecord) -> PasswordKey | None:
    """The credential that came of it: Microsoft Graph keeps the key id that was chosen. One that began at another time
    was added by another computer, which has chosen the same."""
    return next(
        (key for key in await listed_secrets(job) if key.key_id == secret.live_key and _began_then(key, secret)), None
    )


def _began_then(key: PasswordKey, secret: SecretRecord) -> bool:
    return key.start is None or abs((key.start - secret.at).total_seconds()) <= _SAME_TIME


async def listed_secrets(job: Job) -> tuple[PasswordKey, ...]:
    """The client secrets that Microsoft Entra lists; none where it does not know the application yet."""
    application = job.state.application
    waiting_for = COPYING if is_young(job, application) else ""
    try:
        return tuple(await job.ask(lambda: job.workspace.passwords(application.id), waiting_for=waiting_for))
    except CloudError as error:
        if error.kind in (FailureKind.NOT_FOUND, FailureKind.REPLICATION):
            return ()
        raise


async def remove_secret(job: Job, key_id: str, *, young: bool) -> bool:
    """Remove a secret of this run; False when Azure still shows it afterwards. A `young` one need not be listed yet.
    Raises `Refusal` for a secret that this run did not add."""
    object_id = job.state.application.id

    async def listed() -> PasswordKey | None:
        return next((key for key in await listed_secrets(job) if key.key_id == key_id), None)

    found = await listed()
    if found is not None and not is_secret_of(found, job.state):
        raise Refusal(problems.secret_not_ours(job.plan.application_name))
    if found is None and not young:
        return True
    await _require_mark(job)
    await job.ask(lambda: job.workspace.remove_password(object_id, key_id))
    return await job.until_gone(listed, ENTRA)


async def _require_mark(job: Job) -> None:
    """Raise `Refusal` unless the application carries the tag of this run. One made by hand never did: of it the run
    knows only what it has added itself."""
    state = job.state
    if state.origin is Origin.ADOPTED:
        return
    application = await job.ask(lambda: job.workspace.get_application(state.application.id))
    if application is not None and state.mark not in application.tags:
        raise Refusal(problems.application_not_ours(application.display_name))


def _is_young(job: Job, secret: SecretRecord) -> bool:
    return (job.now() - secret.at).total_seconds() <= SPREADING
