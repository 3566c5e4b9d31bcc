"""The sentences of the Subscription screen."""

from __future__ import annotations

import pytest

from pipeops_tui.core.model import Subscription, SubscriptionState
from pipeops_tui.ui.steps.subscription.subscription_words import billing_warning, found, nothing_to_choose


@pytest.mark.parametrize(
    ("state", "spending_limit", "says"),
    [
        (SubscriptionState.ENABLED, "Off", ""),
        (SubscriptionState.ENABLED, "On", "spending limit"),
        (SubscriptionState.WARNED, "Off", "billing problem"),
        (SubscriptionState.PAST_DUE, "On", "billing problem"),
    ],
)
def test_it_warns_of_what_might_not_pay_for_a_server(state: SubscriptionState, spending_limit: str, says: str) -> None:
    warning = billing_warning(Subscription("id", "Name", "tenant", "Contoso", state, spending_limit=spending_limit))
    assert says in warning
    assert bool(warning) == bool(says)


def test_it_counts_in_words() -> None:
    assert found(1, 1) == "1 subscription in 1 tenant"
    assert found(10_000, 2) == "10,000 subscriptions in 2 tenants"
    assert "you@contoso.com can see no subscription in its 3 tenants." in nothing_to_choose("you@contoso.com", 3)
