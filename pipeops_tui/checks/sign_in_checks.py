"""Checks the computer's clock, the cloud and the second factor of the sign-in."""

from __future__ import annotations

from collections.abc import Mapping

from pipeops_tui.checks.spec import CheckSpec, CheckVerdict, blocked, ok, subscription_check, unknown, warning
from pipeops_tui.core import refusals
from pipeops_tui.core.model import CloudEndpoints, Subscription, Write
from pipeops_tui.core.option_values import PUBLIC_CLOUD
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.wizard import Choices, Step

SECOND_FACTOR_CLAIMS = '{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}'
"""The claims with which Azure itself asks for a second factor before a change (Azure/azure-cli#31699): pass them to
`Session.renew`."""

SECOND_FACTOR = "second-factor"
"""Key of the check that a sign-in with those claims satisfies."""

_SKEW_SECONDS = 120


def clock_warning(skew: float | None) -> str:
    """What to do about a clock that is `skew` seconds ahead of Azure's; empty when it is right, or not known."""
    if skew is None or abs(skew) <= _SKEW_SECONDS:
        return ""
    return f"This computer's clock is {_off(skew)}: set it. Under WSL run sudo hwclock -s"


def cloud_warning(endpoints: CloudEndpoints) -> str:
    """What to know of a cloud that is not the public one. Whether PipeOps takes credentials of others is not known."""
    if endpoints.name == PUBLIC_CLOUD:
        return ""
    return f"{endpoints.name} is not the public Azure cloud: PipeOps might not accept its credentials"


def cloud_shell_warning(environ: Mapping[str, str]) -> str:
    """What is different in Azure's Cloud Shell, which sets ACC_CLOUD; empty elsewhere. Without a storage account its
    home is gone with the session (Microsoft Learn, "Azure Cloud Shell persists your files")."""
    if not environ.get("ACC_CLOUD"):
        return ""
    return "In Cloud Shell F5 reloads the page and ends this program. Files might not be kept: finish what you begin"


def destinations(endpoints: CloudEndpoints) -> str:
    """Which hosts of a custom cloud get the sign-in and its tokens, to be said before they do; empty for a built-in
    cloud, whose hosts are Microsoft's."""
    if not endpoints.discovered:
        return ""
    authority, *others = (
        url.removeprefix("https://") for url in (endpoints.authority, endpoints.resource_manager, endpoints.graph)
    )
    tokens = " and ".join(dict.fromkeys(others))
    if tokens == authority:
        return f"Your sign-in and its tokens are sent to {authority}"
    return f"Your sign-in is sent to {authority}, its tokens to {tokens}"


def _off(skew: float) -> str:
    return f"{abs(skew) / 60:.0f} min {'ahead of' if skew > 0 else 'behind'} Azure's"


async def _clock(session: Reads, choices: Choices) -> CheckVerdict:
    """Sign-in services refuse tokens of the future; seen after a computer slept (Azure/azure-cli#26901)."""
    skew = session.clock_skew
    if skew is None:
        return unknown("could not be checked: Azure did not say what time it is")
    if not clock_warning(skew):
        return ok("agrees with Azure's")
    return warning(
        f"{_off(skew)}: set it (under WSL: sudo hwclock -s)",
        refusals.wrong_clock(f"It is {_off(skew)}."),
    )


async def _cloud(session: Reads, choices: Choices) -> CheckVerdict:
    caution = cloud_warning(session.endpoints)
    return warning(caution) if caution else ok(session.endpoints.name)


async def _second_factor(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """Azure requires a second factor of people for changes, not for reading (Microsoft Learn, "Mandatory multifactor
    authentication for Azure"); the sovereign clouds do not require it yet."""
    facts = await session.token_facts(subscription.tenant_id)
    if facts.is_person is False:
        return ok("not needed by a service principal")
    if facts.second_factor is None:
        return unknown("could not be checked: the sign-in does not say")
    if facts.second_factor or session.endpoints.name != PUBLIC_CLOUD:
        return ok("the sign-in allows changes")
    return blocked(
        "Azure requires a second factor for changes, and this sign-in has none",
        refusals.second_factor("Sign in again now; nothing has been created yet."),
        # The first change in Resource Manager; Microsoft Graph does not ask.
        doubts=Write.ASSIGNMENT if choices.existing_group else Write.GROUP,
    )


SIGN_IN_CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec("clock", "This computer's clock", Step.SIGN_IN, _clock, lambda choices: True),
    CheckSpec("cloud", "Cloud", Step.SIGN_IN, _cloud, lambda choices: True),
    subscription_check(SECOND_FACTOR, "Second factor", Step.ACCESS, _second_factor),
)
