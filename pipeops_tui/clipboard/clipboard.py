"""Copying, and clearing what was copied, without ever keeping it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from pipeops_tui.clipboard import terminal
from pipeops_tui.clipboard.runner import ProcessRunner, Runner
from pipeops_tui.clipboard.surroundings import Surroundings
from pipeops_tui.clipboard.tools import Tool, native_tools
from pipeops_tui.clock import Clock, SystemClock
from pipeops_tui.secret import Secret

T = TypeVar("T")

CLEAR_AFTER_SECONDS = 60.0
"""How long a copied secret may stay in a clipboard we can read."""

_SETTLE_SECONDS = (0.0, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3)
"""xsel and xclip end before the process they leave behind owns the clipboard: look again this much later each time."""


class Outcome(StrEnum):
    """What really happened."""

    COPIED = "copied"
    """Read back, and equal."""
    SENT = "sent to your terminal"
    """OSC 52 has no answer: it cannot be verified, read back or cleared."""
    FAILED = "could not copy"


@dataclass(frozen=True, slots=True)
class Copied:
    """The outcome of one copy, and one sentence worth knowing about it (often empty)."""

    outcome: Outcome
    hint: str = ""


class Clipboard:
    """The clipboard of the person at the keyboard.

    `write` sends characters to the terminal. Of a copied secret only a keyed fingerprint is kept, to recognise it
    when the clipboard is read back. What goes wrong is an `Outcome`, never an exception.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        *,
        surroundings: Surroundings | None = None,
        runner: Runner | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._write = write
        self._surroundings = surroundings or Surroundings.here()
        self._runner = runner or ProcessRunner(self._surroundings.environment)
        self._clock = clock or SystemClock()
        self._key = secrets.token_bytes(32)
        self._fingerprint: bytes | None = None
        self._fed: list[Tool] = []
        self._sent_to_terminal = False
        self._busy = asyncio.Lock()
        self._turns: set[asyncio.Task[Any]] = set()

    @property
    def sent_to_terminal(self) -> bool:
        """Whether a secret went by OSC 52: the terminal may hold it, and nothing here can take it back."""
        return self._sent_to_terminal

    async def copy(self, text: str | Secret) -> Copied:
        """Copy `text`, which must not be empty. What comes as a `Secret` is remembered, by its fingerprint, so that
        it can be cleared. Raises `LookupError` when it was forgotten before; forgetting it meanwhile does no harm.
        """
        sensitive = isinstance(text, Secret)
        own = Secret(text.reveal() if isinstance(text, Secret) else text)
        return await self._in_turn(partial(self._copy, own, sensitive))

    async def holds_ours(self) -> bool:
        """Whether the clipboard reads back as the secret copied last."""
        return await self._in_turn(self._holding) is not None

    async def clear_if_ours(self) -> bool:
        """Empty the clipboard if it reads back as the secret copied last; never anything else. True when cleared."""
        return await self._in_turn(self._clear_if_ours)

    async def clear_later(self, seconds: float = CLEAR_AFTER_SECONDS) -> bool:
        """Wait `seconds`, then `clear_if_ours`. Cancel it when something else was copied meanwhile."""
        await self._clock.sleep(seconds)
        return await self.clear_if_ours()

    async def _in_turn(self, work: Callable[[], T]) -> T:
        """The result of `work`, done in a thread, after everything that was asked before. Giving up does not end it:
        what has begun to own the clipboard is let finish before the next begins."""

        async def turn() -> T:
            async with self._busy:
                return await asyncio.to_thread(work)

        task = asyncio.create_task(turn())
        self._turns.add(task)
        task.add_done_callback(self._turns.discard)
        return await asyncio.shield(task)

    def _copy(self, text: Secret, sensitive: bool) -> Copied:
        fingerprint = self._fingerprint_of(text)
        if sensitive:
            self._fingerprint, self._fed = fingerprint, []
        tools = self._native_tools()
        for tool in tools:
            if self._may_carry(tool, sensitive) and self._runner.feed(tool.copy, text, tool.extra):
                if sensitive:
                    self._fed.append(tool)
                if _settled(partial(self._reads_back, tool, fingerprint)):
                    return Copied(Outcome.COPIED)
        sent = terminal.send(text, self._surroundings.environment, self._runner, self._write)
        self._sent_to_terminal |= sensitive and sent.sent
        hint = self._why_not_native(tools, sensitive) or sent.hint
        return Copied(Outcome.SENT if sent.sent else Outcome.FAILED, hint)

    def _native_tools(self) -> list[Tool]:
        if not self._surroundings.may_reach_a_clipboard:
            return []
        return list(native_tools(self._surroundings, self._runner))

    @staticmethod
    def _may_carry(tool: Tool, sensitive: bool) -> bool:
        return tool.keeps_off_disk or not sensitive

    def _why_not_native(self, tools: list[Tool], sensitive: bool) -> str:
        """What would have made a verified copy possible, where something would have."""
        for tool in tools:
            if not self._may_carry(tool, sensitive):
                return f"{tool.name} would put it into a file, so it was not used."
        if not tools and self._surroundings.may_reach_a_clipboard and self._surroundings.has_display:
            return "With xclip or wl-clipboard it could be verified."
        return ""

    def _reads_back(self, tool: Tool, fingerprint: bytes) -> bool:
        content = self._runner.read(tool.paste, tool.extra)
        return content is not None and hmac.compare_digest(self._fingerprint_of(content), fingerprint)

    def _holding(self) -> Tool | None:
        """The tool whose clipboard reads back as the secret copied last."""
        fingerprint = self._fingerprint
        if fingerprint is None:
            return None
        return next((tool for tool in self._fed if self._reads_back(tool, fingerprint)), None)

    def _clear_if_ours(self) -> bool:
        if self._fingerprint is not None:
            terminal.forget_in_tmux(self._surroundings.environment, self._runner, self._is_ours)
        tool = self._holding()
        if tool is None:
            return False
        self._runner.feed(tool.clear, None, tool.extra)
        return _settled(lambda: self._holding() is None)

    def _is_ours(self, content: Secret) -> bool:
        return self._fingerprint is not None and hmac.compare_digest(self._fingerprint_of(content), self._fingerprint)

    def _fingerprint_of(self, text: Secret) -> bytes:
        return hashlib.blake2b(text.reveal().encode("utf-8", "surrogatepass"), key=self._key).digest()


def _settled(condition: Callable[[], bool]) -> bool:
    """Whether `condition` comes true within the moment a clipboard needs to change hands."""
    for pause in _SETTLE_SECONDS:
        time.sleep(pause)
        if condition():
            return True
    return False
