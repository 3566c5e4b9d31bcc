"""Doctor without a screen: five values in, what is wrong with them out, and what can be done about it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.core.problem import CloudError
from pipeops_tui.doctor.admin_message import admin_message
from pipeops_tui.doctor.changed_values import combined, corrected
from pipeops_tui.doctor.cures import (
    early_findings,
    has_any,
    is_cured_by_renewal,
    meant_values,
    provider_words,
    right_values,
    role_words,
)
from pipeops_tui.doctor.finding import Diagnosis, Finding, Verdict
from pipeops_tui.doctor.five_values import FiveValues, Pasted, ValueName
from pipeops_tui.doctor.own_account import needs_account
from pipeops_tui.doctor.paste_cleaning import MOST_BYTES
from pipeops_tui.doctor.pasted import ENVIRONMENT, read_bytes, read_environment, read_text, read_values
from pipeops_tui.doctor.persons_account import PersonsAccount, examine_with
from pipeops_tui.doctor.question import Question, QuestionChanged, QuestionState
from pipeops_tui.doctor.value_names import WHERE_TO_FIND
from pipeops_tui.plain.conversation import Conversation, Entry, GoBack, in_order
from pipeops_tui.plain.plain_sign_in import PlainSignIn
from pipeops_tui.plain.told_finding import tell_finding, tell_values, value_words
from pipeops_tui.plain.told_problem import tell_problem
from pipeops_tui.plain.told_waits import ToldWaits

if TYPE_CHECKING:
    from pipeops_tui.journey.journey import Journey

_NONE: Final = "none"
_DONE: Final = "done"
_NOTHING_FOUND: Final = "None of the five values was found in it."
Work = Callable[[], Awaitable[object]]


class PlainDoctor:
    """Its coroutines raise as `Conversation.ask` does. The client secret is never written, and is dropped at the
    end."""

    def __init__(
        self,
        journey: Journey,
        talk: Conversation,
        sign_in: PlainSignIn,
        renew: Callable[[str], Awaitable[object]],
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """`renew` gives the connection with a client ID a new client secret."""
        self._journey = journey
        self._talk = talk
        self._sign_in = sign_in
        self._renew = renew
        self._environment = environment
        self._account = PersonsAccount(journey, environment)
        self._waits = ToldWaits(talk)
        self._values = FiveValues()
        self._diagnosis: Diagnosis | None = None
        self._stage = 0
        self.verdict = Verdict.UNKNOWN
        """That of the newest examination."""

    async def run(self) -> None:
        """Ask for the values, and work on them until the person is done."""
        self._talk.say("Why does PipeOps say no? Nothing leaves this computer before you say examine.")
        await self._work_on(FiveValues(), self._ask_how)

    async def examine(self, values: FiveValues) -> None:
        """Work on `values`, of which only the client secret is asked for."""
        self._talk.say("pipeops-tui does not have the client secret: type the one that PipeOps uses.")
        await self._work_on(values, partial(self._ask_value, ValueName.SECRET))

    async def _work_on(self, values: FiveValues, ask: Work) -> None:
        self._values, self._diagnosis = values, None
        try:
            await in_order(self._talk, (ask, self._decide))
        finally:
            self._forget_secret()

    def _forget_secret(self) -> None:
        if self._values.secret is not None:
            self._values.secret.forget()

    # Values

    async def _ask_how(self) -> None:
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
            if has_any(self._values) or self._values.error_codes:
                return

    async def _ask_each(self) -> None:
        await in_order(self._talk, [partial(self._ask_value, name) for name in ValueName])

    async def _ask_value(self, name: ValueName) -> None:
        """Ask for one value; an empty answer keeps what is there."""
        kept, explain = value_words(self._values, name), WHERE_TO_FIND[name]
        if name is ValueName.SECRET:
            answer = await self._talk.ask_hidden(f"{name}, not shown while you type it [{kept}]", explain=explain)
        else:
            answer = await self._talk.ask(name, self._values.text(name) or _NONE, explain=explain)
        if answer in ("", _NONE) or answer == self._values.text(name):
            return
        self._take(read_values({name: answer}))
        if reason := self._values.flaw(name):
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
        values = combined(self._values, pasted.values)
        if pasted.unreadable or values is self._values:
            self._talk.say(pasted.unreadable or _NOTHING_FOUND)
            return
        if pasted.values.secret is not None:
            self._forget_secret()
        self._values, self._diagnosis = values, None
        for remark in pasted.remarks:
            self._talk.say(remark)

    async def _change(self) -> None:
        name = await self._talk.choose(
            "Which value?",
            [Entry(one, f"{one}: {value_words(self._values, one)}") for one in ValueName],
            next(iter(self._values.missing), ValueName.GROUP),
            explain="An empty answer keeps what is there.",
        )
        await self._ask_value(ValueName(name))
        self._diagnosis = None
        self._tell_values()

    def _tell_values(self) -> None:
        tell_values(self._talk, self._values)
        self._tell_findings(early_findings(self._values))

    # What is found, and what can be done

    async def _decide(self) -> None:
        self._tell_values()
        while True:
            can = self._possible()
            self._talk.say_words((word, what) for word, (what, _) in can.items())
            works = self._diagnosis is not None and self._diagnosis.verdict is Verdict.WORKS
            answer = await self._talk.pick(
                "What now?",
                tuple(can),
                _DONE if works else next(iter(can)),
                explain="The client secret is sent to the sign-in of its tenant and nowhere else. Nothing in Azure is "
                "changed before you have confirmed it.",
            )
            try:
                await can[answer][1]()
            except GoBack:
                continue
            except CloudError as error:
                tell_problem(self._talk, error.problem)
            if answer == _DONE:
                return

    def _possible(self) -> dict[str, tuple[str, Work]]:
        """What can be done now, the cure of the gravest finding first."""
        found, can = self._diagnosis, dict[str, tuple[str, Work]]()
        if found is not None:
            if right := right_values(found):
                names = ", ".join(f"{one.name} {one.text}" for one in right)
                can["use"] = (f"puts these in their places and examines them: {names}", self._correct)
            if is_cured_by_renewal(found):
                can["renew"] = ("makes a new client secret", self._begin_renewal)
            if found.role_to_give is not None:
                can["role"] = ("gives the application the role that is missing", self._give_role)
            if found.providers_to_register is not None:
                can["register"] = ("registers the resource providers", self._register)
            if self._wants_account(found):
                can["sign-in"] = ("asks Azure with your own account, to find out more", self._ask_account)
            if self._asked_of_others is not None:
                can["message"] = ("shows a message to the person who can help", self._show_message)
        change = {"change": ("changes one of them", self._change)}
        examine = {"examine": ("asks Azure about these values", self._examine)} if has_any(self._values) else {}
        # What was examined already, or is not complete, is rather changed.
        can |= {**change, **examine} if found is not None or self._values.missing else {**examine, **change}
        can[_DONE] = ("ends, and forgets the client secret", self._leave)
        return can

    async def _leave(self) -> None:
        self._talk.say("The client secret that you gave is forgotten.")

    async def _examine(self) -> None:
        self._account.forget()
        self._stage = 0
        self._tell_stage(1, "the form of the five values, on this computer")
        diagnosis = await examine_with(self._journey, self._values, self._tell, self._waits.note)
        if self._account.is_there(diagnosis.values) and needs_account(diagnosis):
            diagnosis = await self._look_closer(diagnosis)
        self._found(diagnosis)

    def _found(self, diagnosis: Diagnosis) -> None:
        self._diagnosis, self._values, self.verdict = diagnosis, diagnosis.values, diagnosis.verdict
        self._talk.say()
        self._tell_findings(diagnosis.findings)
        self._talk.say(diagnosis.closing)

    def _tell_findings(self, findings: tuple[Finding, ...]) -> None:
        for finding in findings:
            tell_finding(self._talk, finding)

    def _tell(self, change: QuestionChanged) -> None:
        """A line when a question is answered; the beginning of a stage is told once."""
        if change.question is not Question.FORM and self._stage < 2:
            self._tell_stage(2, "Azure, with these values and nothing else")
        if change.state is QuestionState.ANSWERED:
            detail = f": {change.detail}" if change.detail else ""
            self._talk.say(f"{change.outcome}: {change.question}{detail}")

    def _tell_stage(self, number: int, what: str) -> None:
        self._stage = number
        self._talk.say(f"Stage {number} of 3: {what}.")

    # Cures

    async def _correct(self) -> None:
        if self._diagnosis is not None:
            self._values = corrected(self._values, right_values(self._diagnosis))
            self._diagnosis = None
            self._tell_values()
            await self._examine()

    async def _begin_renewal(self) -> None:
        if self._diagnosis is not None:
            await self._renew(meant_values(self._diagnosis).client_id)

    async def _give_role(self) -> None:
        if self._diagnosis is not None and await self._confirms(
            role_words(self._diagnosis), "Give the role Contributor?"
        ):
            await self._account.give_role(self._diagnosis)
            self._talk.say("The role is given.")
            await self._examine()

    async def _register(self) -> None:
        missing = self._diagnosis.providers_to_register if self._diagnosis is not None else None
        if missing is None or self._diagnosis is None:
            return
        if await self._confirms((provider_words(missing),), "Register resource providers?"):
            await self._account.register_providers(self._diagnosis)
            self._talk.say("Azure registers them.")
            await self._examine()

    async def _confirms(self, sentences: tuple[str, ...], question: str) -> bool:
        for sentence in sentences:
            self._talk.say(sentence)
        return await self._talk.confirm(question, explain="Nothing has been changed yet.")

    # The person's own account

    def _wants_account(self, found: Diagnosis) -> bool:
        return needs_account(found) and not self._account.is_there(found.values)

    async def _ask_account(self) -> None:
        if self._diagnosis is not None:
            await self._sign_in.ask(without=self._account.not_offered(self._diagnosis.values))
            self._found(await self._look_closer(self._diagnosis))

    async def _look_closer(self, diagnosis: Diagnosis) -> Diagnosis:
        self._tell_stage(3, "Azure, with your own account")
        return await self._account.look_closer(diagnosis, self._tell, self._waits.note)

    @property
    def _asked_of_others(self) -> Finding | None:
        """What another person has to do."""
        findings = self._diagnosis.findings if self._diagnosis is not None else ()
        return next((one for one in findings if one.who and one.outcome is CheckOutcome.BLOCKED), None)

    async def _show_message(self) -> None:
        asked = self._asked_of_others
        if asked is not None and self._diagnosis is not None:
            for line in admin_message(asked, meant_values(self._diagnosis)).splitlines():
                (self._talk.write if line.startswith("az ") else self._talk.say)(line)


def _content(name: str) -> bytes:
    """The beginning of a file, one byte more than is allowed. Raises `OSError`, and `ValueError` for a name that cannot
    be one."""
    path = Path(name).expanduser()
    if not path.is_file():
        raise FileNotFoundError(0, "there is no such file")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
