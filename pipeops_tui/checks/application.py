"""The application's name (P13), and how many applications one may own (P11)."""

from __future__ import annotations

from pipeops_tui.checks.reads import Reads
from pipeops_tui.checks.spec import CheckSpec, Verdict, blocked, ok, warning
from pipeops_tui.dates import spell_day
from pipeops_tui.problem import Problem
from pipeops_tui.wizard import Choices, Step

QUOTA = 250
"""Directory objects that an ordinary user may own (Microsoft Learn, "Microsoft Entra service limits")."""
_QUOTA_WARNING = 200


async def _twins(session: Reads, choices: Choices) -> Verdict:
    """Applications of the same display name: told, never touched (Azure/azure-cli#28589)."""
    assert choices.subscription is not None  # noqa: S101 - `ready` made sure
    name = choices.application_name.strip()
    found = await session.applications_named(choices.subscription.tenant_id, name)
    if not found:
        return ok(f"no other application is called {name}")
    newest = max((one.created for one in found if one.created), default=None)
    when = f", the newest from {spell_day(newest)}" if newest else ""
    return warning(
        f"{_count(len(found), 'application')} of this name already{when}; a new one is made, those stay as they are"
    )


async def _quota(session: Reads, choices: Choices) -> Verdict:
    """What the account owns; soft-deleted applications count too, and are not in this number."""
    assert choices.subscription is not None  # noqa: S101 - `ready` made sure
    owned = await session.owned_application_count(choices.subscription.tenant_id)
    if owned < _QUOTA_WARNING:
        return ok(f"you own {_count(owned, 'application')} of {QUOTA}")
    if owned < QUOTA:
        return warning(f"you own {owned} applications; the directory allows {QUOTA}, deleted ones included")
    return blocked(
        f"you own {owned} applications, and the directory allows {QUOTA}",
        Problem(
            title="You own too many applications",
            what=f"You own {owned} applications in this directory; an ordinary user may own {QUOTA} objects.",
            why="Applications deleted in the last 30 days count as well.",
            remedy="Delete some you no longer need, and remove them under “Deleted applications” too.",
            who="A Cloud Application Administrator can delete them for you",
            link="https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions",
        ),
        may_try_anyway=True,
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _ready(choices: Choices) -> bool:
    return choices.subscription is not None


APPLICATION_CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec(
        "P13",
        "Applications of the same name",
        Step.APPLICATION,
        _twins,
        lambda choices: _ready(choices) and bool(choices.application_name.strip()),
    ),
    CheckSpec("P11", "Your applications in the directory", Step.APPLICATION, _quota, _ready),
)
