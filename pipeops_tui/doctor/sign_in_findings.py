"""What Azure's answers about the tenant, the subscription and the sign-in mean, in words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from pipeops_tui.core import az_commands
from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.core.model.doctor_facts import TenantPlace
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.doctor.finding import Finding, FindingCode, RightValue, of_problem
from pipeops_tui.doctor.five_values import FiveValues, ValueName
from pipeops_tui.doctor.form_findings import (
    FIND_SUBSCRIPTION,
    FIND_TENANT,
    renewing,
    where_to_find,
)

_NUMBER: Final = re.compile(r"AADSTS(\d+)")
_NO_APPLICATION: Final = frozenset({700016, 700011})
_NO_PRINCIPAL: Final = frozenset({7000229, 90099})
_DISABLED: Final = frozenset({7000112, 7000113, 70001, 50057, 53011})
_EXPIRED: Final = frozenset({7000222})
_WRONG: Final = frozenset({7000215, 7000216, 700027, 700030, 70002, 50012, 50013})
_NO_TENANT: Final = frozenset({90002, 900021, 900023, 90013, 90022})
"""Numbers of Microsoft Entra's refusals (Microsoft Learn, "Microsoft Entra authentication and authorization error
codes")."""
_DECIDED: Final = frozenset({FailureKind.FINAL, FailureKind.REFUSED, FailureKind.SIGN_IN, FailureKind.NOT_FOUND})
"""Kinds of failures that say something about the values; others come from the network, or pass."""
_OTHER_CLOUDS: Final = "https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud"


def number_of(error: CloudError) -> int | None:
    """Microsoft Entra's number of the refusal, AADSTS…; None where the answer has none."""
    texts = (error.code, *(text for label, text in error.problem.details if label in ("Code", "Message", "Detail")))
    found = next((match for text in texts if (match := _NUMBER.search(text))), None)
    return int(found[1]) if found else None


def is_wrong_secret(error: CloudError) -> bool:
    """Whether Microsoft Entra knows the application and does not accept its secret."""
    return number_of(error) in _WRONG


def is_unknown_client(error: CloudError) -> bool:
    """Whether the tenant has no application with the client ID."""
    return number_of(error) in _NO_APPLICATION


def tenant_unknown(values: FiveValues, home_tenant: str) -> Finding:
    """`home_tenant` is the tenant of the subscription; empty where it is not known."""
    known = f" The subscription belongs to the tenant {home_tenant}." if home_tenant else ""
    remedy = (
        f"Use {home_tenant} as Tenant ID."
        if home_tenant
        else f"Copy it again: {where_to_find(ValueName.TENANT)}. For a tenant of another cloud, give --cloud."
    )
    return Finding(
        FindingCode.TENANT_UNKNOWN,
        CheckOutcome.BLOCKED,
        "There is no tenant with this Tenant ID",
        f"Microsoft Entra does not know {values.tenant_id} in this cloud.{known}",
        remedy,
        link=FIND_TENANT,
        about=(ValueName.TENANT,),
        right=(RightValue(ValueName.TENANT, home_tenant),) if home_tenant else (),
    )


def tenant_in_other_cloud(place: TenantPlace) -> Finding:
    """The tenant exists, in another cloud than the one in use. Nothing secret was sent to either."""
    return Finding(
        FindingCode.TENANT_UNKNOWN,
        CheckOutcome.UNKNOWN,
        "The tenant is in another cloud",
        f"Microsoft Entra says that {place.tenant_id} is in {place.cloud}. The Client Secret was not sent anywhere.",
        "To test the values there, choose that cloud with --cloud. PipeOps' documents speak of the public cloud only.",
        command=az_commands.examine_in_cloud(place.cloud),
        link=_OTHER_CLOUDS,
        about=(ValueName.TENANT,),
    )


def tenant_is_domain(values: FiveValues, place: TenantPlace) -> Finding:
    """The tenant was given by one of its domains."""
    return Finding(
        FindingCode.TENANT_UNKNOWN,
        CheckOutcome.WARNING,
        "The Tenant ID is a domain, not an ID",
        f"{values.tenant_id} is a domain of the tenant {place.tenant_id}. PipeOps asks for the ID.",
        f"Use {place.tenant_id} as Tenant ID.",
        link=FIND_TENANT,
        about=(ValueName.TENANT,),
        right=(RightValue(ValueName.TENANT, place.tenant_id),),
    )


def subscription_unknown(values: FiveValues) -> Finding:
    """Azure Resource Manager has no such subscription."""
    return Finding(
        FindingCode.SUBSCRIPTION_UNKNOWN,
        CheckOutcome.BLOCKED,
        "There is no subscription with this Subscription ID",
        f"Azure does not know {values.subscription_id} in this cloud.",
        f"Copy it again: {where_to_find(ValueName.SUBSCRIPTION)}.",
        link=FIND_SUBSCRIPTION,
        about=(ValueName.SUBSCRIPTION,),
    )


def subscription_elsewhere(values: FiveValues, home_tenant: str, *, has_application: bool | None) -> Finding:
    """The subscription belongs to `home_tenant`, and the application is asked for in another. `has_application`:
    whether it is there; None where that is not known."""
    what = f"It belongs to the tenant {home_tenant}, and the Tenant ID is {values.tenant_id}."
    if has_application is False:
        what += " That tenant has no application with this Client ID either, so the Tenant ID is probably wrong."
    other = "Or give the ID of a subscription of that tenant" if has_application else "Or correct the Subscription ID"
    return Finding(
        FindingCode.SUBSCRIPTION_ELSEWHERE,
        CheckOutcome.BLOCKED,
        "The subscription belongs to another tenant",
        what,
        f"Use {home_tenant} as Tenant ID, with an application of that tenant. {other}.",
        link=FIND_SUBSCRIPTION,
        about=(ValueName.TENANT, ValueName.SUBSCRIPTION),
        right=(RightValue(ValueName.TENANT, home_tenant),),
    )


def secret_wrong(values: FiveValues, error: CloudError, hint: str = "") -> Finding:
    """`hint` says as a sentence what is unusual about the secret."""
    finding = _refused(FindingCode.SECRET_WRONG, error, ValueName.SECRET)
    return replace(finding, what=f"{finding.what} {hint}".strip(), command=finding.command or renewing(values))


def sign_in_refused(values: FiveValues, error: CloudError) -> Finding:
    """What a refusal of the application's sign-in means, in the words of the refusal. Wrong secrets are judged
    before."""
    number = number_of(error)
    if number in _NO_TENANT:
        return tenant_unknown(values, "")
    if number in _EXPIRED:
        finding = _refused(FindingCode.SECRET_EXPIRED, error, ValueName.SECRET)
        return replace(finding, command=finding.command or renewing(values))
    if number in _NO_APPLICATION or number in _NO_PRINCIPAL:
        return _refused(FindingCode.CLIENT_UNKNOWN, error, ValueName.CLIENT)
    if number in _DISABLED:
        return _refused(FindingCode.CLIENT_DISABLED, error, ValueName.CLIENT)
    if error.kind not in _DECIDED:  # also with a number: too many requests have one
        return could_not_be_asked(FindingCode.SIGN_IN_REFUSED, "The sign-in could not be tried", error)
    return _refused(FindingCode.SIGN_IN_REFUSED, error, ValueName.CLIENT)


def _refused(code: FindingCode, error: CloudError, about: ValueName) -> Finding:
    """The finding in the words of the refusal, with Microsoft's number as the evidence."""
    finding = of_problem(code, CheckOutcome.BLOCKED, error.problem, (about,))
    number = number_of(error)
    return replace(finding, what=f"{finding.what} Error code: AADSTS{number}.") if number else finding


def could_not_be_asked(code: FindingCode, title: str, error: CloudError) -> Finding:
    """A question that has no answer, for a reason that says nothing about the values."""
    problem = error.problem
    return Finding(
        code,
        CheckOutcome.UNKNOWN,
        title,
        f"{problem.title}. {problem.what}".strip(),
        problem.remedy,
        problem.who,
        link=problem.link if problem.link.startswith("https://") else "",
    )
