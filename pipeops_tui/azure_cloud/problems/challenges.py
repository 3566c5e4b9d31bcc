"""Azure asks for a better sign-in: a second factor, a fresh session, a known device."""

from __future__ import annotations

import base64

from pipeops_tui.azure_cloud.problems.evidence import Evidence, Service
from pipeops_tui.azure_cloud.problems.rule import Rule, Text
from pipeops_tui.problem import FailureKind, Section

_MANDATORY_MFA = (
    "https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication"
)


def login_command(evidence: Evidence) -> str:
    """For the Azure CLI's session: the line that signs in as was asked for; empty for the other ways.

    `--claims-challenge` takes the claims in base64 (Azure CLI 2.76 and later, Azure/azure-cli#31856).
    """
    if evidence.service is not Service.AZURE_CLI:
        return ""
    context = evidence.context
    parts = ["az login"]
    if context.tenant_id:
        parts.append(f'--tenant "{context.tenant_id}"')
    if context.token_scope:
        parts.append(f'--scope "{context.token_scope}"')
    if evidence.claims:
        parts.append(f'--claims-challenge "{base64.b64encode(evidence.claims.encode()).decode()}"')
    return " ".join(parts)


def again(evidence: Evidence) -> str:
    """What to do about a sign-in that is not enough."""
    if evidence.service is Service.AZURE_CLI:
        return "Run the command in another terminal, then try again here; nothing was lost."
    return "Sign in again; nothing was lost."


def _second_factor(evidence: Evidence) -> Text:
    return Text(
        title="Azure asks for your second factor",
        what="You signed in without a second factor, and Azure requires one for changes.",
        why="Azure demands multifactor authentication of everyone who creates, changes or deletes anything.",
        remedy=again(evidence),
        link=_MANDATORY_MFA,
        command=login_command(evidence),
    )


def _fresh_session(evidence: Evidence) -> Text:
    return Text(
        title="Azure asks you to sign in again",
        what=f"Could not {evidence.context.operation}: the sign-in that was good before is not any more.",
        why="Your network, your device or your account has changed: say another Wi-Fi, a VPN, a new password.",
        remedy=again(evidence),
        link=Section.SIGN_IN,
        command=login_command(evidence),
    )


def _interaction(evidence: Evidence) -> Text:
    return Text(
        title="This tenant asks you to sign in to it",
        what="Your sign-in does not open it by itself.",
        why="Its rules ask for more, usually a second factor of its own.",
        remedy=again(evidence),
        link=Section.SIGN_IN,
        command=login_command(evidence),
    )


def _wants_second_factor(evidence: Evidence) -> bool:
    if evidence.claims:
        return "acrs" in evidence.claims or '"amr"' in evidence.claims
    return evidence.status == 401 and evidence.has_code("RequestDisallowedByPolicy")


CHALLENGE_RULES: tuple[Rule, ...] = (
    Rule("second factor for changes", FailureKind.SIGN_IN, _wants_second_factor, _second_factor),
    Rule(
        "Graph claims challenge",
        FailureKind.SIGN_IN,
        lambda e: e.status == 401 and e.says("ClaimsChallengeRequiredException"),
        _interaction,
    ),
)

LATE_CHALLENGE_RULES: tuple[Rule, ...] = (
    Rule("claims challenge", FailureKind.SIGN_IN, lambda e: e.status == 401 and bool(e.claims), _fresh_session),
    Rule(
        "interaction required",
        FailureKind.SIGN_IN,
        lambda e: e.code in ("interaction_required", "login_required", "consent_required") or bool(e.claims),
        _interaction,
    ),
)
"""Asked after the rules that know an AADSTS number, which say more."""
