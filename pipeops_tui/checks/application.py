"""The application's name (P13)."""

from __future__ import annotations

from pipeops_tui.checks.reads import Reads
from pipeops_tui.checks.spec import CheckSpec, Verdict, ok, warning
from pipeops_tui.dates import spell_day
from pipeops_tui.wizard import Choices, Step


async def _twins(session: Reads, choices: Choices) -> Verdict:
    """Applications of the same display name: told, never touched (Azure/azure-cli#28589)."""
    assert choices.subscription is not None  # noqa: S101 - `ready` made sure
    name = choices.application_name.strip()
    found = await session.applications_named(choices.subscription.tenant_id, name)
    if not found:
        return ok(f"no other application is called {name}")
    newest = max((one.created for one in found if one.created), default=None)
    when = f", the newest from {spell_day(newest)}" if newest else ""
    number = "1 application" if len(found) == 1 else f"{len(found)} applications"
    return warning(f"{number} of this name already{when}; a new one is made, those stay as they are")


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
)
