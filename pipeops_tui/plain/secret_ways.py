"""Where a client secret goes without a screen: to a command, a file descriptor, the clipboard, or standard output."""

from __future__ import annotations

import asyncio
import os
import select
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.secret import Secret
from pipeops_tui.plain.secret_command import PATIENCE, DeliveryError, give_to_command
from pipeops_tui.plain.standard_output import drop_output

_LOOK_AGAIN: Final = 0.1
"""Seconds between two looks whether a full pipe takes something again."""


class Delivery(Protocol):
    """A way for the secret. `name` stands for it in JSON."""

    name: ClassVar[str]

    async def deliver(self, secret: Secret, clock: Clock) -> None:
        """Hand `secret` over, once. Raises `DeliveryError` when it was not taken."""


@dataclass(frozen=True, slots=True)
class ToCommand:
    """To the standard input of a program."""

    words: tuple[str, ...]
    name: ClassVar[str] = "command"

    async def deliver(self, secret: Secret, clock: Clock) -> None:
        await give_to_command(self.words, secret, clock)


@dataclass(frozen=True, slots=True)
class ToDescriptor:
    """To an open file descriptor, which is closed afterwards, so that its reader sees the end."""

    descriptor: int
    name: ClassVar[str] = "fd"

    async def deliver(self, secret: Secret, clock: Clock) -> None:
        try:
            await self._wait_for_room(clock)
            _write_all(self.descriptor, secret)
            os.close(self.descriptor)
        except OSError as error:
            raise DeliveryError(f"file descriptor {self.descriptor} cannot be written: {reason_of(error)}") from None

    async def _wait_for_room(self, clock: Clock) -> None:
        """Return when a write does not wait, which for a full pipe it would do until it is read."""
        until = clock.monotonic() + PATIENCE
        while not _has_room(self.descriptor):
            if clock.monotonic() >= until:
                raise DeliveryError(f"file descriptor {self.descriptor} has taken nothing for {PATIENCE:.0f} seconds")
            await clock.sleep(_LOOK_AGAIN)


@dataclass(frozen=True, slots=True)
class ToStandardOutput:
    """As the last line of standard output, or in its JSON: `write` is called with the secret and writes the rest too.
    In a GitHub Actions job its log is told first to mask the secret ("Workflow commands for GitHub Actions", Masking a
    value in a log)."""

    write: Callable[[Secret], None]
    name: ClassVar[str] = "stdout"

    async def deliver(self, secret: Secret, clock: Clock) -> None:
        try:
            if os.environ.get("GITHUB_ACTIONS") == "true":
                if sys.stderr is None:
                    raise DeliveryError("standard error is closed, so the job's log cannot be told to mask it")
                # The characters that its runner decodes.
                sys.stderr.write(f"::add-mask::{secret.reveal().replace('%', '%25')}\n")
                sys.stderr.flush()
            self.write(secret)
            sys.stdout.flush()
        except OSError as error:
            drop_output()
            raise DeliveryError(f"standard output cannot be written: {reason_of(error)}") from None


@dataclass(frozen=True, slots=True)
class ToClipboard:
    """To the clipboard of the person at the terminal, until Enter is pressed or `CLEAR_AFTER_SECONDS` have passed."""

    tell: Callable[[str], None]
    name: ClassVar[str] = "clipboard"

    async def deliver(self, secret: Secret, clock: Clock) -> None:
        from pipeops_tui.clipboard import CLEAR_AFTER_SECONDS, Clipboard, CopyOutcome

        clipboard = Clipboard(write_to_terminal, clock=clock)
        copied = await clipboard.copy(secret)
        if copied.outcome is CopyOutcome.FAILED:
            raise DeliveryError(f"the clipboard cannot be reached. {copied.hint}".rstrip(". "))
        unsure = "" if copied.outcome is CopyOutcome.COPIED else f" It could not be checked. {copied.hint}".rstrip()
        self.tell(
            f"The client secret is in the clipboard.{unsure} Paste it, then press Enter to clear the clipboard. "
            f"After {CLEAR_AFTER_SECONDS:.0f} seconds it is cleared."
        )
        try:
            await _enter_or(clock.sleep(CLEAR_AFTER_SECONDS))
        finally:
            cleared = await clipboard.clear_if_ours()
        self.tell("The clipboard is cleared." if cleared else "The clipboard was not cleared: it holds something else.")


def write_to_terminal(characters: str) -> None:
    """Write characters that are for the terminal: standard output can be a file or a pipe."""
    sys.stderr.write(characters)
    sys.stderr.flush()


async def _enter_or(pause: Coroutine[Any, Any, None]) -> None:
    """Return when Enter is pressed, when standard input ends, or after `pause`."""
    loop, pressed = asyncio.get_running_loop(), asyncio.Event()
    try:
        loop.add_reader(sys.stdin.fileno(), pressed.set)
    except (NotImplementedError, OSError, ValueError):  # Windows, or what is no terminal
        await pause
        return
    try:
        waits = [asyncio.ensure_future(pause), asyncio.ensure_future(pressed.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()
    finally:
        loop.remove_reader(sys.stdin.fileno())


def _has_room(descriptor: int) -> bool:
    """Whether a short write does not wait (POSIX: a pipe that polls as writable takes PIPE_BUF bytes); one that fails
    does not wait either."""
    return not hasattr(select, "poll") or bool(events_of(descriptor, select.POLLOUT))


def _write_all(descriptor: int, secret: Secret) -> None:
    written = 0
    while written < len(secret.reveal().encode()):
        written += os.write(descriptor, secret.reveal().encode()[written:])


def events_of(descriptor: int, wanted: int) -> int:
    """The poll(2) events of a file descriptor now: those in `wanted`, and its errors."""
    poll = select.poll()
    poll.register(descriptor, wanted)
    return sum(found for _, found in poll.poll(0))


def reason_of(error: OSError) -> str:
    """The system's word for a failure, or the kind of it."""
    return error.strerror or type(error).__name__
