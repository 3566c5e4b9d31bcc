"""Real tenants: which subscriptions there are, where the application is made, that nothing stalls or is asked twice."""

from __future__ import annotations

import asyncio
import gc
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.ui.steps.subscription.screen import SubscriptionScreen
from pipeops_tui.ui.widgets.device_code import DeviceCodeCard
from pipeops_tui.ui.widgets.picker_list import PickerList
from tests.campaign.simulation import Simulation
from tests.journeys.holdings import Holdings, writes
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.support.patience import PATIENCE
from tests.support.person import Person, person_at


@asynccontextmanager
async def somebody_in(scenario: str) -> AsyncIterator[tuple[Person, RunningSimulator]]:
    """A person at the start of the application, in a world of its own."""
    with start_simulator(SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)) as azure:
        async with person_at(azure, size=(120, 36)) as person:
            yield person, azure


async def test_the_application_of_a_tenant_that_was_locked_is_made_in_that_tenant() -> None:
    async with somebody_in("locked-tenant") as (person, azure):
        before = Holdings.of(azure)
        await person.walks_to(Step.SUBSCRIPTION)
        await person.sees("Fabrikam +locked: Enter signs in", "10 subscriptions in 3 tenants")
        assert writes(azure) == []
        await person.types("fabrikam")
        await person.presses("enter")
        await person.sees("Signed in to Fabrikam: 4 more", "▌ Fabrikam Shared")
        await person.accepts_everything()
        new = Holdings.of(azure).new_since(before)
        assert_exactly_one_of_everything(new, group="PipeOpsRG")
        chosen = person.app.journey.choices.subscription
        assert chosen is not None
        assert chosen.tenant_id != azure.announcement["tenant_id"]
        assert {one["tenantId"] for one in (*new["applications"], *new["service_principals"])} == {chosen.tenant_id}
        assert new["resource_groups"][0]["id"].startswith(f"/subscriptions/{chosen.subscription_id}/")


async def test_the_code_for_a_locked_tenant_is_cancelled_or_replaced_with_one_key() -> None:
    async with somebody_in("locked-tenant") as (person, azure):
        await person.walks_to(Step.SUBSCRIPTION)
        approves(azure, False)
        await person.types("fabrikam")
        await person.presses("enter")
        await person.sees("Sign in to Fabrikam", "enter this code", "n New code", "esc Cancel")
        old = code_of(person)
        await person.presses("n")
        await person.waits_until(lambda screen: "New code" in screen and old not in screen, "another code")
        await person.presses("escape")
        await person.sees("Sign-in cancelled", "Fabrikam +locked")
        approves(azure, True)
        await person.presses("enter")
        await person.sees("Signed in to Fabrikam: 4 more")


def approves(azure: RunningSimulator, at_once: bool) -> None:
    """Whether codes are approved by themselves from now on."""
    azure.call(lambda server: setattr(server.world.sign_ins, "approve_at_once", at_once))


def code_of(person: Person) -> str:
    """The device code on the screen."""
    code = person.app.screen.query_one(DeviceCodeCard).code
    assert code is not None
    return code.user_code


async def test_the_application_of_any_tenant_is_made_there() -> None:
    async with somebody_in("happy") as (person, azure):
        await person.walks_to(Step.SUBSCRIPTION)
        await person.types("northwind web")
        await person.sees("1 of 14 shown")
        await person.accepts_everything()
        chosen = person.app.journey.choices.subscription
        assert chosen is not None
        assert chosen.tenant_name == "Northwind Traders"
        (application,) = [one for one in azure.state()["applications"] if one["displayName"] == "PipeOps"]
        assert application["tenantId"] == chosen.tenant_id


async def test_nobody_without_a_subscription_is_led_any_further() -> None:
    async with somebody_in("no-subscription") as (person, azure):
        await person.walks_to(Step.SUBSCRIPTION)
        await person.sees("No subscription found. Press F5", "can see no subscription", "azure.microsoft.com/free")
        await person.presses("enter")
        await person.sees("! No subscription found. Press F5 to check again")
        assert writes(azure) == []


async def test_nothing_is_asked_twice_on_the_way_to_create() -> None:
    async with somebody_in("happy") as (person, azure):
        await person.walks_to(Step.CREATE)
        await person.settles()
        asked = Counter(
            (one["method"], str(one["path"]).casefold(), str(one["query"]))
            for one in azure.requests()
            if "/oauth2/" not in str(one["path"]) and ".well-known" not in str(one["path"])
        )
        # Each tenant lists its own subscriptions at the same address, and policies are asked about the group and about
        # clusters.
        several = ("/subscriptions", "/checkpolicyrestrictions")
        assert {key: times for key, times in asked.items() if times > 1 and not key[1].endswith(several)} == {}
        assert [times for key, times in asked.items() if key[1].endswith("/checkpolicyrestrictions")] == [2]
        assert max(times for key, times in asked.items() if key[1].endswith("/subscriptions")) == 3


async def test_regions_and_groups_are_fetched_once_for_a_row_that_is_rested_on() -> None:
    async with somebody_in("happy") as (person, azure):
        await person.walks_to(Step.SUBSCRIPTION)
        await person.settles()
        await person.presses(*["down"] * 5)
        await person.presses(*["up"] * 2)
        resting = str(person.app.screen.query_one(PickerList).highlighted_key)
        await person.waits_until(lambda _: fetched(azure)["listLocations", resting] == 1, "the regions of that row")
        await person.presses("down", "up")
        await person.settles()
        await person.walks_to(Step.RESOURCE_GROUP)
        counts = fetched(azure)
        assert counts["listLocations", resting] == counts["listResourceGroups", resting] == 1
        assert set(counts.values()) == {1}
        assert len({subscription for _, subscription in counts}) <= 3, "rows that were only passed were fetched too"


def fetched(azure: RunningSimulator) -> Counter[tuple[str, str]]:
    """How often regions and groups were asked for, by subscription."""
    return Counter(
        (str(one["operation"]), str(one["path"]).split("/")[2])
        for one in azure.requests()
        if one["operation"] in ("listLocations", "listResourceGroups")
    )


class StallProbe:
    """How late the event loop comes back to somebody who only wants a turn every few milliseconds.

    `longest` is told; `work` is what is judged, because it counts what the loop did by itself and not what else a busy
    machine was doing.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self.work = 0.0

    async def run(self) -> None:
        while True:
            asked, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.005)
            self.longest = max(self.longest, time.perf_counter() - asked - 0.005)
            self.work = max(self.work, time.thread_time() - worked)


@asynccontextmanager
async def stalls(what: str) -> AsyncIterator[StallProbe]:
    """Measures while the block lasts, and prints the longest."""
    # What earlier tests have left is collected now, and not in the middle of what is measured.
    gc.collect()
    gc.freeze()
    probe = StallProbe()
    task = asyncio.create_task(probe.run())
    try:
        yield probe
    finally:
        task.cancel()
        gc.unfreeze()
        work = f"{probe.work * 1000:.0f} ms of them work of the event loop"
        print(f"longest stall while {what}: {probe.longest * 1000:.0f} ms; at most {work}")


async def test_ten_thousand_subscriptions_load_page_and_filter_without_a_stall() -> None:
    """The simulated Azure runs in another process, so that only the program's own work is measured."""
    with Simulation(0, "many") as azure:
        async with person_at(cast("RunningSimulator", azure), size=(120, 36)) as person:
            await person.sees("Ready")
            await person.presses("enter")
            await person.sees("expires in")
            code = code_of(person)
            async with stalls("loading") as loading:
                azure.approve_device_code(code)
                await _complete(person)
            await person.sees("10,000 subscriptions in 40 tenants", "10,000 of 10,000 shown")
            async with stalls("paging and filtering") as moving:
                await person.presses("end", "pageup", "pageup", "home", "pagedown", "down")
                await person.types("payments production")
                await person.sees(r"\d+ of 10,000 shown")
                await person.presses("escape")
                await person.sees("10,000 of 10,000 shown")
            assert max(loading.work, moving.work) < 0.2


async def _complete(person: Person) -> None:
    """Until the list is whole, without reading the screen, which would be a stall of its own."""
    deadline = time.monotonic() + PATIENCE
    while not (isinstance(person.app.screen, SubscriptionScreen) and person.app.screen.complete):
        assert time.monotonic() < deadline, person.screen
        await asyncio.sleep(0.02)
