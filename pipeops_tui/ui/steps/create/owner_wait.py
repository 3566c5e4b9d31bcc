"""While an Owner has to assign the role: the line to run, since when it is waited for, and what to do meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from pipeops_tui.checks.admin_messages import ask_to_assign, group_name
from pipeops_tui.core.clock import spell_instant
from pipeops_tui.journey.journey import Journey
from pipeops_tui.provisioning import OwnerStep
from pipeops_tui.ui.services import Services
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons

_REAL = "You can quit meanwhile: the next start continues from here."
_SIMULATED = "In this demo a simulated Owner gives the access within 20 s."


class OwnerWait(Vertical):
    """Hidden while no Owner is needed."""

    COMPONENT_CLASSES = {"owner-wait--command"}
    DEFAULT_CSS = """
    OwnerWait {
        display: none; height: auto; margin-top: 1;
        & > Static { height: auto; }
        & > .owner-wait--command { color: $text-primary; }
    }
    """

    class Resized(Message):
        """It takes another part of the screen now: what is beside it has to be scrolled into sight again."""

    def __init__(
        self, journey: Journey, services: Services, *, stop: Callable[[], None], id: str | None = None
    ) -> None:
        """`stop` asks whether to stop the run."""
        super().__init__(id=id)
        self._journey = journey
        self._services = services
        self._stop = stop
        self._line = Static()
        self._buttons = ActionButtons()
        self.step: OwnerStep | None = None

    def compose(self) -> ComposeResult:
        """The line; the buttons only once they are needed, for most runs never are."""
        yield self._line
        yield self._buttons

    def copy_request(self) -> None:
        """Copy the message to the Owner, with the line to run."""
        session, subscription = self._journey.session, self._journey.choices.subscription
        if self.step is not None and session is not None and subscription is not None:
            group = group_name(self._journey.choices)
            request = ask_to_assign(session.account, subscription, group, self.step.command)
            self._services.copy(request, "Message")

    def look_now(self) -> None:
        """Check at once whether the role is assigned."""
        if self._journey.run is not None:
            self._journey.run.look_now()

    def on_resize(self) -> None:
        """Say so."""
        self.post_message(self.Resized())

    def show(self, step: OwnerStep | None) -> bool:
        """Show `step`, or hide; whether anything has changed."""
        if step == self.step:
            return False
        self.step = step
        self.display = step is not None
        if step is not None:
            self._buttons.show(
                [
                    Action("Copy message", self.copy_request),
                    Action("Look now", self.look_now),
                    Action("Stop…", self._stop),
                ]
            )
            after = _REAL if self._journey.settings.demo is None else _SIMULATED
            style = self.get_component_rich_style("owner-wait--command", partial=True)
            self._line.update(
                Text.assemble(
                    "An Owner of the subscription has to run this command.\n",
                    (step.command, style),
                    f"\nWaiting since {spell_instant(step.since)}. {after}",
                )
            )
        return True
