"""The questions for doctor's five values: one after the other, as one text, from a file or the environment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeops_tui.doctor.changed_values import combined
from pipeops_tui.doctor.cures import early_findings, has_any
from pipeops_tui.doctor.five_values import FiveValues, Pasted, ValueName
from pipeops_tui.doctor.paste_cleaning import MOST_BYTES
from pipeops_tui.doctor.pasted import ENVIRONMENT, read_bytes, read_environment, read_text, read_values
from pipeops_tui.doctor.value_names import WHERE_TO_FIND
from pipeops_tui.plain.conversation import Conversation, Entry, GoBack, in_order
from pipeops_tui.plain.told_finding import tell_finding, tell_values, value_words

if TYPE_CHECKING:
    from pipeops_tui.journey.journey import Journey

_NONE: Final = "none"
_NOTHING_FOUND: Final = "None of the five values was found in it."
Work = Callable[[], Awaitable[object]]


class PlainValues:
    """What was given so far. Its coroutines raise as `Conversation.ask` does. The client secret is never written."""

    def __init__(self, journey: Journey, talk: Conversation, environment: Mapping[str, str]) -> None:
        self._journey = journey
        self._talk = talk
        self._environment = environment
        self.values = FiveValues()

    def forget_secret(self) -> None:
        """Drop the client secret."""
        if self.values.secret is not None:
            self.values.secret.forget()

    async def ask(self) -> None:
        """Ask for the values in the way that the person chooses, until there is one."""
        ways: dict[str, tuple[str, Work]] = {
            "one": ("asks for one after the other", self._ask_each),
            "paste": ("takes all of them as one text", self._ask_paste),
            "file": ("reads them from a file", self._ask_file),
        }
        if any(self._environment.get(name) for name in ENVIRONMENT.values()):
            ways["environment"] = ("reads the variables AZURE_TENANT_ID and the like", self._read_environment)
        if self._journey.settings.demo is not None:
            ways["example"] = ("takes those of the demo", self._use_example)
        while True:
            self._talk.say_words((word, what) for word, (what, _) in ways.items())
            answer = await self._talk.pick(
                "How do you give the five values?",
                tuple(ways),
                "one",
                explain="They are the values of PipeOps' form. They can be changed before anything is asked.",
            )
            try:
                await ways[answer][1]()
            except GoBack:
                continue
            if has_any(self.values) or self.values.error_codes:
                return

    async def _ask_each(self) -> None:
        await in_order(self._talk, [partial(self.ask_one, name) for name in ValueName])

    async def ask_one(self, name: ValueName) -> None:
        """Ask for one value; an empty answer keeps what is there."""
        kept, explain = value_words(self.values, name), WHERE_TO_FIND[name]
        if name is ValueName.SECRET:
            answer = await self._talk.ask_hidden(f"{name}, not shown while you type it [{kept}]", explain=explain)
        else:
            answer = await self._talk.ask(name, self.values.text(name) or _NONE, explain=explain)
        if answer in ("", _NONE) or answer == self.values.text(name):
            return
        self._take(read_values({name: answer}))
        if reason := self.values.flaw(name):
            self._talk.say(reason)

    async def _ask_paste(self) -> None:
        text = await self._talk.ask_lines(
            'Paste the five values, then type "end" on a line of its own. Nothing of it is shown',
            explain="The labels of PipeOps' form, .env, JSON, YAML and tables can be read.",
            is_enough=lambda text: not read_text(text).values.missing,
        )
        self._take(read_text(text))

    async def _ask_file(self) -> None:
        name = await self._talk.ask(
            "Name of the file", explain="It holds the five values in any form. It is read, and not changed."
        )
        try:
            self._take(read_bytes(await asyncio.to_thread(_content, name)))
        except (OSError, ValueError, RuntimeError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
            self._talk.say(f"It cannot be read: {reason}.")

    async def _read_environment(self) -> None:
        self._take(read_environment(self._environment))

    async def _use_example(self) -> None:
        self._take(read_text(await self._journey.connector.example()))

    def _take(self, pasted: Pasted) -> None:
        """Add what was read to what is there."""
        values = combined(self.values, pasted.values)
        if pasted.unreadable or values is self.values:
            self._talk.say(pasted.unreadable or _NOTHING_FOUND)
            return
        if pasted.values.secret is not None:
            self.forget_secret()
        self.values = values
        for remark in pasted.remarks:
            self._talk.say(remark)

    async def change(self) -> None:
        """Ask which value is another one, and for that."""
        name = await self._talk.choose(
            "Which value?",
            [Entry(one, f"{one}: {value_words(self.values, one)}") for one in ValueName],
            next(iter(self.values.missing), ValueName.GROUP),
            explain="An empty answer keeps what is there.",
        )
        await self.ask_one(ValueName(name))

    def tell(self) -> None:
        """What was taken for what, and what is wrong with the form of it."""
        tell_values(self._talk, self.values)
        for finding in early_findings(self.values):
            tell_finding(self._talk, finding)


def _content(name: str) -> bytes:
    """The beginning of a file, one byte more than is allowed. Raises `OSError`, and `ValueError` for a name that cannot
    be one."""
    path = Path(name).expanduser()
    if not path.is_file():
        raise FileNotFoundError(0, "there is no such file")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
