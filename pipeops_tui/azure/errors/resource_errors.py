"""Explains refusals of Resource Manager: subscriptions, resource groups, policies, locks, providers."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService, Evidence
from pipeops_tui.azure.errors.rule import Rule, sentence, words
from pipeops_tui.azure.policy_answers import in_words
from pipeops_tui.core import az_commands, refusals
from pipeops_tui.core.problem import FailureKind, Problem, Section


def _disabled(evidence: Evidence) -> Problem:
    return refusals.subscription_stopped()


def _no_subscription(evidence: Evidence) -> Problem:
    return Problem(
        title="There is no such subscription",
        what=f"Azure does not know subscription {evidence.context.subscription_id}, or does not show it to you.",
        why="Its id is mistyped, or it has moved to another tenant.",
        remedy="Choose one from the list.",
        link=Section.SIGN_IN,
    )


def _bad_name(evidence: Evidence) -> Problem:
    return Problem(
        title="Azure does not accept this name",
        what=words(evidence),
        remedy="Use letters, digits, - _ . ( or ), at most 90 of them, and no period at the end.",
        link="https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    )


def _bad_tags(evidence: Evidence) -> Problem:
    return Problem(
        title="Azure does not accept these tags",
        what=words(evidence),
        why="Names cannot contain < > % & \\ ? / or begin with microsoft, azure or windows; values have at most 256.",
        remedy="Change the tags of the resource group, then try again.",
        link="https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources",
    )


def _other_tenant(evidence: Evidence) -> Problem:
    return Problem(
        title="The subscription belongs to another tenant",
        what=f"Could not {evidence.context.operation}: the sign-in is to tenant {evidence.context.tenant_id}.",
        why="A subscription belongs to one tenant; this one has been moved since the list was read.",
        remedy="Quit and start again: the subscription is then listed under its new tenant.",
        link="https://learn.microsoft.com/azure/role-based-access-control/transfer-subscription",
    )


def _elsewhere(evidence: Evidence) -> Problem:
    place = re.search(r"already exists in location '([^']+)'", evidence.message)
    return refusals.group_exists(evidence.context.group, place.group(1) if place else "")


def _being_deleted(evidence: Evidence) -> Problem:
    return Problem(
        title="A resource group of this name is still being deleted",
        what=f"{evidence.context.group or 'It'} cannot be used until Azure has removed it.",
        why="Deleting takes a minute or more, and longer when there was a lot in it.",
        remedy="Wait, or type another name.",
        link=Section.GROUP,
    )


def _region_closed(evidence: Evidence) -> Problem:
    found = re.search(r"List of available regions is '([^']+)'", evidence.message)
    return refusals.region_closed(open_regions=found.group(1).replace(",", ", ") if found else "")


def _closed_by_microsoft(evidence: Evidence) -> Problem:
    return refusals.closed_by_microsoft()


def _policy(evidence: Evidence) -> Problem:
    found = re.search(r"Reasons?: (.+?)\.? See error details", evidence.message, re.DOTALL)
    reason = f"It says: {sentence(found.group(1).strip())}" if found else _named_policies(evidence)
    is_group = evidence.context.operation is AzureOperation.PUT_GROUP
    return refusals.refused_by_policy(
        f"Could not {evidence.context.operation}. {reason}",
        refusals.POLICY_REMEDY if is_group else "Ask for an exemption.",
    )


def _named_policies(evidence: Evidence) -> str:
    """Which policies refused, and what each of them wants: Azure's own message is JSON where a policy has none."""
    if not evidence.policies:
        return words(replace(evidence, message=evidence.message.partition(" Policy identifiers: ")[0]))
    return in_words(evidence.policies)


def _locked(evidence: Evidence) -> Problem:
    found = re.search(r"scope\(s\) are locked: '([^']+)'", evidence.message)
    return refusals.locked(found.group(1) if found else evidence.context.scope)


def _too_many_groups(evidence: Evidence) -> Problem:
    return Problem(
        title="The subscription is full of resource groups",
        what="It has reached Azure's limit of 980.",
        remedy="Use an existing one, or choose another subscription.",
        link="https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits",
    )


def _not_registered(evidence: Evidence) -> Problem:
    namespace = next((detail.target for detail in evidence.details if detail.target), evidence.context.namespace)
    subscription = evidence.context.subscription_id
    return Problem(
        title="A resource provider is not registered",
        what=f"The subscription does not use {namespace or 'it'} yet.",
        why="Each resource provider is registered once for a subscription.",
        remedy="Have it registered, then try again.",
        who=refusals.PROVIDER_REGISTRAR,
        link="https://aka.ms/rps-not-found",
        command=az_commands.register_provider(subscription, namespace) if namespace else "",
    )


def _no_permission_to_register(evidence: Evidence) -> Problem:
    context = evidence.context
    return refusals.no_permission_to_register_providers(
        context.namespace, context.subscription_id, [context.namespace], "No permission to register resource providers"
    )


def _no_permission_to_create(evidence: Evidence) -> Problem:
    return refusals.no_permission_to_create_group(group=evidence.context.group)


def _denied_assignment(evidence: Evidence) -> Problem:
    return Problem(
        title="A deny assignment does not allow this",
        what=f"Could not {evidence.context.operation}: {words(evidence)}",
        why="Managed applications, blueprints and deployment stacks protect what they created, even from Owners.",
        remedy="Choose another resource group, or ask the team that manages that stack.",
        who=refusals.SUBSCRIPTION_OWNER,
        link="https://learn.microsoft.com/azure/role-based-access-control/deny-assignments",
    )


def _unauthorized(evidence: Evidence) -> Problem:
    action = re.search(r"perform action '([^']+)'", evidence.message)
    right = f" ({action.group(1)})" if action else ""
    return Problem(
        title="No permission to do this",
        what=f"Your account has no permission to {evidence.context.operation}{right}.",
        why="If you got it a moment ago, Azure can need up to 10 minutes and a new sign-in.",
        remedy="Ask for a role that allows it, or sign in again if you just got one.",
        who=refusals.SUBSCRIPTION_OWNER,
        link="https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
    )


def _arm(evidence: Evidence, *codes: str) -> bool:
    return evidence.service is AzureService.RESOURCE_MANAGER and evidence.has_code(*codes)


def _refused_doing(evidence: Evidence, operation: AzureOperation) -> bool:
    return evidence.context.operation is operation and evidence.status == 403 and _arm(evidence, "AuthorizationFailed")


RESOURCE_RULES: tuple[Rule, ...] = (
    Rule(
        "subscription disabled",
        FailureKind.FINAL,
        lambda e: _arm(e, "ReadOnlyDisabledSubscription", "SubscriptionNotActive", "DisabledSubscription"),
        _disabled,
    ),
    Rule(
        "no subscription",
        FailureKind.FINAL,
        lambda e: _arm(e, "SubscriptionNotFound", "InvalidSubscriptionId"),
        _no_subscription,
    ),
    Rule(
        "bad group name", FailureKind.FINAL, lambda e: _arm(e, "InvalidResourceGroup", "InvalidResourceName"), _bad_name
    ),
    Rule(
        "bad tags",
        FailureKind.FINAL,
        lambda e: e.context.operation is AzureOperation.PUT_GROUP and e.status == 400 and "tag" in e.code.casefold(),
        _bad_tags,
    ),
    Rule("other tenant", FailureKind.FINAL, lambda e: _arm(e, "InvalidAuthenticationTokenTenant"), _other_tenant),
    Rule("group elsewhere", FailureKind.CONFLICT, lambda e: _arm(e, "InvalidResourceGroupLocation"), _elsewhere),
    Rule("group being deleted", FailureKind.CONFLICT, lambda e: _arm(e, "ResourceGroupBeingDeleted"), _being_deleted),
    Rule(
        "region closed",
        FailureKind.FINAL,
        lambda e: _arm(e, "LocationNotAvailableForResourceGroup", "LocationNotAvailableForResourceType"),
        _region_closed,
    ),
    Rule(
        "closed by Microsoft",
        FailureKind.FINAL,
        lambda e: _arm(e, refusals.CLOSED_BY_MICROSOFT),
        _closed_by_microsoft,
    ),
    Rule("policy", FailureKind.REFUSED, lambda e: e.status == 403 and _arm(e, "RequestDisallowedByPolicy"), _policy),
    Rule("locked", FailureKind.CONFLICT, lambda e: _arm(e, "ScopeLocked"), _locked),
    Rule("group quota", FailureKind.FINAL, lambda e: _arm(e, "ResourceGroupQuotaExceeded"), _too_many_groups),
    Rule(
        "provider not registered",
        FailureKind.CONFLICT,
        lambda e: _arm(e, "MissingSubscriptionRegistration", "MissingRegistrationForType"),
        _not_registered,
    ),
    Rule(
        "deny assignment",
        FailureKind.REFUSED,
        lambda e: e.status == 403 and (_arm(e, "DenyAssignmentAuthorizationFailed") or e.says("deny assignment")),
        _denied_assignment,
    ),
    Rule(
        "no permission to create a group",
        FailureKind.REFUSED,
        lambda e: _refused_doing(e, AzureOperation.PUT_GROUP),
        _no_permission_to_create,
    ),
    Rule(
        "no permission to register providers",
        FailureKind.REFUSED,
        lambda e: _refused_doing(e, AzureOperation.REGISTER_PROVIDER),
        _no_permission_to_register,
    ),
)

UNAUTHORIZED = Rule(
    "unauthorized", FailureKind.REFUSED, lambda e: e.status == 403 and _arm(e, "AuthorizationFailed"), _unauthorized
)
"""For every operation that no rule above knows."""
