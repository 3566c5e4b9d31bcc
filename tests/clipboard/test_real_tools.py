"""The tools people really have: xclip and xsel under Xvfb, tmux in a pseudo-terminal."""

from __future__ import annotations

import base64
import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.clipboard import CopyOutcome
from pipeops_tui.core.secret import Secret
from tests.clipboard.support import SECRETS, clipboard_with
from tests.support.patience import PATIENCE
from tests.support.terminal import Terminal

VALUE = SECRETS[3]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """An X server of our own, on a display number it finds free."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "64x64x8", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        assert select.select([read], [], [], 30)[0], "Xvfb did not start"
        yield f":{os.read(read, 16).decode().strip()}"
    finally:
        os.close(read)
        server.terminate()
        server.wait(10)


@pytest.fixture(params=["xclip", "xsel"])
def only(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A PATH on which only one of the tools can be found."""
    tool = shutil.which(request.param)
    assert tool is not None
    (tmp_path / request.param).symlink_to(tool)
    return str(tmp_path)


def session(path: str, display: str) -> dict[str, str]:
    """A desktop session (xsel wants a home directory)."""
    return {"PATH": path, "HOME": path, "DISPLAY": display, "TERM": "xterm"}


@pytest.mark.xvfb
@pytest.mark.parametrize("value", SECRETS)
async def test_every_byte_arrives_and_is_cleared_again(display: str, only: str, value: str) -> None:
    sent: list[str] = []
    clipboard = clipboard_with(session(only, display), sent)
    assert (await clipboard.copy(Secret(value))).outcome is CopyOutcome.COPIED
    _wait_for_paste(display, value.encode())
    assert await clipboard.clear_if_ours()
    _wait_for_paste(display, b"")
    assert not sent


@pytest.mark.xvfb
async def test_another_owner_of_the_clipboard_is_left_alone(display: str, only: str) -> None:
    clipboard = clipboard_with(session(only, display), [])
    await clipboard.copy(Secret(VALUE))
    environment = {**os.environ, "DISPLAY": display}
    subprocess.run(
        ["xclip", "-selection", "clipboard"], input=b"a list", env=environment, check=True, stderr=subprocess.DEVNULL
    )
    _wait_for_paste(display, b"a list")
    assert not await clipboard.clear_if_ours()
    _wait_for_paste(display, b"a list")


@pytest.mark.xvfb
async def test_a_dead_display_is_noticed(only: str, capfd: pytest.CaptureFixture[str]) -> None:
    sent: list[str] = []
    clipboard = clipboard_with(session(only, ":4711"), sent)
    assert (await clipboard.copy(Secret(VALUE))).outcome is CopyOutcome.SENT
    assert len(sent) == 1
    assert capfd.readouterr() == ("", "")


def _wait_for_paste(display: str, expected: bytes) -> None:
    """Until the clipboard reads `expected`: it changes hands a moment after the tool has ended."""
    command = ["xclip", "-out", "-selection", "clipboard"]
    deadline = time.monotonic() + PATIENCE
    while True:
        shown = subprocess.run(
            command, env={**os.environ, "DISPLAY": display}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ).stdout
        if shown == expected or time.monotonic() > deadline:
            assert shown == expected
            return


COPY = """
import asyncio, sys
from pipeops_tui.clipboard import Clipboard, TerminalEnvironment
from pipeops_tui.core.secret import Secret

def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()

async def main():
    here = TerminalEnvironment.of_this_process()
    environment = {**here.variables, "SSH_TTY": "/dev/pts/1"}
    copied = await Clipboard(write, environment=TerminalEnvironment("Linux", environment)).copy(Secret(sys.argv[1]))
    print("outcome:", copied.outcome.name, copied.hint, flush=True)
    await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""


@pytest.mark.tmux
@pytest.mark.parametrize(
    ("options", "arrives"),
    [
        (["set-clipboard on"], True),
        (["set-clipboard external"], True),
        (["set-clipboard off"], False),
        (["set-clipboard off", "allow-passthrough on"], True),
    ],
    ids=["on", "external", "off", "passthrough"],
)
def test_tmux_hands_it_to_the_terminal_or_the_program_says_so(
    tmp_path: Path, options: list[str], arrives: bool
) -> None:
    configuration = tmp_path / "tmux.conf"
    configuration.write_text("".join(f"set -g {option}\n" for option in options))
    script = tmp_path / "copies.py"
    script.write_text(COPY)
    socket = str(tmp_path / "socket")
    value = "-~.8Q~4rHx_yBz0kQ2mWv9sLpNuTdaaaaa"
    command = ["tmux", "-S", socket, "-f", str(configuration), "new-session", "--", sys.executable, str(script), value]
    environment = {"TMUX": "", "PYTHONPATH": str(Path.cwd())}
    try:
        with Terminal(command, columns=100, env=environment) as terminal:
            terminal.wait_for("outcome: SENT" if arrives else "outcome: FAILED .*set-clipboard on")
            if arrives:
                terminal.wait_until(lambda _: _copied(terminal) == [value], "the terminal to be told")
            assert _copied(terminal) == ([value] if arrives else [])
            buffers = _tmux(socket, "list-buffers", "-F", "#{buffer_sample}").splitlines()
            assert buffers == ([value] if options == ["set-clipboard on"] else [])
    finally:
        _tmux(socket, "kill-server")


@pytest.mark.screen
def test_screen_hands_it_to_the_terminal_whole(tmp_path: Path) -> None:
    script = tmp_path / "copies.py"
    script.write_text(COPY)
    sockets = tmp_path / "sockets"
    sockets.mkdir(mode=0o700)
    value = "-~.8Q~4rHx_yBz0kQ2mWv9sLpNuTd" * 20  # longer than screen takes in one piece
    command = ["screen", "-c", os.devnull, "-S", "pipeops-tui-test", sys.executable, str(script), value]
    environment = {"TMUX": "", "STY": "", "PYTHONPATH": str(Path.cwd()), "SCREENDIR": str(sockets)}
    with Terminal(command, columns=100, env=environment) as terminal:
        terminal.wait_for("outcome: SENT")
        terminal.wait_until(lambda _: _copied(terminal) == [value], "the terminal to be told")
        terminal.press("enter")
        terminal.wait_exit()


def _copied(terminal: Terminal) -> list[str]:
    """What the terminal was asked to put into its clipboard."""
    payloads = re.findall(rb"\x1b]52;[a-z0-9]*;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)", bytes(terminal.written))
    return [base64.b64decode(payload).decode() for payload in payloads]


def _tmux(socket: str, *arguments: str) -> str:
    return subprocess.run(["tmux", "-S", socket, *arguments], capture_output=True, text=True, check=False).stdout
