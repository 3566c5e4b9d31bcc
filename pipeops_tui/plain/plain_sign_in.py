"""Signing in without a screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from pipeops_tui.core.problem import CloudError
from pipeops_tui.plain.conversation import Conversation, Entry
from pipeops_tui.plain.told_problem import tell_problem

if TYPE_CHECKING:
    from pipeops_tui.core.model import DeviceCode, SignInMethod, SignInOption
    from pipeops_tui.journey.journey import Journey

T = TypeVar("T")
_STAY: Final = "stay"


class PlainSignIn:
    """Asks how to sign in, and does it for the whole journey."""

    def __init__(self, journey: Journey, talk: Conversation) -> None:
        self._journey = journey
        self._talk = talk

    async def ask(self, others: Sequence[Entry] = (), *, without: Collection[SignInMethod] = ()) -> str:
        """Sign in as the person chooses; gives an empty text. Where one of `others` is chosen, gives its key instead.
        The ways in `without` are not offered. Raises as `Conversation.ask` does, and `CloudError`."""
        options = [one for one in await self._options() if one.method not in without]
        entries = [
            Entry(one.method, f"{one.title}: {one.detail}" if one.available else one.title, _why_not(one))
            for one in options
        ]
        session = self._journey.session
        if session is not None and session.account.method not in without:
            entries.insert(0, Entry(_STAY, f"Continue as {session.account.name}"))
        # While the person reads: the SDKs take longer to load than everything until this question.
        preparing = asyncio.ensure_future(self._prepare_ahead())
        key = await self._talk.choose(
            "How do you want to sign in?",
            [*entries, *others],
            _STAY if entries and entries[0].key == _STAY else self._default(options),
            explain="Use an account that can create resources in your subscription. With a device code you type a code "
            "into a browser on any device; your password is never typed here.",
        )
        await preparing
        if key in {one.key for one in others}:
            return key
        if key != _STAY:
            await self._sign_in(next(one.method for one in options if one.method == key))
        return ""

    async def make_sure(self) -> None:
        """Sign in unless an account is signed in already. Raises as `ask` does."""
        if self._journey.session is None:
            await self.ask()

    def show_code(self, code: DeviceCode) -> None:
        """Tell where a device code is to be entered."""
        self._talk.say("Open this page on any device:")
        self._talk.write(code.verification_uri)
        if code.user_code:
            self._talk.say("and enter this code:")
            self._talk.write(code.user_code)
        self._talk.say("Waiting until you have signed in there.")

    async def _prepare_ahead(self) -> None:
        """Load what is slow. A failure is told by signing in, which tries it again."""
        with suppress(CloudError):
            await self._journey.prepare()

    async def _options(self) -> Sequence[SignInOption]:
        options: Sequence[SignInOption] = ()
        self._talk.say("Looking for ways to sign in.")
        async for found in self._journey.connector.sign_in_options():
            options = found
        return options

    def _default(self, options: Sequence[SignInOption]) -> str:
        wished = self._journey.settings.auth or self._journey.choices.sign_in
        chosen = next((one.method for one in options if one.available and one.method == wished), None)
        return chosen or next((one.method for one in options if one.recommended), "")

    async def _sign_in(self, method: SignInMethod) -> None:
        self._talk.say("Signing in.")
        await self._journey.sign_in(method, self.show_code)
        session = self._journey.session
        if session is not None:
            self._talk.say(f"Signed in as {session.account.name}.")


async def until_it_works(talk: Conversation, work: Callable[[], Awaitable[T]]) -> T:
    """The result of `work`, which is done again while Azure refuses it and the person wants that. Raises what
    `Conversation.ask` raises."""
    while True:
        try:
            return await work()
        except CloudError as error:
            tell_problem(talk, error.problem)
            await ask_again(talk)


async def ask_again(talk: Conversation) -> None:
    """Wait for the person to try again. Raises as `Conversation.ask` does."""
    await talk.ask("Press Enter to try again", "again", explain="Azure is asked again.")


def _why_not(option: SignInOption) -> str:
    return "" if option.available else option.detail.removeprefix("not available: ")
