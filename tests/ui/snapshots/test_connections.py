"""The list of connections and an opened one, from the smallest terminal to a large one, as text; in colours as
pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from syrupy.assertion import SnapshotAssertion

from pipeops_tui.connections.connection import ConnectionState
from pipeops_tui.connections.connection_search import ConnectionSearch, FoundConnections
from pipeops_tui.connections.known_connections import KnownConnections
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.ui import theme
from tests.support.contrast import hard_to_read
from tests.ui.connections.listed import EVERY_STATE, Decisions, connection, listed, no_owners, telling, unfinished
from tests.ui.memory import Stage
from tests.ui.snapshots.plain_text import PlainText, framed
from tests.ui.snapshots.test_screens import NO_COLOR, USUAL, Picture
from tests.ui.snapshots.test_states import SIZES, at_rest

OFFLINE = KnownConnections(
    unfinished=(unfinished(),), connections=tuple(connection(n, ConnectionState.NOT_CHECKED) for n in (1, 2))
)


async def stay(stage: Stage) -> None:
    """Nothing is done."""


async def open_first(stage: Stage) -> None:
    await stage.presses("home", "enter")
    await stage.sees("1 Resource group")


async def fail(_by_hand: bool) -> AsyncIterator[FoundConnections]:
    yield FoundConnections((connection(1, ConnectionState.UNKNOWN, reason="reading applications was refused"),))
    raise CloudError(FailureKind.UNREACHABLE, Problem("Azure cannot be reached", "No answer came."))


@dataclass(frozen=True)
class Listed:
    """What is known, and by what the screen is known then."""

    known_by: str
    known: KnownConnections = OFFLINE
    search: ConnectionSearch | None = None
    act: Callable[[Stage], Awaitable[None]] = stay


STATES = {
    "list-empty": Listed("This computer knows no connection", KnownConnections()),
    "list-offline": Listed("Sign in to check these"),
    "list-online": Listed("✓ 8 connections", KnownConnections(), telling(FoundConnections(EVERY_STATE))),
    "list-problem": Listed("Azure cannot be reached", OFFLINE, ConnectionSearch(fail, lambda: None, no_owners)),
    "opened": Listed("begins with", KnownConnections(connections=EVERY_STATE[3:4]), None, open_first),
}


@pytest.mark.parametrize("name", STATES)
async def test_the_list_looks_as_it_did(snapshot: SnapshotAssertion, name: str) -> None:
    state, pictures = STATES[name], []
    async with listed(state.known, state.search, size=SIZES[-1], decisions=Decisions()) as stage:
        await stage.sees("" if state.act is open_first else state.known_by)
        await state.act(stage)
        await stage.sees(state.known_by)
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            pictures.append(framed(await at_rest(stage), size))
    assert "\n".join(pictures) == snapshot.use_extension(PlainText)(name=name)


@pytest.mark.parametrize("colours", [theme.DARK.name, theme.LIGHT.name, NO_COLOR])
@pytest.mark.parametrize("name", ["list-online", "opened"])
async def test_the_list_has_its_colours(
    snapshot: SnapshotAssertion, name: str, colours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if colours == NO_COLOR:
        monkeypatch.setenv("NO_COLOR", "1")
    state = STATES[name]

    def prepare(stage: Stage) -> None:
        stage.app.theme = theme.DARK.name if colours == NO_COLOR else colours

    async with listed(state.known, state.search, size=USUAL, prepare=prepare) as stage:
        await state.act(stage)
        await stage.sees(state.known_by)
        await at_rest(stage)
        if colours != NO_COLOR:
            assert not hard_to_read(stage.app)
        picture = stage.app.export_screenshot(title="pipeops-tui")
        assert picture == snapshot.use_extension(Picture)(name=f"{name}-{colours.replace(' ', '-')}")
