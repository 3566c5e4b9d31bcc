"""What Azure has refused to PipeOps while it made a server, in words: from the activity log, or from a pasted error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeops_tui.core import refusals
from pipeops_tui.core.clock import spell_instant
from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.core.model.doctor_facts import FailedOperation
from pipeops_tui.core.plain_text import plain
from pipeops_tui.doctor.finding import Finding, FindingCode, of_problem

_MOST_SAID: Final = 400
"""Characters of Azure's own words that are shown."""
QUOTAS: Final = "https://learn.microsoft.com/azure/quotas/per-vm-quota-requests"
_SIZES: Final = "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-sku-not-available"
_UNREGISTERED: Final = (
    "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider"
)
_AKS_PERMISSIONS: Final = "https://learn.microsoft.com/azure/aks/aks-service-permissions"
_ASSIGNING: Final = "microsoft.authorization/roleassignments/write"
_NO_ACCESS: Final = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"


def _quota() -> Finding:
    return Finding(
        FindingCode.ROOM,
        CheckOutcome.WARNING,
        "The quota of processors is used up",
        "The subscription is not allowed as many virtual processors in this region as the server needs.",
        "Choose a smaller size or another region in PipeOps, or have the quota raised: Quotas in the Azure portal.",
        refusals.SUBSCRIPTION_OWNER,
        link=QUOTAS,
    )


def _closed() -> Finding:
    return Finding(
        FindingCode.ROOM,
        CheckOutcome.WARNING,
        "The region or the size is not open to this subscription",
        "Azure does not offer this here, or not to this kind of subscription. Your organization cannot change that.",
        "Choose another region or another size in PipeOps.",
        link=_SIZES,
    )


def _policy() -> Finding:
    problem = refusals.refused_by_policy("It refused what PipeOps asked for.", "Ask for an exemption, then try again.")
    return of_problem(FindingCode.POLICY, CheckOutcome.WARNING, problem)


def _unregistered() -> Finding:
    return Finding(
        FindingCode.PROVIDER_MISSING,
        CheckOutcome.WARNING,
        "A resource provider is not registered",
        "The subscription does not use this service of Azure yet, and the application cannot register it.",
        "Have it registered, then try again. It costs nothing and gives access to nothing.",
        refusals.PROVIDER_REGISTRAR,
        link=_UNREGISTERED,
    )


def _no_access() -> Finding:
    return Finding(
        FindingCode.ROLE_MISSING,
        CheckOutcome.WARNING,
        "The application was not allowed to do this",
        "Its role does not include it, or does not hold there.",
        "Give it the role Contributor on the resource group that PipeOps uses. It needs no role anywhere else.",
        refusals.ROLE_ADMINISTRATOR,
        link=_NO_ACCESS,
    )


def _no_assigning() -> Finding:
    return Finding(
        FindingCode.ROLE_MISSING,
        CheckOutcome.WARNING,
        "The application is not allowed to assign roles",
        "Contributor does not include it. Only some clusters need it: those with a virtual network, a fixed address or "
        "a container registry of their own.",
        "Choose a server in PipeOps that needs none of these, or have the role assigned that the cluster asks for.",
        refusals.ROLE_ADMINISTRATOR,
        link=_AKS_PERMISSIONS,
    )


def _locked() -> Finding:
    return of_problem(FindingCode.LOCKED, CheckOutcome.WARNING, refusals.locked(""))


_REFUSED_ACCESS: Final = ("AuthorizationFailed", "LinkedAuthorizationFailed")


@dataclass(frozen=True, slots=True)
class _Kind:
    codes: re.Pattern[str]
    finding: Callable[[], Finding]


def _kind(codes: str, finding: Callable[[], Finding]) -> _Kind:
    return _Kind(re.compile(rf"\b(?:{codes})\b"), finding)


_KINDS: Final = (
    _kind(r"(?:ErrCode_)?Insufficient(?:VCPU)?Quota|QuotaExceeded|ErrCode_QuotaExceeded", _quota),
    _kind(
        "RequestDisallowedByAzure|SkuNotAvailable|LocationNotAvailableForResourceType|(?:Zonal|Overconstrained)?"
        "AllocationFailed",
        _closed,
    ),
    _kind("RequestDisallowedByPolicy", _policy),
    _kind("MissingSubscriptionRegistration|SubscriptionNotRegistered|NoRegisteredProviderFound", _unregistered),
    _kind("(?:Linked)?AuthorizationFailed", _no_access),
    _kind("ScopeLocked", _locked),
)
"""Codes of Azure Resource Manager and its services (Microsoft Learn, "Troubleshoot common Azure deployment errors")."""


def error_codes_in(text: str) -> tuple[str, ...]:
    """The codes in `text` that are known here, each once. No other part of the text is kept."""
    return tuple(dict.fromkeys(found[0] for kind in _KINDS for found in kind.codes.finditer(text)))


def error_findings(codes: Iterable[str]) -> tuple[Finding, ...]:
    """What codes of a pasted error mean; one finding for each kind."""
    found: dict[str, Finding] = {}
    for code in codes:
        finding = _finding(code)
        found.setdefault(finding.title, replace(finding, what=f"{finding.what} The pasted error says {code}."))
    return tuple(found.values())


def failure_findings(operations: Sequence[FailedOperation]) -> tuple[Finding, ...]:
    """What was refused, the newest first; a refusal that came again is told once."""
    found: dict[tuple[str, str], Finding] = {}
    for one in operations:
        finding = _finding(one.code, one.action)
        said = f" Azure: {plain(one.message, _MOST_SAID)}" if one.message else ""
        code = f" ({one.code})" if one.code else ""
        what = f"{finding.what} {spell_instant(one.at)}: {one.action}{code}.{said}"
        found.setdefault((finding.title, one.action), replace(finding, what=what))
    return tuple(found.values())


def _finding(code: str, action: str = "") -> Finding:
    if action.casefold() == _ASSIGNING and code in _REFUSED_ACCESS:
        return _no_assigning()
    kind = next((kind for kind in _KINDS if kind.codes.fullmatch(code)), None)
    if kind is not None:
        return kind.finding()
    return Finding(
        FindingCode.SERVER_FAILED,
        CheckOutcome.WARNING,
        "Azure refused something to PipeOps",
        "What it says is below.",
        "Show these words to who manages the subscription.",
    )
