"""Gives a client secret to another program on its standard input, and to nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import shlex
import shutil
import signal
from asyncio.subprocess import STDOUT, Process
from dataclasses import dataclass, field
from typing import Any, Final

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.plain_text import plain
from pipeops_tui.core.problem import redact
from pipeops_tui.core.secret import Secret

PATIENCE: Final = 60.0
"""Seconds a command has before its process group is killed."""
_KEPT: Final = 65_536
"""Bytes of its newest output that are kept."""
_LAST_WORDS: Final = 1.0
"""Seconds in which what it has written is read after it has ended: a process that it left behind can hold its output
open."""
_MASK: Final = "***"


class DeliveryError(Exception):
    """The client secret was not taken. The text says why, as a clause without a period, and holds no secret."""


def words_of(command: str) -> tuple[str, ...]:
    """The program and its arguments, split as a POSIX shell splits words; nothing is expanded. Raises `ValueError`,
    with a clause for the person, when there is none, when a quote is not closed or when the program is not found."""
    try:
        words = tuple(shlex.split(command))
    except ValueError:
        raise ValueError("a quote is not closed") from None
    if not words or not words[0]:
        raise ValueError("the command is empty")
    if any("\0" in word for word in words):
        raise ValueError("the command has a null character")
    if shutil.which(words[0]) is None:
        raise ValueError(f"the program {words[0]!r} is not found")
    return words


@dataclass(slots=True)
class _Output:
    """The end of what a command writes; what came before is read and dropped."""

    kept: bytearray = field(default_factory=bytearray, repr=False)
    """Can hold the secret, where the command repeats it."""
    is_cut: bool = False

    async def read(self, stream: asyncio.StreamReader) -> None:
        while chunk := await stream.read(_KEPT):
            self.kept += chunk
            self.is_cut = self.is_cut or len(self.kept) > _KEPT
            del self.kept[:-_KEPT]

    def last_line(self, secret: Secret) -> str:
        """Its last line that is not empty, without the secret, and fit to be shown."""
        text = bytes(self.kept).decode(errors="replace")
        if self.is_cut:
            text = text[len(secret.reveal()) :]  # it could begin with a part of the secret
        masked = text.replace(secret.reveal(), _MASK)
        return next((plain(redact(line.strip())) for line in reversed(masked.splitlines()) if line.strip()), "")


async def give_to_command(words: tuple[str, ...], secret: Secret, clock: Clock) -> None:
    """Run a command once, in its own process group; its standard input holds the characters of `secret` and then ends.

    Raises `DeliveryError` when it cannot be started, has not ended after `PATIENCE` seconds by `clock`, ends with an
    exit code other than 0, or has not read its input. Cancelled, it kills the process group.
    """
    reading, writing = os.pipe()
    try:
        # A pipe holds at least 512 bytes (POSIX, _POSIX_PIPE_BUF), so this never waits for the command.
        try:
            os.write(writing, secret.reveal().encode())
        finally:
            os.close(writing)
        await _run(words, reading, secret, clock)
        if _has_unread(reading):
            raise DeliveryError("the command has ended without reading the client secret")
    finally:
        os.close(reading)


async def _run(words: tuple[str, ...], stdin: int, secret: Secret, clock: Clock) -> None:
    output, (stream, transport, stdout) = _Output(), await _pipe()
    try:
        try:
            process = await asyncio.create_subprocess_exec(
                *words, stdin=stdin, stdout=stdout, stderr=STDOUT, start_new_session=True
            )
        except OSError as error:
            raise DeliveryError(f"the command cannot be started: {error.strerror or 'unknown reason'}") from None
        finally:
            os.close(stdout)
        reader = asyncio.ensure_future(output.read(stream))
        try:
            how = await _end_of(process, clock)
            await _within(_LAST_WORDS, clock, reader)
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
    finally:
        transport.close()
    if how:
        said = output.last_line(secret)
        raise DeliveryError(f"the command {how}: {said}" if said else f"the command {how}")


async def _pipe() -> tuple[asyncio.StreamReader, asyncio.ReadTransport, int]:
    """A pipe whose end can be closed although a process still holds the other one."""
    loop, (reading, writing) = asyncio.get_running_loop(), os.pipe()
    stream = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reading, "rb", buffering=0)
    )
    return stream, transport, writing


async def _end_of(process: Process, clock: Clock) -> str:
    """How a command has failed; empty when it has not."""
    end = asyncio.ensure_future(process.wait())
    try:
        await _within(PATIENCE, clock, end)
        in_time = end.done()
    finally:
        _kill(process)
        await asyncio.gather(end, return_exceptions=True)
    if not in_time:
        return f"has not ended within {PATIENCE:.0f} seconds and was stopped"
    if code := end.result():
        return f"was ended by signal {-code}" if code < 0 else f"has ended with exit code {code}"
    return ""


async def _within(seconds: float, clock: Clock, work: asyncio.Future[Any]) -> None:
    """Return when `work` has ended, or after some seconds."""
    limit = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({work, limit}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        limit.cancel()
        await asyncio.gather(limit, return_exceptions=True)


def _kill(process: Process) -> None:
    """End the whole process group, where the command itself still runs."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _has_unread(pipe: int) -> bool:
    """Whether a pipe still holds something; False where the system has no poll(2)."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    return any(event & select.POLLIN for _, event in poll.poll(0))
