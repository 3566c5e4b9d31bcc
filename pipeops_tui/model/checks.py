"""What came of a check, and what is tried although it speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeops_tui.problem import CloudError, Problem


class CheckOutcome(StrEnum):
    """OK and WARNING let the user go on, BLOCKED does not, UNKNOWN means the check itself was refused."""

    OK = "ok"
    WARNING = "warning"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class Write(StrEnum):
    """The kinds of writes that a check can foresee a refusal of; the values are the keys of their operations."""

    GROUP = "group"
    APPLICATION = "application"
    SECRET = "secret"  # noqa: S105 - a kind of thing
    ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A write that is tried although `check` (a key) speaks against it."""

    check: str
    write: Write


@dataclass(frozen=True, slots=True)
class Check:
    """What came of one check. `problem` is set when it is blocked (or a warning worth a message)."""

    key: str
    title: str
    outcome: CheckOutcome
    detail: str
    problem: Problem | None = None
    doubts: Write | None = None
    """Set when it is blocked on indirect evidence only: the write that Azure may refuse. The user may try it anyway."""
    message: str = ""
    """A ready-made text to send to whoever can fix it."""
    may_hand_over: bool = False
    """Only assigning the role is in the way: everything else can be prepared, and an Owner assigns it."""
    challenge: CloudError | None = None
    """Set when Azure did not answer for want of a better sign-in, which this asks for."""

    @property
    def may_try_anyway(self) -> bool:
        """Whether only Azure itself can tell."""
        return self.doubts is not None
