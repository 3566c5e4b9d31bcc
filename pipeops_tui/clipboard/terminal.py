"""The terminal's own clipboard: OSC 52, and how it gets through tmux and GNU screen.

OSC 52 (xterm's "Manipulate Selection Data", XTerm Control Sequences) has no acknowledgement: whether the terminal
kept what it was sent cannot be known.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from pipeops_tui.clipboard.runner import Runner
from pipeops_tui.secret import Secret

_SCREEN_CHUNK = 250
"""GNU screen drops control strings longer than 256 characters in its older versions."""
_BUFFER = "pipeops-tui"
_QUESTION = "#{version}|#{set-clipboard}|#{allow-passthrough}|#{client_termfeatures}"


class Wrap(Enum):
    """What stands between the program and the terminal."""

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


class Way(Enum):
    """How text gets past tmux."""

    PLAIN = auto()
    """tmux accepts OSC 52, keeps a buffer and forwards it."""
    PASSTHROUGH = auto()
    """tmux lets wrapped sequences through untouched."""
    LOAD_BUFFER = auto()
    """`tmux load-buffer -w` makes tmux itself set the terminal's clipboard."""
    SWALLOWED = auto()
    """None of these."""


@dataclass(frozen=True, slots=True)
class Tmux:
    """What tmux said about itself: options and formats of tmux(1)."""

    version: tuple[int, int]
    set_clipboard: str
    allow_passthrough: str
    features: str
    """Terminal features of the attached client, separated by commas; empty when there is none."""

    @classmethod
    def ask(cls, runner: Runner) -> Tmux | None:
        """The tmux this pane is in; None when it does not answer. Blocks, so call it in a thread."""
        answer = runner.read(("tmux", "display-message", "-p", _QUESTION), {})
        parts = answer.reveal().strip().split("|") if answer else []
        found = re.search(r"(\d+)\.(\d+)", parts[0]) if len(parts) == 4 else None
        return cls((int(found[1]), int(found[2])), *parts[1:]) if found else None

    @property
    def way(self) -> Way:
        """The best way through: `set-clipboard` decides what tmux accepts, `allow-passthrough` (new in 3.3, off by
        default; always on before) what it hands on, `load-buffer -w` exists since 3.2 (tmux's CHANGES)."""
        reaches_terminal = not self.features or "clipboard" in self.features.split(",")
        if self.set_clipboard == "on" and reaches_terminal:
            return Way.PLAIN
        if self.version < (3, 3) or self.allow_passthrough in {"1", "on", "all"}:
            return Way.PASSTHROUGH
        if self.set_clipboard == "external" and reaches_terminal:
            return Way.LOAD_BUFFER
        return Way.SWALLOWED


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending: whether anything was sent at all, and what to know about it."""

    sent: bool
    hint: str = ""


def send(text: Secret, environment: Mapping[str, str], runner: Runner, write: Callable[[str], None]) -> Sent:
    """Send `text` to the terminal's clipboard; `write` gets the bytes. Blocks, so call it in a thread."""
    if environment.get("TMUX"):
        return _send_through_tmux(text, runner, write)
    if environment.get("TERM_PROGRAM") == "Apple_Terminal":
        return Sent(False, "Terminal.app lets no program copy; iTerm2 and kitty do.")
    terminal = environment.get("TERM", "")
    if terminal in {"", "dumb", "linux"}:
        return Sent(False, "This terminal has no clipboard that programs can reach.")
    if environment.get("STY"):
        return _write(text, Wrap.SCREEN, write)
    hint = ""
    if terminal.startswith(("tmux", "screen")):
        hint = "If nothing arrives: “tmux set -g set-clipboard on”."
    return _write(text, Wrap.NONE, write, hint)


def _send_through_tmux(text: Secret, runner: Runner, write: Callable[[str], None]) -> Sent:
    tmux = Tmux.ask(runner)
    if tmux is None:
        return _write(text, Wrap.TMUX, write, "If nothing arrives: “tmux set -g allow-passthrough on”.")
    match tmux.way:
        case Way.PLAIN:
            return _write(text, Wrap.NONE, write)
        case Way.PASSTHROUGH:
            return _write(text, Wrap.TMUX, write)
        case Way.LOAD_BUFFER:
            loaded = runner.feed(("tmux", "load-buffer", "-w", "-b", _BUFFER, "-"), text, {})
            runner.feed(("tmux", "delete-buffer", "-b", _BUFFER), None, {})
            return Sent(loaded, "" if loaded else "tmux refused it: run “tmux set -g set-clipboard on”.")
        case Way.SWALLOWED:
            return Sent(False, "tmux swallows it: run “tmux set -g set-clipboard on”.")


def _write(text: Secret, wrap: Wrap, write: Callable[[str], None], hint: str = "") -> Sent:
    try:
        write(osc52(text, wrap).reveal())
    except Exception:  # whatever the terminal's driver raises, its traceback would hold the text
        return Sent(False, "The terminal did not take it.")
    return Sent(True, hint)


def forget_in_tmux(environment: Mapping[str, str], runner: Runner, is_ours: Callable[[Secret], bool]) -> None:
    """Delete the tmux buffers that hold our text (`set-clipboard on` makes one). Blocks, so call it in a thread."""
    if not environment.get("TMUX"):
        return
    names = runner.read(("tmux", "list-buffers", "-F", "#{buffer_name}"), {})
    for name in names.reveal().splitlines() if names else ():
        content = runner.read(("tmux", "show-buffer", "-b", name), {})
        if content is not None and is_ours(content):
            runner.feed(("tmux", "delete-buffer", "-b", name), None, {})
