"""The network is lost on every screen, in every way: nothing freezes, nothing is lost, and a retry goes on."""

from __future__ import annotations

import re

import pytest
from textual.widgets import Button

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.journeys.holdings import Holdings
from tests.journeys.outage import UNPLUGGED, Outage, network_of
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.support.person import PROVED, Person, person_at

GROUP, APPLICATION = "kept-group", "Kept Application"
READS = {
    Step.SUBSCRIPTION: ("listTenants",),
    Step.RESOURCE_GROUP: ("listLocations", "listResourceGroups"),
    Step.TENANT: ("listOrganization", "getMe"),
    Step.APPLICATION: ("listApplications",),
    Step.ACCESS: ("listPermissions", "listLocks", "listDenyAssignments", "listRoleAssignments"),
}
"""What each screen asks; some of it is asked earlier, because it will be needed."""
LOST = r"✗ (No answer received|No connection to localhost)"
WAITED_OUT = r"No answer received|No connection to Azure"


def reads_from(step: Step) -> list[str]:
    """What `step` and those after it ask."""
    steps = list(READS)
    return [operation for later in steps[steps.index(step) :] for operation in READS[later]]


class Traveller:
    """Somebody who loses the network on the way."""

    def __init__(self, person: Person, outage: Outage) -> None:
        self.person = person
        self.outage = outage

    async def is_told(self, under_way: str, *, and_back: str = "") -> None:
        """There is a problem with a retry; before that the wait can be left, to where `and_back` stands."""
        if self.outage.is_silent and and_back:
            await self.person.sees(under_way)
            await self.person.presses("escape")
            await self.person.sees(and_back)
            await self.person.presses("enter")
        await self.outage.strike(self.person, under_way)
        screen = await self.outage.outlasts(self.person, LOST, "Try again", "Copy details", "Quit")
        assert "Traceback" not in screen

    async def tries_again(self, *result: str, lost_later: Step | None = None) -> str:
        """The network is back, but for what is asked from `lost_later` on; the retry has the focus."""
        await self.outage.end()
        if lost_later is not None:
            self.outage.begin(*reads_from(lost_later))
        await self.person.waits_until(lambda _: isinstance(self.person.app.focused, Button), "the focus on the retry")
        await self.person.presses("enter")
        return await self.person.sees(*result)


@pytest.mark.parametrize("losses", [("drop-request", UNPLUGGED), ("delay=86400", "reset")])
async def test_the_network_is_lost_on_every_screen_and_comes_back(losses: tuple[str, ...]) -> None:
    """By turns: connections end unanswered, Azure is not there any more; it is silent, connections are reset."""
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as azure:
        before = Holdings.of(azure)
        async with network_of(azure, losses) as outage, person_at(azure, size=(120, 36)) as person:
            traveller = Traveller(person, outage)
            await signs_in(traveller)
            await chooses(traveller)
            await creates(traveller)
        assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group=GROUP)


async def signs_in(traveller: Traveller) -> None:
    """The cloud's endpoints, then the code; a code that nobody sends is given up with Escape."""
    person, outage = traveller.person, traveller.outage
    outage.begin("getMetadataEndpoints")
    await traveller.is_told("Starting the simulated Azure")
    await traveller.tries_again("Ready")

    outage.begin("requestDeviceCode")
    await person.presses("enter")
    if outage.is_silent:
        await person.sees("Asking Microsoft for a code")
        await person.presses("escape")
        await person.sees("Sign-in cancelled", "Device code")
        await person.presses("enter")
    if outage.hangs:
        await person.sees("Asking Microsoft for a code")
        await person.presses("escape")
        await person.sees("Sign-in cancelled")
        await outage.end()
        outage.begin(*reads_from(Step.SUBSCRIPTION))
        await person.presses("enter")
    else:
        await traveller.is_told("Asking Microsoft for a code")
        await traveller.tries_again("Choose the subscription to bill", lost_later=Step.SUBSCRIPTION)


async def chooses(traveller: Traveller) -> None:
    """Each screen's questions get lost, and what was typed before is still there."""
    person = traveller.person
    await traveller.is_told("Asking every tenant", and_back="Choose how to sign in")
    await traveller.tries_again("14 subscriptions in 3 tenants", lost_later=Step.RESOURCE_GROUP)
    await person.presses("enter")

    await traveller.is_told("Asking Azure for regions", and_back="Choose the subscription to bill")
    await traveller.tries_again(r"\d+ regions, \d+ resource groups", lost_later=Step.TENANT)
    await person.presses("ctrl+u")
    await person.types(GROUP)
    await person.sees("free")
    await person.presses("enter")

    await traveller.is_told("Reading the tenant", and_back=GROUP)
    await traveller.tries_again("✓ Contoso: .*checks passed", lost_later=Step.APPLICATION)
    await person.presses("enter")

    await person.sees("Name the application")
    await person.presses("ctrl+u")
    await person.types(APPLICATION)
    await traveller.outage.strike(person, "Looking for applications named Kept")
    await traveller.outage.outlasts(person, f"{APPLICATION}$", "could not be checked: no (answer|connection)")
    await traveller.outage.end()
    traveller.outage.begin(*reads_from(Step.ACCESS))
    await person.presses("f5")
    await person.sees("✓ Name checked", f"{APPLICATION}$")
    await person.presses("enter")

    await traveller.outage.strike(person, "Checking permissions|unknown")
    await traveller.outage.outlasts(
        person, "unknown +Permission to assign roles", "r Check again", r"✓ \d+ of \d+ checks passed"
    )
    await traveller.outage.end()
    await person.presses("r")
    await person.sees("ok +Permission to assign roles", "All .* checks passed")
    await person.presses("enter")


async def creates(traveller: Traveller) -> None:
    """The run waits by itself, saying why; Escape asks whether to stop it. So does the test sign-in."""
    person, outage = traveller.person, traveller.outage
    await person.sees("This is everything|5 changes", GROUP, APPLICATION)
    outage.begin("putResourceGroup")
    await person.presses("enter")
    await person.sees("Create now")
    await person.presses("enter")
    if outage.is_silent:
        await person.sees("Service principal +done", f"Resource group: {GROUP}")
    await outage.strike(person, "Resource group +running")
    await outage.outlasts(person, WAITED_OUT)
    await person.presses("escape")
    await person.sees("(?i)stop")
    await person.presses("escape")
    await outage.end()
    outage.begin("redeemClientSecret")
    await outage.outlasts(person, "Client Secret")
    await outage.strike(person, "(?i)sign in as the application")
    screen = await outage.outlasts(person, WAITED_OUT)
    assert re.search("Client Secret", screen)
    await outage.end()
    await outage.outlasts(person, PROVED)
