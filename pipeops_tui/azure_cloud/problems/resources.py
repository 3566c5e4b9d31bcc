"""Refusals of Resource Manager: subscriptions, resource groups, policies, locks, providers."""

from __future__ import annotations

import re
import shlex

from pipeops_tui.azure_cloud.problems.evidence import Evidence, Operation, Service
from pipeops_tui.azure_cloud.problems.general import sentence, words
from pipeops_tui.azure_cloud.problems.rule import Rule, Text
from pipeops_tui.problem import FailureKind, Section

_LOCKS = "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources"
_SUBSCRIPTION_OWNER = "An Owner of the subscription"


def _disabled(evidence: Evidence) -> Text:
    return Text(
        title="The subscription is disabled",
        what="Azure allows no changes in it until it is enabled again.",
        why="This happens when a payment failed, the credit is used up or the subscription was cancelled.",
        remedy="Reactivate it, or pick another subscription.",
        who="The subscription's account administrator",
        link="https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-disabled",
    )


def _no_subscription(evidence: Evidence) -> Text:
    return Text(
        title="There is no such subscription",
        what=f"Azure does not know subscription {evidence.context.subscription_id}, or does not show it to you.",
        why="Its id is mistyped, or it has moved to another tenant.",
        remedy="Pick one from the list.",
        link=Section.SIGN_IN,
    )


def _bad_name(evidence: Evidence) -> Text:
    return Text(
        title="Azure does not accept this name",
        what=words(evidence),
        remedy="Use letters, digits, - _ . ( or ), at most 90 of them, and no period at the end.",
        link="https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    )


def _bad_tags(evidence: Evidence) -> Text:
    return Text(
        title="Azure does not accept these tags",
        what=words(evidence),
        why="Names may not hold < > % & \\ ? / nor begin with microsoft, azure or windows; values have 256 characters.",
        remedy="Change the tags of the resource group, then try again.",
        link="https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources",
    )


def _other_tenant(evidence: Evidence) -> Text:
    return Text(
        title="The subscription trusts another tenant",
        what=f"Could not {evidence.context.operation}: the sign-in is to tenant {evidence.context.tenant_id}.",
        why="A subscription trusts one tenant only; this one has been moved since the list was read.",
        remedy="Quit and start again: the subscription is then listed under its new tenant.",
        link="https://learn.microsoft.com/azure/role-based-access-control/transfer-subscription",
    )


def _elsewhere(evidence: Evidence) -> Text:
    place = re.search(r"already exists in location '([^']+)'", evidence.message)
    where = f" in {place.group(1)}" if place else " in another region"
    return Text(
        title="A resource group of this name exists already",
        what=f"{evidence.context.group or 'It'} lies{where}.",
        why="A resource group's name is unique in its subscription, and it cannot move.",
        remedy="Use it where it is, or type another name.",
        link=Section.GROUP,
    )


def _being_deleted(evidence: Evidence) -> Text:
    return Text(
        title="A resource group of this name is still being deleted",
        what=f"{evidence.context.group or 'It'} cannot be used until Azure has removed it.",
        why="Deleting takes a minute or more, and longer when there was much in it.",
        remedy="Wait, or take another name.",
        link=Section.GROUP,
    )


def _region_closed(evidence: Evidence) -> Text:
    found = re.search(r"List of available regions is '([^']+)'", evidence.message)
    regions = f" Open are: {found.group(1).replace(',', ', ')}." if found else ""
    return Text(
        title="This region takes no resource groups",
        what=f"Azure does not offer it for resource groups in this subscription.{regions}",
        remedy="Pick another region.",
        link=Section.GROUP,
    )


def _policy(evidence: Evidence) -> Text:
    found = re.search(r"Reasons?: (.+?)\.? See error details", evidence.message, re.DOTALL)
    reason = f" It says: {sentence(found.group(1).strip())}" if found else f" {words(evidence)}"
    mend = "Add the tags it asks for or pick another region, then try again."
    return Text(
        title="A policy of your organization refuses this",
        what=f"Could not {evidence.context.operation}.{reason}",
        why="Azure Policy checks every change.",
        remedy=mend if evidence.context.operation is Operation.PUT_GROUP else "Ask for an exemption.",
        who="The policy's owner can grant an exemption (role Resource Policy Contributor)",
        link="https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure",
    )


def _locked(evidence: Evidence) -> Text:
    found = re.search(r"scope\(s\) are locked: '([^']+)'", evidence.message)
    where = found.group(1) if found else evidence.context.scope
    return Text(
        title="A lock forbids this",
        what=f"Could not {evidence.context.operation}: {where or 'the scope'} is locked.",
        why="Locks hold for everyone, whatever rights they have.",
        remedy="Have the lock removed, then try again; or choose another resource group.",
        who="An Owner or User Access Administrator of that scope",
        link=_LOCKS,
        command=f'az lock list --resource "{where}"' if where.count("/") > 4 else "az lock list",
    )


def _too_many_groups(evidence: Evidence) -> Text:
    return Text(
        title="The subscription is full of resource groups",
        what="It has reached Azure's limit of 980.",
        remedy="Use an existing one, or pick another subscription.",
        link="https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits",
    )


def _not_registered(evidence: Evidence) -> Text:
    namespace = next((detail.target for detail in evidence.details if detail.target), evidence.context.namespace)
    subscription = evidence.context.subscription_id
    return Text(
        title="A resource provider is not registered",
        what=f"The subscription does not use {namespace or 'it'} yet.",
        why="Each kind of resource is switched on once per subscription.",
        remedy="Have it registered, then try again.",
        who="A Contributor or Owner of the subscription",
        link="https://aka.ms/rps-not-found",
        command=f"az provider register --namespace {namespace} --subscription {subscription}" if namespace else "",
    )


def _may_not_register(evidence: Evidence) -> Text:
    context = evidence.context
    return Text(
        title="You may not register resource providers",
        what=f"Your account has no right to register {context.namespace} in this subscription.",
        why="Registering holds for the whole subscription, so rights on one resource group are not enough.",
        remedy="Go on without; have it registered before you create a server.",
        who="A Contributor or Owner of the subscription",
        link=Section.RIGHTS,
        command=f"az provider register --namespace {context.namespace} --subscription {context.subscription_id}",
    )


def _may_not_create(evidence: Evidence) -> Text:
    return Text(
        title="You may not create a resource group",
        what="Your account has no right to create one in this subscription.",
        why="That takes the role Contributor or Owner on the subscription.",
        remedy="Pick an existing resource group, or ask for the role.",
        who=_SUBSCRIPTION_OWNER,
        link=Section.RIGHTS,
        command=_grant(evidence, "Contributor", f"/subscriptions/{evidence.context.subscription_id}"),
    )


def _denied_assignment(evidence: Evidence) -> Text:
    return Text(
        title="A deny assignment forbids this",
        what=f"Could not {evidence.context.operation}: {words(evidence)}",
        why="Managed applications, blueprints and deployment stacks protect what they made, even from Owners.",
        remedy="Choose another resource group, or ask who runs that stack.",
        who=_SUBSCRIPTION_OWNER,
        link="https://learn.microsoft.com/azure/role-based-access-control/deny-assignments",
    )


def _unauthorized(evidence: Evidence) -> Text:
    action = re.search(r"perform action '([^']+)'", evidence.message)
    right = f" ({action.group(1)})" if action else ""
    return Text(
        title="You may not do this",
        what=f"Your account has no right to {evidence.context.operation}{right}.",
        why="If it was given to you a moment ago, Azure may need up to 10 minutes and a new sign-in.",
        remedy="Ask for a role that allows it, or sign in again if you just got one.",
        who=_SUBSCRIPTION_OWNER,
        link="https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
    )


def _grant(evidence: Evidence, role: str, scope: str) -> str:
    if not evidence.context.account:
        return ""
    assignee = shlex.quote(evidence.context.account)
    return f'az role assignment create --assignee {assignee} --role "{role}" --scope "{scope}"'


def _arm(evidence: Evidence, *codes: str) -> bool:
    return evidence.service is Service.RESOURCE_MANAGER and evidence.has_code(*codes)


def _refused_doing(evidence: Evidence, operation: Operation) -> bool:
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
        lambda e: e.context.operation is Operation.PUT_GROUP and e.status == 400 and "tag" in e.code.casefold(),
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
        "may not create a group", FailureKind.REFUSED, lambda e: _refused_doing(e, Operation.PUT_GROUP), _may_not_create
    ),
    Rule(
        "may not register",
        FailureKind.REFUSED,
        lambda e: _refused_doing(e, Operation.REGISTER_PROVIDER),
        _may_not_register,
    ),
)

UNAUTHORIZED = Rule(
    "unauthorized", FailureKind.REFUSED, lambda e: e.status == 403 and _arm(e, "AuthorizationFailed"), _unauthorized
)
"""For every operation that no rule above knows."""
