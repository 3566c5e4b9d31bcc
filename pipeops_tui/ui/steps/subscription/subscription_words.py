"""The sentences of the Subscription screen."""

from __future__ import annotations

from pipeops_tui.core import az_commands
from pipeops_tui.core.model import Subscription, SubscriptionState
from pipeops_tui.ui.base.checking import count
from pipeops_tui.ui.services import About


def about_subscriptions(portal: str) -> About:
    """What F1 says: subscriptions and tenants in plain words."""
    return About(
        title="What is a subscription?",
        paragraphs=(
            "A subscription is the account that Azure bills: every resource belongs to exactly one. A company "
            "often has several, for example one for production and one for tests.",
            "The list shows all subscriptions that your account can see, in every tenant (organization) it is a "
            "member of. Some cannot be used: those that billing has stopped, and those of another organization "
            "that yours manages.",
            "If you are not sure, choose the one to whose bill you are allowed to add servers.",
        ),
        portal_page="Subscriptions",
        portal_link=f"{portal}/#view/Microsoft_Azure_Billing/SubscriptionsBladeV2",
        command=az_commands.list_accounts(),
    )


def found(subscriptions: int, tenants: int) -> str:
    """`3 subscriptions in 2 tenants`."""
    return f"{subscriptions:,} subscription{'' if subscriptions == 1 else 's'} in {count(tenants, 'tenant')}"


def billing_warning(subscription: Subscription) -> str:
    """Why a subscription that can be chosen might not pay for a server; empty when nothing speaks against it."""
    if subscription.state in (SubscriptionState.WARNED, SubscriptionState.PAST_DUE):
        return "Azure reports a billing problem with this subscription: Azure can stop it."
    if subscription.has_spending_limit:
        return "This subscription has a spending limit: its credit might not pay for a server."
    return ""


def nothing_to_choose(account: str, tenants: int) -> str:
    """What can be done where no tenant has a subscription; `tenants` is their number."""
    return (
        f"{account} can see no subscription in its {count(tenants, 'tenant')}.\n\n"
        "Does your organization use Azure? Ask the person who manages it, an Owner of the subscription, to give you "
        "a role in it, then check again. It takes some minutes until Azure knows of a new role.\n\n"
        "Does another account of yours have a subscription? Switch the account.\n\n"
        "Do you have no subscription yet? Create one at https://azure.microsoft.com/free, then check again."
    )
