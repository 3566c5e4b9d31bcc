"""Can this subscription be used? (P5)"""

from __future__ import annotations

from pipeops_tui.checks.reads import Reads
from pipeops_tui.checks.requests import ask_for
from pipeops_tui.checks.spec import CheckSpec, Verdict, blocked, ok, warning
from pipeops_tui.model import Subscription, SubscriptionState
from pipeops_tui.problem import Problem
from pipeops_tui.wizard import Choices, Step

_BILLING = "https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states"


async def _usable(session: Reads, choices: Choices) -> Verdict:
    """By state, owner and spending limit (Subscriptions - List, 2022-12-01)."""
    subscription = choices.subscription
    assert subscription is not None  # noqa: S101 - `ready` made sure
    if subscription.home_tenant_id and subscription.home_tenant_id != subscription.tenant_id:
        return _delegated(session, subscription)
    match subscription.state:
        case SubscriptionState.DISABLED | SubscriptionState.DELETED:
            return _stopped(session, subscription)
        case SubscriptionState.PAST_DUE | SubscriptionState.WARNED:
            return _billing_problem(session, subscription)
        case _ if subscription.has_spending_limit:
            return warning("free or trial: a Kubernetes server may need more than its credit and 4 vCPUs")
    return ok("enabled")


def _delegated(session: Reads, subscription: Subscription) -> Verdict:
    home = subscription.home_tenant_id
    command = f"pipeops-tui --tenant {home} --subscription {subscription.subscription_id}"
    wish = (
        "The subscription is yours and delegated to us through Azure Lighthouse, so the application for PipeOps has to "
        f"live in your tenant {home}. Please run pipeops-tui with an account of your own that is Owner of the "
        "subscription, and connect it to PipeOps."
    )
    return blocked(
        "belongs to another organization",
        Problem(
            title="This subscription belongs to another organization",
            what=f"It is delegated to you through Azure Lighthouse by tenant {home}.",
            why="The application must live in that organization's own directory, and Owner cannot be delegated.",
            remedy="Ask that organization to run this tool with their own account, or pick another subscription.",
            who=f"An Owner of the subscription in tenant {home}",
            link="https://learn.microsoft.com/azure/lighthouse/concepts/tenants-users-roles",
            command=command,
        ),
        message=ask_for(session.account, subscription, wish, command),
    )


def _stopped(session: Reads, subscription: Subscription) -> Verdict:
    wish = f"It is {subscription.state.lower()}, and Azure allows no changes in it. Please reactivate it: {_BILLING}"
    return blocked(
        subscription.unusable,
        Problem(
            title=f"The subscription is {subscription.state.lower()}",
            what="Azure allows no changes in it.",
            why="This happens when a payment failed, the credit is used up or the subscription was cancelled.",
            remedy="Reactivate it, or pick another subscription.",
            who="The subscription's billing owner (Account Administrator or Billing Administrator)",
            link=_BILLING,
        ),
        message=ask_for(session.account, subscription, wish),
    )


def _billing_problem(session: Reads, subscription: Subscription) -> Verdict:
    wish = f"Azure reports a billing problem with it and may stop it. Please settle it: {_BILLING}"
    return warning(
        "there is a billing problem: Azure may stop it", message=ask_for(session.account, subscription, wish)
    )


SUBSCRIPTION_CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec(
        "P5",
        "The subscription can be used",
        Step.SUBSCRIPTION,
        _usable,
        lambda choices: choices.subscription is not None,
    ),
)
