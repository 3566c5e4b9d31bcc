"""Before a client secret is renewed: what can be known beforehand, and for how long the new one is to be valid."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import Check, SecretPolicy
from pipeops_tui.core.problem import CloudError
from pipeops_tui.journey.early_checks import is_blocking
from pipeops_tui.ui.base.checking import who_helps
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.widgets.check_rows import CheckRows
from pipeops_tui.ui.widgets.expiry_choice import RECOMMENDED, ExpiryChoice
from pipeops_tui.ui.widgets.fields import TextEntry
from pipeops_tui.ui.widgets.showing import relabel

Show = Callable[[Sequence[Check | str]], None]


class RenewDialog(Dialog[int | None]):
    """Dismisses with the lifetime of the new client secret in days, or with None."""

    CSS_PATH = ["../dialogs/dialogs.tcss", "renew_dialog.tcss"]
    AUTO_FOCUS = "#renew"
    BINDINGS = [Binding("m", "copy_message", "Copy message")]

    def __init__(
        self,
        title: str,
        sentence: str,
        clock: Clock,
        *,
        check: Callable[[Show], Awaitable[Sequence[Check]]],
        policy: Callable[[], Awaitable[SecretPolicy]],
        copy: Callable[[str, str], None],
        days: int = RECOMMENDED,
        typed: str = "",
    ) -> None:
        """`check` runs the checks and shows them as they are done, `policy` asks what the tenant allows; both may raise
        `CloudError`. `copy` takes a text and what it is called. `days` is the lifetime that is chosen at first. `typed`
        has to be typed first: the first characters of the client ID of an application that was made by hand."""
        super().__init__()
        self._title = title
        self._sentence = sentence
        self._check = check
        self._policy = policy
        self._copy = copy
        self._wanted = typed
        self._checks: tuple[Check, ...] = ()
        self._checking = True
        self._expiry = ExpiryChoice(days, clock.now, id="expiry")

    def compose_card(self) -> Iterable[Widget]:
        """The question, the lifetime, the checks, the answers."""
        yield Static(Text(self._title), id="dialog-title")
        yield Static(Text(self._sentence), classes="paragraph")
        yield self._expiry
        with VerticalScroll(id="renew-checks", can_focus=False):
            yield CheckRows(id="checks")
            yield Static(id="helper", markup=False)
        if self._wanted:
            said = f"It was not made by pipeops-tui. Type {self._wanted}, the first characters of its client ID:"
            yield Static(Text(said), classes="label")
            yield TextEntry(id="answer")
        with Horizontal(classes="buttons"):
            yield Button("Checking …", id="renew", compact=True, variant="primary", disabled=True)
            yield Button("Copy message", id="message", compact=True)
            yield Button("Not now", id="not-now", compact=True)

    def on_mount(self) -> None:
        """Ask Azure."""
        self.query_one("#message").display = False
        self.run_worker(self._ask(), exit_on_error=False, group="checks")
        self.run_worker(self._cap(), exit_on_error=False, group="policy")

    async def _cap(self) -> None:
        try:
            self._expiry.cap((await self._policy()).longest_days)
        except CloudError:
            return  # Microsoft Entra itself refuses a lifetime that is too long

    async def _ask(self) -> None:
        self._checks = tuple(await self._check(self._show))
        self._checking = False
        self._show(self._checks)
        blocked = self._blocked
        renew = self.query_one("#renew", Button)
        relabel(renew, "Try anyway" if blocked else "Renew")
        self._enable()
        self.query_one("#message").display = any(check.message for check in self._checks)
        (self.query_one("#not-now") if blocked or renew.disabled else renew).focus()
        self.refresh_bindings()

    def _show(self, rows: Sequence[Check | str]) -> None:
        for shown in self.query(CheckRows):
            shown.show(rows)
        helper = who_helps([row for row in rows if isinstance(row, Check)])
        for static in self.query("#helper").results(Static):
            static.update(helper)
            static.display = bool(helper)

    @property
    def _blocked(self) -> list[Check]:
        return [check for check in self._checks if is_blocking(check)]

    @on(ExpiryChoice.Changed)
    def _expiry_changed(self, event: ExpiryChoice.Changed) -> None:
        event.stop()
        self._enable()

    @on(Input.Changed, "#answer")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._enable()

    def _enable(self) -> None:
        impossible = any(not check.may_try_anyway for check in self._blocked)
        answers = [entry.value.strip() for entry in self.query("#answer").results(TextEntry)]
        named = all(answer.casefold() == self._wanted.casefold() for answer in answers)
        self.query_one("#renew", Button).disabled = (
            self._checking or impossible or not named or bool(self._expiry.error)
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A message is copied where there is one."""
        return action != "copy_message" or any(check.message for check in self._checks)

    def action_copy_message(self) -> None:
        """Copy the message to the person who can help."""
        if message := next((check.message for check in self._checks if check.message), ""):
            self._copy(message, "Message")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "message":
            self.action_copy_message()
        elif self.is_active:
            self.dismiss(self._expiry.days if event.button.id == "renew" else None)
