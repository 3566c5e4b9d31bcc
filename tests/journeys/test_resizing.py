"""A terminal that changes its size again and again looks afterwards as if it had always had the last one."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.support.terminal import Terminal

COMMAND = Path(sys.executable).with_name("pipeops-tui")
FIRST, LARGE, SMALL, LAST = (80, 24), (120, 36), (60, 16), (100, 30)
_LASTED = re.compile(r"\d+\.\d s")


def start(folder: Path, size: tuple[int, int]) -> Terminal:
    """The demo in folders of its own."""
    environ = {"TMPDIR": str(folder), "XDG_STATE_HOME": str(folder / "state"), "SSH_CONNECTION": "1 2 3 4"}
    return Terminal([str(COMMAND), "--demo"], columns=size[0], lines=size[1], env=environ)


def walk_to_the_groups(terminal: Terminal) -> None:
    """The step with the most kinds of widgets: entries, remarks, a list."""
    terminal.wait_for("Choose how to sign in", "✓ Ready")
    terminal.press("enter")
    terminal.wait_for("Choose the subscription", "✓ .* subscriptions")
    terminal.press("enter")
    terminal.wait_for("Choose the resource group", "✓ free", "✓ recommended", r"✓ \d+ regions")


def without_times(screen: str) -> str:
    return _LASTED.sub("…", screen)


def test_no_size_leaves_anything_behind(tmp_path: Path) -> None:
    with start(tmp_path, LAST) as fresh:
        walk_to_the_groups(fresh)
        fresh.wait_for(r"✓ \d+ regions, \d+ resource groups")
        expected, backgrounds = without_times(fresh.screen), fresh.backgrounds
    with start(tmp_path, FIRST) as terminal:
        walk_to_the_groups(terminal)
        terminal.resize(*LARGE)
        terminal.wait_until(lambda screen: "Quit" in "".join(screen.splitlines()[-2:]), "its keys at the bottom")
        terminal.resize(*SMALL)
        terminal.wait_for("Step 3 of 8", r"Quit\Z")
        terminal.resize(*LAST)
        terminal.wait_until(
            lambda screen: without_times(screen) == expected and terminal.backgrounds == backgrounds,
            f"what a fresh program shows:\n{expected}\ninstead",
        )
