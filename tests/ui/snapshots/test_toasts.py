"""Notices that go by themselves, over the screen on which two come at once: they hide neither status nor keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from syrupy.assertion import SnapshotAssertion

from pipeops_tui.core.wizard import Step
from pipeops_tui.ui import theme
from pipeops_tui.ui.app import PipeOpsApp
from tests.clipboard.support import MemoryRunner
from tests.support.contrast import hard_to_read
from tests.ui.memory import Stage, at
from tests.ui.snapshots.plain_text import PlainText, framed
from tests.ui.snapshots.test_states import ask_for_a_code, at_rest

SIZES = ((60, 16), (80, 24), (120, 36))


@asynccontextmanager
async def a_code_on_screen(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """Notices stay for as long as the test needs."""
    monkeypatch.setattr(PipeOpsApp, "NOTIFICATION_TIMEOUT", 600)
    async with at(Step.SIGN_IN, size=SIZES[0], runner=MemoryRunner({"xclip"}), toasts=True) as stage:
        stage.app.animation_level = "none"
        await ask_for_a_code(stage)
        await stage.sees("FXK7-Q2PL")
        yield stage


async def test_notices_hide_neither_status_nor_keys(
    snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = []
    async with a_code_on_screen(monkeypatch) as stage:
        below = {}
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            below[size] = (await at_rest(stage)).rstrip().splitlines()[-2:]
        await stage.presses("c")
        await stage.sees("Opened in your browser", r"Code copied\.")
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            screen = await at_rest(stage)
            assert screen.rstrip().splitlines()[-2:] == below[size], size
            pictures.append(framed(screen, size))
    assert "\n".join(pictures) == snapshot.use_extension(PlainText)(name="code-copied-and-page-opened")


@pytest.mark.parametrize("name", [theme.DARK.name, theme.LIGHT.name])
async def test_notices_can_be_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_code_on_screen(monkeypatch) as stage:
        stage.app.theme = name
        await stage.pilot.resize_terminal(*SIZES[1])
        await stage.presses("c")
        await stage.sees("Opened in your browser", r"Code copied\.")
        assert not hard_to_read(stage.app)
