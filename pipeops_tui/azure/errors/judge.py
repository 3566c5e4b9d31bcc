"""From evidence to the one exception that leaves this room, by one ordered table of rules.

What the network did comes first, then what passes by itself, then what a new sign-in solves, then the exact codes, and
at the end what holds for any status. The last rule always applies.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeops_tui.azure.errors.assignment_errors import ASSIGNMENT_RULES
from pipeops_tui.azure.errors.challenge_errors import CHALLENGE_RULES, LATE_CHALLENGE_RULES
from pipeops_tui.azure.errors.directory_errors import DIRECTORY_BUSY, DIRECTORY_RULES
from pipeops_tui.azure.errors.evidence import Evidence, Transport
from pipeops_tui.azure.errors.identity_errors import IDENTITY_RULES
from pipeops_tui.azure.errors.network_errors import NETWORK_RULES
from pipeops_tui.azure.errors.replication_errors import REPLICATION_RULES
from pipeops_tui.azure.errors.resource_errors import RESOURCE_RULES, UNAUTHORIZED
from pipeops_tui.azure.errors.rule import GENERAL_RULES, THROTTLED, Rule
from pipeops_tui.azure.errors.sign_in_errors import SIGN_IN_RULES
from pipeops_tui.azure.errors.sign_in_method_errors import CLI_RULES, METHOD_RULES, OAUTH_RULES
from pipeops_tui.core.problem import TIME_FORMAT, CloudError, FailureKind, redact, versions

RULES: tuple[Rule, ...] = (
    THROTTLED,
    DIRECTORY_BUSY,
    *REPLICATION_RULES,
    *IDENTITY_RULES,
    *NETWORK_RULES,
    *CLI_RULES,
    *OAUTH_RULES,
    *CHALLENGE_RULES,
    *SIGN_IN_RULES,
    *LATE_CHALLENGE_RULES,
    *METHOD_RULES,
    *RESOURCE_RULES,
    *ASSIGNMENT_RULES,
    *DIRECTORY_RULES,
    UNAUTHORIZED,
    *GENERAL_RULES,
)
"""In the order in which they are asked; the first that applies decides."""

_PASSING = frozenset({FailureKind.THROTTLED, FailureKind.SERVER, FailureKind.BUSY})
"""Kinds for which a `Retry-After` means something."""
_PACKAGES = ("azure-identity", "azure-core", "msgraph-sdk")


def judge(evidence: Evidence, now: datetime) -> CloudError:
    """The kind of the failure and its `Problem`; `now` (UTC) is when it was noticed."""
    evidence = _without_secrets(evidence)
    rule = rule_for(evidence)
    problem = replace(rule.problem(evidence), details=_details(evidence, now))
    return CloudError(
        kind=rule.kind,
        problem=problem,
        status=evidence.status,
        code=_code(evidence),
        retry_after=evidence.retry_after if rule.kind in _PASSING else None,
        claims=evidence.claims if rule.kind is FailureKind.SIGN_IN else "",
        tenant_id=evidence.context.tenant_id,
    )


def rule_for(evidence: Evidence) -> Rule:
    """The first rule that applies; the last one always does."""
    return next(rule for rule in RULES if rule.applies(evidence))


def _code(evidence: Evidence) -> str:
    if evidence.aadsts:
        return f"AADSTS{evidence.aadsts[0]}"
    return evidence.code


def _without_secrets(evidence: Evidence) -> Evidence:
    """The Azure CLI, a proxy, a library or a service can quote a secret or token that it was given."""
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
