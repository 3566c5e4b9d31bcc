"""Leaving an account without leaving the program: for somebody else to sign in, or for nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from pipeops_tui.wizard import Step

if TYPE_CHECKING:
    from pipeops_tui.screens.step_screen import StepScreen


def account_commands(screen: StepScreen) -> Iterable[SystemCommand]:
    """What the palette offers while somebody is signed in."""
    session = screen.journey.session
    if session is None:
        return
    name = session.account.name
    yield SystemCommand(
        "Switch account", f"Sign in as somebody else than {name}", lambda: leave_account(screen, "Pick how to sign in.")
    )
    yield SystemCommand(
        "Sign out", f"Drop {name}'s tokens", lambda: leave_account(screen, f"Signed out: no token of {name} is left.")
    )


def leave_account(screen: StepScreen, greeting: str) -> None:
    """Drop the tokens and go back to Sign in, which says `greeting`; what was typed stays. Refused once something has
    been created with the account, which the proof, a new secret and undo still need."""
    app, journey = screen.pipeops, screen.journey
    if journey.wizard.locked:
        screen.status.warn("Not now: this run needs the account. Finish it or undo it, then sign out.")
        return

    async def leave() -> None:
        from pipeops_tui.screens.sign_in import SignInScreen

        screen.workers.cancel_node(screen)
        await journey.forget_account()
        first = app.get_screen(Step.SIGN_IN.name)
        if isinstance(first, SignInScreen):
            first.look_again(greeting)
        app.begin_anew()

    # Not a worker of the screen, which may go.
    app.run_worker(leave(), group="account", exit_on_error=False)
