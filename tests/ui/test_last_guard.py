"""What was not cleaned before it is drawn does not reach the terminal, and moves nothing else."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from pipeops_tui.core.clock import SystemClock
from pipeops_tui.ui.clipboard_and_browser import ClipboardApp
from tests.support.inside import drawn_lines

_RAW = "A\x1b]52;c;eA==\x07\x9b\u202eB"


class _Careless(ClipboardApp):
    """Shows texts as they come."""

    def compose(self) -> ComposeResult:
        yield Static(Text(f"{_RAW}|👩‍💻|"))
        yield Static(f"{_RAW}|", markup=False)
        yield Static("A]52;c;eA==B|", markup=False)

    def on_mount(self) -> None:
        self.notify(_RAW, markup=False)


async def test_a_control_character_is_never_drawn() -> None:
    app = _Careless(SystemClock(), open_url=None, clipboard=None)
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        lines = drawn_lines(app.screen)
    assert not set("".join(lines)) & set("\x1b\x07\x9b\u202e")
    assert [line[:13] for line in lines[:3]] == ["A]52;c;eA==B|"] * 3
    assert lines[0] == "A]52;c;eA==B|👩‍💻|"
