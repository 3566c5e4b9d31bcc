"""Notices that go by themselves, over the screen on which two come at once: they hide neither status nor keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.events import Paste

from pipeops_tui.core.model import DeviceCode, DirectoryMember
from pipeops_tui.core.wizard import Step
from pipeops_tui.ui import theme
from pipeops_tui.ui.app import PipeOpsApp
from pipeops_tui.ui.dialogs.add_owner_dialog import AddOwnerDialog
from pipeops_tui.ui.dialogs.sign_in_again import CodeDialog
from tests.clipboard.support import MemoryRunner
from tests.support.contrast import hard_to_read
from tests.ui.memory import START, Stage, at
from tests.ui.snapshots.plain_text import PlainText, framed
from tests.ui.snapshots.test_states import ask_for_a_code, at_rest

SIZES = ((60, 16), (80, 24), (120, 36))


NO_TOOL = (
    "Code copied (could not be checked). Paste to make sure. Install xclip or wl-clipboard: then a copy can be checked."
)
OPENED = "Opened in your browser: https://microsoft.com/devicelogin"
CODE = DeviceCode("FXK7-Q2PL", "https://microsoft.com/devicelogin", START + timedelta(minutes=15))


def words_of_notices(screen: str) -> str:
    """What the notices say, without their edges and what is beside them."""
    return " ".join(line.split("▌ ")[-1].strip() for line in screen.splitlines() if "▌ " in line)


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


@pytest.mark.parametrize("size", SIZES)
async def test_notices_are_read_whole(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PipeOpsApp, "NOTIFICATION_TIMEOUT", 600)
    async with at(Step.SIGN_IN, size=size, runner=MemoryRunner(set()), toasts=True) as stage:
        await ask_for_a_code(stage)
        await stage.sees("FXK7-Q2PL")
        keys = stage.screen.rstrip().splitlines()[-1]
        await stage.presses("c")
        screen = await stage.until(lambda: NO_TOOL in words_of_notices(stage.screen), "the whole of it")
        assert OPENED in words_of_notices(screen)
        assert screen.rstrip().splitlines()[-1] == keys


@pytest.mark.parametrize("size", SIZES)
async def test_notices_over_a_dialog_hide_neither_its_keys_nor_its_code(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PipeOpsApp, "NOTIFICATION_TIMEOUT", 600)
    async with at(Step.CREDENTIALS, size=size, runner=MemoryRunner(set()), toasts=True) as stage:
        code = CodeDialog("Sign in", CODE, stage.clock, copy=stage.app.copy_code, wish=lambda wish: None)
        stage.app.push_screen(code)
        await stage.sees("esc Cancel   c Copy and open   n New code")
        await stage.presses("c")
        screen = await stage.until(lambda: NO_TOOL in words_of_notices(stage.screen), "the whole of it")
        assert OPENED in words_of_notices(screen)
        assert "esc Cancel   c Copy and open   n New code" in screen
        assert "FXK7-Q2PL · expires in" in screen


@pytest.mark.parametrize("size", SIZES)
async def test_a_notice_of_a_paste_hides_neither_the_entry_nor_the_answers(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(name: str) -> DirectoryMember | None:
        return None

    monkeypatch.setattr(PipeOpsApp, "NOTIFICATION_TIMEOUT", 600)
    async with at(Step.CREDENTIALS, size=size, toasts=True) as stage:
        stage.app.push_screen(AddOwnerDialog("PipeOps", find))
        await stage.sees("esc Close   ⏎ Look up")
        stage.app.post_message(Paste("grace@contoso.com\nada@contoso.com\n"))
        said = "Only one line fits here: the first of 2 was pasted."
        screen = await stage.until(lambda: said in words_of_notices(stage.screen), said)
        assert "grace@contoso.com" in screen
        assert "Look up      Not now" in screen
        assert "esc Close   ⏎ Look up" in screen
