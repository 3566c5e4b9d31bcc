"""Undo: typed, not clicked by mistake, and as live as creating was."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from pipeops_tui.provisioning.events import Event, Leftover, RowChanged, UndoEnded
from pipeops_tui.provisioning.run import Run
from pipeops_tui.screens.dialog import Dialog
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
        Binding("enter", "go", "Undo", key_display="⏎"),
        Binding("c", "copy_commands", "Copy commands"),
    ]

    running = reactive(False, bindings=True)

    def __init__(self, run: Run, monotonic: Callable[[], float], copy: Callable[[str, str], None]) -> None:
        """`copy` takes a text and what it is called."""
        super().__init__()
        self._undone = run
        self._typed_name = run.plan.application_name
        self._copy = copy
        self._rows = OperationRows(monotonic)
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
    def _typed(self, event: Input.Changed) -> None:
        self.query_one("#undo", Button).disabled = event.value.strip() != self._typed_name
        self.refresh_bindings()

    # Undoing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that work in this phase."""
        match action:
            case "go":
                may = self._ended is None and not self.query_one("#undo", Button).disabled and not self.running
                return may or (None if self._ended is None else False)
            case "copy_commands":
                return bool(self._ended and self._ended.left)
        return True

    def action_go(self) -> None:
        """Begin, once the name stands there."""
        if not self.running and not self.query_one("#undo", Button).disabled:
            self.running = True
            self.run_worker(self._undo(), group="undo", exit_on_error=False)

    async def _undo(self) -> None:
        self.add_class("-running")
        self.query_one("#dialog-title", Static).update("Undoing")
        self.query_one("#undo-text", Static).update("Escape stops after the running request.")
        unsubscribe = self._undone.subscribe(self._hear)
        try:
            purge = self._purge
            work = self._undone.undo(purge)
            self._rows.show(self._undone.undo_rows(purge))
            await work
        finally:
            unsubscribe()
            self.running = False

    def _hear(self, event: Event) -> None:
        match event:
            case RowChanged(row):
                self._rows.update_row(row)
            case UndoEnded():
                self._show_end(event)

    def _show_end(self, event: UndoEnded) -> None:
        self._ended = event
        self.remove_class("-running")
        self.add_class("-ended")
        self.query_one("#dialog-title", Static).update(
            "Nothing of this run is left" if not event.left else "Some things are still there"
        )
        kept = _kept(event.kept)
        self.query_one("#undo-text", Static).update(kept)
        self.query_one("#undo-text").display = bool(kept)
        self.query_one("#undo-left", Static).update("\n".join(_left(event.left)))
        again = self.query_one("#undo", Button)
        again.label = "Try again"
        again.display = bool(event.left)
        close = self.query_one("#keep", Button)
        close.label = "Close"
        close.focus()
        self.refresh_bindings()

    # Leaving

    def action_leave(self) -> None:
        """Escape: stop while it runs, otherwise close."""
        if self.running:
            self._undone.stop()
        elif self.is_active:
            self.dismiss(None if self._ended is None else not self._ended.left)

    def action_copy_commands(self) -> None:
        """Copy the commands that remove what is left."""
        if self._ended is not None:
            self._copy("\n".join(left.command for left in self._ended.left), "Commands")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "undo":
            self.action_go()
        else:
            self.action_leave()


def _kept(kept: Iterable[Leftover]) -> str:
    names = ", ".join(left.what for left in kept)
    return f"Left on purpose: {names}." if names else ""


def _left(left: Iterable[Leftover]) -> Iterable[str]:
    for thing in left:
        yield f"✗ {thing.what}" + (f": {thing.why}" if thing.why else "")
        if thing.command:
            yield f"  {thing.command}"
