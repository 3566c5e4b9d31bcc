"""Explains refusals of role assignments."""

from __future__ import annotations

from pipeops_tui.azure.errors.evidence import AzureOperation, Evidence
from pipeops_tui.azure.errors.rule import Rule, words
from pipeops_tui.core import az_commands, refusals
from pipeops_tui.core.problem import FailureKind, Problem, Section


def _no_permission(evidence: Evidence) -> Problem:
    return refusals.no_permission_to_assign(_assign_command(evidence))


def _condition(evidence: Evidence) -> Problem:
    return refusals.limited_permission_to_assign(certain=True, command=_assign_command(evidence))


def _exists(evidence: Evidence) -> Problem:
    return Problem(
        title="The role is assigned already",
        what="There is a role assignment for the same scope, role and service principal.",
        remedy="Nothing to do.",
        link=Section.RIGHTS,
    )


def _other_content(evidence: Evidence) -> Problem:
    return Problem(
        title="A different role assignment has this name",
        what=words(evidence),
        why="The name is made from scope, role and service principal, so this should not happen.",
        remedy="Copy the details for a support request.",
        link=Section.RIGHTS,
    )


def _limit(evidence: Evidence) -> Problem:
    return refusals.assignments_full()


def _delegated(evidence: Evidence) -> Problem:
    return refusals.delegated_subscription()


def _wrong_type(evidence: Evidence) -> Problem:
    return Problem(
        title="Azure sees the service principal as another kind",
        what=words(evidence),
        why="It was sent as a service principal, and Azure sees a user or a group.",
        remedy="Copy the details for a support request.",
        link=Section.RIGHTS,
    )


def _assign_command(evidence: Evidence) -> str:
    """What someone with the right would run; empty before the service principal exists."""
    context = evidence.context
    return az_commands.create_assignment(context.scope, context.principal_id) if context.principal_id else ""


def _assigning(evidence: Evidence) -> bool:
    return evidence.context.operation is AzureOperation.PUT_ASSIGNMENT


ASSIGNMENT_RULES: tuple[Rule, ...] = (
    Rule("assigned already", FailureKind.CONFLICT, lambda e: e.has_code("RoleAssignmentExists"), _exists),
    Rule(
        "other assignment",
        FailureKind.FINAL,
        lambda e: e.has_code("RoleAssignmentUpdateNotPermitted"),
        _other_content,
    ),
    Rule("assignment limit", FailureKind.FINAL, lambda e: e.has_code("RoleAssignmentLimitExceeded"), _limit),
    Rule("other organization", FailureKind.REFUSED, lambda e: e.has_code("LinkedAuthorizationFailed"), _delegated),
    Rule("principal type", FailureKind.FINAL, lambda e: e.has_code("UnmatchedPrincipalType"), _wrong_type),
    Rule(
        "condition",
        FailureKind.REFUSED,
        lambda e: _assigning(e) and e.status == 403 and e.says("ABAC condition"),
        _condition,
    ),
    Rule(
        "no permission to assign",
        FailureKind.REFUSED,
        lambda e: _assigning(e) and e.status == 403 and e.has_code("AuthorizationFailed"),
        _no_permission,
    ),
)
