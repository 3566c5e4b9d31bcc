"""Writes journals of runs as an earlier process would have left them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from pipeops_tui.core.marks import secret_key_id
from pipeops_tui.core.model import Plan
from pipeops_tui.provisioning.journal.codec import to_line
from pipeops_tui.provisioning.journal.entries import (
    Begun,
    Closed,
    Delivered,
    Entry,
    Intended,
    Made,
    RunOutcome,
    Subject,
)
from pipeops_tui.simulator import PreparedConnection
from tests.provisioning.bench import PLAN

PUBLIC = "https://management.azure.com"
BEGUN = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def run_id(number: int) -> str:
    return str(UUID(int=number, version=4))


def client_id(number: int) -> str:
    return str(uuid5(UUID(int=7), f"client {number}"))


def write_journal(
    folder: Path,
    number: int,
    *expiries: datetime | None,
    delivered: bool = True,
    plan: Plan = PLAN,
    client: str = "",
    object_id: str = "",
    run: str = "",
    resource_manager: str = PUBLIC,
    begun: datetime = BEGUN,
    outcome: RunOutcome | None = None,
) -> Path:
    """The journal of run `number`, with an application and one secret an expiry (None: its answer never came)."""
    run = run or run_id(number)
    client = client or client_id(number)
    object_id = object_id or run_id(number + 1000)
    at = begun
    entries: list[Entry] = [
        Begun(at, run, resource_manager, plan),
        Intended(at, Subject.APPLICATION, f"pipeops-tui-{run}"),
        Made(at, Subject.APPLICATION, f"pipeops-tui-{run}", id=object_id, client_id=client),
    ]
    for place, expires in enumerate(expiries):
        key = secret_key_id(run, place)
        at += timedelta(seconds=1)
        entries.append(Intended(at, Subject.SECRET, key))
        if expires is not None:
            entries.append(Made(at, Subject.SECRET, key, id=key, expires=expires))
            if delivered:
                entries.append(Delivered(at, key))
    if outcome is not None:
        entries.append(Closed(at, outcome))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run}.journal"
    path.write_text("".join(map(to_line, entries)), encoding="utf-8")
    return path


def named(application: str, group: str = "PipeOpsRG") -> Plan:
    return replace(PLAN, application_name=application, group_name=group)


def journal_of_prepared(folder: Path, resource_manager: str, number: int, one: PreparedConnection) -> Path:
    """The journal of run `number`, as if this computer had made `one` in the simulated Azure at `resource_manager`."""
    plan = replace(
        PLAN,
        tenant_id=one.tenant_id,
        tenant_name=one.tenant_name,
        subscription_id=one.subscription_id,
        subscription_name=one.subscription_name,
        group_name=one.group_name,
        application_name=one.application_name,
    )
    return write_journal(
        folder,
        number,
        *(secret.end for secret in one.secrets),
        plan=plan,
        client=one.client_id,
        object_id=one.object_id,
        run=one.run_id,
        resource_manager=resource_manager,
        begun=one.made,
    )
