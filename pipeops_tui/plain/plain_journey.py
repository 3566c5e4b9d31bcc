"""The eight steps without a screen, and what was left unfinished before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.plain.conversation import Conversation, Entry, GoBack, InputEndedError, Quit
from pipeops_tui.plain.told_problem import tell_problem

if TYPE_CHECKING:
    # Loaded after the first question, which needs none of it.
    from pipeops_tui.core.model import DeviceCode, SignInOption
    from pipeops_tui.journey.journey import Journey
    from pipeops_tui.plain.plain_choices import PlainChoices
    from pipeops_tui.plain.plain_creation import PlainCreation
    from pipeops_tui.provisioning import RecordedRun

DELIVERED: Final = 0
NOT_DELIVERED: Final = 1
_GREETING: Final = (
    "pipeops-tui: everything PipeOps needs to deploy into your Azure subscription.",
    'Answer each question and press Enter. An empty answer takes the default in square brackets. "?" explains, "back" '
    'goes back, "quit" ends. Nothing is created before you confirm it.',
)


class PlainJourney:
    """One journey over `talk`."""

    def __init__(self, journey: Journey, talk: Conversation) -> None:
        self._journey = journey
        self._talk = talk

    @cached_property
    def _choices(self) -> PlainChoices:
        from pipeops_tui.plain.plain_choices import PlainChoices

        return PlainChoices(self._journey, self._talk)

    @cached_property
    def _creation(self) -> PlainCreation:
        from pipeops_tui.plain.plain_creation import PlainCreation

        return PlainCreation(self._journey, self._talk)

    def stop(self) -> bool:
        """Let the running request finish and start no other; False where nothing is running."""
        return self._creation.stop()

    async def run(self) -> int:
        """Ask everything and create it; the exit code."""
        try:
            for line in _GREETING:
                self._talk.say(line)
            await self._steps()
        except Quit:
            self._talk.say(self._left())
        except InputEndedError:
            return NOT_DELIVERED
        except CloudError as error:
            tell_problem(self._talk, error.problem)
        return DELIVERED if self._journey.delivered else NOT_DELIVERED

    def _left(self) -> str:
        run = self._journey.run
        if run is None or run.state.empty:
            return "Nothing was created."
        if self._journey.delivered:
            return ""
        return "What was created stays. The next start of pipeops-tui can continue or undo it."

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
        order, place = list(steps), 0
        while place < len(order):
            step = order[place]
            self._talk.say()
            self._talk.say(f"Step {place + 1} of {len(STEPS)}: {step}")
            try:
                if await steps[step]() is False:
                    return
                place += 1
            except GoBack:
                if place == 0:
                    self._talk.say("This is the first step.")
                place = max(0, place - 1)
            except CloudError as error:
                tell_problem(self._talk, error.problem)
                await self._again()
        run = self._journey.run
        if run is not None:
            self._talk.say()
            self._talk.say(f"Step {len(STEPS)} of {len(STEPS)}: {Step.CREDENTIALS}")
            await self._creation.hand_over(run)
            self._talk.say()
            for line in self._journey.receipt(run).splitlines():
                if line.startswith("  az "):
                    self._talk.write(line)
                else:
                    self._talk.say(line)

    async def _again(self) -> None:
        await self._talk.ask(
            "Press Enter to try again", "again", explain="Azure is asked again from the beginning of this step."
        )

    # Sign in

    async def _sign_in(self) -> bool:
        """Sign in, then take up an unfinished run if the person wants to; False when all is done with that."""
        options: Sequence[SignInOption] = ()
        self._talk.say("Looking for ways to sign in.")
        async for found in self._journey.connector.sign_in_options():
            options = found
        entries = [
            Entry(one.method, f"{one.title}: {one.detail}" if one.available else one.title, _why_not(one))
            for one in options
        ]
        wished = self._journey.settings.auth or self._journey.choices.sign_in
        default = next((one.method for one in options if one.available and one.method == wished), None)
        default = default or next((one.method for one in options if one.recommended), None)
        # While the person reads: the SDKs take longer to load than everything until this question.
        preparing = asyncio.ensure_future(self._prepare_ahead())
        key = await self._talk.choose(
            "How do you want to sign in?",
            entries,
            default or "",
            explain="Use an account that can create resources in your subscription. With a device code you type a code "
            "into a browser on any device; your password is never typed here.",
        )
        self._talk.say("Signing in.")
        method = next(one.method for one in options if one.method == key)
        await preparing
        await self._journey.sign_in(method, self._show_code)
        session = self._journey.session
        if session is not None:
            self._talk.say(f"Signed in as {session.account.name}.")
        self._journey.wizard.choose(subscription=None)
        return await self._unfinished()

    async def _prepare_ahead(self) -> None:
        """Load what is slow. A failure is told by signing in, which tries it again."""
        with suppress(CloudError):
            await self._journey.prepare()

    def _show_code(self, code: DeviceCode) -> None:
        self._talk.say("Open this page on any device:")
        self._talk.write(code.verification_uri)
        if code.user_code:
            self._talk.say("and enter this code:")
            self._talk.write(code.user_code)
        self._talk.say("Waiting until you have signed in there.")

    # What was not finished before

    async def _unfinished(self) -> bool:
        from pipeops_tui.journey.earlier_runs import name_of, progress_of

        session = self._journey.session
        here = session.endpoints.resource_manager if session is not None else ""
        survey = await (await self._journey.earlier_runs()).survey(here)
        for complaint in survey.set_aside:
            self._talk.say(complaint)
        for recorded in survey.unfinished:
            self._talk.say(f"{name_of(recorded.state.plan)} was not finished: {progress_of(recorded.state)}.")
            answer = await self._talk.pick(
                '"continue" goes on with it, "undo" removes what was created, "later" leaves it',
                ("continue", "undo", "later"),
                "continue",
                explain="What exists is checked first. Nothing is created or removed twice.",
            )
            if answer != "later":
                return await self._take_up(recorded, undo=answer == "undo")
        return True

    async def _take_up(self, recorded: RecordedRun, *, undo: bool) -> bool:
        from pipeops_tui.provisioning import JournalUnavailable

        try:
            run, subscription = await self._journey.take_up(recorded, self._show_code)
        except JournalUnavailable as unavailable:
            tell_problem(self._talk, unavailable.problem)
            return True
        self._journey.adopt(run, subscription)
        if undo:
            await self._creation.undo(run)
        elif await self._creation.perform(run):
            await self._creation.hand_over(run)
        return False

    # Create

    async def _create(self) -> bool:
        return await self._creation.review()


def _why_not(option: SignInOption) -> str:
    return "" if option.available else option.detail.removeprefix("not available: ")
