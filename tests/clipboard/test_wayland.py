"""wl-clipboard, against a compositor without a screen."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeops_tui.clipboard import Clipboard, CopyOutcome, ProcessRunner, TerminalEnvironment
from pipeops_tui.clipboard.tools import native_tools
from pipeops_tui.core.plain_text import plain_lines
from pipeops_tui.core.secret import Secret
from tests.clipboard.support import SECRETS
from tests.support.patience import PATIENCE

NOBODY = 65534
pytestmark = pytest.mark.wayland


@pytest.fixture(scope="module")
def session() -> Iterator[dict[str, str]]:
    """A Wayland session of our own. Sway refuses to run as root, so it becomes nobody then."""
    with TemporaryDirectory() as folder:
        runtime = Path(folder)
        (runtime / "config").touch()
        drop: list[str] = []
        if os.geteuid() == 0:
            os.chown(runtime, NOBODY, NOBODY)
            drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "XDG_RUNTIME_DIR": folder, "TERM": "xterm"}
        headless = {"WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman"}
        compositor = subprocess.Popen(
            [*drop, "sway", "-c", str(runtime / "config")],
            env=environment | headless,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            environment["WAYLAND_DISPLAY"] = _display_in(runtime, compositor)
            yield environment
            subprocess.run(["wl-copy", "--clear"], env=environment, check=False)
        finally:
            compositor.terminate()
            compositor.wait(10)


def _display_in(runtime: Path, compositor: subprocess.Popen[bytes]) -> str:
    """The name of the compositor's socket, once it is there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        sockets = [path.name for path in runtime.glob("wayland-*") if path.is_socket()]
        if sockets:
            return sockets[0]
        assert compositor.poll() is None, "the compositor did not start"
        os.sched_yield()
    raise AssertionError("the compositor made no socket")


def clipboard_in(session: dict[str, str], sent: list[str]) -> Clipboard:
    return Clipboard(sent.append, environment=TerminalEnvironment("Linux", session), runner=ProcessRunner(session, 5.0))


def _paste(session: dict[str, str]) -> bytes:
    return subprocess.run(
        ["wl-paste", "--no-newline"], env=session, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    ).stdout


@pytest.mark.parametrize("value", SECRETS)
async def test_a_public_value_arrives_byte_for_byte(session: dict[str, str], value: str) -> None:
    sent: list[str] = []
    assert (await clipboard_in(session, sent).copy(value)).outcome is CopyOutcome.COPIED
    assert _paste(session) == plain_lines(value).encode()
    assert not sent


async def test_the_secret_goes_by_it_only_if_it_keeps_it_off_the_disk(session: dict[str, str]) -> None:
    environment, runner = TerminalEnvironment("Linux", session), ProcessRunner(session)
    [tool] = native_tools(environment, runner)
    sent: list[str] = []
    clipboard = clipboard_in(session, sent)
    await clipboard.copy("something before")
    copied = await clipboard.copy(Secret(SECRETS[0]))
    if tool.keeps_off_disk:
        assert copied.outcome is CopyOutcome.COPIED
        assert await clipboard.clear_if_ours()
        assert _paste(session) == b""
    else:
        assert (copied.outcome, len(sent)) == (CopyOutcome.SENT, 1)
        assert "file" in copied.hint
        assert _paste(session) == b"something before"
        written = Path("/tmp").glob("wl-copy-buffer-*/*")
        assert not any(SECRETS[0].encode() in path.read_bytes() for path in written)
