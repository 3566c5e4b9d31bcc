"""The eight steps without a screen, and what was left unfinished before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from pipeops_tui.connections.connection import Connection
from pipeops_tui.connections.connection_actions import ConnectionAction, run_actions
from pipeops_tui.connections.journaled import connection_of
from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.journey.earlier_runs import name_of, progress_of
from pipeops_tui.plain.action_words import WHAT_IT_DOES
from pipeops_tui.plain.conversation import Conversation, Entry, GoBack, Quit, in_order
from pipeops_tui.plain.plain_sign_in import PlainSignIn, until_it_works

if TYPE_CHECKING:
    # Loaded after the first question, which needs none of it.
    from pipeops_tui.journey.journey import Journey
    from pipeops_tui.plain.plain_choices import PlainChoices
    from pipeops_tui.plain.plain_creation import PlainCreation

_CONNECTIONS: Final = "connections"
_DOCTOR: Final = "doctor"


TakeUp = Callable[[ConnectionAction, Connection], Awaitable[bool]]
"""Continues or undoes an unfinished run; whether that was begun."""


class PlainJourney:
    """One journey over `talk`."""

    def __init__(
        self,
        journey: Journey,
        talk: Conversation,
        sign_in: PlainSignIn,
        creation: Callable[[], PlainCreation],
        *,
        take_up: TakeUp,
        connections: Callable[[], Awaitable[None]],
        doctor: Callable[[], Awaitable[None]],
    ) -> None:
        """`creation` gives what creates and hands over. `take_up` does what the person has decided about an unfinished
        run. `connections` lets the person look at what was made before, `doctor` examines five values; both come
        back."""
        self._journey = journey
        self._talk = talk
        self._signing_in = sign_in
        self._creation = creation
        self._take_up = take_up
        self._others = {_CONNECTIONS: connections, _DOCTOR: doctor}

    @cached_property
    def _choices(self) -> PlainChoices:
        from pipeops_tui.plain.plain_choices import PlainChoices

        return PlainChoices(self._journey, self._talk)

    async def run(self) -> None:
        """Ask everything and create it. Raises `Quit`, `InputEndedError` and `CloudError`."""
        try:
            await self._steps()
        except Quit:
            if self._journey.run is None or self._journey.run.state.empty:
                self._talk.say("Nothing was created.")
            raise

    async def _steps(self) -> None:
        steps: dict[Step, Callable[[], Awaitable[object]]] = {
            Step.SIGN_IN: self._sign_in,
            Step.SUBSCRIPTION: lambda: self._choices.subscription(),
            Step.RESOURCE_GROUP: lambda: self._choices.resource_group(),
            Step.TENANT: lambda: self._choices.tenant(),
            Step.APPLICATION: lambda: self._choices.application(),
            Step.ACCESS: lambda: self._choices.access(),
            Step.CREATE: self._create,
        }
        while True:
            try:
                await in_order(self._talk, [partial(self._step, step, work) for step, work in steps.items()])
                break
            except GoBack:
                self._talk.say("This is the first step.")
            except _Over:
                return
        run = self._journey.run
        if run is not None:
            self._talk.say()
            self._talk.say(f"Step {len(STEPS)} of {len(STEPS)}: {Step.CREDENTIALS}")
            await self._creation().hand_over(run)
            self._talk.say()
            for line in self._journey.receipt(run).splitlines():
                if line.startswith("  az "):
                    self._talk.write(line)
                else:
                    self._talk.say(line)

    async def _step(self, step: Step, work: Callable[[], Awaitable[object]]) -> None:
        """Do one of the steps; raises `_Over` when nothing is to follow."""

        async def begin() -> object:
            self._talk.say()
            self._talk.say(f"Step {STEPS.index(step) + 1} of {len(STEPS)}: {step}")
            return await work()

        if await until_it_works(self._talk, begin) is False:
            raise _Over

    # Sign in

    async def _sign_in(self) -> bool:
        """Sign in, then take up an unfinished run if the person wants to; False when all is done with that."""
        others = (
            Entry(_CONNECTIONS, "Connections made before: renew, check or remove one"),
            Entry(_DOCTOR, "Find out why PipeOps refuses five values"),
        )
        before = self._journey.session
        while key := await self._signing_in.ask(others):
            with suppress(GoBack):
                await self._others[key]()
        if self._journey.session is not before:
            self._journey.wizard.choose(subscription=None)  # another account can see other ones
        return await self._unfinished()

    # What was not finished before

    async def _unfinished(self) -> bool:
        session = self._journey.session
        here = session.endpoints.resource_manager if session is not None else ""
        survey = await (await self._journey.earlier_runs()).survey(here)
        for complaint in survey.set_aside:
            self._talk.say(complaint)
        for recorded in survey.unfinished:
            connection = connection_of(recorded, self._journey.clock.now())
            self._talk.say(f"{name_of(recorded.state.plan)} was not finished: {progress_of(recorded.state)}.")
            can = [action for action in run_actions(connection) if action is not ConnectionAction.FORGET]
            self._talk.say_words([*((one, WHAT_IT_DOES[one]) for one in can), ("later", "leaves it as it is")])
            answer = await self._talk.pick(
                "What now?",
                (*can, "later"),
                "continue",
                explain="What exists is checked first. Nothing is created or removed twice.",
            )
            if answer != "later" and await self._take_up(ConnectionAction(answer), connection):
                return False
        return True

    # Create

    async def _create(self) -> bool:
        return await self._creation().review()


class _Over(Exception):  # noqa: N818 - it is no error
    """The journey has ended before its last step."""
