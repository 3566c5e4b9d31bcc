"""Step 4: the directory, confirmed."""

from __future__ import annotations

from pipeops_tui.core.settings import Settings
from pipeops_tui.simulator import RunningSimulator
from tests.support.person import person_at
from tests.ui.ways import on_resource_group, to_resource_group, to_subscription, to_tenant


async def test_the_directory_is_shown_with_who_the_person_is_in_it(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        screen = await to_tenant(person)
        chosen = person.app.journey.choices.subscription
        assert chosen is not None
        assert chosen.tenant_id in screen
        for text in ("Contoso", "contoso.com", "you@contoso.com, member", "✓ ok"):
            assert text in screen
        await person.presses("enter")
        await person.waits_until(lambda screen: "● Application" in screen, "the next step")
        assert person.app.journey.choices.tenant_name == "Contoso"


async def test_it_follows_the_subscription(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_tenant(person)
        await person.presses("escape")
        await person.sees("Choose the resource group")
        await person.presses("escape")
        await person.sees("Choose the subscription")
        await person.types("northwind")
        await person.presses("enter")
        await on_resource_group(person)
        await person.presses("enter")
        await person.sees("Name +Northwind Traders", "✓ Northwind Traders: .*checks passed")


async def test_another_tenant_than_the_one_asked_for_is_said(azure: RunningSimulator) -> None:
    other = next(one for one in azure.state()["tenants"] if one["displayName"] == "Fabrikam")
    settings = Settings(demo="happy", tenant=other["tenantId"])
    async with person_at(azure, settings=settings) as person:
        await to_subscription(person)
        await person.presses("home", "enter")
        await on_resource_group(person)
        await person.presses("enter")
        await person.sees("! warning +Not the tenant asked for")


async def test_a_directory_that_does_not_answer_is_a_problem_that_can_be_tried_again(faulty: RunningSimulator) -> None:
    async with person_at(faulty) as person:
        await to_subscription(person)
        faulty.add_fault("listOrganization@*:500")
        faulty.add_fault("getMe@*:500")
        await person.presses("enter")
        await on_resource_group(person)
        await person.presses("enter")
        await person.sees("✗", "Try again")
        faulty.clear_faults()
        await person.presses("enter")
        await person.sees("✓ Contoso: .*checks passed")


async def test_it_is_asked_for_while_the_group_is_being_chosen(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        before = sum(one["operation"] == "listOrganization" for one in azure.requests())
        await to_resource_group(person)
        await person.waits_until(
            lambda _screen: sum(one["operation"] == "listOrganization" for one in azure.requests()) == before + 1,
            "the directory was asked for",
        )
        await person.presses("enter")
        await person.sees("✓ Contoso: .*checks passed")
        assert sum(one["operation"] == "listOrganization" for one in azure.requests()) == before + 1
