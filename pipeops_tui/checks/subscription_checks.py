"""Checks whether the chosen subscription can be used, and what stops writes to it although the permission is there:
locks, deny assignments, a full subscription."""

from __future__ import annotations

from pipeops_tui.checks.admin_messages import AdminRequest, ask_for, group_name, place_in_portal
from pipeops_tui.checks.spec import CheckSpec, CheckVerdict, blocked, ok, subscription_check, warning
from pipeops_tui.core import refusals
from pipeops_tui.core.model import Lock, Subscription, SubscriptionState
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.refusals import ASSIGNMENT_LIMIT
from pipeops_tui.core.wizard import Choices, Step

_BILLING = "https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states"
_ASSIGNMENT_WARNING = 3900
_READ_ONLY = "readonly"


async def _usable(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """By state, owner and spending limit (Subscriptions - List, 2022-12-01)."""
    if subscription.home_tenant_id and subscription.home_tenant_id != subscription.tenant_id:
        return _delegated(session, subscription)
    match subscription.state:
        case SubscriptionState.DISABLED | SubscriptionState.DELETED:
            return _stopped(session, subscription)
        case SubscriptionState.PAST_DUE | SubscriptionState.WARNED:
            return _billing_problem(session, subscription)
        case _ if subscription.has_spending_limit:
            return warning("free or trial: a Kubernetes server can need more than its credit and 4 vCPUs")
    return ok("enabled")


def _delegated(session: Reads, subscription: Subscription) -> CheckVerdict:
    home = subscription.home_tenant_id
    problem = refusals.delegated_subscription(home, subscription.subscription_id)
    request = AdminRequest(
        "The subscription is yours and delegated to us through Azure Lighthouse, so the application for PipeOps has to "
        f"be registered in your tenant {home}. Please run pipeops-tui with an account of your own that is Owner of the "
        "subscription, and connect it to PipeOps."
    )
    return blocked(
        "belongs to another organization", problem, message=ask_for(session.account, subscription, request, problem)
    )


def _stopped(session: Reads, subscription: Subscription) -> CheckVerdict:
    problem = refusals.subscription_stopped(subscription.state.lower())
    if subscription.state is SubscriptionState.DELETED:
        return blocked(subscription.unusable, problem)
    request = AdminRequest(
        f"The subscription is {subscription.state.lower()}, and Azure allows no changes in it. Please reactivate it.",
        portal="Subscriptions → the subscription → Reactivate, or the message at the top that says why it stopped",
    )
    return blocked(subscription.unusable, problem, message=ask_for(session.account, subscription, request, problem))


def _billing_problem(session: Reads, subscription: Subscription) -> CheckVerdict:
    request = AdminRequest(
        f"Azure reports a billing problem with the subscription and can stop it. Please settle it: {_BILLING}",
        portal="Cost Management + Billing → Invoices → Pay now, or Settle balance",
    )
    return warning(
        "there is a billing problem: Azure can stop it", message=ask_for(session.account, subscription, request)
    )


SUBSCRIPTION_CHECKS: tuple[CheckSpec, ...] = (
    subscription_check("subscription", "State of the subscription", Step.SUBSCRIPTION, _usable),
)


async def _locks(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """A read-only lock stops every write, role assignments included; one against deletion stops undoing them."""
    locks = await session.locks(subscription, choices.existing_group.name if choices.existing_group else "")
    read_only = [lock for lock in locks if lock.level.casefold() == _READ_ONLY]
    if read_only:
        return _read_only(session, choices, subscription, read_only[0])
    if locks:
        return warning(f"the lock {locks[0].name} forbids deleting: undoing this later needs it removed first")
    return ok("none")


def _read_only(session: Reads, choices: Choices, subscription: Subscription, lock: Lock) -> CheckVerdict:
    problem = refusals.locked(lock.scope, lock.name)
    request = AdminRequest(
        f"The read-only lock {lock.name} on {lock.scope} stops PipeOps, which is to create and change servers in the "
        f"resource group {group_name(choices)}. Please remove the lock, or tell me another resource group to use. "
        "Nothing else has to change.",
        "For good: PipeOps works in the group all the time and is blocked again when the lock returns.",
        f"{place_in_portal(lock.scope)} → {_page_of_locks(lock)} → {lock.name} → Delete",
    )
    return blocked(
        f"the read-only lock {lock.name} forbids changes",
        problem,
        message=ask_for(session.account, subscription, request, problem),
    )


def _page_of_locks(lock: Lock) -> str:
    """What the portal calls the page (Microsoft Learn, "Lock your Azure resources to protect your infrastructure")."""
    return "Locks" if "/resourcegroups/" in lock.scope.casefold() else "Resource locks"


async def _denials(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """A warning with its name: to which accounts a deny assignment applies cannot be read."""
    found = await session.deny_assignments(subscription, choices.existing_group.name if choices.existing_group else "")
    if not found:
        return ok("none")
    names = ", ".join(one.name for one in found)
    return warning(f"{names} can forbid what your roles allow")


async def _room(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """Counted, all pages."""
    count = await session.role_assignment_count(subscription)
    if count < _ASSIGNMENT_WARNING:
        return ok(f"{count} of {ASSIGNMENT_LIMIT} role assignments used")
    if count < ASSIGNMENT_LIMIT:
        return warning(f"{count} of {ASSIGNMENT_LIMIT} role assignments used: almost full")
    request = AdminRequest(
        f"The subscription has reached Azure's limit of {ASSIGNMENT_LIMIT} role assignments, and PipeOps needs one. "
        "Please remove some that are no longer needed, those of deleted identities (“Identity not found”) first.",
        portal="Subscriptions → the subscription → Access control (IAM) → Role assignments → Remove; the same in its "
        "resource groups",
    )
    problem = refusals.assignments_full(count)
    return blocked(
        f"the subscription is full: {count} of {ASSIGNMENT_LIMIT} role assignments",
        problem,
        message=ask_for(session.account, subscription, request, problem),
    )


RESTRICTION_CHECKS: tuple[CheckSpec, ...] = (
    subscription_check("locks", "Locks", Step.ACCESS, _locks),
    subscription_check("deny-assignments", "Deny assignments", Step.ACCESS, _denials),
    subscription_check("assignment-limit", "Number of role assignments", Step.ACCESS, _room),
)
