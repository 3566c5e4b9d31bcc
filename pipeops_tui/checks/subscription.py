"""Can this subscription be used? (P5)"""

from __future__ import annotations

from pipeops_tui.checks.reads import Reads
from pipeops_tui.checks.spec import CheckSpec, Verdict, blocked, ok, warning
from pipeops_tui.model import SubscriptionState
from pipeops_tui.problem import Problem
from pipeops_tui.wizard import Choices, Step

_BILLING = "https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states"


async def _usable(session: Reads, choices: Choices) -> Verdict:
    """By state, owner and spending limit (Subscriptions - List, 2022-12-01)."""
    subscription = choices.subscription
    assert subscription is not None  # noqa: S101 - `ready` made sure
    if subscription.home_tenant_id and subscription.home_tenant_id != subscription.tenant_id:
        return blocked(
            "belongs to another organization",
            Problem(
                title="This subscription belongs to another organization",
                what=f"It is delegated to you through Azure Lighthouse by tenant {subscription.home_tenant_id}.",
                why="The application must live in that organization's own directory, and Owner cannot be delegated.",
                remedy="Ask that organization to run this tool with their own account, or pick another subscription.",
                who=f"An Owner of the subscription in tenant {subscription.home_tenant_id}",
                link="https://learn.microsoft.com/azure/lighthouse/concepts/tenants-users-roles",
            ),
        )
    match subscription.state:
        case SubscriptionState.DISABLED | SubscriptionState.DELETED:
            return blocked(
                subscription.unusable,
                Problem(
                    title=f"The subscription is {subscription.state.lower()}",
                    what="Azure allows no changes in it.",
                    why="This happens when a payment failed, the credit is used up or the subscription was cancelled.",
                    remedy="Reactivate it, or pick another subscription.",
                    who="The subscription's account administrator",
                    link=_BILLING,
                ),
            )
        case SubscriptionState.PAST_DUE | SubscriptionState.WARNED:
            return warning("there is a billing problem: Azure may stop it")
        case _ if subscription.spending_limit == "On":
            return warning("free or trial: a Kubernetes server may need more than its credit and 4 vCPUs")
    return ok("enabled")


SUBSCRIPTION_CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec(
        "P5",
        "The subscription can be used",
        Step.SUBSCRIPTION,
        _usable,
        lambda choices: choices.subscription is not None,
    ),
)
