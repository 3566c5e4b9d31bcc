"""What of a run may be in use at PipeOps, and so is not replaced without a renewal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pipeops_tui.provisioning.journal.entries import Origin, Renewing
from pipeops_tui.provisioning.journal.run_state import RunState

_FIRST_DAY: Final = timedelta(days=1)


def changes_only_secrets(state: RunState) -> bool:
    """Whether everything but secrets is left as it is."""
    return state.renewed or state.origin is not Origin.CREATED


def keys_in_use(state: RunState) -> tuple[str, ...]:
    """Key ids of the secrets that may be in use: all but the one that a renewal has added and the person does not
    have."""
    made = (secret for secret in state.secrets if secret.made)
    is_first_day = not state.renewed
    return tuple(one.live_key for one in made if one.delivered or one.kept or is_first_day)


def is_in_use(state: RunState, now: datetime) -> bool:
    """Whether a secret was delivered more than a day before `now` (UTC): another one is a renewal then, also where none
    was planned."""
    if state.renewed or state.retiring:
        return False
    return any(one.delivered and now - one.at > _FIRST_DAY for one in state.secrets)


def keeping_all(state: RunState, now: datetime) -> Renewing:
    """The journal's entry for a renewal that begins `now` (UTC), with the plan's own description and days, and keeps
    every secret that may be in use."""
    return Renewing(now, keys_in_use(state), state.plan.secret_description, state.plan.secret_days)
