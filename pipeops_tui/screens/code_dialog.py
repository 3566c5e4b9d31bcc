"""A device code in a dialog: for a tenant that wants its own sign-in in the middle of the journey."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar

from rich.text import Text
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.clock import Clock
from pipeops_tui.model import DeviceCode
from pipeops_tui.screens.dialog import Dialog
from pipeops_tui.widgets.device_code import DeviceCodeCard

if TYPE_CHECKING:
    from pipeops_tui.app import PipeOpsApp

T = TypeVar("T")


class SignInGivenUpError(Exception):
    """The person has pressed Escape in the dialog."""


class _Wish(Enum):
    GIVE_UP = auto()
    NEW_CODE = auto()


async def with_codes(app: PipeOpsApp, title: str, sign_in: Callable[[Callable[[DeviceCode], None]], Awaitable[T]]) -> T:
    """What `sign_in` brings, which is handed a way to show its code; it is begun anew for who wants a new one.

    Raises what `sign_in` raises, and `SignInGivenUpError`. However it ends, no dialog is left.
    """
    dialogs: list[CodeDialog] = []
    wishes: list[_Wish] = []

    def wish(one: _Wish) -> None:
        wishes.append(one)
        attempt.cancel()

    def show(code: DeviceCode) -> None:
        if attempt.done():
            return  # a code that was on its way when nobody wanted it any more
        dialogs.append(CodeDialog(title, code, app.journey.clock, copy=app.copy_code, wish=wish))
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
    """Shows the code until whoever opened it closes it; Escape gives the sign-in up."""

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
        """`copy` copies the code and opens its page; `wish` hears what the person wants instead of waiting."""
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
        """A browser has no code that could be a new one."""
        return action != "new_code" or bool(self._code.user_code)

    def action_new_code(self) -> None:
        """Give this code up for another one."""
        self._wish(_Wish.NEW_CODE)

    def action_give_up(self) -> None:
        """End the sign-in; its end closes this dialog."""
        self._wish(_Wish.GIVE_UP)
