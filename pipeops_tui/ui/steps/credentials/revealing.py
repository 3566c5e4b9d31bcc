"""Shows the client secret for its 30 seconds in all, and keeps the button for it up to date."""

from __future__ import annotations

from textual.widgets import Button

from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.steps.credentials.copying import CredentialCopying
from pipeops_tui.ui.widgets.secret_field import SecretField

OFFER = "Reveal"
_USED_UP = "Shown for 30 s. 4 copies it, n creates a new one."


class Revealing:
    """Reveals and hides. The field itself holds the secret and measures its time."""

    def __init__(self, screen: StepScreen, field: SecretField, copying: CredentialCopying) -> None:
        self._screen = screen
        self._field = field
        self._copying = copying

    def reveal(self) -> None:
        """Show the secret, or say on the status line why that is not possible."""
        status, field = self._screen.status, self._field
        self._screen.secret_visible = field.reveal()
        if self._screen.secret_visible:
            self._copying.shown()
            status.say("Select it with Shift-drag (Option-drag on a Mac).")
        elif not field.seconds_left:
            status.warn(_USED_UP)
        elif not field.fits:
            around = field.app.size.width - field.size.width
            status.warn(f"It needs {field.length + around} columns. Widen the terminal, or press 4 to copy it.")

    def conceal(self) -> None:
        """Hide the secret at once, and stop its clock."""
        self._field.conceal()
        self._screen.secret_visible = False

    def wipe(self) -> None:
        """Hide the secret, and blank it on the terminal itself."""
        self._field.wipe(self._screen.services.to_terminal)
        self._screen.secret_visible = False

    def changed(self, visible: bool, seconds_left: int) -> None:
        """Follow the field: it is `visible` or hidden now, and `seconds_left` of its time are left."""
        self._screen.secret_visible = visible
        self._show_button(visible, seconds_left)
        if visible or self._field.untouched:
            return
        if seconds_left:
            self._screen.status.say(f"Hidden. Press r to show it again ({seconds_left} seconds left).")
        else:
            self._screen.status.warn(_USED_UP)

    def _show_button(self, visible: bool, seconds_left: int) -> None:
        """Show on the button how many seconds are left; remove it when none are."""
        offer = OFFER
        if not self._field.untouched:
            # At the usual width there is no room for more words beside the other buttons.
            offer = f"{OFFER}, {seconds_left} s{'' if self._screen.has_class('-roomy') else ' left'}"
        self._screen.relabel("reveal", "Hide" if visible else offer)
        self._screen.refresh_bindings()
        button = self._screen.query_one("#reveal", Button)
        offered = visible or seconds_left > 0
        if button.has_focus and not offered:
            self._screen.query_one("#continue").focus()
        button.display = offered
