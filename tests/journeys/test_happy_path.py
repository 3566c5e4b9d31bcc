"""From launch to five values: what the person sees, and what Azure holds afterwards."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from azure.identity import ClientSecretCredential

from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.steps.resource_group.screen import ResourceGroupScreen
from pipeops_tui.ui.steps.subscription.screen import SubscriptionScreen
from pipeops_tui.ui.steps.tenant.screen import TenantScreen
from tests.journeys.holdings import Holdings, writes
from tests.support.person import PROVED, person_at

LABELS = ("Resource Group Name", "Tenant ID", "Client ID", "Client Secret", "Subscription ID")
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"


def assert_exactly_one_of_everything(new: dict[str, list[dict[str, Any]]], *, group: str | None) -> None:
    """One application with one secret, one service principal, one assignment, and (if `group`) one group."""
    counts = {kind: len(items) for kind, items in new.items()}
    expected = {"applications": 1, "service_principals": 1, "role_assignments": 1}
    assert counts == (expected | {"resource_groups": 1} if group else expected)
    application, principal = new["applications"][0], new["service_principals"][0]
    assert application["signInAudience"] == "AzureADMyOrg"
    assert len(application["passwordCredentials"]) == 1
    assert principal["appId"] == application["appId"]
    assignment = new["role_assignments"][0]["properties"]
    assert assignment["principalId"] == principal["id"]
    assert assignment["principalType"] == "ServicePrincipal"
    assert assignment["roleDefinitionId"].endswith(CONTRIBUTOR)
    if group:
        assert new["resource_groups"][0]["name"] == group
        assert assignment["scope"] == new["resource_groups"][0]["id"]


def values_on(screen: str) -> dict[str, str]:
    """The five labelled values as they stand on the Credentials screen; a revealed secret has a line of its own."""
    values = {label: match[1] for label in LABELS if (match := re.search(rf"{label} +(\S+)", screen)) is not None}
    revealed = re.search(r"Client Secret .*\n(?:.*\s)?(\S{34,64})$", screen, re.MULTILINE)
    return values | {"Client Secret": revealed[1]} if revealed else values


async def test_with_every_default_accepted(azure: RunningSimulator) -> None:
    before = Holdings.of(azure)
    async with person_at(azure) as person:
        screen = await person.accepts_everything()
        assert [screen.index(label) for label in LABELS] == sorted(screen.index(label) for label in LABELS)
        after = Holdings.of(azure)
        new = after.new_since(before)
        assert_exactly_one_of_everything(new, group="PipeOpsRG")
        assert after.gone_since(before) == []
        values = values_on(screen)
        assert values["Resource Group Name"] == "PipeOpsRG"
        assert values["Client ID"] == new["applications"][0]["appId"]
        assert values["Tenant ID"] == new["applications"][0]["tenantId"]
        assert values["Subscription ID"] == azure.announcement["subscription_id"]
        assert values["Client Secret"].strip("●") == ""
        await person.presses("1")
        assert person.app.journey.run is not None


async def test_a_journey_asks_azure_no_more_than_it_needs(azure: RunningSimulator) -> None:
    """52 requests, and at most 8 for what a server will need; after Create only what creating and testing need."""
    async with person_at(azure) as person:
        await person.walks_to(Step.CREATE)
        await person.settles()
        before = len(azure.requests())
        await person.accepts_everything()
        asked = azure.requests()
    assert len(asked) <= 60
    assert Counter(str(one["operation"]) for one in asked[before:]) == {
        "putResourceGroup": 1,
        "updateApplication": 1,
        "getApplication": 1,
        "updateServicePrincipal": 1,
        "putRoleAssignment": 1,
        "getRoleAssignment": 1,
        "addPassword": 1,
        "redeemClientSecret": 3,
        "getResourceGroup": 2,
    }


async def test_the_secret_on_screen_signs_in_as_the_application(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(120, 36)) as person:
        values = values_on(await person.accepts_everything())
        await person.presses("r")
        shown = await person.waits_until(
            lambda screen: "●" not in values_on(screen).get("Client Secret", "●"), "the secret"
        )
        secret = values_on(shown)["Client Secret"]
        credential = ClientSecretCredential(
            values["Tenant ID"],
            values["Client ID"],
            secret,
            authority=azure.base_url,
            disable_instance_discovery=True,
            connection_verify=str(azure.ca_file),
        )
        assert credential.get_token("https://management.azure.com/.default").token
        assert person.app.exit_code == 0


async def test_nothing_is_written_before_the_last_confirmation(azure: RunningSimulator) -> None:
    before = Holdings.of(azure)
    async with person_at(azure) as person:
        screen = await person.walks_to(Step.CREATE)
        assert "Contributor on PipeOpsRG" in screen
        await person.presses("enter")
        await person.sees("Create now")
        await person.presses("escape")
        await person.waits_until(lambda screen: "Create now" not in screen, "the review again")
    assert Holdings.of(azure) == before
    assert writes(azure) == []
    assert person.app.exit_code == 1


async def test_an_existing_resource_group_is_used_and_left_as_it_is(azure: RunningSimulator) -> None:
    before = Holdings.of(azure)
    async with person_at(azure, settings=Settings(demo="happy", resource_group="data-rg")) as person:
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.sees("data-rg", "exist")
        await person.accepts_everything()
    after = Holdings.of(azure)
    assert_exactly_one_of_everything(after.new_since(before), group=None)
    assignment = after.new_since(before)["role_assignments"][0]["properties"]
    assert assignment["scope"].endswith("/resourceGroups/data-rg")
    assert "putResourceGroup" not in writes(azure)
    assert after.items["resource_groups"] == before.items["resource_groups"]


async def test_going_back_keeps_what_was_entered_and_another_subscription_counts(azure: RunningSimulator) -> None:
    before = Holdings.of(azure)
    async with person_at(azure) as person:
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.sees("PipeOpsRG")
        await person.presses("end", "ctrl+u")
        await person.types("Shop")
        await person.sees("free")
        await person.walks_to(Step.APPLICATION)
        await person.presses("escape")
        await person.sees(re.escape(TenantScreen.QUESTION))
        await person.presses("escape")
        screen = await person.sees(re.escape(ResourceGroupScreen.QUESTION))
        assert "Shop" in screen
        await person.presses("escape")
        await person.sees(re.escape(SubscriptionScreen.QUESTION))
        await person.presses("down")
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.sees("Shop")
        await person.accepts_everything()
        chosen = person.app.journey.choices.subscription
        assert chosen is not None
    new = Holdings.of(azure).new_since(before)
    assert_exactly_one_of_everything(new, group="Shop")
    assert chosen.subscription_id != azure.announcement["subscription_id"]
    assert new["resource_groups"][0]["id"].startswith(f"/subscriptions/{chosen.subscription_id}/")


async def test_by_mouse_alone(azure: RunningSimulator) -> None:
    before = Holdings.of(azure)
    async with person_at(azure) as person:
        for step in STEPS[:-2]:
            await person.waits_until(
                lambda _screen, step=step: person.app.journey.wizard.step is step and person.ready,  # type: ignore[misc]
                f"{step}, ready",
            )
            await person.settles()
            await person.clicks("#continue")
        await person.waits_until(
            lambda _screen: person.app.journey.wizard.step is Step.CREATE and person.ready, "Create, ready"
        )
        await person.settles()
        await person.clicks("#continue")
        await person.sees("Create now")
        await person.clicks("#yes")
        await person.sees("Client Secret", PROVED)
    assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")
