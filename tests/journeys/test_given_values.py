"""Values given on the command line: they prefill, never skip the review, and what does not exist is said."""

from __future__ import annotations

from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from tests.journeys.holdings import Holdings, writes
from tests.support.person import person_at

NOWHERE = "00000000-1111-4222-8333-444444444444"


async def test_given_values_prefill_their_screens(azure: RunningSimulator) -> None:
    before = Holdings.of(azure)
    second = str(azure.state()["subscriptions"][1]["subscriptionId"])
    given = Settings(
        demo="happy",
        subscription=second,
        resource_group="Shop-rg",
        location="northeurope",
        app_name="Shop",
        expires_in=90,
    )
    async with person_at(azure, settings=given) as person:
        screen = await person.walks_to(Step.CREATE)
        assert "Shop-rg in North Europe" in screen
        assert "Shop (single tenant)" in screen
        assert writes(azure) == []
        await person.accepts_everything()
        expires = person.app.journey.run.credentials.expires  # type: ignore[union-attr]
        assert expires is not None
        assert 89 <= (expires - person.app.journey.clock.now()).days <= 90
    new = Holdings.of(azure).new_since(before)
    group = new["resource_groups"][0]
    assert (group["location"], group["id"].split("/")[2]) == ("northeurope", second)
    assert new["applications"][0]["displayName"] == "Shop"


async def test_a_group_that_lies_elsewhere_is_used_there(azure: RunningSimulator) -> None:
    before = Holdings.of(azure)
    given = Settings(demo="happy", resource_group="data-rg", location="westeurope")
    async with person_at(azure, settings=given) as person:
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.sees("exist.*North Europe|North Europe.*exist")
        await person.accepts_everything()
    after = Holdings.of(azure)
    assert "resource_groups" not in after.new_since(before)
    assert after.items["resource_groups"] == before.items["resource_groups"]
    assert "putResourceGroup" not in writes(azure)


async def test_a_subscription_that_does_not_exist_is_said_and_kept(azure: RunningSimulator) -> None:
    async with person_at(azure, settings=Settings(demo="happy", subscription=NOWHERE)) as person:
        screen = await person.walks_to(Step.SUBSCRIPTION)
        assert NOWHERE[:8] in screen


async def test_a_region_that_does_not_exist_is_said_and_kept(azure: RunningSimulator) -> None:
    async with person_at(azure, settings=Settings(demo="happy", location="atlantis")) as person:
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.sees("atlantis")
