"""One row of the table of rules, the words that many rows share, and the rows that hold for every operation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeops_tui.azure.errors.evidence import LONGEST_WAIT, AzureService, Evidence
from pipeops_tui.core import az_commands
from pipeops_tui.core.problem import FailureKind, Problem, Section


@dataclass(frozen=True, slots=True)
class Rule:
    """When `applies`, the failure is of `kind` and reads as `problem` says. The first row that applies decides."""

    name: str
    kind: FailureKind
    applies: Callable[[Evidence], bool]
    problem: Callable[[Evidence], Problem]
    """Without the details, which `judge` adds."""


_FOR_SUPPORT = re.compile(
    r"\s*\b(?:(?:Trace|Correlation|Request) ID:\s*\S+|Timestamp:\s*[0-9-]+[ T][0-9:.]+\s?(?:Z|UTC)?)", re.IGNORECASE
)
"""What Microsoft Entra adds to its sentences for support; the details have it."""


def words(evidence: Evidence) -> str:
    """The service's own words as a sentence, without ids and times, or what comes nearest to them."""
    text = evidence.message or next((one.message for one in evidence.details if one.message), "")
    text = " ".join(_FOR_SUPPORT.sub("", text).removeprefix("ERROR:").split()) or evidence.code or evidence.reason
    return sentence(text) if text else f"{evidence.service} answered {evidence.status} without saying why."


def sentence(text: str) -> str:
    """`text` with a full stop, unless it ends like a sentence already."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def login_command(evidence: Evidence) -> str:
    """For a person's session of the Azure CLI: the line that signs in as was asked for; empty for all others."""
    if evidence.service is not AzureService.AZURE_CLI or evidence.context.is_program:
        return ""
    context = evidence.context
    return az_commands.log_in(context.tenant_id, context.token_scope, evidence.claims)


def sign_in_again(evidence: Evidence) -> str:
    """What to do about a sign-in that is not enough."""
    if evidence.context.is_program and evidence.service is AzureService.AZURE_CLI:
        return "Sign the service principal in again with az login in another terminal, then try again here."
    if evidence.context.is_program:
        return "Try again: pipeops-tui then gets a new token. If that changes nothing, sign in as a person."
    if evidence.service is AzureService.AZURE_CLI:
        return "Run the command in another terminal, then try again here; nothing was lost."
    return "Sign in again; nothing was lost."


def _span(seconds: float) -> str:
    if seconds >= LONGEST_WAIT:
        return "an hour or longer"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def _throttled(evidence: Evidence) -> Problem:
    wait = f" It asks to wait {_span(evidence.retry_after)}." if evidence.retry_after else ""
    return Problem(
        title="Azure is limiting requests",
        what=f"{evidence.service} received too many requests to {evidence.context.operation}.{wait}",
        why="Azure limits how many requests an account, subscription or tenant can make in a short time.",
        remedy="Wait a little, then try again.",
        link="https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling",
    )


def _server(evidence: Evidence) -> Problem:
    return Problem(
        title=f"{evidence.service} has a problem",
        what=f"Could not {evidence.context.operation}: the service answered {evidence.status}.",
        why="Such failures are on Azure's side and usually pass within a minute.",
        remedy="Try again. If it happens again, look at the status page.",
        link="https://azure.status.microsoft/status",
    )


def _refused(evidence: Evidence) -> Problem:
    return Problem(
        title="Azure refused",
        what=f"Could not {evidence.context.operation}: {words(evidence)}",
        why="The account that is signed in has no permission to do this.",
        remedy="Ask an administrator for the permission, or sign in with another account.",
        link=Section.RIGHTS,
    )


def _signed_out(evidence: Evidence) -> Problem:
    return Problem(
        title="Azure does not accept the sign-in any more",
        what=f"Could not {evidence.context.operation}: {words(evidence)}",
        remedy=sign_in_again(evidence),
        link=Section.SIGN_IN,
    )


def _unknown(evidence: Evidence) -> Problem:
    return Problem(
        title=f"Could not {evidence.context.operation}",
        what=words(evidence),
        remedy="Try again. If it happens again, copy the details for a support request.",
        link=Section.ELSE,
    )


THROTTLED = Rule("throttled", FailureKind.THROTTLED, lambda e: e.status == 429, _throttled)

GENERAL_RULES: tuple[Rule, ...] = (
    Rule("server", FailureKind.SERVER, lambda e: e.status is not None and e.status >= 500, _server),
    Rule("signed out", FailureKind.SIGN_IN, lambda e: e.status == 401, _signed_out),
    Rule("refused", FailureKind.REFUSED, lambda e: e.status == 403, _refused),
    Rule("not found", FailureKind.NOT_FOUND, lambda e: e.status == 404, _unknown),
    Rule("conflict", FailureKind.CONFLICT, lambda e: e.status == 409, _unknown),
    Rule("unknown", FailureKind.FINAL, lambda e: True, _unknown),
)
