"""What can answer a situation."""

from __future__ import annotations

from dataclasses import dataclass

from pipeops_tui.azure.errors.evidence import AzureOperation
from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.core.wizard import Choices
from tests.azure.wire import Case, entra
from tests.checks.world import NEW


@dataclass(frozen=True)
class Explained:
    """A rule recognises these failures."""

    rule: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Foreseen:
    """A check says so before anything is created."""

    check: str
    outcome: CheckOutcome
    answers: dict[str, object]
    choices: Choices


@dataclass(frozen=True)
class Designed:
    """It cannot happen, or is taken care of; `test` (`folder/file.py::name` below `tests`) holds it."""

    test: str


@dataclass(frozen=True)
class Unmet:
    """This program does not get into it."""

    why: str


Answer = Explained | Foreseen | Designed | Unmet


@dataclass(frozen=True)
class Situation:
    """One failure that people met, and what answers it."""

    what: str
    answers: tuple[Answer, ...]

    def __str__(self) -> str:
        return self.what


def when(what: str, *answers: Answer) -> Situation:
    """A situation and everything that answers it."""
    return Situation(what, answers)


def rule(name: str, *cases: Case) -> Explained:
    """The rule `name` explains `cases`; without any, the program's own cases of that rule."""
    return Explained(name, cases)


def numbers(name: str, *aadsts: int, operation: AzureOperation = AzureOperation.GET_TOKEN) -> Explained:
    """The rule `name` explains refusals of Microsoft Entra with any of these numbers."""
    return Explained(name, tuple(entra(name, number, "invalid_grant", operation=operation) for number in aadsts))


def blocked(check: str, choices: Choices = NEW, **answers: object) -> Foreseen:
    """The check `check` blocks when `answers` are read."""
    return Foreseen(check, CheckOutcome.BLOCKED, answers, choices)


def warned(check: str, choices: Choices = NEW, **answers: object) -> Foreseen:
    """The check `check` warns when `answers` are read."""
    return Foreseen(check, CheckOutcome.WARNING, answers, choices)


def unknown(check: str, choices: Choices = NEW, **answers: object) -> Foreseen:
    """The check `check` cannot tell when `answers` are read."""
    return Foreseen(check, CheckOutcome.UNKNOWN, answers, choices)


def design(test: str) -> Designed:
    """`test` holds it."""
    return Designed(test)


def unmet(why: str) -> Unmet:
    """Not met, for this reason."""
    return Unmet(why)
