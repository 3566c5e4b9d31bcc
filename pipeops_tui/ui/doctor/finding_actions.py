"""What can be done about what doctor has found, as buttons: the one that mends the gravest finding first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.doctor.admin_message import admin_message
from pipeops_tui.doctor.cures import is_cured_by_renewal, meant_values, right_values
from pipeops_tui.doctor.finding import Diagnosis
from pipeops_tui.ui.widgets.action_buttons import Action


@dataclass(frozen=True, slots=True)
class Cures:
    """What the screen does when a button is pressed."""

    correct: Callable[[], object]
    """Puts the right values into their places."""
    renew: Callable[[], object]
    """Leads to a new client secret."""
    give_role: Callable[[], object]
    """Gives the application the role that is missing."""
    register: Callable[[], object]
    """Registers the resource providers that are missing."""
    copy: Callable[[str, str], object]
    """Copies a text; the second one is what it is called."""


def cures_of(diagnosis: Diagnosis | None, cures: Cures) -> list[Action]:
    """The buttons; none before an examination."""
    if diagnosis is None:
        return []
    findings, found = diagnosis.findings, []
    right = right_values(diagnosis)
    if right:
        found.append(Action("Use the right one" if len(right) == 1 else "Use the right ones", cures.correct))
        found += [Action(f"Copy the {one.name}", _copying(cures, one.text, one.name)) for one in right]
    if is_cured_by_renewal(diagnosis):
        found.append(Action("Renew the client secret", cures.renew))
    if diagnosis.role_to_give is not None:
        found.append(Action("Give the role", cures.give_role))
    if diagnosis.providers_to_register is not None:
        found.append(Action("Register the providers", cures.register))
    if command := next((one.command for one in findings if one.command), ""):
        found.append(Action("Copy the command", _copying(cures, command, "Command")))
    if asked := next((one for one in findings if one.who and one.outcome is CheckOutcome.BLOCKED), None):
        message = admin_message(asked, meant_values(diagnosis))
        found.append(Action("Copy a message", _copying(cures, message, "Message")))
    return found


def _copying(cures: Cures, text: str, name: str) -> Callable[[], object]:
    return lambda: cures.copy(text, name)
