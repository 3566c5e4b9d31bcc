"""A wrong clock and a cloud of another kind are read before anything is decided, in the usual terminal too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeops_tui.azure import clouds
from pipeops_tui.checks import destinations
from pipeops_tui.core.model import CloudEndpoints
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.base.step_screen import StepScreen
from tests.support.clocks import RealTimeClock
from tests.support.person import person_at
from tests.ui.ways import to_subscription

CLOCK = ("! This computer's clock is 7 min ahead of", "hwclock")
CLOUD = ("! AzureUSGovernment is not the public", "PipeOps might")


PORTAL = "https://portal.azure.us"


def fast_clock() -> RealTimeClock:
    """A clock that is 7 minutes ahead of Azure's."""
    return RealTimeClock(datetime.now(UTC) + timedelta(minutes=7))


@pytest.fixture
def government(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulated Azure calls itself Azure Government."""
    discover = clouds.from_metadata

    def from_metadata(resource_manager: str, document: object) -> CloudEndpoints:
        return replace(discover(resource_manager, document), name="AzureUSGovernment", portal=PORTAL)

    monkeypatch.setattr(clouds, "from_metadata", from_metadata)


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_they_are_read_on_the_first_screens_and_where_the_decision_is_made(
    azure: RunningSimulator, government: None, size: tuple[int, int]
) -> None:
    settings = Settings(resource_manager=azure.base_url)
    async with person_at(azure, size=size, settings=settings, clock=fast_clock()) as person:
        screen = await person.sees("Ready", *CLOUD)
        assert "clock" not in screen, "nobody has been asked the time yet"
        await to_subscription(person)
        await person.sees("▌", *CLOCK, *CLOUD)
        await person.presses("escape")
        await person.sees("Signed in as", *CLOCK, *CLOUD)
        await person.walks_to(Step.ACCESS)
        await person.sees("! warning +This computer's clock", "7 min ahead", "! warning +Cloud", CLOUD[1])


async def test_every_step_leads_to_the_portal_of_its_own_cloud(azure: RunningSimulator, government: None) -> None:
    async with person_at(azure, settings=Settings(resource_manager=azure.base_url)) as person:
        for step in STEPS[:-1]:
            await person.walks_to(step)
            screen = person.app.screen
            assert isinstance(screen, StepScreen)
            assert screen.about().portal_link.startswith(PORTAL)
        await person.presses("f1")
        await person.sees("portal.azure.us")


async def test_a_demo_says_nothing_of_either(azure: RunningSimulator, government: None) -> None:
    async with person_at(azure, clock=fast_clock()) as person:
        await to_subscription(person)
        screen = await person.settles()
        assert "clock is" not in screen
        assert "public Azure cloud" not in screen


async def test_which_hosts_get_the_sign_in_is_read_before_it_is_sent(azure: RunningSimulator) -> None:
    host = azure.base_url.removeprefix("https://")
    async with person_at(azure, settings=Settings(resource_manager=azure.base_url)) as person:
        await person.sees("Ready", f"! Your sign-in is sent to {host}")


def test_hosts_of_a_custom_cloud_are_named_one_by_one() -> None:
    cloud = clouds.built_in("AzureCloud")
    own = replace(cloud, authority="https://a.example", resource_manager="https://b.example", discovered=True)
    assert destinations(own) == "Your sign-in is sent to a.example, its tokens to b.example and graph.microsoft.com"
    assert destinations(cloud) == ""


async def test_cloud_shell_keeps_f5_for_itself_and_might_keep_no_file(
    azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACC_CLOUD", "PROD")
    async with person_at(azure, settings=Settings(resource_manager=azure.base_url)) as person:
        await person.sees("Ready", "! In Cloud Shell F5 reloads the page", "finish what you begin")
