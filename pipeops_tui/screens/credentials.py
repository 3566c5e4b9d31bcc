"""Step 8: the five values, handed over to PipeOps' form one paste at a time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable

from rich.text import Text
from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.journey import Journey
from pipeops_tui.model import Credentials
from pipeops_tui.provisioning.events import RowState
from pipeops_tui.screens.about import About
from pipeops_tui.screens.aftermath import Aftermath
from pipeops_tui.screens.courier import Courier
from pipeops_tui.screens.dialogs.leaving import FinishDialog, may_leave
from pipeops_tui.screens.handover import CONSOLE, HOW, PLACE, READY, THROUGH, about_credentials
from pipeops_tui.screens.renewal import RenewalScreen
from pipeops_tui.widgets.button import Button
from pipeops_tui.widgets.credential_rows import LABELS, Clicked, CredentialRows
from pipeops_tui.widgets.link import link
from pipeops_tui.widgets.mounting import mount_into
from pipeops_tui.widgets.said import say
from pipeops_tui.widgets.secret_field import SecretField
from pipeops_tui.wizard import Step

_HOW = "Press c, paste it into PipeOps, press c again."
_BUTTONS = {"copy-all": "Copy all", "reveal": "Reveal once", "new-secret": "Make new secret", "finish": "Finish"}


class CredentialsScreen(RenewalScreen):
    """Shows, copies, reveals, renews. The values stay in the run; leaving makes the run forget the secret."""

    CSS_PATH = "credentials.tcss"
    STEP = Step.CREDENTIALS
    QUESTION = "Five values for PipeOps"
    SENTENCE = HOW
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
        Binding("a", "copy_all", "Copy all", tooltip="Copy all values"),
        Binding("r", "reveal", "Reveal", tooltip="Reveal the secret"),
        Binding("n", "new_secret", "New secret", tooltip="Make a new secret"),
        Binding("t", "try_again", "Try again"),
        Binding("d", "details", "Details"),
        # With priority, or the application's own words would stand in the key bar.
        Binding("ctrl+q", "app.quit", "Finish", key_display="^q", priority=True),
    ]

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self._rows = CredentialRows(journey.clock.monotonic, id="credentials")
        self._aftermath = Aftermath(journey.clock.monotonic, id="aftermath")
        self._courier = Courier(
            self._rows,
            self.status,
            copier=lambda: self.pipeops.copier,
            credentials=lambda: self._credentials,
            handed_over=self._handed_over,
            changed=self._show_courier,
        )

    def compose_body(self) -> Iterable[Widget]:
        """The values; below them what is still going on, and where copies linger."""
        yield self._rows
        yield self._aftermath

    async def on_mount(self) -> None:
        """Every key has a button; whatever takes the screen out of sight hides the secret."""
        buttons = [Button(label, id=name, compact=True) for name, label in _BUTTONS.items()]
        await mount_into(self.query_one("#actions"), *buttons)
        self.watch(self.app, "app_focus", self._focus_changed, init=False)
        self.app.app_suspend_signal.subscribe(self, self._suspended)

    def about(self) -> About:
        """What the five are for, and why the secret is shown only once."""
        client_id = self._credentials.client_id if self._credentials else "<client id>"
        return about_credentials(self.journey.portal, client_id)

    @property
    def _credentials(self) -> Credentials | None:
        return self.run.credentials if self.run is not None else None

    # Arriving, and what is shown

    def opened(self) -> None:
        """Fill in the values; follow the proof that may still be going on."""
        if self.follow():
            self._courier.fill()
            (self.status.say if self.working else self.status.done)(_HOW)

    def _show_courier(self) -> None:
        done = self._courier.handover.next is None
        self.relabel("continue", "Finish" if done else self.CONTINUE)
        self.query_one("#finish").display = not done  # the first button says it now
        self.show_run()

    def show_run(self) -> None:
        """Bring up to date what is said of the run."""
        if self.run is not None:
            # On the smallest screens there is no line below the rows: what is to be known takes the sentence's place.
            note = self._courier.note
            tight = self.has_class("-narrow") and self.has_class("-short")
            self._aftermath.show(self.run.rows, "" if tight else note, roomy=self.has_class("-lofty"))
            self.set_class(tight and bool(note), "-noted")
            say(self.query_one("#sentence", Static), note if tight and note else self._what_to_do)
            question = self.query_one("#question", Static)
            say(question, READY if self._proved else self.QUESTION)
            # Not on the screen, whose every widget would have its styles matched anew.
            question.set_class(self._proved, "-proved")
            self.refresh_bindings()

    @property
    def _proved(self) -> bool:
        """Whether everything is there and works."""
        return self.run is not None and all(row.state is RowState.DONE for row in self.run.rows)

    @property
    def _what_to_do(self) -> Text:
        """One sentence; where it names the place, a click opens it."""
        if self._courier.handover.next is None:
            return Text(THROUGH)
        before, _, after = HOW.partition(PLACE)
        return Text.assemble(before, link(CONSOLE, PLACE), after)

    # Copying and revealing

    def proceed(self) -> None:
        """Enter, and the first button: the next value, and at the end of the form the end."""
        if self._courier.handover.next is None:
            self.call_later(self.action_finish)
        else:
            self.action_copy_next()

    def action_copy_next(self) -> None:
        """Copy what the next box of the form wants."""
        self._deliver(self._courier.copy_next)

    def action_copy_one(self, index: int) -> None:
        """Copy one value."""
        self._deliver(lambda: self._courier.copy_one(index))

    def action_copy_all(self) -> None:
        """Copy everything as `Label: value` lines."""
        self._deliver(self._courier.copy_all)

    def _deliver(self, copy: Callable[[], Coroutine[None, None, None]]) -> None:
        # Not `begin`, which would give up the copy before: each key is one copy.
        self.run_worker(copy(), group="copy", exit_on_error=False)

    def _handed_over(self, clearable: bool) -> None:
        self.journey.delivered = True
        if self.run is not None:
            self.begin(self.mark_delivered, group="deliver")
        if clearable:
            self.begin(self._courier.clear_later, group="clear")

    @on(Clicked)
    def _row_clicked(self, event: Clicked) -> None:
        event.stop()
        self.action_copy_one(event.index)

    def action_reveal(self) -> None:
        """Show the secret, or hide it again."""
        if self.secret_visible:
            self.conceal()
        else:
            self.secret_visible = self._courier.reveal()

    def conceal(self) -> None:
        """Hide the secret at once, and stop its clock."""
        self._courier.conceal()
        self.secret_visible = False

    @on(SecretField.Changed)
    def _field_changed(self, event: SecretField.Changed) -> None:
        self.secret_visible = event.visible
        self._show_reveal(event.visible, event.seconds_left)
        if not event.visible and not self._rows.secret.untouched:
            self._courier.concealed(event.seconds_left)

    def _show_reveal(self, visible: bool, seconds_left: int) -> None:
        """The button offers what is left to be seen, and goes when nothing is."""
        button = self.query_one("#reveal", Button)
        offer = _BUTTONS["reveal"]
        if not self._rows.secret.untouched:
            # At the usual width there is no room for a word more beside the other buttons.
            offer = f"Reveal, {seconds_left} s{'' if self.has_class('-roomy') else ' left'}"
        self.relabel("reveal", "Hide" if visible else offer)
        offered = visible or seconds_left > 0
        if button.has_focus and not offered:
            self.query_one("#continue").focus()
        button.display = offered

    def _focus_changed(self, focused: bool) -> None:
        if not focused:
            self.conceal()

    def _suspended(self, _app: App[object]) -> None:
        self.conceal()

    def on_screen_suspend(self) -> None:
        """A dialog, the palette or an earlier step lies over it."""
        self.conceal()

    def on_resize(self, _event: Resize) -> None:
        """Too small a terminal shows nothing."""
        if self._is_too_small:
            self.conceal()
        self.call_after_refresh(self.show_run)

    def wipe(self) -> None:
        """Hide the secret, and blank it on the terminal itself."""
        self._rows.secret.wipe(self.pipeops.to_terminal)
        self.secret_visible = False

    # Renewed, or undone

    def secret_renewed(self) -> None:
        """Another secret is there, in nobody's hands yet."""
        self._courier.handover.renew_secret()
        self.journey.delivered = False
        self._courier.fill()

    def undone(self) -> None:
        """There is nothing left to hand over."""
        self.journey.delivered = False
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
        return super().check_action(action, parameters)

    @on(Button.Pressed)
    async def _button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id in _BUTTONS:
            event.stop()
            await self.run_action(event.button.id.replace("-", "_"))

    def commands(self) -> Iterable[SystemCommand]:
        """PipeOps itself, and undo."""
        yield SystemCommand("Open PipeOps", PLACE, lambda: self.pipeops.visit(CONSOLE))
        yield from super().commands()

    async def action_finish(self) -> None:
        """End the journey, asking where something would be lost."""
        await self.pipeops.action_quit()

    def action_ask_to_finish(self) -> None:
        """Escape."""
        all_copied = self._courier.handover.next is None
        self.app.push_screen(FinishDialog(all_copied=all_copied), self._finish)

    async def _finish(self, yes: bool | None) -> None:
        if yes:
            await self.action_finish()

    async def may_quit(self) -> bool:
        """Nobody leaves without the secret, or with it in the clipboard, unasked. Leaving forgets it."""
        if not await may_leave(self, self.pipeops.copier):
            return False
        self.wipe()
        self._rows.secret.drop()
        if self.run is not None:
            self.note_receipt()
            self.run.forget_secret()
        return True
