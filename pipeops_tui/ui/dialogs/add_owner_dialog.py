"""Names a second owner of an application, who can renew its client secret."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from pipeops_tui.core.model import DirectoryMember
from pipeops_tui.core.problem import CloudError
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.widgets.fields import TextEntry
from pipeops_tui.ui.widgets.showing import relabel, say


class AddOwnerDialog(Dialog[DirectoryMember]):
    """Dismisses with the person who was found, or with None. Enter looks for the name, Enter again takes it."""

    CSS_PATH = "dialogs.tcss"
    AUTO_FOCUS = "#member"
    BINDINGS = [Binding("enter", "look", "Look up", key_display="⏎")]

    def __init__(self, application: str, find: Callable[[str], Awaitable[DirectoryMember | None]]) -> None:
        """`find` asks the tenant for a user principal name or an object id; raises `CloudError`."""
        super().__init__()
        self._application = application
        self._find = find
        self._found: DirectoryMember | None = None

    def compose_card(self) -> Iterable[Widget]:
        """Why, the name, who was found, the answers."""
        yield Static(Text(f"Add an owner to {self._application}"), id="dialog-title")
        yield Static(
            Text("An owner can renew its client secret. A second owner can do that when you are away."),
            classes="paragraph",
        )
        yield Static(Text("The account name of that person, as used to sign in, or its object ID:"), classes="label")
        yield TextEntry(id="member")
        yield Static(id="found", markup=False, classes="paragraph")
        with Horizontal(classes="buttons"):
            yield Button("Look up", id="look", compact=True, variant="primary")
            yield Button("Not now", id="not-now", compact=True)

    @on(Input.Changed, "#member")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(None, "")

    def _show(self, found: DirectoryMember | None, words: str) -> None:
        self._found = found
        say(self.query_one("#found", Static), words)
        relabel(self.query_one("#look", Button), "Add as an owner" if found is not None else "Look up")

    def action_look(self) -> None:
        """Look for what was typed, or take the person that was found."""
        if self._found is not None:
            if self.is_active:
                self.dismiss(self._found)
        elif name := self.query_one("#member", TextEntry).value.strip():
            self.run_worker(self._look(name), exclusive=True, exit_on_error=False, group="member")

    async def _look(self, name: str) -> None:
        self._show(None, "Searching …")
        try:
            found = await self._find(name)
        except CloudError as error:
            self._show(None, f"✗ {error.problem.title}")
            return
        if found is None:
            self._show(None, "✗ There is no such user in the tenant.")
        else:
            self._show(found, f"✓ {found.display_name} ({found.account_name})")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "look":
            self.action_look()
        elif self.is_active:
            self.dismiss(None)
