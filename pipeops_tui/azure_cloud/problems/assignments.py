"""Refusals of role assignments."""

from __future__ import annotations

from pipeops_tui.azure_cloud.problems.evidence import Evidence, Operation
from pipeops_tui.azure_cloud.problems.general import words
from pipeops_tui.azure_cloud.problems.rule import Rule, Text
from pipeops_tui.problem import FailureKind, Section

_WHO = "An Owner, User Access Administrator or Role Based Access Control Administrator of the subscription"


def _may_not_assign(evidence: Evidence) -> Text:
    return Text(
        title="You may not assign roles",
        what="Your account could create everything but the last step: giving the new application its access.",
        why="That takes the role Owner, User Access Administrator or Role Based Access Control Administrator.",
        remedy="Have one of them run the command, or ask for that role and try again.",
        who=_WHO,
        link="https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps",
        command=_assign_command(evidence),
    )


def _condition(evidence: Evidence) -> Text:
    return Text(
        title="Your right to assign roles is limited",
        what="It carries a condition, and Contributor for a service principal is outside of it.",
        why="Your organization delegates role assignment with constraints (Azure ABAC).",
        remedy="Have an Owner run the command, or widen the condition.",
        who=_WHO,
        link="https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-overview",
        command=_assign_command(evidence),
    )


def _exists(evidence: Evidence) -> Text:
    return Text(
        title="The access has been granted already",
        what="There is a role assignment for the same scope, role and identity.",
        remedy="Nothing needs to be done.",
        link=Section.RIGHTS,
    )


def _other_content(evidence: Evidence) -> Text:
    return Text(
        title="A different role assignment has this name",
        what=words(evidence),
        why="The name is made from scope, role and identity, so this should not happen.",
        remedy="Copy the details for a support request.",
        link=Section.RIGHTS,
    )


def _limit(evidence: Evidence) -> Text:
    return Text(
        title="The subscription is full of role assignments",
        what="It has reached Azure's limit of 4000, resource groups and resources included.",
        remedy="Have unused ones removed, those of deleted identities (“Identity not found”) first, or pick another "
        "subscription.",
        who="An Owner or User Access Administrator of the subscription",
        link="https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits",
    )


def _delegated(evidence: Evidence) -> Text:
    return Text(
        title="This subscription belongs to another organization",
        what="Roles in it can only be assigned by accounts of its own tenant.",
        why="It is delegated to you through Azure Lighthouse, and Owner cannot be delegated.",
        remedy="Ask that organization to run this tool with their own account.",
        who="An Owner of the subscription in its own tenant",
        link="https://learn.microsoft.com/azure/lighthouse/concepts/tenants-users-roles",
    )


def _wrong_type(evidence: Evidence) -> Text:
    return Text(
        title="Azure takes the identity for something else",
        what=words(evidence),
        why="The identity is said to be a service principal, and Azure sees another kind.",
        remedy="Copy the details for a support request.",
        link=Section.RIGHTS,
    )


def _assign_command(evidence: Evidence) -> str:
    """What someone with the right would run; empty before the service principal exists."""
    context = evidence.context
    if not context.principal_id:
        return ""
    return (
        f"az role assignment create --assignee-object-id {context.principal_id} "
        f'--assignee-principal-type ServicePrincipal --role Contributor --scope "{context.scope}"'
    )


def _assigning(evidence: Evidence) -> bool:
    return evidence.context.operation is Operation.PUT_ASSIGNMENT


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
        "may not assign",
        FailureKind.REFUSED,
        lambda e: _assigning(e) and e.status == 403 and e.has_code("AuthorizationFailed"),
        _may_not_assign,
    ),
)
