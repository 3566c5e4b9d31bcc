"""The clipboard programs of each platform, in the order they are tried."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeops_tui.clipboard.runner import Runner
from pipeops_tui.clipboard.terminal import TerminalEnvironment

_PYTHON = (sys.executable, "-P", "-c")
_PYPERCLIP_COPY = "import sys, pyperclip; pyperclip.copy(sys.stdin.buffer.read().decode())"
_PYPERCLIP_PASTE = "import sys, pyperclip; sys.stdout.buffer.write(pyperclip.paste().encode())"


@dataclass(frozen=True, slots=True)
class Tool:
    """A clipboard program: the command lines that copy stdin, paste to stdout, and empty the clipboard."""

    name: str
    copy: tuple[str, ...]
    paste: tuple[str, ...]
    clear: tuple[str, ...]
    extra: Mapping[str, str] = field(default_factory=dict)
    """Environment variables the tool needs besides the program's own."""
    keeps_off_disk: bool = True
    """False when the tool writes what it copies into a file: such a tool never gets a secret."""


PYPERCLIP = Tool(
    # In a process of its own: it can then be stopped, and what its back end prints does not reach the screen.
    name="pyperclip",
    copy=(*_PYTHON, _PYPERCLIP_COPY),
    paste=(*_PYTHON, _PYPERCLIP_PASTE),
    clear=(*_PYTHON, _PYPERCLIP_COPY),
)
PASTEBOARD = Tool(
    name="pbcopy",
    copy=("pbcopy",),
    paste=("pbpaste",),
    clear=("pbcopy",),
    extra={"LC_CTYPE": "UTF-8"},  # without it all but ASCII is garbled
)
XCLIP = Tool(
    name="xclip",
    copy=("xclip", "-in", "-selection", "clipboard"),
    paste=("xclip", "-out", "-selection", "clipboard"),
    clear=("xclip", "-in", "-selection", "clipboard"),
)
XSEL = Tool(
    name="xsel",
    copy=("xsel", "--clipboard", "--input"),
    paste=("xsel", "--clipboard", "--output"),
    clear=("xsel", "--clipboard", "--clear"),
)


def native_tools(environment: TerminalEnvironment, runner: Runner) -> Iterator[Tool]:
    """The tools worth trying here, best first. May run `wl-copy --version`, so call it in a thread."""
    if environment.system == "Darwin":
        yield PASTEBOARD
        return
    if environment.system != "Linux" or environment.is_wsl:
        yield PYPERCLIP
    if environment.variables.get("WAYLAND_DISPLAY") and runner.has("wl-copy") and runner.has("wl-paste"):
        yield _wayland(environment, runner)
    if environment.variables.get("DISPLAY"):
        yield from (tool for tool in (XCLIP, XSEL) if runner.has(tool.name))


def _wayland(environment: TerminalEnvironment, runner: Runner) -> Tool:
    """wl-clipboard, used as its version allows.

    wl-copy puts its stdin into a temporary file: until 2.1 it stays while the clipboard is owned, from 2.2 it is
    unlinked at once, from 2.3 it follows TMPDIR and `--sensitive` asks clipboard managers not to keep the text
    (bugaevc/wl-clipboard, src/util/files.c and src/wl-copy.c at v2.1.0, v2.2.0 and v2.3.0).
    """
    version = _version(runner)
    runtime = environment.variables.get("XDG_RUNTIME_DIR", "")
    follows_tmpdir = version >= (2, 3) and bool(runtime)
    return Tool(
        name="wl-copy",
        copy=("wl-copy", "--type", "text/plain", *(("--sensitive",) if version >= (2, 3) else ())),
        paste=("wl-paste", "--no-newline", "--type", "text/plain"),
        clear=("wl-copy", "--clear"),
        extra={"TMPDIR": runtime} if follows_tmpdir else {},
        keeps_off_disk=follows_tmpdir or (version >= (2, 2) and environment.temporary_files_in_memory),
    )


def _version(runner: Runner) -> tuple[int, int]:
    """wl-clipboard's version; (0, 0) when it does not say."""
    answer = runner.read(("wl-copy", "--version"), {})
    found = re.match(r"wl-clipboard (\d+)\.(\d+)", answer.reveal()) if answer else None
    return (int(found[1]), int(found[2])) if found else (0, 0)
