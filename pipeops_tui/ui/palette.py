"""The command palette, and its commands: keys that work now, what has no key, and on a step leaving the account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from textual import on
from textual.app import SystemCommand
from textual.await_complete import AwaitComplete
from textual.command import CommandInput, CommandList, CommandPalette
from textual.events import Click, Mount
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, OptionList
from textual.worker import Worker, WorkType

from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.widgets.fields import TextEntry

T = TypeVar("T")
_OF_EVERY_SCREEN = ("help", "quit", "command_palette", "interrupt")
CHOOSE = "Choose how to sign in."


class Palette(CommandPalette):
    """Textual's own, with guards against what makes it (8.2) crash: keys before its list is drawn, very long texts,
    clicks beside a window that has shrunk, a step that closes it, what was typed before it closed, and a search that
    goes on when its list is gone."""

    def on_mount(self, event: Mount) -> None:
        """Limit what can be pasted: a longer text could not be drawn at once, and no command has such a name."""
        if self not in self.app.screen_stack:
            event.prevent_default()  # closed before it was mounted: Textual would look for the screen below
        for entry in self.query(CommandInput):
            entry.max_length = TextEntry.MOST_PASTED

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ignore what was typed just before it closed: Textual would search for a list that is gone."""
        self._ignore_when_closed(event)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ignore an Enter just before it closed."""
        self._ignore_when_closed(event)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Ignore a choice just before it closed."""
        self._ignore_when_closed(event)

    def _ignore_when_closed(self, event: Message) -> None:
        if self not in self.app.screen_stack:
            event.stop()
            event.prevent_default()

    def on_click(self, event: Click) -> None:
        """Ignore a click outside: Textual raises an error where there is no widget."""
        if not self.region.contains_point(event.screen_offset):
            event.prevent_default()

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close, unless another step has closed it meanwhile."""
        return super().dismiss(result) if self in self.app.screen_stack else AwaitComplete()

    def run_worker(self, work: WorkType[T], *arguments: Any, **named: Any) -> Worker[T]:
        """As of every widget, but what fails does not end the program by itself: see `_search_ended`."""
        return super().run_worker(work, *arguments, **{**named, "exit_on_error": False})

    @on(Worker.StateChanged)
    def _search_ended(self, event: Worker.StateChanged) -> None:
        """Ignore a search that failed because the palette had closed. Any other failure is one of this program."""
        event.stop()
        if event.worker.error is not None and self in self.app.screen_stack:
            raise event.worker.error

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No page is turned in a list that has no lines yet: Textual (8.2) would divide by its height."""
        turns_page = action == "command_list" and str(parameters[0]).startswith("page_")
        return not turns_page or self.query_one(CommandList).size.height > 0


def commands_of(screen: Screen[Any]) -> Iterator[SystemCommand]:
    """All commands of a step or a dialog, each title once."""
    if not isinstance(screen, StepScreen | Dialog):
        return
    seen: set[str] = set()
    more: list[SystemCommand] = []
    if isinstance(screen, StepScreen):
        more = [*_connections(screen), *account_commands(screen), *_always(screen)]
    for command in (*_keys(screen), *screen.commands(), *more):
        if command.title not in seen:
            seen.add(command.title)
            yield command


def _keys(screen: Screen[Any]) -> Iterable[SystemCommand]:
    """The screen's own keys that work now, also those for which the key bar has no room."""
    # Those of the key bar first: a title that two keys have is listed with the one that is seen.
    for active in sorted(screen.active_bindings.values(), key=lambda active: not active.binding.show):
        binding = active.binding
        own = binding.show or (active.node is screen and "." not in binding.action)  # with a dot: Textual's own
        if own and binding.description and active.enabled and _name(binding.action) not in _OF_EVERY_SCREEN:
            key = screen.app.get_key_display(binding).partition("-")[0]  # "1-5" stands for five bindings
            run = partial(screen.app.run_action, binding.action, active.node)
            yield SystemCommand(binding.tooltip or binding.description, f"The key is {key}", run)


def _name(action: str) -> str:
    return action.removeprefix("app.")


def _connections(screen: StepScreen) -> Iterable[SystemCommand]:
    if not screen.journey.wizard.locked and not screen.busy:
        about = "What was made before: continue, renew, remove it"
        yield SystemCommand("Connections", about, screen.services.show_connections)
    if not screen.busy:
        about = "Examine the five values that PipeOps refuses"
        yield SystemCommand("Why does PipeOps say no?", about, screen.services.show_doctor)


def _always(screen: StepScreen) -> Iterable[SystemCommand]:
    services, about = screen.services, screen.about()
    yield SystemCommand("What is this?", "Explain this step in plain words", services.action_help)
    portal = f"The page this step replaces: {about.portal_page}"
    yield SystemCommand("Open the portal page", portal, lambda: services.visit(about.portal_link))
    yield SystemCommand(
        "Copy the Azure CLI command",
        "The command that does the same as this step",
        lambda: services.copy(about.command, "Command"),
    )
    if not screen.secret_visible:
        yield SystemCommand("Screenshot", "Save this screen as an SVG picture", services.take_screenshot)


def account_commands(screen: StepScreen) -> Iterable[SystemCommand]:
    """The palette's commands while an account is signed in."""
    session = screen.journey.session
    if session is None:
        return
    name = session.account.name
    yield SystemCommand(
        "Switch account", f"Sign in with an account other than {name}", lambda: leave_account(screen, CHOOSE)
    )
    yield SystemCommand("Sign out", f"Forget the sign-in of {name}", lambda: leave_account(screen, signed_out(name)))


def signed_out(name: str) -> str:
    """The greeting after the account `name` has signed out."""
    return f"Signed out: {name}."


def leave_account(screen: StepScreen, greeting: str) -> None:
    """Drop the tokens and show Sign in with `greeting`; what was typed stays. Refused once something has been created
    with the account, which the test sign-in, a new secret and undo still need."""
    if screen.journey.wizard.locked:
        screen.status.warn("Not now: the account is needed here. Finish or undo first, then sign out.")
        return

    async def leave() -> None:
        screen.workers.cancel_node(screen)
        await screen.journey.forget_account()
        screen.services.start_over(greeting)

    # The application's worker: those of the screen are cancelled.
    screen.app.run_worker(leave(), group="account", exit_on_error=False)
