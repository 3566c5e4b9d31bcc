"""The first four steps in worlds that are not plain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.ui.widgets.device_code import DeviceCodeCard
from tests.support.person import person_at
from tests.ui.test_subscription import marked
from tests.ui.ways import on_resource_group, to_resource_group, to_subscription


@contextmanager
def world(scenario: str, *, approves: bool = True) -> Iterator[RunningSimulator]:
    """A simulated Azure of one scenario."""
    with start_simulator(SimulatorConfig(scenario=scenario, auto_approve_device_codes=approves)) as running:
        yield running


async def test_a_locked_tenant_is_a_row_where_enter_signs_in() -> None:
    with world("locked-tenant", approves=False) as azure:
        async with person_at(azure, size=(100, 34)) as person:
            await person.sees("Ready")
            await person.presses("enter")
            await person.sees("expires in")
            azure.approve_device_code(code_on(person.app.screen.query_one(DeviceCodeCard)))
            await person.sees("Fabrikam +locked: Enter signs in", "✓ 10 subscriptions in 3 tenants")
            await person.types("fabrikam")
            await person.presses("enter")
            await person.sees("Sign in to Fabrikam", "expires in")
            await person.presses("escape")
            await person.sees("Sign-in cancelled", "locked: Enter signs in")
            await person.presses("enter")
            await person.sees("Sign in to Fabrikam", "expires in")
            azure.approve_device_code(code_on(person.app.screen.query_one(DeviceCodeCard)))
            screen = await person.sees("Signed in to Fabrikam: 4 more", "4 of 14 shown")
            assert "Fabrikam" in marked(screen)
            await person.presses("enter")
            await on_resource_group(person)


def code_on(card: DeviceCodeCard) -> str:
    """The code that is shown."""
    assert card.code is not None
    return card.code.user_code


async def test_no_subscription_at_all_is_said_with_what_to_do() -> None:
    with world("no-subscription") as azure:
        async with person_at(azure, size=(100, 30)) as person:
            await person.sees("Ready")
            await person.presses("enter")
            await person.sees(
                "can see no subscription", "https://azure.microsoft.com/free", "! No subscription found. Press F5"
            )
            await person.presses("enter")  # the first button checks again
            await person.sees("! No subscription found. Press F5 to check again")


async def test_what_cannot_be_used_is_skipped_and_says_why() -> None:
    with world("disabled-subscription") as azure:
        async with person_at(azure, size=(120, 36)) as person:
            await to_subscription(person)
            screen = await person.sees("disabled: billing stopped it", "▌")
            first = azure.state()["subscriptions"][0]
            assert not marked(screen).startswith(f"{first['displayName']}  ")


async def test_another_organization_s_subscription_keeps_its_name_beside_the_reason() -> None:
    with world("lighthouse") as azure:
        name = azure.state()["subscriptions"][0]["displayName"]
        async with person_at(azure, size=(120, 36)) as person:
            await to_subscription(person)
            await person.sees(f"{name} .*another organization's( |\n|$)")
            await person.pilot.resize_terminal(80, 24)
            screen = await person.sees(f"{name} +another organization's( |\n|$)")
            await person.pilot.resize_terminal(120, 36)
            assert marked(screen).startswith("Pay-As-You-Go")
            await person.types(name)
            await person.sees("1 of 2 shown")
            await person.presses("enter")
            await person.sees("This subscription belongs to another organization", "pipeops-tui --tenant")
            await person.presses("escape")
            await person.sees("! .*: another organization's. F5 checks again")


async def test_ten_thousand_subscriptions_are_searched_as_they_are_typed() -> None:
    with world("many") as azure:
        async with person_at(azure, size=(100, 30)) as person:
            await person.sees("Ready")
            await person.presses("enter")
            await person.sees(r"10,\d{3} subscriptions in 40 tenants", "of 10,")
            await person.presses("end", "home")
            wanted = azure.state()["subscriptions"][7_777]
            await person.types(wanted["subscriptionId"][:13])
            screen = await person.sees("1 of 10,")
            assert marked(screen).startswith(wanted["displayName"][:16])


async def test_a_group_that_is_being_deleted_cannot_be_picked() -> None:
    with world("group-deleting") as azure:
        async with person_at(azure, size=(100, 30)) as person:
            screen = await to_resource_group(person)
            assert "being deleted" in screen
            assert marked(screen).startswith("PipeOpsRG-2")
            await person.presses("ctrl+u")
            await person.types("pipeopsrg")
            await person.sees("being deleted: wait, or use another name")
            await person.presses("enter")
            await person.sees("! .* is being deleted")


async def test_a_guest_is_warned() -> None:
    with world("guest") as azure:
        async with person_at(azure, size=(100, 30)) as person:
            await to_resource_group(person)
            await person.presses("enter")
            await person.sees(
                "Check your organization", "guests usually cannot register", "! warning", "Application Developer"
            )
