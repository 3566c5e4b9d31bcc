"""A finding about five values, and the verdict that follows from all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pipeops_tui.core.model import CheckOutcome, Subscription
from pipeops_tui.core.plain_text import PlainLines, PlainTexts
from pipeops_tui.core.problem import Problem
from pipeops_tui.doctor.five_values import FiveValues, ValueName
from pipeops_tui.doctor.question import Question


class FindingCode(StrEnum):
    """What is found. The values are those of `pipeops-tui doctor --output json`, in the order in which findings of one
    outcome are told: what others depend on comes first."""

    VALUES_MISSING = "values-missing"
    VALUES_SWAPPED = "values-swapped"
    SECRET_IS_ITS_ID = "secret-is-its-id"  # noqa: S105 - a code
    SECRET_MALFORMED = "secret-malformed"  # noqa: S105 - a code
    TENANT_UNKNOWN = "tenant-unknown"
    CLIENT_IS_OBJECT_ID = "client-is-object-id"
    CLIENT_UNKNOWN = "client-unknown"
    CLIENT_DISABLED = "client-disabled"
    SECRET_EXPIRED = "secret-expired"  # noqa: S105 - a code
    SECRET_WRONG = "secret-wrong"  # noqa: S105 - a code
    SIGN_IN_REFUSED = "sign-in-refused"
    SUBSCRIPTION_UNKNOWN = "subscription-unknown"
    SUBSCRIPTION_ELSEWHERE = "subscription-elsewhere"
    SUBSCRIPTION_DISABLED = "subscription-disabled"
    GROUP_NAME_DIFFERS = "group-name-differs"
    GROUP_MISSING = "group-missing"
    ROLE_ELSEWHERE = "role-elsewhere"
    ROLE_MISSING = "role-missing"
    LOCKED = "locked"
    POLICY = "policy"
    PROVIDER_MISSING = "provider-missing"
    ROOM = "room"
    SERVER_FAILED = "server-failed"
    WORKS = "works"


class Verdict(StrEnum):
    """What all findings say together."""

    WORKS = "works"
    BROKEN = "broken"
    UNKNOWN = "unknown"

    @property
    def exit_code(self) -> int:
        """What `pipeops-tui doctor` ends with."""
        return {Verdict.WORKS: 0, Verdict.BROKEN: 4, Verdict.UNKNOWN: 5}[self]


@dataclass(frozen=True, slots=True)
class RightValue(PlainLines):
    """What belongs in place of a value, as far as it is known; never a secret."""

    name: ValueName
    text: str


@dataclass(frozen=True, slots=True)
class Finding(PlainLines):
    """What is found, in words for a person. No text holds a secret."""

    code: FindingCode
    outcome: CheckOutcome
    title: str
    what: str
    """What is so, and how it is known."""
    remedy: str = ""
    who: str = ""
    """Who can do it, with the role that is needed; empty when it is the person."""
    command: str = ""
    link: str = ""
    """The address of a document of Microsoft's."""
    about: tuple[ValueName, ...] = ()
    """The values it is about."""
    right: tuple[RightValue, ...] = ()
    """What belongs in their places, to copy."""


@dataclass(frozen=True, slots=True)
class RoleToGive(PlainTexts):
    """That the person is allowed to give the application the role that it lacks."""

    subscription: Subscription
    """As the person's account sees it."""
    application_name: str
    client_id: str
    """The right one, where another was given."""


@dataclass(frozen=True, slots=True)
class ProvidersToRegister(PlainTexts):
    """Resource providers that a server needs, and that the person is allowed to register."""

    subscription: Subscription
    namespaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, in the order in which they are told."""

    values: FiveValues
    """In the order in which Azure knows them."""
    findings: tuple[Finding, ...]
    signed_in: bool = False
    """Whether the application has signed in with the values."""
    group_read: bool = False
    """Whether the application has read the resource group."""
    known: frozenset[Question] = frozenset()
    """The questions that Azure has answered."""
    role_to_give: RoleToGive | None = None
    """None where the role is not missing, or the person's account was not asked or is not allowed to give it."""
    providers_to_register: ProvidersToRegister | None = None
    """None where none is missing, or the person's account was not asked or is not allowed to."""

    @property
    def verdict(self) -> Verdict:
        """BROKEN if anything is blocked, WORKS if nothing is and the sign-in and the reading of the group succeeded."""
        if any(finding.outcome is CheckOutcome.BLOCKED for finding in self.findings):
            return Verdict.BROKEN
        return Verdict.WORKS if self.signed_in and self.group_read else Verdict.UNKNOWN

    @property
    def summary(self) -> str:
        """What it comes to, in one short sentence."""
        match self.verdict:
            case Verdict.WORKS:
                return "These five work from here."
            case Verdict.BROKEN:
                return f"Not yet: {_begun_small(self.findings[0].title)}."
            case Verdict.UNKNOWN:
                first = next((one for one in self.findings if one.outcome is CheckOutcome.UNKNOWN), None)
                reason = f": {_begun_small(first.title)}" if first is not None else ""
                return f"Whether these five work could not be decided{reason}."

    @property
    def closing(self) -> str:
        """The summary, and what to do when PipeOps still refuses values that work."""
        if self.verdict is not Verdict.WORKS:
            return self.summary
        return (
            f"{self.summary} If PipeOps still refuses them, paste them again in this order: {', '.join(ValueName)}. "
            "Leave the first box of PipeOps' form (Name) empty."
        )


_WITH_A_CAPITAL: Final = ("Azure", "Microsoft", "PipeOps", "Conditional Access", *ValueName)
_GRAVITY: Final = (CheckOutcome.OK, CheckOutcome.BLOCKED, CheckOutcome.UNKNOWN, CheckOutcome.WARNING)
"""There is only one finding that is OK: that all five work, beside which the others are less."""
_CODES: Final = tuple(FindingCode)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """`findings`: that all work, or the gravest first, and of those what others depend on."""
    return tuple(sorted(findings, key=lambda one: (_GRAVITY.index(one.outcome), _CODES.index(one.code))))


def of_problem(
    code: FindingCode, outcome: CheckOutcome, problem: Problem, about: tuple[ValueName, ...] = ()
) -> Finding:
    """A finding in the words of a refusal that has its words already."""
    return Finding(
        code,
        outcome,
        problem.title,
        " ".join(part for part in (problem.what, problem.why) if part),
        problem.remedy,
        problem.who,
        problem.command,
        problem.link if problem.link.startswith("https://") else "",
        about,
    )


def _begun_small(title: str) -> str:
    """`title` as it goes on in a sentence: names keep their capital."""
    return title if title.startswith(_WITH_A_CAPITAL) else title[:1].lower() + title[1:]
