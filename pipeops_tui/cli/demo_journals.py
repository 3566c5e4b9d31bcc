"""Lets a demo remember some of the connections that its scenario begins with, as if this computer had made them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipeops_tui.core.model import Plan
    from pipeops_tui.provisioning import Entry
    from pipeops_tui.simulator import PreparedConnection, RunningSimulator

_REMEMBERED: Final = ("no-role", "no-group", "deleted", "unfinished")
"""Of these nothing in Azure shows that they are connections: only a journal knows them."""


async def remember_prepared(state_dir: Path, simulator: RunningSimulator, kinds: Collection[str] = _REMEMBERED) -> None:
    """Write the journals of some `kinds` of connections. Raises nothing: without them the demo shows less."""
    made = [one for one in simulator.prepared() if one.kind in kinds]
    if not made:
        return
    from pipeops_tui.core.clock import SystemClock
    from pipeops_tui.provisioning import JournalStore, JournalUnavailable

    store = JournalStore(state_dir, SystemClock())
    for connection in made:
        journal = store.new()
        try:
            for entry in _entries(connection, str(simulator.announcement["resource_manager"])):
                await journal.append(entry)
        except JournalUnavailable:
            return
        finally:
            journal.close()


def _entries(made: PreparedConnection, resource_manager: str) -> Iterator[Entry]:
    """What the run had written: everything, or all up to the role assignment."""
    from pipeops_tui.provisioning import Begun, Delivered, Intended, Made, Subject

    yield Begun(made.made, made.run_id, resource_manager, _plan(made))
    yield Intended(made.made, Subject.GROUP, made.group_name)
    yield Made(made.made, Subject.GROUP, made.group_name)
    yield Intended(made.made, Subject.APPLICATION, made.unique_name)
    yield Made(made.made, Subject.APPLICATION, made.unique_name, made.object_id, made.client_id)
    yield Intended(made.made, Subject.PRINCIPAL, made.client_id)
    yield Made(made.made, Subject.PRINCIPAL, made.client_id, made.principal_id)
    if made.secrets:
        yield Intended(made.made, Subject.ASSIGNMENT, made.assignment_name)
        yield Made(made.made, Subject.ASSIGNMENT, made.assignment_name)
    for secret in made.secrets:
        yield Intended(secret.start, Subject.SECRET, secret.key_id)
        yield Made(secret.start, Subject.SECRET, secret.key_id, secret.key_id, expires=secret.end)
        yield Delivered(secret.start, secret.key_id)


def _plan(made: PreparedConnection) -> Plan:
    from pipeops_tui.core.model import Plan
    from pipeops_tui.core.wizard import DEFAULT_SECRET_DAYS, DEFAULT_SECRET_DESCRIPTION

    return Plan(
        tenant_id=made.tenant_id,
        tenant_name=made.tenant_name,
        subscription_id=made.subscription_id,
        subscription_name=made.subscription_name,
        group_name=made.group_name,
        group_is_new=True,
        location=made.location,
        location_display=made.location,
        application_name=made.application_name,
        secret_description=DEFAULT_SECRET_DESCRIPTION,
        secret_days=DEFAULT_SECRET_DAYS,
        group_tags=(),
    )
