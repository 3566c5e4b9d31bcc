"""Half a year later, on another computer and with another account: renew, discard, restore, remove."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.cli.demo_journals import remember_prepared
from pipeops_tui.core.settings import ConnectionToOpen, Settings
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.support.clocks import hurried_clock
from tests.support.person import Person, person_at

STAGING = "PipeOps Staging"


@pytest.fixture
def later() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig(scenario="six-months-later", auto_approve_device_codes=True)) as running:
        yield running


def application(azure: RunningSimulator, name: str) -> dict[str, Any]:
    return next(one for one in azure.state()["applications"] if one["displayName"] == name)


def keys(azure: RunningSimulator, name: str = STAGING) -> list[str]:
    return [key["keyId"] for key in application(azure, name)["passwordCredentials"]]


def client_id_of(azure: RunningSimulator, kind: str) -> str:
    return next(one.client_id for one in azure.prepared() if one.kind == kind)


@asynccontextmanager
async def opened(azure: RunningSimulator, state_dir: Path, action: str, client_id: str) -> AsyncIterator[Person]:
    """The program, started at a connection of another computer, which is on screen."""
    settings = Settings(resource_manager=azure.base_url, opens=ConnectionToOpen(action, client_id))
    clock = hurried_clock(azure)
    async with person_at(azure, size=(100, 34), settings=settings, clock=clock, state_dir=state_dir) as person:
        await person.sees("Sign in to look for the connection", "✓ Ready")
        await person.presses("enter")
        await person.sees("3 Client ID +" + client_id)
        yield person


async def renews(person: Person) -> None:
    await person.presses("n")
    await person.sees("Renew the client secret of", "Contributor on")
    await person.waits_until(lambda screen: "●" not in screen.partition("Client secrets")[2], "all checks")
    await person.presses("enter")
    await person.sees("✓ The new client secret works", "unchanged", "next: c")


async def renews_and_leaves_the_old_secret_to_remove(azure: RunningSimulator, state_dir: Path) -> None:
    """The person has the new secret and has said yes, but Azure could not be reached for the removal."""
    async with opened(azure, state_dir, "renew", client_id_of(azure, "expires-soon")) as person:
        await renews(person)
        await person.presses("c")
        await person.sees("o to remove the old secret")
        azure.add_fault("removePassword@*:drop-request")
        await person.presses("o")
        await person.sees("Does PipeOps work with the new client secret")
        await person.types("yes")
        await person.presses("enter")
        await person.waits_until(lambda _: any(one["fault"] for one in azure.requests()), "a lost request")
        await person.presses("ctrl+q")
        await person.sees("Leave while the old client secret is being removed")
        await person.presses("tab", "enter")
        await person.waits_until(lambda _: not person.app.is_running, "the end")


async def test_a_renewal_keeps_the_old_secret_until_the_person_says_yes(
    later: RunningSimulator, tmp_path: Path
) -> None:
    before = keys(later)
    async with opened(later, tmp_path, "renew", client_id_of(later, "expires-soon")) as person:
        await renews(person)
        assert keys(later)[:1] == before
        assert len(keys(later)) == 2
        await person.presses("c")
        await person.sees("Press Connect Account in PipeOps", "o to remove the old secret")
        await person.presses("o")
        await person.sees("Does PipeOps work with the new client secret", "works until")
        await person.types("no")
        await person.presses("enter")
        assert len(keys(later)) == 2
        await person.presses("backspace", "backspace")
        await person.types("yes")
        await person.presses("enter")
        await person.sees("The old client secret is removed")
    (left,) = keys(later)
    assert left not in before


async def test_the_old_secret_can_go_days_later(later: RunningSimulator, tmp_path: Path) -> None:
    client_id = client_id_of(later, "expires-soon")
    before = keys(later)
    async with opened(later, tmp_path, "renew", client_id) as person:
        await renews(person)
        await person.presses("c")
        await person.sees("o to remove the old secret")
        await person.presses("ctrl+q")
        await person.sees("clipboard still holds|Does PipeOps work")
        if "clipboard still holds" in person.screen:
            await person.presses("enter")
            await person.sees("Does PipeOps work")
        await person.presses("enter")
        await person.waits_until(lambda _: not person.app.is_running, "the end")
        assert "The old client secret works until" in person.app.receipt
    assert len(keys(later)) == 2
    assert keys(later)[:1] == before


async def test_an_interrupted_renewal_is_continued_or_discarded_at_the_next_start(
    later: RunningSimulator, tmp_path: Path
) -> None:
    client_id, before = client_id_of(later, "expires-soon"), keys(later)
    later.add_fault("addPassword@*:drop-response")
    async with opened(later, tmp_path, "renew", client_id) as person:
        await person.presses("n")
        await person.sees("Renew the client secret of", "Contributor on")
        await person.waits_until(lambda _: not person.app.screen.query_one("#renew").disabled, "all checks")
        await person.presses("enter")
        await person.waits_until(lambda _: any(one["fault"] for one in later.requests()), "a lost answer")
        await person.presses("ctrl+q")
        await person.sees("Stop and quit")
        await person.presses("tab", "enter")
        await person.waits_until(lambda _: not person.app.is_running, "the end")
    later.clear_faults()
    assert before[0] in keys(later)
    settings, clock = Settings(resource_manager=later.base_url), hurried_clock(later)
    async with person_at(later, size=(100, 34), settings=settings, clock=clock, state_dir=tmp_path) as person:
        await person.sees("renewal not finished", "removes only what the renewal has added")
        await person.presses("u")
        await person.sees("To undo pipeops-staging", "Device code")
        await person.presses("enter")
        await person.sees("Discard the new client secret")
        await person.presses("tab", "enter")
        await person.sees("The new client secret is removed")
    assert keys(later) == before


@pytest.mark.parametrize("size", [(80, 24), (100, 34)])
async def test_where_only_the_old_secret_is_left_continuing_removes_it_and_nothing_else(
    later: RunningSimulator, tmp_path: Path, size: tuple[int, int]
) -> None:
    before = keys(later)
    await renews_and_leaves_the_old_secret_to_remove(later, tmp_path)
    later.clear_faults()
    old, new = keys(later)
    assert [old] == before
    state = later.state()
    settings, clock = Settings(resource_manager=later.base_url), hurried_clock(later)
    async with person_at(later, size=size, settings=settings, clock=clock, state_dir=tmp_path) as person:
        await person.sees("an older client secret", "Continue +removes the old client secret", "Continue +Forget")
        assert "Undo" not in person.screen
        await person.presses("enter")
        await person.sees("To finish pipeops-staging", "Device code")
        await person.presses("enter")
        await person.sees("✓ The older client secret is removed", "⏎ Finish", " Finish *$")
        await person.presses("enter")
        await person.waits_until(lambda _: not person.app.is_running, "the end")
        assert "The old client secret is removed" in person.app.receipt
    assert keys(later) == [new]
    for kind in ("resource_groups", "role_assignments", "deleted_applications", "service_principals"):
        assert later.state()[kind] == state[kind]


async def test_continuing_the_removal_of_the_old_secret_can_be_stopped(later: RunningSimulator, tmp_path: Path) -> None:
    await renews_and_leaves_the_old_secret_to_remove(later, tmp_path)
    settings, clock = Settings(resource_manager=later.base_url), hurried_clock(later)
    async with person_at(later, settings=settings, clock=clock, state_dir=tmp_path) as person:
        await person.sees("an older client secret")
        await person.presses("enter")
        await person.sees("To finish pipeops-staging", "Device code")
        await person.presses("enter")
        await person.sees("Removing an older client secret")
        await person.presses("escape")
        await person.sees("Stop removing the old client secret", "Keep removing")
    assert len(keys(later)) == 2


async def test_a_client_id_that_is_no_connection_is_said(later: RunningSimulator, tmp_path: Path) -> None:
    unknown = "5e0c0f4e-94a7-4cf1-a3a4-0d3a2a3c7b11"
    settings = Settings(resource_manager=later.base_url, opens=ConnectionToOpen("renew", unknown))
    clock = hurried_clock(later)
    async with person_at(later, size=(100, 34), settings=settings, clock=clock, state_dir=tmp_path) as person:
        await person.sees("Sign in to look for the connection", "✓ Ready")
        await person.presses("enter")
        await person.sees(f"No connection with the client ID {unknown} was found")


async def test_a_connection_with_a_cluster_wants_the_name_of_its_group(later: RunningSimulator, tmp_path: Path) -> None:
    client_id = client_id_of(later, "in-use")
    async with opened(later, tmp_path, "remove", client_id) as person:
        await person.presses("x")
        screen = await person.sees("Remove PipeOps Production", "Type pipeops-production to remove", "costing money")
        assert "MC_" in screen
        await person.types("PipeOps Production")
        await person.presses("enter")
        assert application(later, "PipeOps Production")
        await person.presses(*["backspace"] * len("PipeOps Production"))
        await person.types("pipeops-production")
        await person.presses("enter")
        await person.sees("pipeops-production is not empty|Not everything was removed")
    state = later.state()
    assert all(one["displayName"] != "PipeOps Production" for one in state["applications"])
    assert any(one["name"] == "pipeops-production" for one in state["resource_groups"])
    assert [one["displayName"] for one in state["deleted_applications"]].count("PipeOps Production") == 1


async def test_a_deleted_application_is_restored_with_a_new_secret(later: RunningSimulator, tmp_path: Path) -> None:
    client_id = client_id_of(later, "deleted")
    await remember_prepared(tmp_path, later)
    settings, clock = Settings(resource_manager=later.base_url), hurried_clock(later)
    async with person_at(later, size=(100, 34), settings=settings, clock=clock, state_dir=tmp_path) as person:
        await person.sees("not finished", "Decide later")
        await person.presses("escape")
        await person.sees("✓ Ready")
        await person.presses("enter")
        await person.sees("Choose the subscription", r"✓ \d+ subscription")
        await person.presses("escape")
        await person.sees("Choose how to sign in")
        await person.presses("l")
        await person.sees("PipeOps Trial .*application deleted")
        await person.types("Trial")
        await person.sees("1 of ")
        await person.presses("enter")
        await person.sees("It can be restored until", client_id)
        await person.presses("t")
        await person.sees("Restore PipeOps Trial", "being an\\s+owner|owner of the")
        assert all(one["displayName"] != "PipeOps Trial" for one in later.state()["applications"])
        await person.presses("enter")
        await person.sees("✓ The new client secret works")
    restored = application(later, "PipeOps Trial")
    assert restored["appId"] == client_id
    principals = [one["id"] for one in later.state()["service_principals"] if one["appId"] == client_id]
    holders = [one["properties"]["principalId"] for one in later.state()["role_assignments"]]
    assert len(principals) == 1
    assert principals[0] in holders
