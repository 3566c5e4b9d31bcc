"""Defines a check and its verdicts, and decides whether permissions allow an action, as Azure does."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from pipeops_tui.core.model import Check, CheckOutcome, Permission, Subscription, Write
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.wizard import Choices, Step

T = TypeVar("T")
U = TypeVar("U")
Judge = Callable[[Reads, Choices], Awaitable["CheckVerdict"]]
_REASONS: Mapping[FailureKind, str] = {
    FailureKind.REFUSED: "no permission to read it",
    FailureKind.SIGN_IN: "Azure asks you to sign in again",
    FailureKind.UNREADABLE: "the answer could not be understood",
    FailureKind.UNREACHABLE: "no connection",
    FailureKind.LOST_ANSWER: "no answer received",
    FailureKind.INCOMPLETE: "the answer is incomplete",
    FailureKind.INTERCEPTED: "something between you and Azure answered",
    FailureKind.THROTTLED: "Azure is limiting requests",
}
CREATE_GROUP = "Microsoft.Resources/subscriptions/resourceGroups/write"
ASSIGN_ROLES = "Microsoft.Authorization/roleAssignments/write"


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """The result of a check: the part of a `Check` that is not known beforehand."""

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
        """Do the check. Never raises `CloudError`: a check whose read Azure refuses is unknown, never "no"."""
        try:
            verdict = await self.judge(session, choices)
        except CloudError as error:
            challenge = error if error.kind is FailureKind.SIGN_IN else None
            verdict = CheckVerdict(
                CheckOutcome.UNKNOWN, f"could not be checked: {reason_of(error)}", challenge=challenge
            )
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


def subscription_check(
    key: str,
    title: str,
    step: Step,
    judge: Callable[[Reads, Choices, Subscription], Awaitable[CheckVerdict]],
    ready: Callable[[Choices], bool] = lambda choices: True,
) -> CheckSpec:
    """A check that waits for a subscription to be chosen, which `judge` is given; `ready` says what else it needs."""

    async def judged(session: Reads, choices: Choices) -> CheckVerdict:
        if choices.subscription is None:
            raise ValueError(f"{key}: no subscription has been chosen")
        return await judge(session, choices, choices.subscription)

    return CheckSpec(key, title, step, judged, lambda choices: choices.subscription is not None and ready(choices))


async def unless_refused(read: Awaitable[T], otherwise: U) -> T | U:
    """What Azure answers, or `otherwise` where it refuses the read.

    Raises `CloudError` where another sign-in would bring the answer: then the check has to be repeated; and where there
    was no token for the service, which then has answered nothing at all.
    """
    try:
        return await read
    except CloudError as error:
        if error.kind is FailureKind.SIGN_IN or error.no_token:
            raise
        return otherwise


def ok(detail: str) -> CheckVerdict:
    """The step can go on."""
    return CheckVerdict(CheckOutcome.OK, detail)


def unknown(detail: str) -> CheckVerdict:
    """It cannot be known beforehand."""
    return CheckVerdict(CheckOutcome.UNKNOWN, detail)


def warning(detail: str, problem: Problem | None = None, message: str = "") -> CheckVerdict:
    """The person should know it and can go on."""
    return CheckVerdict(CheckOutcome.WARNING, detail, problem, message=message)


def blocked(
    detail: str, problem: Problem, *, message: str = "", doubts: Write | None = None, may_hand_over: bool = False
) -> CheckVerdict:
    """Going on would fail, and `problem` says who can change that.

    Where the evidence is indirect, `doubts` is the write that Azure itself decides; `may_hand_over` says that only
    assigning the role is missing, which an Owner can do.
    """
    return CheckVerdict(CheckOutcome.BLOCKED, detail, problem, doubts, message, may_hand_over)


def reason_of(error: CloudError) -> str:
    """Why a check was refused, in a few words."""
    return _REASONS.get(error.kind) or (f"Azure answered {error.status}" if error.status else "it failed")


def register_action(namespace: str) -> str:
    """The action that registers a resource provider; always judged at the subscription."""
    return f"{namespace}/register/action"


def allowed(action: str, permissions: Iterable[Permission]) -> bool:
    """Whether any entry allows `action`: in its actions and not in its own notActions.

    Entries are judged alone, then OR-ed: what one role's notActions leave out another role may still give
    (Microsoft Learn, "Understand Azure role definitions", NotActions).
    """
    return any(
        _matches_any(action, entry.actions) and not _matches_any(action, entry.not_actions) for entry in permissions
    )


def _matches_any(action: str, patterns: Sequence[str]) -> bool:
    return any(_pattern(pattern).fullmatch(action) for pattern in patterns)


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    """An Azure action with `*` for any characters, slashes included; case does not matter."""
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.IGNORECASE | re.DOTALL)
