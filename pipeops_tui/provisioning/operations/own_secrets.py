"""The client secrets of a run, as Microsoft Entra lists them: found, told from those of others, and removed.

No credential is ever touched that this run did not add: its key ids are derived from the run, so that any computer can
tell which secrets are its own.
"""

from __future__ import annotations

from typing import Final

from pipeops_tui.core.marks import secret_number
from pipeops_tui.core.model import PasswordKey
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.provisioning import problems
from pipeops_tui.provisioning.job import ENTRA, Job
from pipeops_tui.provisioning.journal.entries import Origin, Subject
from pipeops_tui.provisioning.journal.run_state import RunState, SecretRecord
from pipeops_tui.provisioning.operations.create_application import COPYING
from pipeops_tui.provisioning.operations.operation import SPREADING, Refusal, is_young

_SAME_TIME: Final = 3600.0
"""Seconds between the intent and the beginning of a secret that came of it: this computer's clock can be wrong."""
_ROUNDING: Final = 2.0
"""Seconds by which two answers can differ about one time: Microsoft Graph gives fractions only when it is new."""


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


async def remove_lost(job: Job, secret: SecretRecord, *, window: float) -> bool:
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


async def retire(job: Job, secret: SecretRecord) -> bool:
    """Remove a secret while the rest of the run stays; False when Azure still shows it afterwards."""
    await job.removing(Subject.SECRET, secret.key_id, replaced=True)
    gone = await remove_secret(job, secret.live_key, young=is_young_secret(job, secret))
    if gone:
        await job.gone(Subject.SECRET, secret.key_id)
    return gone


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
    await require_mark(job)
    await job.ask(lambda: job.workspace.remove_password(object_id, key_id))
    return await job.until_gone(listed, ENTRA)


async def require_mark(job: Job) -> None:
    """Raise `Refusal` unless the application carries the tag of this run. One made by hand never did: of it the run
    knows only what it has added itself."""
    state = job.state
    if state.origin is Origin.ADOPTED:
        return
    application = await job.ask(lambda: job.workspace.get_application(state.application.id))
    if application is not None and state.mark not in application.tags:
        raise Refusal(problems.application_not_ours(application.display_name))


def is_young_secret(job: Job, secret: SecretRecord) -> bool:
    return (job.now() - secret.at).total_seconds() <= SPREADING


async def _find(job: Job, secret: SecretRecord) -> PasswordKey | None:
    """The credential that came of it: Microsoft Graph keeps the key id that was chosen. One that began at another time
    was added by another computer, which has chosen the same."""
    return next(
        (key for key in await listed_secrets(job) if key.key_id == secret.live_key and _began_then(key, secret)), None
    )


def _began_then(key: PasswordKey, secret: SecretRecord) -> bool:
    return key.start is None or abs((key.start - secret.at).total_seconds()) <= _SAME_TIME
