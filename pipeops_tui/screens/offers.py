"""What the palette offers on a step: what only it offers, every key that works now, and what all steps offer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from textual.app import SystemCommand

from pipeops_tui.screens.account import account_commands
from pipeops_tui.screens.step_screen import StepScreen

_OF_EVERY_SCREEN = ("help", "quit", "command_palette", "interrupt")


def offers(screen: StepScreen) -> Iterator[SystemCommand]:
    """All commands of `screen`, each title once."""
    seen: set[str] = set()
    for command in (*_keys(screen), *screen.commands(), *account_commands(screen), *_always(screen)):
        if command.title not in seen:
            seen.add(command.title)
            yield command


def _keys(screen: StepScreen) -> Iterable[SystemCommand]:
    """The step's own keys that work now, also those for which the key bar has no room."""
    for active in screen.active_bindings.values():
        binding = active.binding
        own = binding.show or (active.node is screen and "." not in binding.action)  # with a dot: Textual's own
        if own and binding.description and active.enabled and _name(binding.action) not in _OF_EVERY_SCREEN:
            key = screen.app.get_key_display(binding)
            run = partial(screen.app.run_action, binding.action, active.node)
            yield SystemCommand(binding.tooltip or binding.description, f"The key is {key}", run)


def _name(action: str) -> str:
    return action.removeprefix("app.")


def _always(screen: StepScreen) -> Iterable[SystemCommand]:
    app, about = screen.pipeops, screen.about()
    yield SystemCommand("What is this?", "Explain this step in plain words", app.action_help)
    portal = f"The page this step replaces: {about.portal_page}"
    yield SystemCommand("Open the portal page", portal, lambda: app.visit(about.portal_link))
    yield SystemCommand("Copy the Azure CLI command", "It does the same", lambda: app.copy(about.command, "Command"))
    if not screen.secret_visible:
        yield SystemCommand("Screenshot", "Save this screen as an SVG picture", app.take_screenshot)
