"""About the computer, the cloud (P0) and the sign-in itself (P0b)."""

from __future__ import annotations

from pipeops_tui.checks.reads import Reads
from pipeops_tui.checks.spec import CheckSpec, Verdict, blocked, ok, unknown, warning
from pipeops_tui.model import CloudEndpoints, Write
from pipeops_tui.problem import Problem, Section
from pipeops_tui.wizard import Choices, Step

SECOND_FACTOR_CLAIMS = '{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}'
"""The claims with which Azure itself asks for a second factor before a change (Azure/azure-cli#31699): pass them to
`Session.renew`."""

SECOND_FACTOR = "P0b"
"""Key of the check that a sign-in with those claims satisfies."""

PUBLIC_CLOUD = "AzureCloud"
_SKEW_SECONDS = 120


def clock_caution(skew: float | None) -> str:
    """What to do about a clock that is `skew` seconds ahead of Azure's; empty when it is right, or not known."""
    if skew is None or abs(skew) <= _SKEW_SECONDS:
        return ""
    return f"This computer's clock is {_off(skew)}: set it. Under WSL run sudo hwclock -s"


def cloud_caution(endpoints: CloudEndpoints) -> str:
    """What to know of a cloud that is not the public one. Whether PipeOps takes credentials of others is not known."""
    if endpoints.name == PUBLIC_CLOUD:
        return ""
    return f"{endpoints.name} is not the public Azure cloud: PipeOps may not accept its credentials"


def _off(skew: float) -> str:
    return f"{abs(skew) / 60:.0f} min {'ahead of' if skew > 0 else 'behind'} Azure's"


async def _clock(session: Reads, choices: Choices) -> Verdict:
    """Sign-in services refuse tokens of the future; seen after a computer slept (Azure/azure-cli#26901)."""
    skew = session.clock_skew
    if skew is None:
        return unknown("could not be checked: Azure did not say what time it is")
    if not clock_caution(skew):
        return ok("agrees with Azure's")
    return warning(
        f"{_off(skew)}: set it (under WSL: sudo hwclock -s)",
        Problem(
            title="This computer's clock is wrong",
            what=f"It is {_off(skew)}.",
            why="Tokens and client secrets are valid from a moment on; with a wrong clock they seem not to be.",
            remedy="Set the clock. Under WSL it stops while the computer sleeps.",
            link=Section.SIGN_IN,
            command="sudo hwclock -s",
        ),
    )


async def _cloud(session: Reads, choices: Choices) -> Verdict:
    caution = cloud_caution(session.endpoints)
    return warning(caution) if caution else ok(session.endpoints.name)


async def _second_factor(session: Reads, choices: Choices) -> Verdict:
    """Azure demands a second factor of people for changes, not for reading (Microsoft Learn, "Mandatory multifactor
    authentication for Azure"); the sovereign clouds do not yet."""
    assert choices.subscription is not None  # noqa: S101 - `ready` made sure
    facts = await session.token_facts(choices.subscription.tenant_id)
    if facts.is_person is False:
        return ok("not needed by a service principal")
    if facts.second_factor is None:
        return unknown("could not be checked: the sign-in does not tell")
    if facts.second_factor or session.endpoints.name != PUBLIC_CLOUD:
        return ok("the sign-in is good for changes")
    return blocked(
        "Azure will ask for a second factor before the first change",
        Problem(
            title="Confirm your second factor first",
            what="You signed in without a second factor, and Azure requires one for changes.",
            why="Azure demands multifactor authentication of everyone who creates, changes or deletes anything.",
            remedy="Sign in again now; nothing has been created yet.",
            link="https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication",
        ),
        # The first change in Resource Manager; Microsoft Graph does not ask.
        doubts=Write.ASSIGNMENT if choices.existing_group else Write.GROUP,
    )


SIGN_IN_CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec("P0", "This computer's clock", Step.SIGN_IN, _clock, lambda choices: True),
    CheckSpec("P0-cloud", "The cloud", Step.SIGN_IN, _cloud, lambda choices: True),
    CheckSpec(
        SECOND_FACTOR, "Second factor", Step.ACCESS, _second_factor, lambda choices: choices.subscription is not None
    ),
)
