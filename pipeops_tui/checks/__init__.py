"""Finds out what would go wrong before anything is created. Pure: asks a `ports.Session`, answers in `model.Check`s.

`checks_for(step, choices)` are the checks of one step whose inputs have been chosen; run each with
`await spec.run(session, choices)`, side by side and as early as one likes. None of them raises `CloudError`, writes to
Azure, or remembers anything: to check again, run it again. `SharedReads(session)` stands in for a session and asks
every question once, however many checks want to know.
"""

from __future__ import annotations

from pipeops_tui.checks.access import ACCESS_CHECKS
from pipeops_tui.checks.application import APPLICATION_CHECKS
from pipeops_tui.checks.directory import DIRECTORY_CHECKS
from pipeops_tui.checks.group import GROUP_CHECKS
from pipeops_tui.checks.obstacles import OBSTACLE_CHECKS
from pipeops_tui.checks.providers import (
    PROVIDER_CHECKS,
    Registrations,
    registrations,
    required_providers,
    unregistered,
)
from pipeops_tui.checks.reads import Reads, SharedReads, Topic
from pipeops_tui.checks.rights import allowed
from pipeops_tui.checks.sign_in import (
    SECOND_FACTOR,
    SECOND_FACTOR_CLAIMS,
    SIGN_IN_CHECKS,
    clock_caution,
    cloud_caution,
)
from pipeops_tui.checks.spec import CheckSpec
from pipeops_tui.checks.subscription import SUBSCRIPTION_CHECKS
from pipeops_tui.wizard import Choices, Step

__all__ = [
    "ALL_CHECKS",
    "SECOND_FACTOR",
    "SECOND_FACTOR_CLAIMS",
    "CheckSpec",
    "Reads",
    "Registrations",
    "SharedReads",
    "Topic",
    "allowed",
    "checks_for",
    "clock_caution",
    "cloud_caution",
    "registrations",
    "required_providers",
    "unregistered",
]

ALL_CHECKS: tuple[CheckSpec, ...] = (
    *SIGN_IN_CHECKS,
    *SUBSCRIPTION_CHECKS,
    *GROUP_CHECKS,
    *DIRECTORY_CHECKS,
    *APPLICATION_CHECKS,
    *ACCESS_CHECKS,
    *PROVIDER_CHECKS,
    *OBSTACLE_CHECKS,
)


def checks_for(step: Step, choices: Choices) -> tuple[CheckSpec, ...]:
    """The checks that belong to `step` and can be run with what has been chosen, in the order they are shown."""
    return tuple(spec for spec in ALL_CHECKS if spec.step is step and spec.ready(choices))
