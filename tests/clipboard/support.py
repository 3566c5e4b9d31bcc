"""Clipboards to test with: one in memory, and small programs made for a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeops_tui.clipboard import Clipboard, ProcessRunner, TerminalEnvironment
from pipeops_tui.core.secret import Secret

SECRETS = (
    "-Xt8Q~4dashFirst.4rHx_yBz0kQ2mWv9sLpN",
    "~tilde8Q~first.4rHx_yBz0kQ2mWv9sLpNaa",
    ".dot8Q~first-4rHx_yBz0kQ2mWv9sLpNaaaa",
    "a$(id)`id`\"'\\|&;<>*?[]{}!#%^ \t4rHx_yB",
    "3pX8Q~" + "w" * 28,
    "9~-._" * 12 + "wxyz",
    "ünïcödé8Q~ 密码 4rHx_yBz0kQ2mWv9sLpN",
)
"""As Microsoft Entra makes them (34 to 64 characters, leading - ~ .), and worse."""


@dataclass
class MemoryRunner:
    """Programs in memory: `programs` can be found, xclip and xsel share `content`, tmux answers `tmux`."""

    programs: set[str] = field(default_factory=set)
    content: str = ""
    dead: set[str] = field(default_factory=set)
    mangle: Callable[[str], str] = str
    wayland_version: str = "2.3.0"
    tmux: str = ""
    buffers: dict[str, str] = field(default_factory=dict)
    ran: list[tuple[tuple[str, ...], Mapping[str, str]]] = field(default_factory=list)

    def has(self, program: str) -> bool:
        return program in self.programs

    def feed(self, argv: Sequence[str], text: Secret | None, extra: Mapping[str, str]) -> bool:
        self.ran.append((tuple(argv), extra))
        if argv[0] in self.dead:
            return False
        if argv[0] == "tmux":
            return self._tmux(argv, text)
        self.content = self.mangle(text.reveal()) if text else ""
        return True

    def read(self, argv: Sequence[str], extra: Mapping[str, str]) -> Secret | None:
        self.ran.append((tuple(argv), extra))
        answer = self._answer(tuple(argv))
        return Secret(answer) if answer and argv[0] not in self.dead else None

    def _answer(self, argv: tuple[str, ...]) -> str:
        if argv == ("wl-copy", "--version"):
            return f"wl-clipboard {self.wayland_version}\nCopyright"
        if argv[:2] == ("tmux", "display-message"):
            return self.tmux
        if argv[:2] == ("tmux", "list-buffers"):
            return "\n".join(self.buffers)
        if argv[:2] == ("tmux", "show-buffer"):
            return self.buffers[argv[3]]
        return self.content

    def _tmux(self, argv: Sequence[str], text: Secret | None) -> bool:
        if argv[1] == "load-buffer" and text:
            self.buffers[argv[argv.index("-b") + 1]] = text.reveal()
        if argv[1] == "delete-buffer":
            self.buffers.pop(argv[argv.index("-b") + 1], None)
        return True


def desktop(**environment: str) -> TerminalEnvironment:
    """A Linux desktop with an X display."""
    return TerminalEnvironment("Linux", {"DISPLAY": ":0", "TERM": "xterm-256color", **environment})


def remote(**environment: str) -> TerminalEnvironment:
    """The far end of an SSH connection."""
    return TerminalEnvironment("Linux", {"SSH_CONNECTION": "a b c d", "TERM": "xterm-256color", **environment})


def program(directory: Path, name: str, script: str) -> None:
    """Put an executable shell script into `directory`."""
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def clipboard_with(environment: dict[str, str], sent: list[str], time_limit: float = 5.0) -> Clipboard:
    """A clipboard that runs real programs in a Linux session with exactly this environment."""
    return Clipboard(
        sent.append,
        environment=TerminalEnvironment("Linux", environment),
        runner=ProcessRunner(environment, time_limit),
    )
