"""Before a deleted application is restored: what that takes, and who can do it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from rich.text import Text
from textual import on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from pipeops_tui.connections.connection import Connection
from pipeops_tui.connections.restoring import Restorers, restoration_sentences, who_can
from pipeops_tui.core.problem import CloudError
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.widgets.fields import TextEntry
from pipeops_tui.ui.widgets.showing import Facts

_GLYPHS: Final = {None: "?", True: "✓", False: "✗"}
"""By whether the account can restore."""


class RestoreDialog(Dialog[bool]):
    """Dismisses with True to restore."""

    CSS_PATH = "../dialogs/dialogs.tcss"
    AUTO_FOCUS = ".-primary"

    def __init__(
        self, connection: Connection, restorers: Callable[[], Awaitable[Restorers]], *, typed: str = ""
    ) -> None:
        """`restorers` asks who has one of the roles; raises `CloudError`. `typed` has to be typed first: it names an
        application of which this computer has no journal, and which gets a role."""
        super().__init__()
        self._restorers = restorers
        self._connection = connection
        self._wanted = typed

    def compose_card(self) -> Iterable[Widget]:
        """What comes back, what is made again, the answers."""
        connection, group = self._connection, self._connection.group_name
        yield Static(Text(f"Restore {connection.application_name}?"), id="dialog-title")
        for paragraph in restoration_sentences(connection):
            yield Static(Text(paragraph), classes="paragraph")
        yield Static("Checking whether your account has one of them …", id="roles", classes="paragraph", markup=False)
        if self._wanted:
            facts = Facts(classes="paragraph")
            owners = ", ".join(owner.display_name for owner in connection.owners) or "not known"
            facts.facts = (
                ("Application", connection.application_name),
                ("Client ID", connection.client_id),
                ("Owners", owners),
                ("Role", f"Contributor on {group} in {connection.subscription_name}"),
            )
            yield facts
            yield Static(Text(f"Type {self._wanted}, the first characters of its client ID:"), classes="label")
            yield TextEntry(id="answer")
        with Horizontal(classes="buttons"):
            yield Button("Restore", id="yes", compact=True, variant="primary", disabled=bool(self._wanted))
            yield Button("Not now", id="no", compact=True)

    def on_mount(self) -> None:
        """Ask for the roles."""
        self.run_worker(self._ask(), exit_on_error=False, group="roles")

    async def _ask(self) -> None:
        try:
            found = await self._restorers()
        except CloudError:
            found = Restorers(None)
        for roles in self.query("#roles").results(Static):
            roles.update(f"{_GLYPHS[found.account]} {who_can(found)}")

    @on(Input.Changed, "#answer")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#yes", Button).disabled = event.value.strip().casefold() != self._wanted.casefold()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if self.is_active:
            self.dismiss(event.button.id == "yes")
