"""Questions and answers on standard streams, one line each: for screen readers, dumb terminals and pipes.

No cursor movement, no colour, and no line over 80 columns but values to copy. Every question takes `?`, `back` and
`quit`; its default is an empty answer.
"""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pipeops_tui.core.plain_text import plain
from pipeops_tui.plain.echo import without_echo
from pipeops_tui.plain.standard_output import write_line

COLUMNS: Final = 80
_PAGE: Final = 15
"""Entries of a list that are shown at a time."""
_END: Final = "end"
_LONGEST: Final = 4_096
"""Characters of an answer that are looked at."""


class GoBack(Exception):  # noqa: N818 - it is an answer
    """The person wants to go back to the question before."""


class Quit(Exception):  # noqa: N818 - it is an answer
    """The person wants to end."""


class InputEndedError(Exception):
    """Standard input has ended: the person is gone."""


class OutputEndedError(InputEndedError):
    """Standard output takes no more: who read it is gone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a numbered list. `reason` says why it cannot be chosen; empty where it can."""

    key: str
    text: str
    reason: str = ""
    also: str = ""
    """What typing finds it by too, e.g. an id."""


class Lines:
    """The lines of standard input. They are read by a thread of their own, which the end of the process does not wait
    for."""

    def __init__(self, descriptor: int = 0) -> None:
        self.descriptor = descriptor
        self._read: asyncio.Queue[str | None] = asyncio.Queue()
        self._started = False

    async def next(self) -> str:
        """The next line without its end. Raises `InputEndedError`."""
        if not self._started:
            self._started = True
            loop = asyncio.get_running_loop()
            threading.Thread(target=self._pump, args=(loop,), name="standard-input", daemon=True).start()
        line = await self._read.get()
        if line is None:
            self._read.put_nowait(None)
            raise InputEndedError
        return line

    def _pump(self, loop: asyncio.AbstractEventLoop) -> None:
        # Not through sys.stdin: a thread that holds its buffer when the process ends is a fatal error of Python.
        rest = b""
        try:
            while chunk := os.read(self.descriptor, 65_536):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    loop.call_soon_threadsafe(self._read.put_nowait, line.decode("utf-8", "replace"))
            if rest:
                loop.call_soon_threadsafe(self._read.put_nowait, rest.decode("utf-8", "replace"))
            loop.call_soon_threadsafe(self._read.put_nowait, None)
        except (OSError, RuntimeError):  # the terminal is gone, or the loop has closed
            return


class Conversation:
    """Asks on standard output, and reads answers from `lines`."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.questions = 0
        """How many have been asked so far."""

    def say(self, text: str = "", *, indent: str = "") -> None:
        """Write a text, wrapped; each of its lines begins with `indent`. Raises `InputEndedError` where
        it is not read."""
        for line in text.splitlines() or [""]:
            wrapped = textwrap.wrap(
                plain(line, _LONGEST),
                COLUMNS,
                initial_indent=indent,
                subsequent_indent=indent or _hanging(line),
                break_long_words=False,
                break_on_hyphens=False,
            )
            for part in wrapped or [""]:
                self.write(part)

    def write(self, line: str) -> None:
        """Write one line as it is, e.g. a value to copy."""
        try:
            write_line(_in_ascii(line) if _lacks(line) else line)
        except (OSError, ValueError):
            raise OutputEndedError from None

    async def ask(
        self,
        question: str,
        default: str = "",
        *,
        explain: str,
        wrong: Callable[[str], str] = lambda answer: "",
    ) -> str:
        """The answer, or `default` for an empty one. `wrong` says why an answer cannot be used, and is asked about the
        default as well. Raises `GoBack`, `Quit` and `InputEndedError`."""
        while True:
            answer = await self._answer(f"{question} [{default}]:" if default else f"{question}:", explain)
            given = answer or default
            reason = wrong(given) if given else "Please give an answer, or ? for an explanation."
            if not reason:
                return given
            self.say(reason)

    async def ask_hidden(self, question: str, *, explain: str) -> str:
        """A line that a terminal does not show while it is typed; empty for no answer. Raises as `ask` does."""
        with self._hidden():
            return await self._answer(f"{question}:", explain)

    async def ask_lines(self, question: str, *, explain: str, is_enough: Callable[[str], bool]) -> str:
        """Lines that a terminal does not show, e.g. a paste: up to one that says `end`, or to an empty one once what
        came before `is_enough`. Raises as `ask` does, but for `back` and `quit` only in the first line."""
        with self._hidden():
            lines = [await self._answer(f"{question}:", explain)]
            while lines[-1].strip().casefold() != _END and (lines[-1].strip() or not is_enough("\n".join(lines))):
                lines.append(await self._lines.next())
        return "\n".join(lines[:-1])

    async def _answer(self, question: str, explain: str) -> str:
        """What is answered to a question, asked again after an explanation."""
        self.questions += 1
        while True:
            self.say(question)
            answer = plain((await self._lines.next()).strip(), _LONGEST)
            match answer.casefold():
                case "?":
                    self.say(explain)
                    self.say('"back" goes back, "quit" ends.')
                case "back":
                    raise GoBack
                case "quit":
                    raise Quit
                case _:
                    return answer

    @contextmanager
    def _hidden(self) -> Iterator[None]:
        """Inside, what is typed is not shown, also not before the question is there."""
        with without_echo(self._lines.descriptor) as is_hidden:
            if not is_hidden:
                self.say("This terminal shows what you type, and keeps it in its scrollback.")
            yield

    def say_words(self, words: Iterable[tuple[str, str]]) -> None:
        """Say which words can be answered, each with what it does."""
        self.say("; ".join(f'"{word}" {what}' for word, what in words) + ".")

    async def pick(self, question: str, words: Sequence[str], default: str, *, explain: str) -> str:
        """One of `words`. Raises as `ask` does."""

        def wrong(answer: str) -> str:
            return "" if answer.casefold() in words else f"Please answer {', '.join(words[:-1])} or {words[-1]}."

        return (await self.ask(question, default, explain=explain, wrong=wrong)).casefold()

    async def confirm(self, question: str, *, explain: str) -> bool:
        """Whether the person types `yes`; no is the default. Raises as `ask` does."""
        return await self.pick(f"{question} Type yes or no", ("yes", "no"), "no", explain=explain) == "yes"

    async def choose(self, question: str, entries: Sequence[Entry], default: str = "", *, explain: str) -> str:
        """The key of the entry whose number is typed. Other text narrows the list to the entries that contain it, `all`
        shows all of them again, `more` the next page. `default` is a key. Raises as `ask` does."""
        shown, first = list(entries), 0
        self._list(shown, first)
        while True:
            number = next((str(place) for place, one in enumerate(shown, 1) if one.key == default), "")
            answer = await self.ask(
                f"{question} Number, or part of a name", number, explain=f"{explain} {_HOW_TO_CHOOSE}"
            )
            if answer.isascii() and answer.isdigit():
                chosen = shown[int(answer) - 1] if 0 < int(answer[:9]) <= len(shown) else None
                if chosen is not None and not chosen.reason:
                    return chosen.key
                self.say(f"{answer} cannot be chosen: {chosen.reason}." if chosen else f"There is no number {answer}.")
                continue
            if answer.casefold() == "more":
                first = first + _PAGE if first + _PAGE < len(shown) else 0
            elif answer.casefold() == "all":
                shown, first = list(entries), 0
            else:
                found = [one for one in entries if answer.casefold() in f"{one.text} {one.also}".casefold()]
                if not found:
                    self.say(f"Nothing contains {answer}.")
                    continue
                shown, first = found, 0
            self._list(shown, first)

    def _list(self, entries: Sequence[Entry], first: int) -> None:
        for number, one in enumerate(entries[first : first + _PAGE], first + 1):
            self.say(f"{number:>3}  {one.text}{f' (not available: {one.reason})' if one.reason else ''}")
        if len(entries) > _PAGE:
            last = min(first + _PAGE, len(entries))
            self.say(f'{first + 1} to {last} of {len(entries)}. "more" shows the next ones.')


async def in_order(talk: Conversation, steps: Sequence[Callable[[], Awaitable[object]]]) -> None:
    """Do the steps one after the other. `back` in one leads to the last one before it that has asked something; raises
    `GoBack` where there is none."""
    asked: list[bool] = []
    while len(asked) < len(steps):
        before = talk.questions
        try:
            await steps[len(asked)]()
            asked.append(talk.questions > before)
        except GoBack:
            while asked:
                if asked.pop():
                    break
            else:
                raise


_ASCII: Final = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "·": "-", "→": "->", "×": "x", "●": "*"}
)
"""Our own signs, for a terminal without UTF-8."""
_HOW_TO_CHOOSE: Final = (
    'Type the number of a line. Other text shows only the lines that contain it, "all" shows all again, and "more" '
    "shows the next page."
)


def _hanging(line: str) -> str:
    """Under a number, what is wrapped stands under its text."""
    number, _, _ = line.lstrip().partition("  ")
    return " " * 5 if number.isdigit() else ""


def _lacks(line: str) -> bool:
    """Whether standard output has no characters for a line."""
    try:
        line.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _in_ascii(line: str) -> str:
    return line.translate(_ASCII)
