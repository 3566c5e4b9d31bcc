"""Step 8: the five values, copied into PipeOps' form one at a time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable

from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Button

from pipeops_tui.connections.reminder import Reminder, reminder_of_plan
from pipeops_tui.core.model import Credentials
from pipeops_tui.core.wizard import Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.provisioning import RunState
from pipeops_tui.ui.base.run_driver import DISCARDED
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.problem_dialog import ProblemDialog
from pipeops_tui.ui.dialogs.remind_dialog import RemindDialog
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.steps.credentials.copying import CredentialCopying, may_leave
from pipeops_tui.ui.steps.credentials.form_heading import FormHeading
from pipeops_tui.ui.steps.credentials.form_layout import FORM_WIDTH, fit
from pipeops_tui.ui.steps.credentials.new_secret import BackgroundStatus, NewSecret
from pipeops_tui.ui.steps.credentials.old_secret import OldSecret
from pipeops_tui.ui.steps.credentials.pipeops_form import (
    CONSOLE,
    CREATED,
    PLACE,
    FormProgress,
    about_values,
)
from pipeops_tui.ui.steps.credentials.registering import StillRegistering
from pipeops_tui.ui.steps.credentials.revealing import OFFER, Revealing
from pipeops_tui.ui.steps.credentials.server_watch import ServerWatch
from pipeops_tui.ui.widgets.credential_rows import LABELS, NAME, Clicked, CredentialRows
from pipeops_tui.ui.widgets.secret_field import SecretField
from pipeops_tui.ui.widgets.showing import mount_into

_HOW = "Press c, paste it into PipeOps, press c again."
_BUTTONS = {
    "copy-all": "Copy all",
    "reveal": OFFER,
    "new-secret": "Make new secret",
    "remove-old": "Remove old secret",
    "watch": "Watch",
    "finish": "Finish",
}


class CredentialsScreen(StepScreen):
    """Shows, copies, reveals, replaces. The values stay in the run; leaving makes the run forget the secret."""

    CSS_PATH = "screen.tcss"
    STEP = Step.CREDENTIALS
    QUESTION, SENTENCE = CREATED.title, CREATED.how
    CONTINUE = "Copy next"
    LEAVE = "Finish"
    AUTO_FOCUS = "#continue"
    BINDINGS = [
        Binding("enter", "continue", "Copy next", show=False),
        Binding("escape", "back", "Back", key_display="esc"),
        Binding("escape", "ask_to_finish", "Finish", show=False),
        Binding("c", "copy_next", "Copy next"),
        Binding("1", "copy_one(0)", "Copy one", key_display="1-5", tooltip=f"Copy {LABELS[0]}"),
        *(Binding(str(index + 1), f"copy_one({index})", f"Copy {LABELS[index]}", show=False) for index in range(1, 5)),
        Binding("0", f"copy_one({NAME})", "Copy the name", show=False),
        Binding("a", "copy_all", "Copy all", tooltip="Copy all values"),
        Binding("r", "reveal", "Reveal", tooltip="Reveal the client secret"),
        Binding("r", "hide", "Hide", tooltip="Hide the client secret"),
        Binding("n", "new_secret", "New secret", tooltip="Create a new client secret"),
        Binding("o", "remove_old", "Remove old", tooltip="Remove the old client secret"),
        Binding("w", "watch", "Watch", tooltip="Watch what PipeOps creates, and what Azure refuses"),
        Binding("w", "watch_early", "Watch", show=False),
        Binding("i", "remind", "Remind me", tooltip="Be reminded before the client secret expires"),
        Binding("t", "try_again", "Try again"),
        Binding("d", "details", "Details"),
        # With priority, or the application's own words would stand in the key bar.
        Binding("ctrl+q", "app.quit", "Finish", key_display="^q", priority=True),
    ]

    def __init__(self, journey: Journey, services: Services) -> None:
        super().__init__(journey, services)
        self._new_secret = NewSecret(self, changed=self._show_run, replaced=self._replaced, undone=self._undone)
        self._old_secret = OldSecret(self, self._new_secret.driver)
        self._asks_always = False
        """Whether leaving asks although nothing would be lost."""
        self._rows = CredentialRows(journey.clock.monotonic, id="credentials")
        self._background = BackgroundStatus(journey.clock.monotonic, id="background")
        self._registering = StillRegistering(self)
        self._watch = ServerWatch(self, changed=self._show_run)
        self._heading = FormHeading(self, self._background, self._watch)
        self._copying = CredentialCopying(
            self._rows,
            self.status,
            copier=lambda: services.copier,
            credentials=lambda: self._credentials,
            name=lambda: self._form_name,
            delivered=self._delivered,
            changed=self._show_progress,
        )
        self._revealing = Revealing(self, self._rows.secret, self._copying)

    def compose_body(self) -> Iterable[Widget]:
        """The values; below them what is running, and a note about the last copy."""
        yield self._rows
        yield self._background
        yield self._registering

    async def on_mount(self) -> None:
        """Give every key a button; hide the secret when the terminal loses the focus or the program is suspended."""
        buttons = [Button(label, id=name, compact=True) for name, label in _BUTTONS.items()]
        await mount_into(self.query_one("#actions"), *buttons)
        await self._heading.mount()
        self._fit()
        self.watch(self.app, "app_focus", self._focus_changed, init=False)
        self.app.app_suspend_signal.subscribe(self, self._suspended)

    def about(self) -> About:
        """What the five are for, and why the secret is shown only once."""
        client_id = self._credentials.client_id if self._credentials else "<client id>"
        return about_values(self.journey.portal, client_id, self._state)

    @property
    def _state(self) -> RunState | None:
        return self.journey.run.state if self.journey.run is not None else None

    @property
    def _renews(self) -> bool:
        """Whether PipeOps has all values but the client secret."""
        return self._state is not None and self._state.renewed

    @property
    def _form_name(self) -> str:
        """What PipeOps can call the account; empty where it has one."""
        run = self.journey.run
        return run.plan.application_name if run is not None and not self._renews else ""

    @property
    def _credentials(self) -> Credentials | None:
        return self.journey.run.credentials if self.journey.run is not None else None

    # Arriving, and what is shown

    def opened(self) -> None:
        """Fill in the values; follow the test sign-in that may still be running."""
        self._fit()
        if self._new_secret.follow():
            if self._renews:
                self._copying.progress = FormProgress.of_renewal()
            self._copying.fill()
            self._registering.follow()
            (self.status.say if self._new_secret.driver.working else self.status.done)(_HOW)

    def _show_progress(self) -> None:
        done = self._copying.progress.next is None
        self.relabel("continue", "Finish" if done else self.CONTINUE)
        self.query_one("#finish").display = not done  # the first button says it now
        self._show_run()

    def _show_run(self) -> None:
        """Update what is said about the run."""
        run = self.journey.run
        if run is not None:
            self._heading.show(run, self._copying.progress, self._copying.note)
            for button in self.query("#remove-old"):
                button.display = self._old_secret.any
            for button in self.query("#watch"):
                # Beside all the others there is room for it on wide screens only.
                button.display = self._watch.offered and (
                    self.app.size.width >= FORM_WIDTH or not self.query_one("#finish").display
                )
            if self.has_class("-watched") is not bool(self._watch.remark):
                self._fit()
            self.refresh_bindings()

    # Copying and revealing

    def proceed(self) -> None:
        """Enter, and the first button: copy the next value; after the last one finish."""
        if self._copying.progress.next is None:
            self.call_later(self.action_finish)
        else:
            self.action_copy_next()

    def action_copy_next(self) -> None:
        """Copy what the next box of the form wants."""
        self._copy(self._copying.copy_next)

    def action_copy_one(self, index: int) -> None:
        """Copy one value, or the name for the first box."""
        self._copy(self._copying.copy_name if index == NAME else lambda: self._copying.copy_one(index))

    def action_copy_all(self) -> None:
        """Copy everything as `Label: value` lines."""
        self._copy(self._copying.copy_all)

    def _copy(self, copy: Callable[[], Coroutine[None, None, None]]) -> None:
        # Not `work.begin`, which would cancel the copy before: each key is one copy.
        self.run_worker(copy(), group="copy", exit_on_error=False)

    def _delivered(self, clearable: bool) -> None:
        self.journey.secret_delivered()
        if self.journey.run is not None:
            self.work.begin(self._new_secret.driver.mark_delivered, group="deliver")
        if clearable:
            self.work.begin(self._copying.clear_later, group="clear")

    @on(Clicked)
    def _row_clicked(self, event: Clicked) -> None:
        event.stop()
        self.action_copy_one(event.index)

    def action_reveal(self) -> None:
        """Show the secret."""
        self._revealing.reveal()

    def action_hide(self) -> None:
        """Hide the secret again."""
        self.conceal()

    def conceal(self) -> None:
        """Hide the secret at once, and stop its clock."""
        self._revealing.conceal()

    @on(SecretField.Changed)
    def _field_changed(self, event: SecretField.Changed) -> None:
        self._revealing.changed(event.visible, event.seconds_left)

    def _focus_changed(self, focused: bool) -> None:
        if not focused:
            self.conceal()

    def _suspended(self, _app: App[object]) -> None:
        self.conceal()

    def on_screen_suspend(self) -> None:
        """A dialog, the palette or an earlier step lies over it."""
        self.conceal()
        if self.journey.wizard.step is not self.STEP:
            self._watch.stop()

    def on_resize(self, _event: Resize) -> None:
        """Too small a terminal shows nothing; a wide one shows the form beside the values."""
        if self._is_too_small:
            self.conceal()
        self._fit()
        self.call_after_refresh(self._show_run)

    def _fit(self) -> None:
        """Draw the form where there is room, and blank lines between the rows."""
        self._rows.show_form(fit(self, with_form=not self._renews, watched=bool(self._watch.remark)))

    def wipe(self) -> None:
        """Hide the secret, and blank it on the terminal itself."""
        self._revealing.wipe()

    def action_remove_old(self) -> None:
        """Remove the old client secret of a renewal, after asking."""
        self._old_secret.ask()

    def action_remind(self) -> None:
        """Write a reminder for a calendar, or copy a link to one."""
        if self._reminder is not None:
            self.app.push_screen(RemindDialog(self._reminder, self.journey.clock, self.services.copy))

    @property
    def _reminder(self) -> Reminder | None:
        run = self.journey.run
        return reminder_of_plan(run.plan, self._credentials) if run is not None and self._credentials else None

    # Replaced, or undone

    def _replaced(self) -> None:
        self._copying.progress.renew_secret()
        self.journey.secret_replaced()
        self._copying.fill()

    def _undone(self) -> None:
        self.journey.secret_removed()
        if self._renews:
            self.journey.leave_run()
            self.services.start_over(DISCARDED)
        else:
            self.app.exit()

    # Keys, palette, leaving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now is shown."""
        match action:
            case "toggle_slip":
                return False
            case "back":
                return self.troubled
            case "ask_to_finish":
                return not self.troubled
            case "reveal":
                return not self.secret_visible
            case "hide":
                return self.secret_visible
            case "remove_old":
                return self._old_secret.any
            case "remind":
                return self._reminder is not None
            case "watch":
                return self._watch.offered
            case "watch_early":
                return self._watch.too_early
            case "copy_one":
                return parameters != (NAME,) or bool(self._form_name)
            case "new_secret":
                return True if self._new_secret.can_replace else None
            case "try_again":
                return self._new_secret.halted
            case "details":
                return self._new_secret.has_details or self._watch.problem is not None
        return super().check_action(action, parameters)

    @on(Button.Pressed)
    async def _button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id in _BUTTONS:
            event.stop()
            hides = event.button.id == "reveal" and self.secret_visible
            await self.run_action("hide" if hides else event.button.id.replace("-", "_"))

    def commands(self) -> Iterable[SystemCommand]:
        """PipeOps itself, and undo."""
        yield SystemCommand("Open PipeOps", PLACE, lambda: self.services.visit(CONSOLE))
        if self._reminder is not None:
            yield SystemCommand("Remind me", "Before the client secret expires", self.action_remind)
        yield from self._new_secret.driver.commands()

    def action_new_secret(self) -> None:
        """Replace the client secret, after asking."""
        self._new_secret.ask()

    def action_try_again(self) -> None:
        """Continue what failed or was stopped."""
        self._new_secret.try_again()

    def action_details(self) -> None:
        """Show the whole problem."""
        if not self._new_secret.has_details and self._watch.problem is not None:
            self.app.push_screen(ProblemDialog(self._watch.problem, self.services.copy))
        else:
            self._new_secret.details()

    def action_watch_early(self) -> None:
        """Say what comes before watching."""
        self._watch.begin()

    def action_watch(self) -> None:
        """Watch what PipeOps does with the values."""
        self._watch.begin()

    def action_undo(self) -> None:
        """Remove everything the run created."""
        self._new_secret.driver.undo()

    async def action_finish(self) -> None:
        """End the journey, asking where something would be lost."""
        await self.services.action_quit()

    def action_ask_to_finish(self) -> None:
        """Escape: ask in any case."""
        self._asks_always = True
        self.call_later(self.action_finish)

    async def may_quit(self) -> bool:
        """Ask one question where something would be lost, the same for every way to leave. Leaving forgets the
        secret."""
        always, self._asks_always = self._asks_always, False
        if not await may_leave(self, self._new_secret.driver, self._copying.progress, always=always):
            return False
        if not await self._old_secret.may_leave():
            return False
        self.wipe()
        self._rows.secret.drop()
        if self.journey.run is not None:
            self._new_secret.driver.update_receipt()
            self.journey.run.forget_secret()
        return True
