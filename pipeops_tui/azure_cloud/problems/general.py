"""What holds for every operation, and the rule of last resort."""

from __future__ import annotations

from pipeops_tui.azure_cloud.problems.evidence import Evidence, Transport
from pipeops_tui.azure_cloud.problems.rule import Rule, Text
from pipeops_tui.problem import FailureKind


def _throttled(evidence: Evidence) -> Text:
    wait = f" It asks to wait {evidence.retry_after:.0f} s." if evidence.retry_after else ""
    return Text(
        title="Azure asks to slow down",
        what=f"{evidence.service} is answering too many requests to {evidence.context.operation}.{wait}",
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


def _unreachable(evidence: Evidence) -> Text:
    host = evidence.host or str(evidence.service)
    return Text(
        title=f"No connection to {host}",
        what=f"Could not {evidence.context.operation}: {host} cannot be reached from this computer.",
        why="The network is down, or a firewall or proxy does not let the request through.",
        remedy=f"Check the network, and HTTPS_PROXY if there is a company proxy. {host} must be reachable on port 443.",
        who="Your network team, when only this host is blocked.",
    )


def _lost(evidence: Evidence) -> Text:
    return Text(
        title="The answer got lost",
        what=f"Asked {evidence.service} to {evidence.context.operation}, and no usable answer came back.",
        why="The connection broke or the answer was damaged. The request may have been carried out all the same.",
        remedy="Try again: what is already there is found first.",
    )


def _refused(evidence: Evidence) -> Text:
    return Text(
        title="Azure refused",
        what=f"Could not {evidence.context.operation}: {_words(evidence)}",
        why="The account that is signed in has no right to do this.",
        remedy="Ask an administrator for the right, or sign in with another account.",
    )


def _unknown(evidence: Evidence) -> Text:
    return Text(
        title=f"Could not {evidence.context.operation}",
        what=_words(evidence),
        remedy="Try again. If it stays, copy the details for a support request.",
    )


def _words(evidence: Evidence) -> str:
    """The service's own words, or the nearest thing to them."""
    words = evidence.message or evidence.code or evidence.reason
    if words:
        return words if words.endswith(".") else f"{words}."
    return f"{evidence.service} answered {evidence.status} without saying why."


GENERAL: tuple[Rule, ...] = (
    Rule("throttled", FailureKind.THROTTLED, lambda e: e.status == 429, _throttled),
    Rule("not sent", FailureKind.UNREACHABLE, lambda e: e.transport is Transport.NOT_SENT, _unreachable),
    Rule("lost", FailureKind.LOST_ANSWER, lambda e: e.transport is not Transport.ANSWERED, _lost),
    Rule("server", FailureKind.SERVER, lambda e: e.status is not None and e.status >= 500, _server),
    Rule("refused", FailureKind.REFUSED, lambda e: e.status in (401, 403), _refused),
    Rule("not found", FailureKind.NOT_FOUND, lambda e: e.status == 404, _unknown),
    Rule("conflict", FailureKind.CONFLICT, lambda e: e.status == 409, _unknown),
    Rule("unknown", FailureKind.FINAL, lambda e: True, _unknown),
)
