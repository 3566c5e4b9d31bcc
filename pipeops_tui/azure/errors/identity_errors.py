"""Explains why the machine's managed identity gave no token, as azure-identity and the machine's own address say it."""

from __future__ import annotations

from pipeops_tui.azure.errors.evidence import AzureService, Evidence, Transport
from pipeops_tui.azure.errors.rule import Rule, words
from pipeops_tui.core.problem import FailureKind, Problem

_LINK = "https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview"
_NOT_ASSIGNED = ("has not been assigned", "No identity has been assigned", "Managed Identity found for specified")
_NOT_HERE = ("no response from the IMDS endpoint", "configuration not found", "endpoint found")
_UNANSWERED = (Transport.NOT_SENT, Transport.NO_ANSWER, Transport.UNREADABLE)


def _not_here(evidence: Evidence) -> Problem:
    return Problem(
        title="There is no managed identity here",
        what="Nothing on this machine gives out tokens of a managed identity.",
        why="Only machines and services in Azure have one.",
        remedy="Sign in in another way, or run pipeops-tui on a machine in Azure that has one.",
        link=_LINK,
    )


def _not_assigned(evidence: Evidence) -> Problem:
    return Problem(
        title="This machine does not have that managed identity",
        what="Azure has assigned no managed identity to it, or not the one that was asked for.",
        remedy="Leave --client-id out for the machine's own identity, or give the client ID of one that is assigned.",
        who="A Contributor of the machine, who can assign an identity to it",
        link=_LINK,
    )


def _other(evidence: Evidence) -> Problem:
    return Problem(
        title="The managed identity gave no token",
        what=words(evidence),
        remedy="Try again, or sign in in another way.",
        link=_LINK,
    )


def _of_identity(evidence: Evidence) -> bool:
    return evidence.service is AzureService.MANAGED_IDENTITY


IDENTITY_RULES: tuple[Rule, ...] = (
    Rule(
        "identity not assigned",
        FailureKind.SIGN_IN,
        lambda e: _of_identity(e) and any(e.says(one) for one in _NOT_ASSIGNED),
        _not_assigned,
    ),
    Rule(
        "no identity here",
        FailureKind.SIGN_IN,
        lambda e: _of_identity(e) and (e.transport in _UNANSWERED or any(e.says(one) for one in _NOT_HERE)),
        _not_here,
    ),
    Rule(
        "identity gave no token",
        FailureKind.SIGN_IN,
        lambda e: _of_identity(e) and (e.status is None or e.status < 500),
        _other,
    ),
)
"""Asked before what the network did: the address is one of the machine itself."""
