"""Puts the rules to evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeops_tui.azure_cloud.problems.evidence import Evidence, Transport
from pipeops_tui.azure_cloud.problems.rule import Rule
from pipeops_tui.azure_cloud.problems.table import RULES
from pipeops_tui.problem import CloudError, FailureKind, Problem
from pipeops_tui.support import TIME_FORMAT, redact, versions

_PASSING = frozenset({FailureKind.THROTTLED, FailureKind.SERVER})
"""Kinds for which a `Retry-After` means something."""
_PACKAGES = ("azure-identity", "azure-core", "msgraph-sdk")


def judge(evidence: Evidence, now: datetime) -> CloudError:
    """The kind of the failure and its `Problem`; `now` (UTC) is when it was noticed."""
    evidence = _without_secrets(evidence)
    rule, context = rule_for(evidence), evidence.context
    text = rule.text(evidence)
    problem = Problem(
        title=text.title,
        what=text.what,
        why=text.why,
        remedy=text.remedy,
        who=text.who,
        link=text.link,
        command=text.command,
        details=_details(evidence, now),
    )
    return CloudError(
        kind=rule.kind,
        problem=problem,
        status=evidence.status,
        code=_code(evidence),
        retry_after=evidence.retry_after if rule.kind in _PASSING else None,
        claims=evidence.claims if rule.kind is FailureKind.SIGN_IN else "",
        tenant_id=context.tenant_id,
    )


def rule_for(evidence: Evidence) -> Rule:
    """The first rule that applies; the last one always does."""
    return next(rule for rule in RULES if rule.applies(evidence))


def _code(evidence: Evidence) -> str:
    if evidence.aadsts:
        return f"AADSTS{evidence.aadsts[0]}"
    return evidence.code


def _without_secrets(evidence: Evidence) -> Evidence:
    """The Azure CLI, a proxy or a library may quote what they were given; services do not, and might."""
    return replace(
        evidence,
        code=redact(evidence.code),
        message=redact(evidence.message),
        reason=redact(evidence.reason),
        details=tuple(replace(one, message=redact(one.message)) for one in evidence.details),
    )


def _details(evidence: Evidence, now: datetime) -> tuple[tuple[str, str], ...]:
    """For a support request: never a body, a token or a secret."""
    context = evidence.context
    rows = [
        ("Time (UTC)", now.strftime(TIME_FORMAT)),
        ("Operation", context.operation.value),
        ("Service", evidence.service.value),
        ("Host", evidence.host),
        ("Status", str(evidence.status or "")),
        ("Code", _code(evidence)),
        ("Message", evidence.message),
        *(("Detail", f"{detail.code}: {detail.message}".strip(": ")) for detail in evidence.details),
        ("Cause", evidence.reason if evidence.transport is not Transport.ANSWERED else ""),
        ("Tenant", context.tenant_id),
        ("Subscription", context.subscription_id),
        ("Correlation ID", evidence.correlation_id),
        ("Request ID", evidence.request_id),
        ("Version", versions(_PACKAGES)),
    ]
    return tuple((label, value) for label, value in rows if value)
