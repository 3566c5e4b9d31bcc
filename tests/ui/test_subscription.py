"""Step 2: one list over all tenants."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from textual.widgets import Button

from pipeops_tui.core.model import SubscriptionPage
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.widgets.picker_list import PickerList
from tests.clipboard.support import MemoryRunner
from tests.support.person import person_at
from tests.ui.memory import CONTOSO, MemorySession, at
from tests.ui.ways import on_resource_group, to_subscription

LIST_OPERATIONS = ("listTenants", "listSubscriptions")


def marked(screen: str) -> str:
    """The highlighted row."""
    return next(line.partition("▌")[2].strip() for line in screen.splitlines() if "▌" in line)


async def test_all_tenants_are_listed_and_the_first_enabled_one_is_highlighted(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(120, 36)) as person:
        screen = await to_subscription(person)
        assert "14 subscriptions in 3 tenants" in screen
        assert "14 of 14 shown" in screen
        assert all(tenant in screen for tenant in ("Contoso", "Fabrikam", "Northwind Traders"))
        first = next(one for one in azure.state()["subscriptions"] if one["state"] == "Enabled")
        assert marked(screen).startswith(first["displayName"])
        await person.presses("enter")
        await on_resource_group(person)
        chosen = person.app.journey.choices.subscription
        assert chosen is not None
        assert chosen.subscription_id == first["subscriptionId"]


async def test_subscriptions_of_the_same_name_are_told_apart_by_their_ids(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(80, 24)) as person:
        await to_subscription(person)
        await person.types("sandbox")
        screen = await person.sees("2 of 14 shown")
        ids = [one["subscriptionId"] for one in azure.state()["subscriptions"] if one["displayName"] == "Sandbox"]
        assert len(ids) == 2
        assert all(f"{one[:8]}" in screen for one in ids)


async def test_what_billing_has_stopped_is_shown_with_its_reason_and_cannot_be_chosen(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(80, 24)) as person:
        await to_subscription(person)
        await person.types("payroll")
        await person.sees("1 of 14 shown", "Payroll +disabled: billing stopped it")
        await person.presses("enter")
        await person.sees("The subscription is disabled", "Who can fix it: .*billing owner", "m Copy message")
        await person.presses("escape")
        await person.sees("Payroll: disabled: .* F5 checks again")
        await person.pilot.click(PickerList, offset=(5, 0))
        await person.sees("The subscription is disabled")
        assert person.app.journey.choices.subscription is None


async def test_a_subscription_that_somebody_has_reactivated_is_found_with_one_key(faulty: RunningSimulator) -> None:
    async with person_at(faulty, size=(110, 30)) as person:
        await to_subscription(person)
        await person.types("payroll")
        await person.sees("1 of 14 shown")
        faulty.add_fault("listSubscriptions@1:500")
        since = len(faulty.requests())
        await person.presses("f5")
        await person.sees("✓ 14 subscriptions in 3 tenants", "1 of 14 shown", "Payroll")
        asked = [one["operation"] for one in faulty.requests()[since:]]
        assert asked.count("listSubscriptions") == 4, "each of three tenants, and one again"


async def test_it_is_found_by_name_id_and_tenant_and_escape_clears_before_it_leads_back(
    azure: RunningSimulator,
) -> None:
    wanted = next(one for one in azure.state()["subscriptions"] if one["displayName"] == "Data & Analytics")
    async with person_at(azure, size=(120, 36)) as person:
        await to_subscription(person)
        for text in ("analytics", wanted["subscriptionId"][:8], "contoso data"):
            await person.types(text)
            screen = await person.sees("1 of 14 shown", "esc Clear filter")
            assert marked(screen).startswith("Data & Analytics")
            await person.presses("escape")
            await person.sees("14 of 14 shown", "esc Back")
        await person.presses("escape")
        await person.sees("Choose how to sign in")


async def test_one_given_on_the_command_line_is_highlighted(azure: RunningSimulator) -> None:
    wanted = azure.state()["subscriptions"][5]
    async with person_at(azure, settings=Settings(demo="happy", subscription=wanted["subscriptionId"])) as person:
        assert marked(await to_subscription(person)).startswith(wanted["displayName"])


async def test_one_given_that_does_not_exist_is_said(azure: RunningSimulator) -> None:
    settings = Settings(demo="happy", subscription="00000000-0000-4000-8000-000000000000")
    async with person_at(azure, size=(140, 40), settings=settings) as person:
        await person.sees("Ready")
        await person.presses("enter")
        screen = await person.sees("! --subscription 00000000-0000-4000-8000-000000000000 was not found")
        assert marked(screen)


async def test_coming_back_keeps_filter_and_choice_and_asks_nothing_again(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        await person.types("staging")
        await person.sees("1 of 14 shown")
        await person.presses("enter")
        await on_resource_group(person)
        asked = count(azure)
        await person.presses("escape")
        screen = await person.sees("1 of 14 shown", "staging")
        assert marked(screen).startswith("Contoso Staging")
        assert count(azure) == asked


def count(azure: RunningSimulator) -> int:
    """Requests for lists so far."""
    return sum(one["operation"] in LIST_OPERATIONS for one in azure.requests())


async def test_a_list_that_fails_is_a_problem_and_trying_again_gets_it(faulty: RunningSimulator) -> None:
    async with person_at(faulty) as person:
        await person.sees("Ready")
        faulty.add_fault("listTenants@*:503-html")
        await person.presses("enter")
        screen = await person.sees("✗", "Try again", "Copy details", "Back")
        assert "Traceback" not in screen
        faulty.clear_faults()
        await person.presses("enter")
        await person.sees("14 subscriptions in 3 tenants")


async def test_a_row_that_is_rested_on_is_prepared_for_the_next_step(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        await person.presses("down")
        chosen = person.app.journey.lookups
        wanted = azure.state()["subscriptions"][1]["subscriptionId"]
        await person.waits_until(
            lambda _screen: any(
                wanted in one["path"] and one["operation"] == "listLocations" for one in azure.requests()
            ),
            "the regions were asked for",
        )
        assert chosen is person.app.journey.lookups


def lines_of(screen: str, names: set[str]) -> dict[str, int]:
    """On which line of the screen each row stands that begins with one of these names."""
    lines = screen.splitlines()
    begins = {name: re.compile(rf"(?:  |▌ ){re.escape(name)}  ") for name in names}
    return {name: number for name in names for number, line in enumerate(lines) if begins[name].search(line)}


@pytest.mark.parametrize("size", [(120, 36), (120, 18)])
async def test_rows_appear_as_tenants_answer_and_nothing_that_is_shown_moves(
    faulty: RunningSimulator, size: tuple[int, int]
) -> None:
    # Some names are given twice, in two tenants: where one of those stands says nothing.
    listed = Counter(str(one["displayName"]) for one in faulty.state()["subscriptions"])
    names = {name for name, times in listed.items() if times == 1}
    async with person_at(faulty, size=size) as person:
        await person.sees("Ready")
        faulty.add_fault("listSubscriptions@1:delay=6")
        faulty.add_fault("listSubscriptions@3:delay=3")
        await person.presses("enter")
        await person.sees("Choose the subscription")
        seen: list[dict[str, int]] = []

        def complete(screen: str) -> bool:
            seen.append(lines_of(screen, names))
            return "✓ 14 subscriptions in 3 tenants" in screen

        await person.waits_until(complete, "all of them")
        assert len({len(rows) for rows in seen}) >= 3, "they came in one piece"
        assert seen[-1]
        for before, after in pairwise(seen):
            assert {row: after.get(row) for row in before} == before


async def test_who_has_moved_in_the_list_stays_there_while_more_arrive(faulty: RunningSimulator) -> None:
    async with person_at(faulty) as person:
        await person.sees("Ready")
        faulty.add_fault("listSubscriptions@1:delay=6")
        await person.presses("enter")
        await person.sees("more to answer")
        await person.presses("down")
        screen = await person.sees("1 more to answer|Visual|Northwind")
        mine, line = marked(screen), next(n for n, text in enumerate(screen.splitlines()) if "▌" in text)
        screen = await person.sees("14 of 14 shown")
        assert marked(screen) == mine
        assert "▌" in screen.splitlines()[line]


async def test_a_tenant_that_fails_can_be_read_again_from_its_row(faulty: RunningSimulator) -> None:
    async with person_at(faulty, size=(120, 36)) as person:
        await person.sees("Ready")
        faulty.add_fault("listSubscriptions@1:garbage")
        faulty.add_fault("listSubscriptions@*:garbage")
        await person.presses("enter")
        await person.sees(
            "Contoso +could not be read: Enter tries again", "0 subscriptions in 3 tenants|No subscription"
        )
        faulty.clear_faults()
        await person.types("contoso")
        await person.sees("1 of 3 shown")
        await person.presses("enter")
        await person.sees("✓ Contoso: 7 more")


async def test_a_double_click_goes_on_and_the_button_does_too(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        await person.pilot.click(PickerList, offset=(5, 1), times=2)
        await on_resource_group(person)
        await person.presses("escape")
        await person.sees("Choose the subscription")
        await person.clicks("#continue")
        await on_resource_group(person)


async def test_slash_leads_back_to_the_filter(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        await person.presses("tab")
        await person.sees("/ Filter")
        await person.presses("slash", "d", "e", "v")
        await person.sees("1 of 14 shown")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 60)])
async def test_without_a_subscription_it_says_what_can_be_done(size: tuple[int, int]) -> None:
    clipboard = MemoryRunner({"xclip"})
    async with at(Step.SUBSCRIPTION, prepare=_has_none, size=size, runner=clipboard) as stage:
        await stage.sees(
            "can see no subscription", "Does your organization use Azure", "Switch account", "F5 Check again"
        )
        assert not stage.app.screen.query_one("#continue").region, "nothing bright that does nothing"
        focused = stage.app.focused
        assert isinstance(focused, Button)
        assert str(focused.label) == "Check again"
        await stage.presses("tab", "tab", "enter")
        await stage.until(lambda: "Role Based Access Control Administrator" in clipboard.content, "the message")
        await stage.presses("shift+tab", "enter")
        await stage.sees("Choose how to sign in")


async def test_a_subscription_that_appears_takes_the_place_of_that() -> None:
    async with at(Step.SUBSCRIPTION, prepare=_has_none) as stage:
        await stage.sees("can see no subscription")
        del stage.session.subscriptions
        await stage.presses("f5")
        await stage.sees("Pay-As-You-Go", "⏎ Continue")
        await stage.presses("enter")
        assert stage.app.journey.wizard.step is Step.RESOURCE_GROUP


def _has_none(session: MemorySession) -> None:
    async def pages() -> AsyncIterator[SubscriptionPage]:
        yield SubscriptionPage(CONTOSO, (), 0)

    session.subscriptions = pages  # type: ignore[method-assign]
