"""The connections that this computer's journals know, without asking Azure. Loads little, for `pipeops-tui list`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeops_tui.connections.connection import (
    SOON,
    Connection,
    ConnectionSecret,
    ConnectionState,
    FoundBy,
    state_by_secrets,
)
from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.provisioning import RecordedRun, RunState, peek


@dataclass(frozen=True, slots=True)
class JournaledConnections(PlainTexts):
    """What the journals of one directory know."""

    connections: tuple[Connection, ...] = ()
    """Of every cloud, unfinished ones first, then the newest first."""
    complaints: tuple[str, ...] = ()
    """A sentence for each file that cannot be used, and one when a journal was begun in the future."""


def journaled_connections(directory: Path, now: datetime, soon: timedelta = SOON) -> JournaledConnections:
    """The connections in the journals of `directory`, which need not exist: the runs with an application that can
    exist. Nothing is locked, renamed, deleted or changed. Never raises."""
    found = peek(directory)
    known = [connection_of(run, now, soon) for run in found.runs if _is_connection(run.state)]
    known.sort(key=lambda connection: connection.state is not ConnectionState.UNFINISHED)
    remark = clock_remark(found.runs, now)
    return JournaledConnections(tuple(known), (*found.complaints, remark) if remark else found.complaints)


def clock_remark(runs: Iterable[RecordedRun], now: datetime) -> str:
    """A sentence where a journal was begun later than this computer's clock shows, by more than a day; else empty."""
    newest = max((run.state.begun for run in runs), default=now)
    if newest <= now + timedelta(days=1):
        return ""
    from pipeops_tui.core.clock import spell_day

    return f"This computer's clock shows {spell_day(now)}, but a journal was begun later: the dates can be wrong."


def connection_of(recorded: RecordedRun, now: datetime, soon: timedelta = SOON) -> Connection:
    """What the journal of a run says about its connection at `now`. Its state is UNFINISHED, or what the dates of its
    secrets say, else NOT_CHECKED."""
    state = recorded.state
    secrets = tuple(
        ConnectionSecret(
            one.live_key, one.expires, one.description or state.plan.secret_description, delivered=one.delivered
        )
        for one in state.secrets
    )
    due = ConnectionState.UNFINISHED if state.unfinished else state_by_secrets(secrets, now, soon)
    return Connection(
        application_name=state.plan.application_name,
        client_id=state.client_id,
        tenant_id=state.plan.tenant_id,
        tenant_name=state.plan.tenant_name,
        subscription_id=state.plan.subscription_id,
        subscription_name=state.plan.subscription_name,
        group_name=state.plan.group_name,
        resource_manager=state.resource_manager,
        found_by=FoundBy.JOURNAL,
        state=due or ConnectionState.NOT_CHECKED,
        object_id=state.application.id,
        made=state.begun,
        secrets=secrets,
        run_id=state.run_id,
        recorded=recorded,
    )


def _is_connection(state: RunState) -> bool:
    return state.application.may_exist and state.outcome is None
