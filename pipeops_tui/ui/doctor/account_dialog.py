"""Choosing how to sign in with the person's own account, over doctor's screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.core.model import SignInMethod, SignInOption
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons

_WHY = (
    "Sign in with an account that can read the subscription. It shows which client secret was pasted, whose ID it is, "
    "where the role is, and what Azure has refused to PipeOps. Nothing is changed."
)


class AccountDialog(Dialog[SignInMethod]):
    """Dismisses with the way that was chosen, or with None."""

    CSS_PATH = "../dialogs/dialogs.tcss"
    AUTO_FOCUS = "Button"

    def __init__(self, methods: Sequence[SignInOption]) -> None:
        """`methods` work here; the first one gets the focus."""
        super().__init__()
        self._methods = tuple(methods)

    def compose_card(self) -> Iterable[Widget]:
        """Why, and a button for each way."""
        yield Static(Text("Sign in to find out more"), id="dialog-title")
        yield Static(Text(_WHY if self._methods else "No way to sign in works here."), classes="paragraph")
        yield ActionButtons([*map(self._action, self._methods), Action("Not now", self.action_close)])

    def _action(self, option: SignInOption) -> Action:
        def choose() -> None:
            if self.is_active:
                self.dismiss(option.method)

        return Action(option.title, choose)
