"""What can be done about five values and what was found about them: pure functions of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeops_tui.doctor.changed_values import corrected
from pipeops_tui.doctor.examining import without_azure
from pipeops_tui.doctor.finding import Diagnosis, Finding, FindingCode, ProvidersToRegister, RightValue
from pipeops_tui.doctor.five_values import FiveValues, ValueName

_RENEWS: Final = frozenset({FindingCode.SECRET_EXPIRED, FindingCode.SECRET_WRONG, FindingCode.SECRET_IS_ITS_ID})
"""What a new client secret mends."""


def has_any(values: FiveValues) -> bool:
    """Whether there is anything to examine."""
    return any(values.has(name) for name in ValueName)


def early_findings(values: FiveValues) -> tuple[Finding, ...]:
    """What is wrong with what was given, before Azure is asked."""
    if not (has_any(values) or values.error_codes):
        return ()
    return tuple(one for one in without_azure(values).findings if one.code is not FindingCode.VALUES_MISSING)


def right_values(diagnosis: Diagnosis) -> Sequence[RightValue]:
    """What is known to belong in the places of values; of several for one place, that of the gravest finding."""
    offered = [one for finding in diagnosis.findings for one in finding.right]
    return tuple({one.name: one for one in reversed(offered)}.values())[::-1]


def meant_values(diagnosis: Diagnosis) -> FiveValues:
    """The values with the right ones in their places."""
    return corrected(diagnosis.values, right_values(diagnosis))


def is_cured_by_renewal(diagnosis: Diagnosis) -> bool:
    """Whether a new client secret mends what was found."""
    return bool(diagnosis.values.client_id) and any(finding.code in _RENEWS for finding in diagnosis.findings)


def role_words(diagnosis: Diagnosis) -> tuple[str, ...]:
    """What is said before the role that is missing is given; nothing where it cannot be given."""
    role, values = diagnosis.role_to_give, diagnosis.values
    if role is None:
        return ()
    return (
        f"{role.application_name} ({role.client_id}) gets the role Contributor on the resource group "
        f"{values.group_name} in {role.subscription.display_name}. It can then create, change and delete everything in "
        "that group. Give it only to an application that you know.",
        "It takes up to 10 minutes until the role is in effect.",
    )


def provider_words(missing: ProvidersToRegister) -> str:
    """What is said before resource providers are registered."""
    return (
        f"{', '.join(missing.namespaces)} will be registered in {missing.subscription.display_name}. It takes some "
        "minutes, costs nothing and gives access to nothing."
    )
