"""The bytes that reach the terminal, and the way past tmux."""

from __future__ import annotations

import base64
import re
from functools import partial
from pathlib import Path

import pytest

from pipeops_tui.clipboard import Clipboard, CopyOutcome, terminal
from pipeops_tui.clipboard.terminal import Tmux, TmuxRoute, Wrap, osc52
from pipeops_tui.core.secret import Secret
from tests.clipboard.support import SECRETS, MemoryRunner, remote

VALUE = SECRETS[0]
PLAIN = f"\x1b]52;c;{base64.b64encode(VALUE.encode()).decode()}\x07"
WRAPPED = f"\x1bPtmux;\x1b{PLAIN}\x1b\\"
IN_TMUX = remote(TMUX="/tmp/tmux-0/default,1,0", TMUX_PANE="%0", TERM="tmux-256color")


@pytest.mark.parametrize("value", SECRETS)
def test_plain_osc_52_carries_every_byte(value: str) -> None:
    found = re.fullmatch(r"\x1b]52;c;([A-Za-z0-9+/=]+)\x07", osc52(Secret(value), Wrap.NONE).reveal())
    assert found is not None
    assert base64.b64decode(found[1]).decode() == value


def test_tmux_gets_every_escape_doubled_in_one_control_string() -> None:
    assert osc52(Secret(VALUE), Wrap.TMUX).reveal() == WRAPPED


def test_screen_gets_pieces_it_can_hold() -> None:
    long = "0123456789abcdef" * 40
    wrapped = osc52(Secret(long), Wrap.SCREEN).reveal()
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", wrapped, re.DOTALL)
    assert "".join(pieces) == osc52(Secret(long), Wrap.NONE).reveal()
    assert "".join(f"\x1bP{piece}\x1b\\" for piece in pieces) == wrapped
    assert max(map(len, pieces)) < 256
    assert len(pieces) > 1


@pytest.mark.parametrize(
    ("answer", "outcome", "written", "hint"),
    [
        ("3.3a|on|0|256,clipboard,title", CopyOutcome.SENT, [PLAIN], "Shift-drag"),
        ("3.3a|on|0|256,clipboard,title|", CopyOutcome.SENT, [PLAIN], "Shift-drag"),
        ("3.3a|on|0|", CopyOutcome.SENT, [PLAIN], "Shift-drag"),
        ("3.4|on|on|256,title", CopyOutcome.SENT, [WRAPPED], "Shift-drag"),
        ("3.4|external|all|256,clipboard", CopyOutcome.SENT, [WRAPPED], "Shift-drag"),
        ("next-3.6|external|1|256,clipboard", CopyOutcome.SENT, [WRAPPED], "Shift-drag"),
        ("3.2|external||256,clipboard", CopyOutcome.SENT, [WRAPPED], "Shift-drag"),
        (
            "3.3a|external|0|256,clipboard",
            CopyOutcome.SENT,
            [],
            "If nothing arrives, run “tmux set -g set-clip",
        ),
        ("3.3a|external|0|256,title", CopyOutcome.FAILED, [], "set-clipboard on"),
        ("3.3a|off|0|256,clipboard", CopyOutcome.FAILED, [], "set-clipboard on"),
        ("3.4|off|on|256,clipboard", CopyOutcome.SENT, [WRAPPED], "Shift-drag"),
        ("", CopyOutcome.SENT, [WRAPPED], "allow-passthrough"),
        ("nonsense", CopyOutcome.SENT, [WRAPPED], "allow-passthrough"),
    ],
)
async def test_tmux_is_passed_the_way_it_allows(
    answer: str, outcome: CopyOutcome, written: list[str], hint: str
) -> None:
    runner, sent = MemoryRunner(tmux=answer), list[str]()
    copied = await Clipboard(sent.append, environment=IN_TMUX, runner=runner).copy(Secret(VALUE))
    assert (copied.outcome, sent) == (outcome, written)
    assert hint in copied.hint
    assert not runner.buffers, "no buffer of ours stays behind"


async def test_tmux_itself_is_made_to_send_where_it_listens_to_nobody_else() -> None:
    runner = MemoryRunner(tmux="3.3a|external|0|clipboard")
    await Clipboard(lambda text: None, environment=IN_TMUX, runner=runner).copy(Secret(VALUE))
    assert [argv[1] for argv, _ in runner.ran] == ["display-message", "load-buffer", "delete-buffer"]


async def test_a_tmux_that_refuses_the_buffer_is_a_failure_with_advice() -> None:
    class Refusing(MemoryRunner):
        def _tmux(self, *arguments: object) -> bool:
            return False

    runner = Refusing(tmux="3.3a|external|0|clipboard")
    copied = await Clipboard(lambda text: None, environment=IN_TMUX, runner=runner).copy(Secret(VALUE))
    assert copied.outcome is CopyOutcome.FAILED
    assert "tmux" in copied.hint


async def test_the_buffer_tmux_keeps_is_deleted_and_no_other() -> None:
    runner = MemoryRunner(tmux="3.3a|on|0|clipboard")
    clipboard = Clipboard(lambda text: None, environment=IN_TMUX, runner=runner)
    await clipboard.copy(Secret(VALUE))
    runner.buffers = {"buffer0": "a shopping list", "buffer1": VALUE}
    await clipboard.clear_if_ours()
    assert runner.buffers == {"buffer0": "a shopping list"}


@pytest.mark.parametrize(("term", "hint"), [("screen-256color", "tmux set -g"), ("xterm-256color", "Shift-drag")])
async def test_a_tmux_further_out_is_hinted_at(term: str, hint: str) -> None:
    sent: list[str] = []
    clipboard = Clipboard(sent.append, environment=remote(TERM=term), runner=MemoryRunner())
    assert hint in (await clipboard.copy(Secret(VALUE))).hint
    assert sent == [PLAIN]


async def test_screen_is_recognised() -> None:
    sent: list[str] = []
    clipboard = Clipboard(sent.append, environment=remote(STY="1.pts", TERM="screen"), runner=MemoryRunner())
    await clipboard.copy(Secret(VALUE))
    assert sent == [f"\x1bP{PLAIN}\x1b\\"]


async def test_terminal_app_is_not_believed() -> None:
    sent: list[str] = []
    clipboard = Clipboard(sent.append, environment=remote(TERM_PROGRAM="Apple_Terminal"), runner=MemoryRunner())
    assert (await clipboard.copy(Secret(VALUE))).outcome is CopyOutcome.FAILED
    assert not sent


def test_the_answer_of_tmux_is_understood() -> None:
    tmux = Tmux.ask(MemoryRunner(tmux="3.3a|external|0|256,clipboard\n"))
    assert tmux == Tmux((3, 3), "external", "0", "256,clipboard")
    assert tmux.route is TmuxRoute.LOAD_BUFFER


@pytest.mark.parametrize(
    ("environment", "hint"),
    [
        ({"TERM_PROGRAM": "WarpTerminal"}, "terminal.osc52_clipboard_access"),
        ({"TERM_PROGRAM": "iTerm.app"}, "iTerm2: Settings"),
        ({"LC_TERMINAL": "iTerm2"}, "iTerm2: Settings"),
        ({}, "Shift-drag"),
    ],
)
async def test_what_cannot_be_checked_comes_with_a_hint_for_the_terminal_at_hand(
    environment: dict[str, str], hint: str
) -> None:
    sent: list[str] = []
    copied = await Clipboard(sent.append, environment=remote(**environment), runner=MemoryRunner()).copy(VALUE)
    assert copied.outcome is CopyOutcome.SENT, "never said to have arrived"
    assert hint in copied.hint
    assert sent == [PLAIN]


@pytest.mark.parametrize(
    ("options", "outcome", "written", "hint"),
    [
        ("on|0|256,clipboard", CopyOutcome.FAILED, [], "tmux set -g allow-passthrough on"),
        ("external|0|256,clipboard", CopyOutcome.FAILED, [], "tmux set -g allow-passthrough on"),
        ("on|on|256,clipboard", CopyOutcome.SENT, [WRAPPED], "Shift-drag"),
    ],
)
async def test_over_mosh_tmux_only_hands_on_what_is_not_its_own(
    options: str, outcome: CopyOutcome, written: list[str], hint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for pid, (name, parent) in {"7": ("tmux: client", 6), "6": ("bash", 5), "5": ("mosh-server", 1)}.items():
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "stat").write_text(f"{pid} ({name}) S {parent} 0 0")
    monkeypatch.setattr(terminal, "is_below_mosh", partial(terminal.is_below_mosh, processes=tmp_path))
    runner, sent = MemoryRunner(tmux=f"3.4|{options}|7"), list[str]()
    copied = await Clipboard(sent.append, environment=IN_TMUX, runner=runner).copy(Secret(VALUE))
    assert (copied.outcome, sent) == (outcome, written)
    assert hint in copied.hint


def test_what_is_not_below_mosh(tmp_path: Path) -> None:
    (tmp_path / "9").mkdir()
    (tmp_path / "9" / "stat").write_text("9 (sshd (mosh)) S 9 0 0")
    assert not terminal.is_below_mosh(9, tmp_path)
    assert not terminal.is_below_mosh(10, tmp_path)
