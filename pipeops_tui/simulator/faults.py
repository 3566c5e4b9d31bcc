"""Faults that can be put on any request: their kinds, their text form, and on which request they happen.

The text form is `OPERATION[@N|@*|@pP]:KIND[=ARG]`, for example `createApplication@2:delay=3`. The kind `answer` has a
description as well (`given_answers`), which a file holds (`putResourceGroup:answer=FILE`) or which comes with the text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeops_tui.simulator.given_answers import GivenAnswer
from pipeops_tui.simulator.operations import OPERATIONS
from pipeops_tui.simulator.wire import Json, Request

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
    """503 with the HTML page of Azure Front Door instead of the service's JSON."""
    GARBAGE = "garbage"
    """The request takes effect, the answer is 200 with broken JSON."""
    TRUNCATE = "truncate"
    """The request takes effect, the answer ends half-way through its announced length."""
    CLAIMS = "401-claims"
    """A claims challenge that asks for a second factor."""
    ANSWER = "answer"
    """An answer that is described by hand; the description says whether the request takes effect."""

    @property
    def takes_effect(self) -> bool:
        """Whether the service handles the request, even if the client gets no usable answer."""
        return self in (FaultKind.DELAY, FaultKind.DROP_RESPONSE, FaultKind.GARBAGE, FaultKind.TRUNCATE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Exactly one of `nth` (1 is the next matching request), `always` and `probability` is set.

    `answer` belongs to the kind `ANSWER` and only to it.
    """

    operation: str
    kind: FaultKind
    argument: float | None = None
    nth: int | None = None
    always: bool = False
    probability: float | None = None
    answer: GivenAnswer | None = field(default=None, repr=False)

    @property
    def takes_effect(self) -> bool:
        """Whether the service handles the request, even if the client gets no usable answer."""
        return self.kind.takes_effect if self.answer is None else self.answer.takes_effect

    def concerns(self, operation: str, request: Request | None) -> bool:
        """Whether this fault counts a request of `operation`."""
        if self.operation not in (ANY_OPERATION, operation):
            return False
        return self.answer is None or request is None or self.answer.fits(request)

    def __str__(self) -> str:
        when = "@*" if self.always else f"@p{self.probability:g}" if self.probability is not None else f"@{self.nth}"
        argument = "" if self.argument is None else f"={self.argument:g}"
        return f"{self.operation}{when}:{self.kind}{argument}"


_SHAPE = re.compile(r"(?P<operation>\*|\w+)(?:@(?P<when>[^:]*))?:(?P<kind>[^=]+)(?:=(?P<argument>.*))?", re.DOTALL)


def parse_fault(text: str, description: Mapping[str, Json] | None = None) -> Fault:
    """The fault that `text` names; `description` says what the kind `answer` sends, unless the text names a file.

    Raises ValueError, in one sentence, for a text of another shape, an unknown operation or kind, for an argument or
    an occurrence that is missing, superfluous or out of range, and for a description that cannot be sent.
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
    if kind is FaultKind.ANSWER:
        answer = _answer(text, shape["argument"], description)
        return Fault(operation, kind, None, nth, always, probability, answer)
    if description:
        raise ValueError(f"Fault {text!r} takes no description; only {FaultKind.ANSWER} does.")
    return Fault(operation, kind, _argument(text, kind, shape["argument"]), nth, always, probability)


def _answer(text: str, file: str | None, description: Mapping[str, Json] | None) -> GivenAnswer:
    if file is None and description is None:
        raise ValueError(f"Fault {text!r} needs the file that describes the answer, as in answer=FILE.")
    if file is not None and description is not None:
        raise ValueError(f"Fault {text!r} names a file, but the description of its answer comes with it.")
    return GivenAnswer.parse(description or {}) if file is None else GivenAnswer.read(file)


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
    """The faults that are set. The same seed and the same sequence of requests give the same faults."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._faults: list[_CountedFault] = []
        self._added = 0

    def add(self, fault: Fault) -> None:
        """Adds `fault`; it counts requests from now on."""
        self._added += 1
        chance = random.Random(f"{self._seed}/{self._added}/{fault}")  # noqa: S311  # repeatable on purpose
        self._faults.append(_CountedFault(fault, chance))

    def texts(self) -> list[str]:
        """The faults that can still happen, in their text form."""
        return [str(counted.fault) for counted in self._faults]

    def clear(self) -> None:
        """Removes every fault."""
        self._faults.clear()

    def next_fault(self, operation: str, request: Request | None = None) -> Fault | None:
        """The fault that happens to this request of `operation`, if any: the first that is due.

        Call it once a request: every fault on the operation counts it, unless its description asks for another request.
        A fault on the N-th request is removed after N.
        """
        due: Fault | None = None
        for counted in tuple(self._faults):
            if not counted.fault.concerns(operation, request):
                continue
            happens = counted.count_request()
            if counted.is_used_up:
                self._faults.remove(counted)
            if happens and due is None:
                due = counted.fault
        return due


class _CountedFault:
    """A fault and the number of requests it has counted."""

    __slots__ = ("_chance", "_counted", "fault")

    def __init__(self, fault: Fault, chance: random.Random) -> None:
        self.fault = fault
        self._chance = chance
        self._counted = 0

    def count_request(self) -> bool:
        self._counted += 1
        if self.fault.probability is not None:
            return self._chance.random() < self.fault.probability
        return self.fault.always or self._counted == self.fault.nth

    @property
    def is_used_up(self) -> bool:
        return self.fault.nth is not None and self._counted >= self.fault.nth
