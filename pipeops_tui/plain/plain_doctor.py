"""Doctor without a screen: five values in, what is wrong with them out, and what can be done about it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.core.problem import CloudError
from pipeops_tui.doctor.admin_message import admin_message
from pipeops_tui.doctor.changed_values import corrected
from pipeops_tui.doctor.cures import (
    has_any,
    is_cured_by_renewal,
    meant_values,
    provider_words,
    right_values,
    role_words,
)
from pipeops_tui.doctor.finding import Diagnosis, Finding, Verdict
from pipeops_tui.doctor.five_values import FiveValues, ValueName
from pipeops_tui.doctor.own_account import needs_account
from pipeops_tui.doctor.persons_account import PersonsAccount, examine_with
from pipeops_tui.doctor.question import Question, QuestionChanged, QuestionState
from pipeops_tui.plain.conversation import Conversation, GoBack, in_order
from pipeops_tui.plain.plain_sign_in import PlainSignIn
from pipeops_tui.plain.plain_values import PlainValues, Work
from pipeops_tui.plain.told_finding import tell_finding
from pipeops_tui.plain.told_problem import tell_problem
from pipeops_tui.plain.told_waits import ToldWaits

if TYPE_CHECKING:
    from pipeops_tui.journey.journey import Journey

_DONE: Final = "done"


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
        self._account = PersonsAccount(journey, environment)
        self._waits = ToldWaits(talk)
        self._given = PlainValues(journey, talk, environment)
        self._diagnosis: Diagnosis | None = None
        self._stage = 0
        self.verdict = Verdict.UNKNOWN
        """That of the newest examination."""

    async def run(self) -> None:
        """Ask for the values, and work on them until the person is done."""
        self._talk.say("Why does PipeOps say no? Nothing leaves this computer before you say examine.")
        await self._work_on(FiveValues(), self._given.ask)

    async def examine(self, values: FiveValues) -> None:
        """Work on `values`, of which only the client secret is asked for."""
        self._talk.say("pipeops-tui does not have the client secret: type the one that PipeOps uses.")
        await self._work_on(values, partial(self._given.ask_one, ValueName.SECRET))

    async def _work_on(self, values: FiveValues, ask: Work) -> None:
        self._given.values, self._diagnosis = values, None
        try:
            await in_order(self._talk, (ask, self._decide))
        finally:
            self._given.forget_secret()

    # What is found, and what can be done

    async def _decide(self) -> None:
        self._given.tell()
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
        examine = {"examine": ("asks Azure about these values", self._examine)} if has_any(self._given.values) else {}
        # What was examined already, or is not complete, is rather changed.
        can |= {**change, **examine} if found is not None or self._given.values.missing else {**examine, **change}
        can[_DONE] = ("ends, and forgets the client secret", self._leave)
        return can

    async def _change(self) -> None:
        await self._given.change()
        self._diagnosis = None
        self._given.tell()

    async def _leave(self) -> None:
        self._talk.say("The client secret that you gave is forgotten.")

    async def _examine(self) -> None:
        self._account.forget()
        self._stage = 0
        self._tell_stage(1, "the form of the five values, on this computer")
        diagnosis = await examine_with(self._journey, self._given.values, self._tell, self._waits.note)
        if self._account.is_there(diagnosis.values) and needs_account(diagnosis):
            diagnosis = await self._look_closer(diagnosis)
        self._found(diagnosis)

    def _found(self, diagnosis: Diagnosis) -> None:
        self._diagnosis, self._given.values, self.verdict = diagnosis, diagnosis.values, diagnosis.verdict
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
            self._given.values = corrected(self._given.values, right_values(self._diagnosis))
            self._diagnosis = None
            self._given.tell()
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
