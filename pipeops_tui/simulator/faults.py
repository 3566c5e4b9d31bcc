"""Faults that can be put on any request: what they are called, and when they strike.

The text form is `OPERATION[@N|@*|@pP]:KIND[=ARG]`, for example `createApplication@2:delay=3`.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from enum import StrEnum

from pipeops_tui.simulator.operations import OPERATIONS

ANY_OPERATION = "*"


class FaultKind(StrEnum):
    """What goes wrong. Whether the request still takes effect is part of the kind."""

    DELAY = "delay"
    """Answered `argument` seconds late."""
    DROP_REQUEST = "drop-request"
    """The connection is closed before anything happens."""
    DROP_RESPONSE = "drop-response"
    """The request takes effect, the connection is closed without an answer."""
    RESET = "reset"
    """The connection is reset (TCP RST) before anything happens."""
    TOO_MANY = "429"
    """Throttled; Retry-After is `argument` seconds."""
    SERVER_ERROR = "500"
    HTML_503 = "503-html"
    """The front door's HTML page instead of the service's JSON."""
    GARBAGE = "garbage"
    """The request takes effect, the answer is 200 with broken JSON."""
    TRUNCATE = "truncate"
    """The request takes effect, the answer ends half-way through its announced length."""
    CLAIMS = "401-claims"
    """A claims challenge that asks for a second factor."""

    @property
    def takes_effect(self) -> bool:
        """Whether the service handles the request although the client may never learn of it."""
        return self in (FaultKind.DELAY, FaultKind.DROP_RESPONSE, FaultKind.GARBAGE, FaultKind.TRUNCATE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Exactly one of `nth` (1 is the next matching request), `always` and `probability` is set."""

    operation: str
    kind: FaultKind
    argument: float | None = None
    nth: int | None = None
    always: bool = False
    probability: float | None = None

    def __str__(self) -> str:
        when = "@*" if self.always else f"@p{self.probability:g}" if self.probability is not None else f"@{self.nth}"
        argument = "" if self.argument is None else f"={self.argument:g}"
        return f"{self.operation}{when}:{self.kind}{argument}"


_SHAPE = re.compile(r"(?P<operation>\*|\w+)(?:@(?P<when>[^:]*))?:(?P<kind>[^=]+)(?:=(?P<argument>.*))?", re.DOTALL)


def parse_fault(text: str) -> Fault:
    """The fault that `text` names.

    Raises ValueError, in one sentence, for a text of another shape, an unknown operation or kind, and for an argument
    or an occurrence that is missing, superfluous or out of range.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise ValueError(f"Fault {text!r} is not of the form OPERATION[@N|@*|@pP]:KIND[=ARG].")
    operation = shape["operation"]
    if operation != ANY_OPERATION and operation not in OPERATIONS:
        raise ValueError(f"Fault {text!r} names the unknown operation {operation!r}.")
    try:
        kind = FaultKind(shape["kind"])
    except ValueError:
        known = ", ".join(FaultKind)
        raise ValueError(f"Fault {text!r} is of the unknown kind {shape['kind']!r}; known are {known}.") from None
    nth, always, probability = _occurrence(text, shape["when"])
    return Fault(operation, kind, _argument(text, kind, shape["argument"]), nth, always, probability)


def _occurrence(text: str, when: str | None) -> tuple[int | None, bool, float | None]:
    if when is None:
        return 1, False, None
    if when == "*":
        return None, True, None
    if when.startswith("p"):
        probability = _number(when[1:])
        if probability is None or probability > 1:
            raise ValueError(f"Fault {text!r} needs a probability between 0 and 1 after @p.")
        return None, False, probability
    if not when.isascii() or not when.isdigit() or int(when) < 1:
        raise ValueError(f"Fault {text!r} needs a whole number from 1, * or pP after @.")
    return int(when), False, None


def _argument(text: str, kind: FaultKind, argument: str | None) -> float | None:
    if kind is FaultKind.DELAY and argument is None:
        raise ValueError(f"Fault {text!r} needs the seconds of the delay, as in delay=3.")
    if argument is None:
        return None
    if kind not in (FaultKind.DELAY, FaultKind.TOO_MANY):
        raise ValueError(f"Fault {text!r} has an argument, but {kind} takes none.")
    number = _number(argument)
    if number is None or number > 86_400:
        raise ValueError(f"Fault {text!r} needs a number of seconds between 0 and 86400 after '='.")
    return number


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) else None


class FaultPlan:
    """The faults in force. Repeats exactly for the same seed and the same sequence of requests."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._faults: list[_Armed] = []
        self._added = 0

    def add(self, fault: Fault) -> None:
        """Puts `fault` in force; its counting starts now."""
        self._added += 1
        chance = random.Random(f"{self._seed}/{self._added}/{fault}")  # noqa: S311  # repeatable on purpose
        self._faults.append(_Armed(fault, chance))

    def texts(self) -> list[str]:
        """The faults that may still strike, as they would be typed."""
        return [str(armed.fault) for armed in self._faults]

    def clear(self) -> None:
        """Removes every fault."""
        self._faults.clear()

    def strike(self, operation: str) -> Fault | None:
        """The fault that hits this request of `operation`, if any; every fault counts it, the first that is due wins.

        A fault set on the N-th request leaves the plan once N requests have passed.
        """
        due: Fault | None = None
        for armed in tuple(self._faults):
            if armed.fault.operation not in (ANY_OPERATION, operation):
                continue
            struck = armed.count()
            if armed.spent:
                self._faults.remove(armed)
            if struck and due is None:
                due = armed.fault
        return due


class _Armed:
    """A fault together with how often it was met."""

    __slots__ = ("_chance", "_met", "fault")

    def __init__(self, fault: Fault, chance: random.Random) -> None:
        self.fault = fault
        self._chance = chance
        self._met = 0

    def count(self) -> bool:
        self._met += 1
        if self.fault.probability is not None:
            return self._chance.random() < self.fault.probability
        return self.fault.always or self._met == self.fault.nth

    @property
    def spent(self) -> bool:
        return self.fault.nth is not None and self._met >= self.fault.nth
