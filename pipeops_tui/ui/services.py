"""What a step and the application expect of each other; no step imports the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pipeops_tui.core.wizard import Step

if TYPE_CHECKING:
    from pipeops_tui.clipboard import Clipboard
    from pipeops_tui.core.model import DeviceCode
    from pipeops_tui.doctor.five_values import FiveValues


@dataclass(frozen=True, slots=True)
class About:
    """Plain words for a person who has never met a service principal, and the two other ways to do the same."""

    title: str
    paragraphs: tuple[str, ...]
    portal_page: str
    """The page of the Azure portal that this step replaces, as the portal calls it."""
    portal_link: str
    command: str
    """The equivalent Azure CLI command; never with a secret."""


@runtime_checkable
class Explained(Protocol):
    """A screen that F1 explains in words of its own."""

    def about(self) -> About:
        """What F1 shows."""


class Services(Protocol):
    """Navigation between steps, the clipboard, the browser and the terminal."""

    receipt: str
    """Text for the normal screen once the interface has closed; empty when nothing was created."""

    @property
    def can_go_back(self) -> bool:
        """Whether Escape leads to an earlier step."""

    @property
    def copier(self) -> Clipboard:
        """The clipboard, for secrets and for callers that need the outcome."""

    def forward(self) -> None:
        """Show the next step."""

    def back(self) -> None:
        """Show the step before, where that is allowed."""

    def show_step(self, step: Step) -> None:
        """Show a step that was reached already; does nothing for a later one."""

    def show_furthest(self) -> None:
        """Show the furthest step reached."""

    def show_connections(self) -> None:
        """Show the list of connections over the step in front, where Create was not pressed yet."""

    def show_doctor(self, values: FiveValues | None = None) -> None:
        """Show doctor over the step in front, with `values` in it."""

    def start_over(self, greeting: str) -> None:
        """Show Sign in as on arrival, with `greeting` on its status line, after the account was dropped."""

    def rebuild_other_steps(self) -> None:
        """Build every step that is not on screen again when it is next shown, because its choices were replaced."""

    def refresh_frame(self) -> None:
        """Redraw header, rail and slip of the step on screen, because the journey has changed."""

    def copy(self, text: str, name: str) -> None:
        """Copy `text`, which must not be secret, and show a notice with the outcome; `name` is what it is called."""

    def copy_code(self, code: DeviceCode) -> None:
        """Copy a device code and open the page where it is entered."""

    def visit(self, url: str) -> None:
        """Open `url` in a browser and show the address."""

    def to_terminal(self, text: str) -> None:
        """Write characters to the terminal as they are."""

    def take_screenshot(self) -> None:
        """Save the screen as a picture."""

    def action_help(self) -> None:
        """Explain the step on screen."""

    async def action_quit(self) -> None:
        """End the program, asking first where something would be lost."""
