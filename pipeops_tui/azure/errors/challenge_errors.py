"""Explains demands for a better sign-in: a second factor, a new session, a known device."""

from __future__ import annotations

from pipeops_tui.azure.errors.evidence import Evidence
from pipeops_tui.azure.errors.rule import Rule, login_command, sign_in_again
from pipeops_tui.core import refusals
from pipeops_tui.core.problem import FailureKind, Problem, Section


def _second_factor(evidence: Evidence) -> Problem:
    return refusals.second_factor(sign_in_again(evidence), login_command(evidence))


def _fresh_session(evidence: Evidence) -> Problem:
    return Problem(
        title="Azure asks you to sign in again",
        what=f"Could not {evidence.context.operation}: Azure no longer accepts the sign-in.",
        why="Your network, device or account has changed, for example another Wi-Fi, a VPN or a new password.",
        remedy=sign_in_again(evidence),
        link=Section.SIGN_IN,
        command=login_command(evidence),
    )


def _interaction(evidence: Evidence) -> Problem:
    return Problem(
        title="This tenant asks you to sign in to it",
        what="Your sign-in to another tenant is not enough for it.",
        why="Its policies require more, usually a second factor of its own.",
        remedy=sign_in_again(evidence),
        link=Section.SIGN_IN,
        command=login_command(evidence),
    )


def _wants_second_factor(evidence: Evidence) -> bool:
    if evidence.aadsts and not evidence.has_aadsts(50076, 50074, 50078):
        return False  # the number says more: claims that were asked with come back with any refusal
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
