"""The dialog that removes what a run created, or a part of it: a name is typed to confirm, then each removal is shown
live."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from pipeops_tui.connections.removal_words import RemovalWords, undo_words
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.provisioning import Event, Extent, Leftover, RowChanged, Run, UndoEnded
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.widgets.fields import TextEntry, Tick
from pipeops_tui.ui.widgets.operation_rows import OperationRows
from pipeops_tui.ui.widgets.showing import relabel


class UndoDialog(Dialog[bool]):
    """Dismisses with whether nothing of what was to be removed is left; with None when nothing was removed."""

    CSS_PATH = ["dialogs.tcss", "undo_dialog.tcss"]
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall")]
    AUTO_FOCUS = "#undo-name"
    BINDINGS = [
        Binding("escape", "leave", "Close"),
        Binding("escape", "stop", "Stop"),
        Binding("enter", "go", "Confirm", key_display="⏎"),
        Binding("c", "copy_commands", "Copy commands"),
    ]

    running = reactive(False, bindings=True)

    def __init__(
        self,
        run: Run,
        monotonic: Callable[[], float],
        copy: Callable[[str, str], None],
        sign_in: Callable[[str], Awaitable[None]] | None = None,
        words: RemovalWords | None = None,
    ) -> None:
        """`copy` takes a text and what it is called; `sign_in` signs in again, with the claims that Azure asked for.
        Without `words` the run is undone."""
        super().__init__()
        self._run = run
        self._sign_in_again = sign_in
        self.words = words or undo_words(run)
        """What it says, and how much it removes."""
        self._copy = copy
        self._rows = OperationRows(monotonic, airy=False)
        self._ended: UndoEnded | None = None

    def compose_card(self) -> Iterable[Widget]:
        """What will be removed, the name to type, and the result."""
        words = self.words
        yield Static(Text(words.title), id="dialog-title")
        yield Static(Text(words.sentence), id="undo-text")
        yield Static(id="undo-list", markup=False)
        with VerticalScroll(id="undo-rows", can_focus=False):
            yield self._rows
        yield Tick("Delete permanently, not kept for 30 days", words.purges, id="undo-purge")
        if words.typed:
            yield Static(Text(f"Type {words.typed} to {words.verb.lower()}:"), id="undo-label")
            yield TextEntry(id="undo-name")
        yield Static(id="undo-left", markup=False)
        with Horizontal(classes="buttons"):
            yield Button(words.keep, id="keep", compact=True)
            yield Button(words.verb, id="undo", compact=True, disabled=bool(words.typed))

    def on_mount(self) -> None:
        """Show what there is to remove."""
        self._show_rows()
        if not self.words.typed:
            self.query_one("#keep").focus()

    @property
    def _extent(self) -> Extent | None:
        """How much is removed, with the answer about the deleted application."""
        if self._is_partial or self.query_one("#undo-purge", Tick).value:
            return self.words.extent
        return Extent.BUT_FOR_DELETED

    @property
    def _is_partial(self) -> bool:
        return self.words.extent is None and self._run.discards

    def _show_rows(self) -> None:
        rows = self._run.undo_rows(self._extent)
        # Only a deleted application is kept for 30 days.
        self.query_one("#undo-purge", Tick).display = any(row.key == "undo:application" for row in rows)
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
        """Whether the name was typed, where one has to be."""
        wanted = self.words.typed
        return not wanted or self.query_one("#undo-name", TextEntry).value.strip() == wanted

    def action_go(self) -> None:
        """Begin, once the name was typed; or try again."""
        if self._typed and not self.running:
            self.running = True
            self.run_worker(self._undo(), group="undo", exit_on_error=False)

    async def _undo(self) -> None:
        before, self._ended = self._ended, None
        extent = self._extent
        self.query_one("#undo-purge", Tick).display = False
        self.remove_class("-ended", "-left")
        self.add_class("-running")
        self.query_one("#dialog-title", Static).update(self.words.working)
        unsubscribe = self._run.subscribe(self._hear)
        try:
            if self._sign_in_again is not None and before is not None and _wants_sign_in(before):
                await self._sign_in_again(before.error.claims if before.error is not None else "")
            work = self._run.undo(extent)
            self._rows.show(self._run.undo_rows(extent))
            await work
        except CloudError as error:  # signing in again has failed
            self._show_end(UndoEnded(self._run.leftovers(), error=error))
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
        self.query_one("#dialog-title", Static).update(_outcome(event.left) or self.words.done)
        kept = " ".join(filter(None, (_kept(event.kept), "" if event.left else self.words.after)))
        self.query_one("#undo-text", Static).update(kept)
        self.query_one("#undo-text").display = bool(kept)
        rest = [item.command for item in event.kept] if self.words.lists_rest else []
        self.query_one("#undo-left", Static).update("\n".join([*_signing_in(event), *_left(event.left), *rest]))
        self.query_one("#undo-left").display = bool(event.left or rest)
        again = self.query_one("#undo", Button)
        relabel(again, "Sign in and try again" if self._sign_in_again and _wants_sign_in(event) else "Try again")
        again.display = bool(event.left)
        close = self.query_one("#keep", Button)
        relabel(close, "Close")
        close.focus()
        self.refresh_bindings()

    # Leaving

    def action_stop(self) -> None:
        """Escape while it runs: stop after the running request."""
        self._run.stop()

    def action_leave(self) -> None:
        """Escape before it runs and afterwards."""
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
    """The command that signs in, where that happens in another terminal."""
    return [event.error.problem.command] if event.error is not None and event.error.problem.command else []


def _wants_sign_in(event: UndoEnded) -> bool:
    return event.error is not None and event.error.kind is FailureKind.SIGN_IN


def _kept(kept: Iterable[Leftover]) -> str:
    items = tuple(kept)
    if not items:
        return ""
    names = ", ".join(left.what for left in items)
    reasons = " ".join(dict.fromkeys(left.why for left in items if left.why))
    return f"Left on purpose: {names}. {reasons} Press c to copy the commands that remove it."


def _outcome(left: Sequence[Leftover]) -> str:
    """What is still there; empty when nothing is."""
    if not left:
        return ""
    accepted = all(item.accepted for item in left)
    return "Removal accepted, Azure still shows a part" if accepted else "Not everything was removed"


def _left(left: Iterable[Leftover]) -> Iterable[str]:
    for item in left:
        yield f"{'●' if item.accepted else '✗'} {item.what}" + (f": {item.why}" if item.why else "")
        if item.command:
            yield f"  {item.command}"
