"""A whole run in a real pseudo-terminal: the secret is searched for in every byte and file that it leaves."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.core.secret.needle import Needle
from tests.journeys.test_in_a_terminal import walk_to_the_credentials
from tests.support.terminal import Terminal

PROGRAM = """
import logging, sys
logging.basicConfig(filename=sys.argv.pop(1), level=logging.DEBUG)
for name in ("azure", "msal", "httpx", "httpcore", "kiota", "urllib3", "aiohttp", "asyncio", "pipeops_tui"):
    logging.getLogger(name).setLevel(logging.DEBUG)
from pipeops_tui.cli import main
sys.exit(main())
"""
OSC_52 = re.compile(rb"\x1b]52;[^\x07\x1b]*(?:\x07|\x1b\\)")
SECRET = re.compile(r"Client Secret .*s more.*\n +(\S{34,64})$", re.MULTILINE)


def secret_on(terminal: Terminal) -> Needle:
    """The secret in sight, once a second of its time has passed since it was first read: a frame that is only half
    drawn has but a part of it."""
    terminal.wait_for(SECRET.pattern, "s more, r hides it")
    first = SECRET.search(terminal.screen)
    assert first is not None
    terminal.wait_until(
        lambda screen: (later := SECRET.search(screen)) is not None and later[0] != first[0], "the next second"
    )
    shown = SECRET.search(terminal.screen)
    assert shown is not None
    return Needle(shown[1])


def files_under(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), path.name.encode() + b"\n" + path.read_bytes()


def test_nothing_that_a_run_leaves_holds_the_secret(tmp_path: Path) -> None:
    for folder in ("tmp", "state", "home"):
        (tmp_path / folder).mkdir()
    environment = {
        "TMPDIR": str(tmp_path / "tmp"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "HOME": str(tmp_path / "home"),
        "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22",
        "TEXTUAL_LOG": str(tmp_path / "textual.log"),
    }
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "debug.log"), "--demo"]
    command += ["--log-file", str(tmp_path / "requests.log")]
    with Terminal(command, columns=110, lines=32, env=environment) as terminal:
        walk_to_the_credentials(terminal)
        hidden = len(terminal.written)
        terminal.press("r")
        needle = secret_on(terminal)
        terminal.press("r")
        terminal.wait_for("r to show it ", "expires ")
        masked = len(terminal.written)
        assert needle.found_in(terminal.screen) == []
        terminal.press("4")
        terminal.wait_for("Client Secret copied")
        terminal.press("a")
        terminal.wait_for("All five values copied")
        process = Path(f"/proc/{terminal.pid}")
        assert needle.found_in((process / "cmdline").read_bytes()) == []
        with suppress(PermissionError):  # only root may look: the process is not dumpable
            assert needle.found_in((process / "environ").read_bytes()) == []
        during = dict(files_under(tmp_path))
        terminal.press("ctrl+q")
        assert terminal.wait_exit() == 0
        before, after = bytes(terminal.written[:hidden]), bytes(terminal.written[masked:])
    copies = OSC_52.findall(after)
    assert len(copies) == 2
    assert needle.found_in(copies[0]), "the search finds what is there to find"
    assert needle.found_in(before) == []
    assert needle.found_in(OSC_52.sub(b"", after)) == []
    left = dict(files_under(tmp_path))
    assert b"DEBUG:asyncio" in left["debug.log"]
    assert len(left["requests.log"].splitlines()) > 20
    assert len(left["textual.log"].splitlines()) > 100
    assert any(b"pipeops-tui run" in content for content in during.values()), "the journal was looked at too"
    for files in (during, left):
        assert {name: found for name, content in files.items() if (found := needle.found_in(content))} == {}
