"""A second paste, and the right values in place of wrong ones."""

from __future__ import annotations

import pytest

from pipeops_tui.core.secret import Secret
from pipeops_tui.doctor.changed_values import combined, corrected
from pipeops_tui.doctor.finding import RightValue
from pipeops_tui.doctor.five_values import FiveValues, Flaw, ValueName

ONE, TWO, THREE = (f"{digit * 8}-1111-4111-8111-111111111111" for digit in "123")
FLAWED = FiveValues(group_name="rg", client_id=TWO, flaws=(Flaw(ValueName.TENANT, "It is too short."),))


def test_what_is_given_again_replaces_the_value_and_its_flaw() -> None:
    values = combined(FLAWED, FiveValues(tenant_id=ONE, secret=Secret("s")))
    assert (values.group_name, values.tenant_id, values.client_id) == ("rg", ONE, TWO)
    assert values.secret is not None
    assert not values.flaws


def test_a_flaw_replaces_the_value() -> None:
    values = combined(FiveValues(tenant_id=ONE), FLAWED)
    assert values.tenant_id == ""
    assert values.flaw(ValueName.TENANT)


def test_nothing_given_changes_nothing() -> None:
    assert combined(FLAWED, FiveValues()) is FLAWED


@pytest.mark.parametrize(
    ("new", "guessed"),
    [
        (FiveValues(secret=Secret("s")), True),
        (FiveValues(tenant_id=THREE), True),
        (FiveValues(tenant_id=ONE, client_id=TWO, subscription_id=THREE), False),
        (FiveValues(tenant_id=ONE, client_id=TWO, subscription_id=THREE, is_order_guessed=True), True),
    ],
)
def test_an_order_stays_guessed_until_all_ids_are_named(new: FiveValues, guessed: bool) -> None:
    before = FiveValues(tenant_id=TWO, client_id=ONE, subscription_id=THREE, is_order_guessed=True)
    assert combined(before, new).is_order_guessed is guessed


def test_right_values_take_their_places() -> None:
    values = corrected(FLAWED, [RightValue(ValueName.TENANT, ONE), RightValue(ValueName.GROUP, "rg-2")])
    assert (values.group_name, values.tenant_id, values.client_id) == ("rg-2", ONE, TWO)
    assert not values.flaws
