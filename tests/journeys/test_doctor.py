"""Doctor in a real terminal, as somebody meets it who has only the README."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.terminal import Terminal


def test_what_is_wrong_with_the_example_of_the_demo_is_found_and_put_right(tmp_path: Path) -> None:
    argv = [str(Path(sys.executable).with_name("pipeops-tui")), "doctor", "--demo"]
    environment = {"XDG_STATE_HOME": str(tmp_path), "SSH_CONNECTION": "1 2 3 4"}
    with Terminal(argv, columns=100, lines=36, env=environment) as terminal:
        terminal.wait_for("Why does PipeOps say no", "Use an example")
        terminal.press("tab", "enter")
        terminal.wait_for(r"data-r\n", "All five are there")
        terminal.press("enter")
        screen = terminal.wait_for("The resource group is called data-rg", "✗ Not yet", "Use the right ones")
        assert "Tenant ID and Client ID" in screen
        terminal.press("enter")
        terminal.wait_for(r"data-rg\n", "✓ These five work from here")
        terminal.press("ctrl+q")
        assert terminal.wait_exit() == 0
