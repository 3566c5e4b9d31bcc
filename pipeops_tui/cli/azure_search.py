"""Signs in without asking anything, and searches Azure for connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeops_tui.cli.launch import azure_connector
from pipeops_tui.cli.quiet_sign_in import code_shower, quiet_method
from pipeops_tui.connections.connection import Connection, ConnectionState, FoundBy
from pipeops_tui.connections.examination import refused
from pipeops_tui.connections.tenant_search import TenantSearch
from pipeops_tui.core.clock import Clock, SystemClock
from pipeops_tui.core.model import Application
from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.core.ports import Session
from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.process import or_interrupted
from pipeops_tui.core.settings import Settings

_INTERRUPTED = 130
_NOTICED = timedelta(minutes=5)
_OURS = "pipeops"
_NAMED = 5
"""How many are named; of more only the number is said."""


@dataclass(frozen=True, slots=True)
class AzureSearch(PlainTexts):
    """What a search has found."""

    connections: tuple[Connection, ...]
    """Those of the journals first, unfinished ones before all."""
    now: datetime
    """The time by Azure's clock where it is known."""
    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def search_azure(
    settings: Settings,
    state_dir: Path,
    journaled: Callable[[], Sequence[Connection]],
    soon: timedelta,
    tell: Callable[[str], None],
) -> AzureSearch:
    """How the connections of the journals in `state_dir` really are, and those that Azure knows besides. Where Azure or
    the network refuses, they are UNKNOWN. `journaled` reads the journals: once a demo has written its own. `tell` shows
    a device code, where that is the way to sign in. Raises `SignInWouldAskError` of `quiet_sign_in`, and
    `KeyboardInterrupt` where a signal asks the process to end."""
    work = _search(settings, state_dir, journaled, soon, tell, SystemClock())
    return asyncio.run(or_interrupted(work, _INTERRUPTED))


async def _search(
    settings: Settings,
    state_dir: Path,
    journaled: Callable[[], Sequence[Connection]],
    soon: timedelta,
    tell: Callable[[str], None],
    clock: Clock,
) -> AzureSearch:
    connector = azure_connector(settings, state_dir)
    try:
        await connector.prepare()
        session = await connector.sign_in(await quiet_method(connector, settings), code_shower(settings, tell))
        return await _collect(session, journaled(), soon, clock)
    except CloudError as error:
        reason = error.problem.title
        known = tuple(refused(one, reason) for one in journaled())
        return AzureSearch(known, clock.now(), (f"Azure could not be asked: {reason}.",))
    finally:
        await connector.close()


async def _collect(session: Session, journaled: Sequence[Connection], soon: timedelta, clock: Clock) -> AzureSearch:
    search = TenantSearch(session, journaled, clock, soon=soon, by_hand=True, owners=False)
    rows = {_key(one): one for one in journaled}
    refusals: list[str] = []
    notes: list[str] = []
    claims: list[Application] = []
    async for found in search.findings(session.subscriptions()):
        rows |= {_key(one): one for one in found.connections if _is_for_pipeops(one)}
        refusals += found.refusals
        notes += found.notes
        claims += [one.application for one in found.others if one.application.deleted is None]
    notes += _about_claims(claims)
    skew = timedelta(seconds=session.clock_skew or 0.0)
    if abs(skew) > _NOTICED:
        notes.append("This computer's clock differs from Azure's, whose time is used.")
    return AzureSearch(tuple(sorted(rows.values(), key=_place)), search.now, tuple(refusals), tuple(notes))


def _about_claims(claims: Sequence[Application]) -> Sequence[str]:
    """What is said of applications that carry our tag and are not listed."""
    why = "Contributor on no resource group that this account can see, or on several"
    if len(claims) > _NAMED:
        return (f"{len(claims)} applications carry the tag of pipeops-tui, but are {why}. They are not listed.",)
    return [
        f"{one.display_name} ({one.app_id}) carries the tag of pipeops-tui, but is {why}. It is not listed."
        for one in sorted(claims, key=lambda one: (one.display_name.casefold(), one.app_id))
    ]


def _place(connection: Connection) -> tuple[bool, bool, str, str]:
    """Unfinished ones first, then those of the journals as they are, then the others by name: what is found side by
    side comes in any order."""
    is_new = connection.recorded is None
    name = (connection.application_name.casefold(), connection.client_id) if is_new else ("", "")
    return connection.state is not ConnectionState.UNFINISHED, is_new, *name


def _key(connection: Connection) -> object:
    if connection.recorded is not None:
        return connection.recorded.path
    return connection.tenant_id.lower(), connection.client_id.lower()


def _is_for_pipeops(connection: Connection) -> bool:
    """Whether it is a connection of ours or, made by hand, names PipeOps as its guide does: every deployment tool has
    the role Contributor on some resource group."""
    if connection.found_by is not FoundBy.ASSIGNMENT:
        return True
    texts = (connection.application_name, connection.group_name, *(one.description for one in connection.secrets))
    return any(_OURS in text.casefold() for text in texts)
