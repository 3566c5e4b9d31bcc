"""The wizard: what is final once Create was pressed, and what another subscription makes meaningless."""

from __future__ import annotations

import pytest

from pipeops_tui.core.model import Doubt, Region, ResourceGroup, Subscription, SubscriptionState, Write
from pipeops_tui.core.wizard import Choices, Step, Wizard, plan

DOUBT = Doubt("assign-roles", Write.ASSIGNMENT)


def subscription(number: int) -> Subscription:
    return Subscription(
        f"00000000-0000-4000-8000-00000000000{number}",
        f"Subscription {number}",
        "t",
        "Contoso",
        SubscriptionState.ENABLED,
    )


def chosen(**changes: object) -> Wizard:
    """A wizard in which everything is chosen."""
    choices = Choices(
        subscription=subscription(1),
        group_name="mine",
        region=Region("westeurope", "West Europe", "Europe", recommended=True),
        providers=("Microsoft.Compute",),
        doubts=(DOUBT,),
        **changes,  # type: ignore[arg-type]
    )
    return Wizard(choices, Step.CREATE, Step.CREATE)


def test_nothing_is_changed_once_create_was_pressed() -> None:
    wizard = chosen()
    wizard.locked = True
    before = wizard.choices
    for change in ({"group_name": "other"}, {"subscription": subscription(2)}, {"secret_days": 1}):
        with pytest.raises(RuntimeError):
            wizard.choose(**change)
    with pytest.raises(RuntimeError):
        wizard.try_anyway([DOUBT.check], [])
    with pytest.raises(RuntimeError):
        wizard.start_over()
    assert wizard.back() is None
    assert (wizard.choices, wizard.step) == (before, Step.CREATE)


def test_another_subscription_takes_along_what_was_said_of_the_old_one() -> None:
    wizard = chosen(existing_group=ResourceGroup("theirs", "westeurope"), owner_assigns=True)
    wizard.choose(subscription=subscription(2))
    choices = wizard.choices
    assert (choices.existing_group, choices.region, choices.providers, choices.doubts) == (None, None, (), ())
    assert not choices.owner_assigns
    assert choices.group_name == "mine"


def test_the_same_subscription_again_changes_nothing() -> None:
    wizard = chosen()
    before = wizard.choices
    wizard.choose(subscription=subscription(1))
    assert wizard.choices == before


def test_another_account_takes_along_all_doubts() -> None:
    wizard = chosen(owner_assigns=True)
    wizard.start_over()
    assert (wizard.choices.doubts, wizard.choices.providers, wizard.choices.owner_assigns) == ((), (), False)


def test_what_is_tried_anyway_is_tried_first() -> None:
    assert plan(chosen().choices).doubts == (Write.ASSIGNMENT,)
    wizard = chosen()
    wizard.try_anyway([DOUBT.check], [])
    assert plan(wizard.choices).doubts == ()
