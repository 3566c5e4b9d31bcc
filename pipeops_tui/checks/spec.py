"""What a check is, and how its outcomes are put into words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pipeops_tui.checks.reads import Reads
from pipeops_tui.model import Check, CheckOutcome, Write
from pipeops_tui.problem import CloudError, FailureKind, Problem
from pipeops_tui.wizard import Choices, Step

T = TypeVar("T")
U = TypeVar("U")
Judge = Callable[[Reads, Choices], Awaitable["Verdict"]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of looking: the part of a `Check` that is not known beforehand."""

    outcome: CheckOutcome
    detail: str
    problem: Problem | None = None
    doubts: Write | None = None
    message: str = ""
    may_hand_over: bool = False
    challenge: CloudError | None = None


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One check: its name, the step whose row in the rail it marks, and how it is done."""

    key: str
    title: str
    step: Step
    judge: Judge
    ready: Callable[[Choices], bool]
    """Whether the choices it looks at have been made."""

    async def run(self, session: Reads, choices: Choices) -> Check:
        """Look. Never raises `CloudError`: a check that Azure refuses is unknown, never "no"."""
        try:
            verdict = await self.judge(session, choices)
        except CloudError as error:
            challenge = error if error.kind is FailureKind.SIGN_IN else None
            verdict = Verdict(CheckOutcome.UNKNOWN, f"could not be checked: {_reason(error)}", challenge=challenge)
        return Check(
            key=self.key,
            title=self.title,
            outcome=verdict.outcome,
            detail=verdict.detail,
            problem=verdict.problem,
            doubts=verdict.doubts,
            message=verdict.message,
            may_hand_over=verdict.may_hand_over,
            challenge=verdict.challenge,
        )


async def if_told(read: Awaitable[T], otherwise: U) -> T | U:
    """What Azure answers, or `otherwise` when it keeps that to itself. Raises `CloudError` when it would tell after
    another sign-in: then the check has to be done again."""
    try:
        return await read
    except CloudError as error:
        if error.kind is FailureKind.SIGN_IN:
            raise
        return otherwise


def ok(detail: str) -> Verdict:
    """All is well."""
    return Verdict(CheckOutcome.OK, detail)


def unknown(detail: str) -> Verdict:
    """Nobody can tell beforehand."""
    return Verdict(CheckOutcome.UNKNOWN, detail)


def warning(detail: str, problem: Problem | None = None, message: str = "") -> Verdict:
    """Worth knowing; the user may go on."""
    return Verdict(CheckOutcome.WARNING, detail, problem, message=message)


def blocked(
    detail: str, problem: Problem, *, message: str = "", doubts: Write | None = None, may_hand_over: bool = False
) -> Verdict:
    """Going on would fail, and `problem` says who can change that. Where the evidence is indirect, `doubts` is the
    write that Azure itself has the last word on; where only assigning the role is in the way, an Owner can do it."""
    return Verdict(CheckOutcome.BLOCKED, detail, problem, doubts, message, may_hand_over)


_REASONS: Mapping[FailureKind, str] = {
    FailureKind.REFUSED: "you may not read it",
    FailureKind.SIGN_IN: "Azure asks you to sign in again",
    FailureKind.UNREACHABLE: "no connection",
    FailureKind.LOST_ANSWER: "no answer came back",
    FailureKind.THROTTLED: "Azure asks to slow down",
}


def _reason(error: CloudError) -> str:
    """Why a check was refused, in a few words."""
    return _REASONS.get(error.kind) or (f"Azure answered {error.status}" if error.status else "it failed")
