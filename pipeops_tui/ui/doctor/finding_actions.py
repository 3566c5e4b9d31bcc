"""What can be done about what doctor has found, as buttons: the one that mends the gravest finding first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.doctor.admin_message import admin_message
from pipeops_tui.doctor.changed_values import corrected
from pipeops_tui.doctor.finding import Diagnosis, FindingCode, RightValue
from pipeops_tui.doctor.five_values import FiveValues
from pipeops_tui.ui.widgets.action_buttons import Action

_RENEWS: Final = frozenset({FindingCode.SECRET_EXPIRED, FindingCode.SECRET_WRONG, FindingCode.SECRET_IS_ITS_ID})
"""What a new client secret mends."""


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
    if any(finding.code in _RENEWS for finding in findings) and diagnosis.values.client_id:
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


def right_values(diagnosis: Diagnosis) -> Sequence[RightValue]:
    """What is known to belong in the places of values; of several for one place, that of the gravest finding."""
    offered = [one for finding in diagnosis.findings for one in finding.right]
    return tuple({one.name: one for one in reversed(offered)}.values())[::-1]


def meant_values(diagnosis: Diagnosis) -> FiveValues:
    """The values with the right ones in their places."""
    return corrected(diagnosis.values, right_values(diagnosis))


def _copying(cures: Cures, text: str, name: str) -> Callable[[], object]:
    return lambda: cures.copy(text, name)
