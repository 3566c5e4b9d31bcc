"""Signing in again in the middle of the journey, and the dialog that shows a device code for that."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from enum import Enum, auto
from typing import Any, TypeVar

from rich.text import Text
from textual.app import App
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import DeviceCode, SignInMethod
from pipeops_tui.core.problem import CloudError, FailureKind, Problem, Section
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.widgets.device_code import DeviceCodeCard

T = TypeVar("T")
_ASKED = frozenset({SignInMethod.BROWSER, SignInMethod.DEVICE_CODE})
_GIVEN_UP = Problem(
    title="The sign-in was cancelled",
    what="Azure still requires it. Nothing was lost.",
    remedy="Sign in again when you are ready.",
    link=Section.SIGN_IN,
)


def asks_person(journey: Journey) -> bool:
    """Whether a new sign-in asks the person. Otherwise it uses a sign-in made elsewhere, e.g. with `az login`."""
    return journey.session is not None and journey.session.account.method in _ASKED


async def sign_in_again(
    app: App[Any], journey: Journey, copy_code: Callable[[DeviceCode], None], tenant_id: str, claims: str
) -> None:
    """Renew the session's sign-in to one tenant, with the claims that Azure asked for (or none).

    Raises `CloudError`, also when the person gives up in the dialog: with the same claims, so that it can be tried
    again.
    """
    session = journey.session
    if session is None:
        return
    try:
        await with_codes(
            app, journey.clock, copy_code, "Sign in again", lambda show: session.renew(tenant_id, claims, show)
        )
    except SignInGivenUpError:
        raise CloudError(FailureKind.SIGN_IN, _GIVEN_UP, claims=claims, tenant_id=tenant_id) from None
    journey.lookups.forget_sign_in()


class SignInGivenUpError(Exception):
    """The person has pressed Escape in the dialog."""


class _Wish(Enum):
    GIVE_UP = auto()
    NEW_CODE = auto()


async def with_codes(
    app: App[Any],
    clock: Clock,
    copy_code: Callable[[DeviceCode], None],
    title: str,
    sign_in: Callable[[Callable[[DeviceCode], None]], Awaitable[T]],
) -> T:
    """Return what `sign_in` returns; it gets a function that shows its code in a dialog with `title`, and is called
    again each time the person asks for a new code. `copy_code` copies a code and opens its page.

    Raises what `sign_in` raises, and `SignInGivenUpError`. However it ends, no dialog is left.
    """
    dialogs: list[CodeDialog] = []
    wishes: list[_Wish] = []

    def wish(one: _Wish) -> None:
        wishes.append(one)
        attempt.cancel()

    def show(code: DeviceCode) -> None:
        if attempt.done():
            return  # a code of an attempt that was given up meanwhile
        dialogs.append(CodeDialog(title, code, clock, copy=copy_code, wish=wish))
        app.push_screen(dialogs[-1])

    while True:
        attempt = asyncio.ensure_future(sign_in(show))
        try:
            return await attempt
        except asyncio.CancelledError:
            attempt.cancel()
            if not wishes:
                raise
            if wishes.pop() is _Wish.GIVE_UP:
                raise SignInGivenUpError from None
        finally:
            while dialogs:
                if (dialog := dialogs.pop()) in app.screen_stack:
                    await dialog.dismiss()


class CodeDialog(Dialog[None]):
    """Shows the code until `with_codes` closes it; Escape gives the sign-in up."""

    BINDINGS = [
        Binding("c", "copy_code", "Copy and open"),
        Binding("n", "new_code", "New code"),
        Binding("escape", "give_up", "Cancel", key_display="esc"),
    ]

    def __init__(
        self,
        title: str,
        code: DeviceCode,
        clock: Clock,
        *,
        copy: Callable[[DeviceCode], None],
        wish: Callable[[_Wish], None],
    ) -> None:
        """`copy` copies the code and opens its page; `wish` gets what the person wants instead of waiting."""
        super().__init__()
        self._heading = title
        self._code = code
        self._clock = clock
        self._copy = copy
        self._wish = wish

    def compose_card(self) -> Iterable[Widget]:
        """Heading and code."""
        yield Static(Text(self._heading), id="dialog-title")
        yield DeviceCodeCard(self._clock)

    def on_mount(self) -> None:
        """Begin the countdown."""
        self.query_one(DeviceCodeCard).show(self._code)

    def action_copy_code(self) -> None:
        """Copy the code and open the page where it is entered."""
        self._copy(self._code)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A new code only where there is a code, not with a browser."""
        return action != "new_code" or bool(self._code.user_code)

    def action_new_code(self) -> None:
        """Give this code up for another one."""
        self._wish(_Wish.NEW_CODE)

    def action_give_up(self) -> None:
        """End the sign-in; its end closes this dialog."""
        self._wish(_Wish.GIVE_UP)
