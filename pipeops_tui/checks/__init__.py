"""Finds out what would fail before anything is created.

Pure: a check asks a `Reads`, which answers from Azure, and returns a `model.Check`. `checks_for(step, choices)` are the
checks of one step whose inputs have been chosen; run each with `await spec.run(session, choices)`, side by side, as
soon as the choices are made. None of them raises `CloudError`, writes to Azure, or remembers anything: to check again,
run it again.
"""

from __future__ import annotations

from pipeops_tui.checks.access_checks import ACCESS_CHECKS
from pipeops_tui.checks.directory_checks import APPLICATION_CHECKS, DIRECTORY_CHECKS
from pipeops_tui.checks.group_checks import GROUP_CHECKS
from pipeops_tui.checks.provider_checks import (
    PROVIDER_CHECKS,
    PROVIDERS,
    Registrations,
    registrations,
    required_providers,
    unregistered,
)
from pipeops_tui.checks.sign_in_checks import (
    SECOND_FACTOR,
    SECOND_FACTOR_CLAIMS,
    SIGN_IN_CHECKS,
    clock_warning,
    cloud_shell_warning,
    cloud_warning,
    destinations,
)
from pipeops_tui.checks.spec import CheckSpec, allowed
from pipeops_tui.checks.subscription_checks import RESTRICTION_CHECKS, SUBSCRIPTION_CHECKS
from pipeops_tui.core.ports import Reads, Topic
from pipeops_tui.core.wizard import Choices, Step

__all__ = [
    "ALL_CHECKS",
    "PROVIDERS",
    "SECOND_FACTOR",
    "SECOND_FACTOR_CLAIMS",
    "CheckSpec",
    "Reads",
    "Registrations",
    "Topic",
    "allowed",
    "checks_for",
    "clock_warning",
    "cloud_shell_warning",
    "cloud_warning",
    "destinations",
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
    *RESTRICTION_CHECKS,
)


def checks_for(step: Step, choices: Choices) -> tuple[CheckSpec, ...]:
    """The checks that belong to `step` and can be run with what has been chosen, in the order they are shown."""
    return tuple(spec for spec in ALL_CHECKS if spec.step is step and spec.ready(choices))
