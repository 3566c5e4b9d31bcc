"""Copies to the terminal's own clipboard with OSC 52, also through tmux and GNU screen.

OSC 52 (xterm's "Manipulate Selection Data", XTerm Control Sequences) has no acknowledgement: whether the terminal
kept what it was sent cannot be known.
"""

from __future__ import annotations

import base64
import os
import platform
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from pipeops_tui.clipboard.runner import Runner
from pipeops_tui.core.secret import Secret

_CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
_CONTAINER_VARIABLES = ("container", "KUBERNETES_SERVICE_HOST", "CODESPACES", "REMOTE_CONTAINERS", "ACC_CLOUD")
"""Set by Podman and systemd-nspawn, Kubernetes, GitHub Codespaces, VS Code dev containers, Azure Cloud Shell."""
_SCREEN_CHUNK = 250
"""GNU screen drops control strings longer than 256 characters in its older versions."""
_BUFFER = "pipeops-tui"
_QUESTION = "#{version}|#{set-clipboard}|#{allow-passthrough}|#{client_termfeatures}|#{client_pid}"


@dataclass(frozen=True, slots=True)
class TerminalEnvironment:
    """`system` is `platform.system()`; `variables` are the environment variables, which child processes get as well."""

    system: str
    variables: Mapping[str, str]
    in_container: bool = False
    is_wsl: bool = False
    temporary_files_in_memory: bool = False
    """Whether `/tmp` is a memory file system, so that what is written there never reaches a disk."""

    @property
    def over_ssh(self) -> bool:
        """Whether the terminal is on another machine: what is copied here would then be copied there."""
        return any(self.variables.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))

    @property
    def has_display(self) -> bool:
        """Whether the variables name a graphical session (which may have ended)."""
        return bool(self.variables.get("WAYLAND_DISPLAY") or self.variables.get("DISPLAY"))

    @property
    def can_reach_clipboard(self) -> bool:
        """Whether a program started here could own the clipboard of the person at the keyboard."""
        return not self.over_ssh and (self.has_display or not self.in_container)

    @classmethod
    def of_this_process(cls) -> TerminalEnvironment:
        """The environment of this process."""
        variables = dict(os.environ)
        release = platform.uname().release.lower()
        return cls(
            system=platform.system(),
            variables=variables,
            in_container=any(Path(path).exists() for path in _CONTAINER_FILES)
            or any(variables.get(name) for name in _CONTAINER_VARIABLES),
            is_wsl="microsoft" in release,
            temporary_files_in_memory=_is_memory("/tmp"),  # noqa: S108 - wl-copy's own choice, only asked about
        )


def _is_memory(directory: str) -> bool:
    """Whether `directory` is the mount point of a tmpfs (Linux's proc(5), `/proc/mounts`)."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    fields = (line.split() for line in mounts.splitlines())
    kinds = [field[2] for field in fields if len(field) > 2 and field[1] == directory]
    return bool(kinds) and kinds[-1] == "tmpfs"


class Wrap(Enum):
    """How a sequence is wrapped for what is between this program and the terminal."""

    NONE = auto()
    TMUX = auto()
    SCREEN = auto()


def osc52(text: Secret, wrap: Wrap) -> Secret:
    """The bytes (as text, all ASCII) that set the terminal's clipboard to `text`."""
    sequence = f"\x1b]52;c;{base64.b64encode(text.reveal().encode()).decode()}\x07"
    if wrap is Wrap.TMUX:
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        sequence = f"\x1bPtmux;{doubled}\x1b\\"
    elif wrap is Wrap.SCREEN:
        pieces = [sequence[at : at + _SCREEN_CHUNK] for at in range(0, len(sequence), _SCREEN_CHUNK)]
        sequence = "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return Secret(sequence)


class TmuxRoute(Enum):
    """How text gets through tmux."""

    PLAIN = auto()
    """tmux accepts OSC 52, keeps a buffer and forwards it."""
    PASSTHROUGH = auto()
    """tmux lets wrapped sequences through untouched."""
    LOAD_BUFFER = auto()
    """`tmux load-buffer -w` makes tmux itself set the terminal's clipboard."""
    BLOCKED = auto()
    """None of these works."""


@dataclass(frozen=True, slots=True)
class Tmux:
    """The options and formats of tmux(1) that decide how text gets through it."""

    version: tuple[int, int]
    set_clipboard: str
    allow_passthrough: str
    features: str
    """Terminal features of the attached client, separated by commas; empty when there is none."""
    over_mosh: bool = False
    """Whether the client is attached through mosh, which ignores the OSC 52 that tmux makes (its list of clipboards is
    empty) and takes ours (https://github.com/tmux/tmux/issues/3423)."""

    @classmethod
    def ask(cls, runner: Runner) -> Tmux | None:
        """Ask the tmux of this pane; None when it does not answer. Blocks, so call it in a thread."""
        answer = runner.read(("tmux", "display-message", "-p", _QUESTION), {})
        version, *parts = answer.reveal().strip().split("|") if answer else [""]
        found = re.search(r"(\d+)\.(\d+)", version) if len(parts) in (3, 4) else None
        if found is None:
            return None
        client = int(parts[3]) if parts[3:] and parts[3].isdecimal() else None
        over_mosh = client is not None and is_below_mosh(client)
        return cls((int(found[1]), int(found[2])), parts[0], parts[1], parts[2], over_mosh)

    @property
    def route(self) -> TmuxRoute:
        """The best route: `set-clipboard` decides what tmux accepts, `allow-passthrough` (new in 3.3, off by
        default; always on before) what it hands on, `load-buffer -w` exists since 3.2 (tmux's CHANGES)."""
        reaches_terminal = (not self.features or "clipboard" in self.features.split(",")) and not self.over_mosh
        if self.set_clipboard == "on" and reaches_terminal:
            return TmuxRoute.PLAIN
        if self.version < (3, 3) or self.allow_passthrough in {"1", "on", "all"}:
            return TmuxRoute.PASSTHROUGH
        if self.set_clipboard == "external" and reaches_terminal:
            return TmuxRoute.LOAD_BUFFER
        return TmuxRoute.BLOCKED


@dataclass(frozen=True, slots=True)
class SendResult:
    """Whether anything was sent at all, and what the person can do when nothing arrives."""

    sent: bool
    hint: str = ""


def send(text: Secret, environment: Mapping[str, str], runner: Runner, write: Callable[[str], None]) -> SendResult:
    """Send `text` to the terminal's clipboard; `write` gets the bytes. Blocks, so call it in a thread."""
    if environment.get("TMUX"):
        return _send_through_tmux(text, environment, runner, write)
    if environment.get("TERM_PROGRAM") == "Apple_Terminal":
        return SendResult(False, "Terminal.app does not let programs copy. iTerm2 and kitty do.")
    terminal = environment.get("TERM", "")
    if terminal in {"", "dumb", "linux"}:
        return SendResult(False, "This terminal has no clipboard that programs can reach.")
    if environment.get("STY"):
        return _write(text, Wrap.SCREEN, write, _if_nothing_arrives(environment))
    if terminal.startswith(("tmux", "screen")):
        return _write(text, Wrap.NONE, write, _ALLOW_IN_TMUX)
    return _write(text, Wrap.NONE, write, _if_nothing_arrives(environment))


_ALLOW_IN_TMUX = "If nothing arrives, run “tmux set -g set-clipboard on”."
_SELECT = "If nothing arrives, select it on screen with Shift-drag."
_SETTINGS = {
    "WarpTerminal": "Warp blocks copying by programs unless its setting terminal.osc52_clipboard_access allows it.",
    "iTerm.app": "If nothing arrives, allow it in iTerm2: Settings, General, Selection, “Applications in terminal may "
    "access clipboard”.",
}
"""By `TERM_PROGRAM`: terminals that have a setting for it."""


def _if_nothing_arrives(environment: Mapping[str, str]) -> str:
    """What to do in the terminal at hand when a paste brings something else: OSC 52 has no answer."""
    program = environment.get("TERM_PROGRAM", "")
    if environment.get("LC_TERMINAL") == "iTerm2":  # which SSH hands on, unlike TERM_PROGRAM
        program = "iTerm.app"
    return _SETTINGS.get(program, _SELECT)


def _send_through_tmux(
    text: Secret, environment: Mapping[str, str], runner: Runner, write: Callable[[str], None]
) -> SendResult:
    tmux = Tmux.ask(runner)
    if tmux is None:
        return _write(text, Wrap.TMUX, write, "If nothing arrives, run “tmux set -g allow-passthrough on”.")
    match tmux.route:
        case TmuxRoute.PLAIN:
            return _write(text, Wrap.NONE, write, _if_nothing_arrives(environment))
        case TmuxRoute.PASSTHROUGH:
            return _write(text, Wrap.TMUX, write, _if_nothing_arrives(environment))
        case TmuxRoute.LOAD_BUFFER:
            loaded = runner.feed(("tmux", "load-buffer", "-w", "-b", _BUFFER, "-"), text, {})
            runner.feed(("tmux", "delete-buffer", "-b", _BUFFER), None, {})
            return SendResult(loaded, _ALLOW_IN_TMUX if loaded else f"tmux refused it. {_ALLOW_IN_TMUX}")
        case TmuxRoute.BLOCKED:
            if tmux.over_mosh:
                return SendResult(False, "tmux cannot copy over mosh. Run “tmux set -g allow-passthrough on”.")
            return SendResult(False, "tmux blocks it. Run “tmux set -g set-clipboard on”.")


def _write(text: Secret, wrap: Wrap, write: Callable[[str], None], hint: str) -> SendResult:
    try:
        write(osc52(text, wrap).reveal())
    except Exception:  # the traceback of any error of the terminal's driver would hold the text
        return SendResult(False, "The terminal did not accept it.")
    return SendResult(True, hint)


def is_below_mosh(pid: int, processes: Path = Path("/proc")) -> bool:
    """Whether `pid` or a process that has started it is mosh's server (Linux; elsewhere it is not known)."""
    seen: set[int] = set()
    while pid > 1 and pid not in seen:
        seen.add(pid)
        try:
            name, _, rest = (processes / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")
        except OSError:
            return False
        if "(mosh-server" in name:
            return True
        pid = int(rest.split()[1])
    return False


def delete_from_tmux(environment: Mapping[str, str], runner: Runner, is_ours: Callable[[Secret], bool]) -> None:
    """Delete the tmux buffers that hold the secret (`set-clipboard on` makes one). Blocks, so call it in a thread."""
    if not environment.get("TMUX"):
        return
    names = runner.read(("tmux", "list-buffers", "-F", "#{buffer_name}"), {})
    for name in names.reveal().splitlines() if names else ():
        content = runner.read(("tmux", "show-buffer", "-b", name), {})
        if content is not None and is_ours(content):
            runner.feed(("tmux", "delete-buffer", "-b", name), None, {})
