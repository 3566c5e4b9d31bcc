"""What holds for every operation, and the rule of last resort."""

from __future__ import annotations

from pipeops_tui.azure_cloud.problems.evidence import Evidence
from pipeops_tui.azure_cloud.problems.rule import Rule, Text
from pipeops_tui.problem import FailureKind, Section


def _throttled(evidence: Evidence) -> Text:
    wait = f" It asks to wait {evidence.retry_after:.0f} s." if evidence.retry_after else ""
    return Text(
        title="Azure asks to slow down",
        what=f"{evidence.service} has too many requests to {evidence.context.operation}.{wait}",
        why="Azure limits how many requests an account, subscription or tenant may make in a short time.",
        remedy="Wait a little, then try again.",
        link="https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling",
    )


def _server(evidence: Evidence) -> Text:
    return Text(
        title=f"{evidence.service} has a problem",
        what=f"Could not {evidence.context.operation}: the service answered {evidence.status}.",
        why="Such failures are on Azure's side and usually pass within a minute.",
        remedy="Try again. If it stays, look at the status page.",
        link="https://azure.status.microsoft/status",
    )


def _refused(evidence: Evidence) -> Text:
    return Text(
        title="Azure refused",
        what=f"Could not {evidence.context.operation}: {words(evidence)}",
        why="The account that is signed in has no right to do this.",
        remedy="Ask an administrator for the right, or sign in with another account.",
        link=Section.RIGHTS,
    )


def _signed_out(evidence: Evidence) -> Text:
    return Text(
        title="Azure does not accept the sign-in any more",
        what=f"Could not {evidence.context.operation}: {words(evidence)}",
        remedy="Sign in again; nothing was lost.",
        link=Section.SIGN_IN,
    )


def _unknown(evidence: Evidence) -> Text:
    return Text(
        title=f"Could not {evidence.context.operation}",
        what=words(evidence),
        remedy="Try again. If it stays, copy the details for a support request.",
        link=Section.ELSE,
    )


def words(evidence: Evidence) -> str:
    """The service's own words as a sentence, or the nearest thing to them."""
    text = evidence.message or next((one.message for one in evidence.details if one.message), "")
    text = text or evidence.code or evidence.reason
    return sentence(text) if text else f"{evidence.service} answered {evidence.status} without saying why."


def sentence(text: str) -> str:
    """`text` with a full stop, unless it ends like a sentence already."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


THROTTLED = Rule("throttled", FailureKind.THROTTLED, lambda e: e.status == 429, _throttled)

GENERAL_RULES: tuple[Rule, ...] = (
    Rule("server", FailureKind.SERVER, lambda e: e.status is not None and e.status >= 500, _server),
    Rule("signed out", FailureKind.SIGN_IN, lambda e: e.status == 401, _signed_out),
    Rule("refused", FailureKind.REFUSED, lambda e: e.status == 403, _refused),
    Rule("not found", FailureKind.NOT_FOUND, lambda e: e.status == 404, _unknown),
    Rule("conflict", FailureKind.CONFLICT, lambda e: e.status == 409, _unknown),
    Rule("unknown", FailureKind.FINAL, lambda e: True, _unknown),
)
