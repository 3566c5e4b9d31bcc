"""Undo: typed, not clicked by mistake, and as live as creating was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.provisioning.events import Event, Leftover, RowChanged, UndoEnded
from pipeops_tui.provisioning.run import Run
from pipeops_tui.screens.dialog import Dialog
from pipeops_tui.widgets.button import Button
from pipeops_tui.widgets.fields import TextEntry
from pipeops_tui.widgets.operation_rows import OperationRows
from pipeops_tui.widgets.tick import Tick


class UndoDialog(Dialog[bool]):
    """Dismisses with whether nothing of the run is left; with None when nothing was undone."""

    CSS_PATH = ["dialogs.tcss", "undo.tcss"]
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall")]
    AUTO_FOCUS = "#undo-name"
    BINDINGS = [
        Binding("escape", "leave", "Close"),
        Binding("escape", "stop", "Stop"),
        Binding("enter", "go", "Undo", key_display="⏎"),
        Binding("c", "copy_commands", "Copy commands"),
    ]

    running = reactive(False, bindings=True)

    def __init__(
        self,
        run: Run,
        monotonic: Callable[[], float],
        copy: Callable[[str, str], None],
        renew: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`copy` takes a text and what it is called; `renew` signs in again, with the claims that Azure asked for."""
        super().__init__()
        self._undone = run
        self._renew = renew
        self._typed_name = run.plan.application_name
        self._copy = copy
        self._rows = OperationRows(monotonic, airy=False)
        self._ended: UndoEnded | None = None

    def compose_card(self) -> Iterable[Widget]:
        """What will be removed, the name to type, and what came of it."""
        yield Static(Text("Undo this run?"), id="dialog-title")
        yield Static(Text("Only what this run created is removed, newest first:"), id="undo-text")
        yield Static(id="undo-list", markup=False)
        with VerticalScroll(id="undo-rows", can_focus=False):
            yield self._rows
        yield Tick("Delete it for good, not kept for 30 days", True, id="undo-purge")
        yield Static(Text(f"Type {self._typed_name} to undo:"), id="undo-label")
        yield TextEntry(id="undo-name")
        yield Static(id="undo-left", markup=False)
        with Horizontal(classes="buttons"):
            yield Button("Keep everything", id="keep", compact=True)
            yield Button("Undo", id="undo", compact=True, disabled=True)

    def on_mount(self) -> None:
        """Show what there is to remove."""
        self._show_rows()

    @property
    def _purge(self) -> bool:
        return self.query_one("#undo-purge", Tick).value

    def _show_rows(self) -> None:
        rows = self._undone.undo_rows(self._purge)
        self.query_one("#undo-list", Static).update("\n".join(f"○ {row.title}: {row.detail}" for row in rows))

    @on(Tick.Changed)
    def _purge_changed(self) -> None:
        self._show_rows()

    @on(Input.Changed, "#undo-name")
    def _name_changed(self) -> None:
        self.query_one("#undo", Button).disabled = not self._typed
        self.refresh_bindings()

    # Undoing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that work in this phase."""
        match action:
            case "go":
                return self._ended is None and not self.running and (self._typed or None)
            case "copy_commands":
                return bool(self._ended and (self._ended.left or self._ended.kept))
            case "stop":
                return self.running
            case "leave":
                return not self.running
        return True

    @property
    def _typed(self) -> bool:
        """Whether the name stands there."""
        return self.query_one("#undo-name", TextEntry).value.strip() == self._typed_name

    def action_go(self) -> None:
        """Begin, once the name stands there; or try again."""
        if self._typed and not self.running:
            self.running = True
            self.run_worker(self._undo(), group="undo", exit_on_error=False)

    async def _undo(self) -> None:
        before, self._ended = self._ended, None
        self.remove_class("-ended", "-left")
        self.add_class("-running")
        self.query_one("#dialog-title", Static).update("Undoing")
        unsubscribe = self._undone.subscribe(self._hear)
        try:
            if self._renew is not None and before is not None and _wants_sign_in(before):
                await self._renew(before.error.claims if before.error is not None else "")
            purge = self._purge
            work = self._undone.undo(purge)
            self._rows.show(self._undone.undo_rows(purge))
            await work
        except CloudError as error:  # signing in again has failed
            self._show_end(UndoEnded(self._undone.leftovers(), error=error))
        finally:
            unsubscribe()
            self.remove_class("-running")
            self.running = False

    def _hear(self, event: Event) -> None:
        match event:
            case RowChanged(row):
                self._rows.update_row(row)
            case UndoEnded():
                self._show_end(event)

    def _show_end(self, event: UndoEnded) -> None:
        self._ended = event
        self.add_class("-ended")
        self.set_class(bool(event.left), "-left")
        self.query_one("#dialog-title", Static).update(
            "Nothing of this run is left" if not event.left else "Some things are still there"
        )
        kept = _kept(event.kept)
        self.query_one("#undo-text", Static).update(kept)
        self.query_one("#undo-text").display = bool(kept)
        self.query_one("#undo-left", Static).update("\n".join([*_signing_in(event), *_left(event.left)]))
        self.query_one("#undo-left").display = bool(event.left)
        again = self.query_one("#undo", Button)
        again.label = "Sign in and try again" if self._renew and _wants_sign_in(event) else "Try again"
        again.display = bool(event.left)
        close = self.query_one("#keep", Button)
        close.label = "Close"
        close.focus()
        self.refresh_bindings()

    # Leaving

    def action_stop(self) -> None:
        """Escape while it runs: nothing else is removed after the running request."""
        self._undone.stop()

    def action_leave(self) -> None:
        """Escape before and afterwards."""
        if self.is_active:
            self.dismiss(None if self._ended is None else not self._ended.left)

    def action_copy_commands(self) -> None:
        """Copy the commands that remove what is left."""
        if self._ended is not None:
            removing = [left.command for left in (*self._ended.left, *self._ended.kept)]
            self._copy("\n".join([*_signing_in(self._ended), *removing]), "Commands")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "undo":
            self.action_go()
        else:
            self.action_leave()


def _signing_in(event: UndoEnded) -> list[str]:
    """The command that signs in, where that is done in another terminal."""
    return [event.error.problem.command] if event.error is not None and event.error.problem.command else []


def _wants_sign_in(event: UndoEnded) -> bool:
    return event.error is not None and event.error.kind is FailureKind.SIGN_IN


def _kept(kept: Iterable[Leftover]) -> str:
    things = tuple(kept)
    if not things:
        return ""
    names = ", ".join(left.what for left in things)
    reasons = " ".join(dict.fromkeys(left.why for left in things if left.why))
    return f"Left on purpose: {names}. {reasons} c copies how to remove it."


def _left(left: Iterable[Leftover]) -> Iterable[str]:
    for thing in left:
        yield f"✗ {thing.what}" + (f": {thing.why}" if thing.why else "")
        if thing.command:
            yield f"  {thing.command}"
