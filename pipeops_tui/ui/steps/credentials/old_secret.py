"""The end of a renewal: the question whether PipeOps works with the new client secret, before the old one goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from pipeops_tui.core.clock import spell_day
from pipeops_tui.provisioning import SecretRecord
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.base.run_driver import RunDriver
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.widgets.fields import TextEntry

_YES = "yes"


class OldSecret:
    """Belongs to the Credentials screen; works on the secrets that a renewal has kept."""

    def __init__(self, screen: StepScreen, driver: RunDriver) -> None:
        self._screen = screen
        self._driver = driver

    @property
    def any(self) -> bool:
        """Whether there is one to remove: the person has the new secret, and nothing is at work."""
        return bool(self._kept)

    @property
    def _kept(self) -> tuple[SecretRecord, ...]:
        run = self._driver.run
        idle = run is not None and not self._driver.working
        return run.state.kept_secrets if run is not None and idle and run.state.delivered else ()

    def ask(self) -> None:
        """Remove it, once the person says that PipeOps works with the new one."""
        if self.any:
            self._screen.app.push_screen(OldSecretDialog(self._kept), self._answered)

    async def may_leave(self) -> bool:
        """Whether the screen can be left now; asks once more. Call it in a worker."""
        if not self.any:
            return True
        remove = await self._screen.app.push_screen_wait(OldSecretDialog(self._kept))
        self._answered(remove)
        return remove is False

    def _answered(self, remove: bool | None) -> None:
        run = self._driver.run
        if remove and run is not None and self.any:
            self._screen.status.running("Removing the old client secret")
            self._driver.drive(run.remove_old_secrets)


class OldSecretDialog(Dialog[bool | None]):
    """True removes the old client secret, False leaves it for later, None does neither."""

    CSS_PATH = "../../dialogs/dialogs.tcss"
    AUTO_FOCUS = "#answer"
    BINDINGS = [Binding("enter", "answer", "Answer", show=False)]

    def __init__(self, old: Sequence[SecretRecord]) -> None:
        """`old` are the secrets that the renewal has kept."""
        super().__init__()
        self._old = tuple(old)

    def compose_card(self) -> Iterable[Widget]:
        """The question, what each answer means, the word to type."""
        yield Static(Text("Does PipeOps work with the new client secret?"), id="dialog-title")
        yield Static(Text(what_stays_of(self._old)), classes="paragraph")
        yield Static(
            Text("If it does, the old one can go. Tokens that were given out with it work for up to 90 minutes more."),
            classes="paragraph",
        )
        yield Static(Text(f"Type {_YES} to remove the old one now:"), classes="label")
        yield TextEntry(id="answer")
        with Horizontal(classes="buttons"):
            yield Button("Later", id="later", compact=True, variant="primary")
            yield Button("Remove the old one", id="remove", compact=True, disabled=True)

    @on(Input.Changed, "#answer")
    def _typed(self) -> None:
        self.query_one("#remove", Button).disabled = not self._says_yes

    @property
    def _says_yes(self) -> bool:
        return self.query_one("#answer", TextEntry).value.strip().casefold() == _YES

    def action_answer(self) -> None:
        """Enter in the entry: what was typed, and later where nothing was. A word that is not yes answers nothing."""
        nothing = not self.query_one("#answer", TextEntry).value.strip()
        if self.is_active and (self._says_yes or nothing):
            self.dismiss(self._says_yes)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if self.is_active:
            self.dismiss(event.button.id == "remove" and self._says_yes)


def what_stays_of(old: Sequence[SecretRecord]) -> str:
    """Until when what is old still works, e.g. `The old client secret works until 3 March 2027.`"""
    expires = max((secret.expires for secret in old if secret.expires is not None), default=None)
    subject = "The old client secret works" if len(old) == 1 else f"{len(old)} old client secrets work"
    return f"{subject} until {spell_day(expires)}." if expires is not None else f"{subject} until removed."
