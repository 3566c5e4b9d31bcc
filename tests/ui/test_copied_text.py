"""A text of several lines whose copy may not have arrived: it is there to be read and selected."""

from __future__ import annotations

import pytest

from pipeops_tui.clipboard import TerminalEnvironment
from pipeops_tui.core.wizard import Step
from pipeops_tui.ui.dialogs.text_dialog import TextDialog
from tests.clipboard.support import MemoryRunner, desktop, remote
from tests.ui.memory import MemorySession, at


def forbids(session: MemorySession) -> None:
    session.permissions_ = ()


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 36)])
@pytest.mark.parametrize(
    ("surroundings", "said"),
    [(remote(), "could not be checked"), (remote(TERM="linux"), "not copied"), (remote(TERM="screen"), "tmux set -g")],
    ids=["sent", "failed", "tmux"],
)
async def test_a_message_that_may_not_arrive_can_be_read_and_selected(
    surroundings: TerminalEnvironment, said: str, size: tuple[int, int]
) -> None:
    sent: list[str] = []
    async with at(Step.ACCESS, size=size, prepare=forbids, surroundings=surroundings, sent=sent) as stage:
        await stage.until(lambda: "m" in stage.app.screen.active_bindings, "a message")
        await stage.presses("m")
        screen = await stage.sees("Shift-drag", "c Copy again", "esc Close")
        assert said in " ".join(screen.split()).lower()
        assert isinstance(stage.app.screen, TextDialog)
        copies = len(sent)
        await stage.presses("c")
        await stage.until(lambda: len(sent) > copies or surroundings.variables["TERM"] == "linux", "another copy")
        assert isinstance(stage.app.screen, TextDialog), "which shows no second page"
        text = stage.app.screen.query_one("#copied-text").children[0]
        assert "Contributor" in str(text.render())
        assert text.region.x == 0, "nothing stands beside it"
        await stage.presses("escape")
        await stage.sees("Give PipeOps access|Access")


async def test_a_copy_that_was_read_back_needs_no_page() -> None:
    runner = MemoryRunner({"xclip"})
    async with at(Step.ACCESS, prepare=forbids, surroundings=desktop(), runner=runner, toasts=True) as stage:
        await stage.until(lambda: "m" in stage.app.screen.active_bindings, "a message")
        await stage.presses("m")
        await stage.sees("copied")
        assert not isinstance(stage.app.screen, TextDialog)
        assert "Contributor" in runner.content
