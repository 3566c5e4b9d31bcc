"""Copies to the clipboard and clears what was copied; of a secret only a fingerprint is kept."""

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
from pipeops_tui.clipboard.terminal import TerminalEnvironment
from pipeops_tui.clipboard.tools import Tool, native_tools
from pipeops_tui.core.clock import Clock, SystemClock
from pipeops_tui.core.plain_text import plain_lines
from pipeops_tui.core.secret import Secret

T = TypeVar("T")

CLEAR_AFTER_SECONDS = 60.0
"""How long a copied secret stays in a clipboard that can be read back."""

_SETTLE_SECONDS = (0.0, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3)
"""Seconds before each attempt to read back: xsel and xclip end before the process they leave owns the clipboard."""


class CopyOutcome(StrEnum):
    """What really happened to the copied text."""

    COPIED = "copied"
    """Read back, and equal."""
    SENT = "sent"
    """Sent to the terminal by OSC 52, which has no answer: it cannot be checked, read back or cleared."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Copied:
    """The result of one copy; `hint` is a sentence about what the person can do, often empty."""

    outcome: CopyOutcome
    hint: str = ""


class Clipboard:
    """The clipboard of the person at the keyboard.

    `write` sends characters to the terminal. Of a copied secret only a keyed fingerprint is kept, to recognise it
    when the clipboard is read back. A failure is a `CopyOutcome`, never an exception.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        *,
        environment: TerminalEnvironment | None = None,
        runner: Runner | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._write = write
        self._environment = environment or TerminalEnvironment.of_this_process()
        self._runner = runner or ProcessRunner(self._environment.variables)
        self._clock = clock or SystemClock()
        self._key = secrets.token_bytes(32)
        self._fingerprint: bytes | None = None
        self._used_tools: list[Tool] = []
        self._busy = asyncio.Lock()
        self._turns: set[asyncio.Task[Any]] = set()

    async def copy(self, text: str | Secret) -> Copied:
        """Copy `text`, which must not be empty; of one that is not secret, what `plain_lines` makes of it. The
        fingerprint of a `Secret` is kept, so that it can be cleared.

        Raises `LookupError` when the secret was forgotten before; forgetting it during the copy does no harm.
        """
        sensitive = isinstance(text, Secret)
        own = Secret(text.reveal() if isinstance(text, Secret) else plain_lines(text))
        return await self._in_turn(partial(self._copy, own, sensitive))

    async def holds_ours(self) -> bool:
        """Whether the clipboard reads back as the secret copied last."""
        return await self._in_turn(self._holding) is not None

    async def clear_if_ours(self) -> bool:
        """Empty the clipboard, but only if it reads back as the secret copied last. True when it was cleared."""
        return await self._in_turn(self._clear_if_ours)

    async def clear_later(self, seconds: float = CLEAR_AFTER_SECONDS) -> bool:
        """Wait `seconds`, then `clear_if_ours`. Cancel it when something else has been copied."""
        await self._clock.sleep(seconds)
        return await self.clear_if_ours()

    async def _in_turn(self, work: Callable[[], T]) -> T:
        """Run `work` in a thread, after all calls before it. Cancelling the caller does not end it: a tool that has
        begun to write the clipboard finishes before the next one starts."""

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
            self._fingerprint, self._used_tools = fingerprint, []
        tools = self._native_tools()
        for tool in tools:
            if self._can_carry(tool, sensitive) and self._runner.feed(tool.copy, text, tool.extra):
                if sensitive:
                    self._used_tools.append(tool)
                if _settled(partial(self._reads_back, tool, fingerprint)):
                    return Copied(CopyOutcome.COPIED)
        sent = terminal.send(text, self._environment.variables, self._runner, self._write)
        hint = self._why_not_native(tools, sensitive) or sent.hint
        return Copied(CopyOutcome.SENT if sent.sent else CopyOutcome.FAILED, hint)

    def _native_tools(self) -> list[Tool]:
        if not self._environment.can_reach_clipboard:
            return []
        return list(native_tools(self._environment, self._runner))

    @staticmethod
    def _can_carry(tool: Tool, sensitive: bool) -> bool:
        return tool.keeps_off_disk or not sensitive

    def _why_not_native(self, tools: list[Tool], sensitive: bool) -> str:
        """What would make a copy possible that can be checked; empty when nothing would."""
        for tool in tools:
            if not self._can_carry(tool, sensitive):
                return f"{tool.name} writes what it copies to a file, so it was not used."
        if not tools and self._environment.can_reach_clipboard and self._environment.has_display:
            return "Install xclip or wl-clipboard: then a copy can be checked."
        return ""

    def _reads_back(self, tool: Tool, fingerprint: bytes) -> bool:
        content = self._runner.read(tool.paste, tool.extra)
        return content is not None and hmac.compare_digest(self._fingerprint_of(content), fingerprint)

    def _holding(self) -> Tool | None:
        """The tool whose clipboard reads back as the secret copied last."""
        fingerprint = self._fingerprint
        if fingerprint is None:
            return None
        return next((tool for tool in self._used_tools if self._reads_back(tool, fingerprint)), None)

    def _clear_if_ours(self) -> bool:
        if self._fingerprint is not None:
            terminal.delete_from_tmux(self._environment.variables, self._runner, self._is_ours)
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
    """Whether `condition` becomes true within the time a clipboard needs to change owners (about 0.6 seconds)."""
    for pause in _SETTLE_SECONDS:
        time.sleep(pause)
        if condition():
            return True
    return False
