"""The worlds that no other journey goes through: what is said before Create, what can still be done, what is made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from pipeops_tui.checks.provider_checks import REQUIRED_PROVIDERS, USEFUL_PROVIDERS
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.ui.widgets.fields import Tick
from tests.journeys.holdings import Holdings, writes
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.support.inside import held_tokens
from tests.support.person import Person, person_at

_PROVIDERS = (*REQUIRED_PROVIDERS, *USEFUL_PROVIDERS)


@asynccontextmanager
async def somebody_in(scenario: str) -> AsyncIterator[tuple[Person, RunningSimulator, Holdings]]:
    """A person at the start of the application, in a world of its own, and what that held before."""
    with start_simulator(SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)) as azure:
        before = Holdings.of(azure)
        async with person_at(azure, size=(130, 40)) as person:
            yield person, azure, before


async def test_who_could_activate_a_role_is_told_to_and_nothing_is_written() -> None:
    async with somebody_in("pim-eligible") as (person, azure, before):
        await person.walks_to(Step.ACCESS)
        await person.sees("blocked", "Owner can be activated", "Activate the role in the portal")
        await person.presses("enter")
        await person.sees("✗ Activate your role first")
        assert person.app.journey.wizard.step is Step.ACCESS
        assert writes(azure) == []
        assert Holdings.of(azure) == before


async def test_a_right_with_a_condition_is_said_and_a_refused_try_leaves_nothing() -> None:
    async with somebody_in("rbac-admin-conditioned") as (person, azure, before):
        await person.walks_to(Step.ACCESS)
        await person.sees("blocked", "limited by a condition", "t Try anyway")
        assert writes(azure) == []
        await person.presses("t", "enter")
        await person.waits_until(lambda _: person.ready and person.app.journey.wizard.step is Step.CREATE, "Create")
        await person.presses("enter")
        await person.sees("Create now")
        await person.presses("enter")
        await person.sees("Azure is deleting it")
        azure.advance_clock(120)
        await person.sees("✗ Your permission to assign roles is limited", "Nothing that was created is left")
        new = Holdings.of(azure).new_since(before)
        new.pop("deleted_applications", None)
        states = {group["properties"]["provisioningState"] for group in new.pop("resource_groups", [])}
        assert new == {}
        assert states <= {"Deleting"}


async def test_a_secret_lives_as_long_as_the_directory_allows() -> None:
    async with somebody_in("lifetime-capped") as (person, azure, before):
        await person.walks_to(Step.APPLICATION)
        await person.sees("expires after", r"expires \d+ \w+ 20\d\d")
        await person.accepts_everything()
        new = Holdings.of(azure).new_since(before)
        assert_exactly_one_of_everything(new, group="PipeOpsRG")
        end = datetime.fromisoformat(new["applications"][0]["passwordCredentials"][0]["endDateTime"])
        assert timedelta(days=89) < end - datetime.now(UTC) <= timedelta(days=90)


async def test_an_application_that_a_policy_blocks_here_is_delivered_untested() -> None:
    async with somebody_in("applications-blocked") as (person, azure, before):
        await person.walks_to(Step.CREATE)
        await person.presses("enter")
        await person.sees("Create now")
        await person.presses("enter")
        await person.sees("Client Secret", "✗ failed +Test sign-in", "Created, but cannot be tested from this network")
        assert person.app.journey.wizard.step is Step.CREDENTIALS
        assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")


async def test_providers_that_are_missing_are_listed_as_writes_and_not_waited_for() -> None:
    async with somebody_in("providers-unregistered") as (person, azure, before):
        await person.walks_to(Step.ACCESS)
        await person.sees("Register 13 resource providers as well", "not registered yet; you can register them here")
        assert person.app.screen.query_one(Tick).value
        screen = await person.walks_to(Step.CREATE)
        assert "18 changes" in screen
        await person.presses("pagedown")
        screen += await person.sees("register Microsoft.ContainerRegistry")
        screen += await person.sees("register Microsoft.KeyVault")
        await person.presses("pagedown", "pagedown")
        screen += await person.sees("register Microsoft.PolicyInsights")
        assert all(f"register {namespace}" in screen for namespace in _PROVIDERS)
        assert writes(azure) == []
        await person.accepts_everything()
        assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")
        assert writes(azure).count("registerProvider") == len(_PROVIDERS)
        run = person.app.journey.run
        assert run is not None
        notes = {row.reason for row in run.rows if row.key.startswith("provider:")}
        assert notes <= {"Azure completes it within a few minutes", ""}


async def test_a_twin_is_shown_and_never_touched() -> None:
    async with somebody_in("twins") as (person, azure, before):
        await person.walks_to(Step.APPLICATION)
        await person.sees("1 application of this name|already.*PipeOps|of this name already")
        await person.accepts_everything()
        after = Holdings.of(azure)
        assert_exactly_one_of_everything(after.new_since(before), group="PipeOpsRG")
        twin = next(key for key, one in before.items["applications"].items() if one["displayName"] == "PipeOps")
        assert after.items["applications"][twin] == before.items["applications"][twin]


async def test_a_new_connection_leaves_older_ones_as_they_are() -> None:
    async with somebody_in("six-months-later") as (person, azure, before):
        await person.accepts_everything()
        after = Holdings.of(azure)
        assert_exactly_one_of_everything(after.new_since(before), group="PipeOpsRG-2")
        for kind, items in before.items.items():
            assert {key: after.items[kind].get(key) for key in items} == items


async def test_a_service_that_is_down_is_named_and_can_be_tried_again() -> None:
    async with somebody_in("down") as (person, azure, before):
        await person.walks_to(Step.RESOURCE_GROUP)
        await person.presses("enter")
        await person.sees("✗ No connection to localhost", "Try again", "Back", "Copy details")
        await person.presses("enter")
        screen = await person.sees("✗ No connection to localhost", "cannot be reached from this computer")
        assert "Traceback" not in screen
        assert writes(azure) == []
        assert Holdings.of(azure) == before


async def test_a_failure_can_be_copied_for_support_without_a_token_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with somebody_in("happy") as (person, azure, _):
        await person.sees("Ready")
        azure.add_fault("listTenants@*:garbage")
        copied: list[str] = []
        monkeypatch.setattr(person.app, "copy", lambda text, name: copied.append(text))
        await person.presses("enter")
        await person.waits_until(lambda screen: "Copy details" in screen, "a problem with its details")
        await person.presses("tab", "tab")
        while not copied:
            label = str(getattr(person.app.focused, "label", ""))
            await person.presses("enter" if label == "Copy details" else "tab")
        assert all(word in copied[0] for word in ("Time (UTC): ", "Operation: ", "Version: pipeops-tui "))
        session = person.app.journey.session
        assert session is not None
        tokens = held_tokens(session)
        assert tokens
        assert not any(token in copied[0] or token[:40] in copied[0] for token in tokens)
