"""Leaving the last screen, from wherever it is tried, and what stands on the smallest screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pipeops_tui.core.secret import Secret
from pipeops_tui.core.wizard import Step
from tests.clipboard.support import MemoryRunner, remote
from tests.support.inside import is_closing
from tests.ui.test_credentials import VALUE, credentials

IN_TMUX = remote(TMUX="/tmp/tmux-0/default,1,0", TMUX_PANE="%0", TERM="tmux-256color")
SIZES = [(60, 16), (75, 21), (76, 22), (80, 24), (104, 16), (104, 22), (120, 36), (150, 50)]


def line_of(words: str, screen: str) -> int:
    return next(y for y, line in enumerate(screen.splitlines()) if words in line)


@pytest.mark.parametrize("size", SIZES)
async def test_the_revealed_secret_stands_alone_on_its_line_and_nothing_jumps(size: tuple[int, int]) -> None:
    async with credentials(size=size) as stage:
        before = stage.screen.splitlines()
        await stage.presses("r")
        shown = (await stage.sees("for 30 s more")).splitlines()
        assert [line.strip() for line in shown].count(VALUE) == 1
        changed = [y for y, (old, new) in enumerate(zip(before, shown, strict=True)) if old != new]
        value_line = next(y for y, line in enumerate(shown) if VALUE in line)
        assert changed[:2] == [value_line - 1, value_line]
        assert all("Hide" in shown[y] or "Shift-drag" in shown[y] for y in changed[2:])


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 36)])
async def test_what_to_know_and_to_do_about_a_copy_is_read_at_every_size(size: tuple[int, int]) -> None:
    swallowing = MemoryRunner(tmux="3.3a|off|0|256,clipboard")
    async with credentials(size=size, surroundings=IN_TMUX, runner=swallowing) as stage:
        before = line_of("Subscription ID", stage.screen)
        await stage.presses("4")
        screen = await stage.sees("Could not copy Client Secret")
        words = " ".join(screen.split())
        assert (
            "tmux blocks it. Run “tmux set -g set-clipboard on”. Press r to show it. Select it with Shift-drag."
            in words
        )
        assert "^q Finish" in screen
        assert line_of("Subscription ID", screen) == before, "nothing jumps"


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_where_a_copy_lingers_is_read_at_every_size(size: tuple[int, int]) -> None:
    async with credentials(size=size, runner=MemoryRunner({"xclip"})) as stage:
        await stage.presses("4")
        words = " ".join((await stage.sees("Client Secret copied \\(read back and equal\\)")).split())
        assert "The clipboard is cleared 60 seconds after the copy. A clipboard manager can keep it longer." in words
        await stage.presses("5")
        screen = await stage.sees("Subscription ID copied")
        assert "60 s" not in screen, "it has been replaced"


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 36)])
async def test_it_is_finished_not_quit_and_a_new_secret_is_always_offered(size: tuple[int, int]) -> None:
    async with credentials(size=size) as stage:
        await stage.sees("n New.*\\^q Finish")
        titles = [command.title for command in stage.app.get_system_commands(stage.app.screen)]
        assert "Finish" in titles
        assert "Quit" not in titles
        await stage.presses("r")
        await stage.passes(30)
        await stage.sees("4 copies it, n creates a new one")
        await stage.presses("n")
        await stage.sees("Create a new client secret")


@pytest.mark.parametrize("step", [Step.SUBSCRIPTION, Step.CREATE])
async def test_quitting_from_an_earlier_step_asks_the_same(step: Step) -> None:
    async with credentials(size=(120, 36)) as stage:
        stage.app.show_step(step)
        await stage.until(lambda: getattr(stage.app.screen, "STEP", None) is step, "the earlier step")
        await stage.presses("ctrl+q")
        await stage.sees("Leave without the client secret")
        await stage.presses("enter")
        await stage.until(lambda: "Leave without" not in stage.screen, "the step again")
        assert stage.app.is_running


async def test_a_clipboard_that_cannot_be_cleared_is_not_left_in_silence() -> None:
    class Stubborn(MemoryRunner):
        def feed(self, argv: Sequence[str], text: Secret | None, extra: Mapping[str, str]) -> bool:
            return text is None or super().feed(argv, text, extra)

    async with credentials(runner=Stubborn({"xclip"})) as stage:
        await stage.presses("1", "2", "3", "5", "4")
        await stage.sees("Client Secret copied")
        await stage.presses("ctrl+q")
        await stage.sees("Clear it")
        await stage.presses("enter")
        await stage.sees("The clipboard could not be cleared. Copy something else")
        assert stage.app.is_running
        await stage.presses("ctrl+q")
        await stage.sees("Keep it to paste")
        await stage.presses("tab", "enter")
        await stage.until(lambda: is_closing(stage.app), "the end")


async def test_textuals_own_clipboard_is_cleared() -> None:
    async with credentials() as stage:
        stage.app.copy_to_clipboard(VALUE)  # as cutting it out of an entry, where it was pasted, would do
        await stage.presses("r")
        await stage.sees("s more")
        await stage.presses("ctrl+q")
        await stage.sees("Leave before")
        await stage.presses("tab", "enter")
        await stage.until(lambda: is_closing(stage.app), "the end")
        assert stage.app.clipboard == ""


async def test_shown_for_a_moment_it_is_not_offered_as_if_it_never_was() -> None:
    async with credentials() as stage:
        await stage.presses("r")
        await stage.sees("for 30 s more", " Hide ")
        await stage.pilot.resize_terminal(90, 28)
        await stage.passes(0.2)
        await stage.presses("r")
        await stage.sees(r"r to show it \(30 s", "Hidden. Press r to show it again .30 seconds left", " Reveal, 30 s ")
