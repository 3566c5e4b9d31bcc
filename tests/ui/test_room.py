"""Room for a server: when it is asked, its row beside the checks, and the dialog with the details."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from textual.widgets import Button

from pipeops_tui.core.model import Quota, Region, Subscription
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.wizard import Step
from tests.clipboard.support import MemoryRunner
from tests.ui.memory import WEST_EUROPE, MemorySession, at

FULL = (Quota("cores", 4, 4), Quota("standardDSv5Family", 4, 4))
NORTH_EUROPE = Region("northeurope", "North Europe", "Europe", True, True)
SWEDEN = Region("swedencentral", "Sweden Central", "Sweden", True, True)


class Asked:
    """Answers of one session by region, and the regions that were asked, in order."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers
        self.regions: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    def __call__(self, session: MemorySession) -> None:
        async def quotas(_subscription: Subscription, location: str) -> Sequence[Quota]:
            self.regions.append(location)
            await self.open.wait()
            answer = self.answers.get(location, session.quotas_)
            if isinstance(answer, CloudError):
                raise answer
            return answer  # type: ignore[return-value]

        async def regions(_subscription: Subscription) -> Sequence[Region]:
            return [WEST_EUROPE, NORTH_EUROPE, SWEDEN]

        session.quotas = quotas  # type: ignore[method-assign, assignment]
        session.regions = regions  # type: ignore[method-assign, assignment]


async def test_a_region_is_asked_about_once_it_has_rested() -> None:
    asked = Asked()
    async with at(Step.RESOURCE_GROUP, prepare=asked) as stage:
        await stage.sees("free: a new group will be created", passing=0.1)
        await stage.until(lambda: asked.regions == ["westeurope"], "West Europe, asked", passing=0.1)
        await stage.presses("tab", "down")
        await stage.sees("North Europe · northeurope")
        await stage.presses("down")
        await stage.sees("Sweden Central · swedencentral")
        await stage.passes(0.25)
        assert asked.regions == ["westeurope"], "neither has rested yet"
        await stage.until(lambda: asked.regions == ["westeurope", "swedencentral"], "the last one", passing=0.1)
        await stage.presses("up", "up")
        await stage.passes(1)
        await stage.passes(1)
        assert asked.regions == ["westeurope", "swedencentral"], "known already"


async def test_the_row_is_under_way_while_all_else_is_done() -> None:
    asked = Asked()
    asked.open.clear()
    async with at(Step.ACCESS, prepare=asked) as stage:
        screen = await stage.sees("● checking +Room for a server", "All 8 checks passed")
        assert "o Other regions" not in screen
        asked.open.set()
        await stage.sees("✓ ok +Room for a server", "All 9 checks passed")


async def test_an_answer_that_comes_late_is_counted() -> None:
    asked = Asked(westeurope=FULL)
    asked.open.clear()
    async with at(Step.ACCESS, prepare=asked) as stage:
        await stage.sees("All 8 checks passed")
        asked.open.set()
        await stage.sees("! warning +Room for a server", "8 of 9 checks passed", "o Other regions")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_the_details_fit_and_the_focus_loses_nothing(size: tuple[int, int]) -> None:
    refused = CloudError(FailureKind.REFUSED, Problem("Azure refused", "No."), status=403)
    async with at(Step.ACCESS, prepare=Asked(westeurope=FULL, swedencentral=refused), size=size) as stage:
        await stage.until(lambda: "passed" in stage.screen, "the checks, done")
        await stage.presses("o")
        await stage.sees("Room for a server in West Europe", "All sizes +0 of 4 vCPUs free", "Close +Open quota page")
        focused = stage.app.focused
        assert isinstance(focused, Button)
        assert str(focused.label) == "Close"
        await stage.presses("enter")
        await stage.sees("Give PipeOps access")


async def test_other_regions_answer_one_by_one() -> None:
    asked = Asked(westeurope=FULL, swedencentral=())
    async with at(Step.ACCESS, prepare=asked, size=(120, 40)) as stage:
        await stage.sees("warning +Room for a server")
        asked.open.clear()
        await stage.presses("o")
        await stage.sees("● asking North Europe")
        asked.open.set()
        screen = await stage.sees(r"✓ 100 of 100 vCPUs free in North Europe \(DSv5\)", "Choose one of these")
        assert "Sweden" not in screen, "another geography, and another part of the world as far as is known"
        assert asked.regions == ["westeurope", "northeurope"]


async def test_where_there_is_room_nothing_more_is_asked_unless_the_person_wants_it() -> None:
    asked = Asked()
    async with at(Step.ACCESS, prepare=asked, size=(120, 40)) as stage:
        await stage.sees("ok +Room for a server")
        await stage.presses("o")
        assert "Room for a server in" not in stage.screen, "a key that is not shown"
        command = next(
            one for one in stage.app.get_system_commands(stage.app.screen) if one.title == "Room for a server"
        )
        command.callback()
        await stage.sees("Room for a server in West Europe", "With room +DSv5", "o Other regions")
        assert asked.regions == ["westeurope"]
        await stage.presses("o")
        await stage.sees("vCPUs free in North Europe")


async def test_the_address_and_the_message_can_be_copied() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with at(Step.ACCESS, prepare=Asked(westeurope=FULL), runner=clipboard, size=(120, 40)) as stage:
        await stage.sees("warning +Room for a server")
        await stage.presses("o")
        await stage.sees("c Copy address +m Copy message")
        await stage.presses("c")
        await stage.until(lambda: clipboard.content.endswith("QuotaMenuBlade/~/myQuotas"), "the address")
        await stage.presses("m")
        await stage.until(lambda: "Please request a higher quota for West Europe" in clipboard.content, "the message")


async def test_a_list_of_regions_that_cannot_be_read_is_said() -> None:
    def prepare(session: MemorySession) -> None:
        Asked(westeurope=FULL)(session)

        async def regions(_subscription: Subscription) -> Sequence[Region]:
            raise CloudError(FailureKind.REFUSED, Problem("Azure refused", "No."), status=403)

        session.regions = regions  # type: ignore[method-assign, assignment]

    async with at(Step.ACCESS, prepare=prepare, size=(120, 40)) as stage:
        await stage.sees("warning +Room for a server")
        await stage.presses("o")
        await stage.sees("Other regions could not be listed: Azure refused")
