"""Half a year later, on another computer and with another account: renew, discard, restore, remove."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button

from pipeops_tui.cli.demo_journals import remember_prepared
from pipeops_tui.core.settings import ConnectionToOpen, Settings
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.support.clocks import hurried_clock
from tests.support.person import Person, person_at

STAGING = "PipeOps Staging"
SHOP = "PipeOps Shop"


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
async def opened(
    azure: RunningSimulator, state_dir: Path, action: str, client_id: str, expires_in: int | None = None
) -> AsyncIterator[Person]:
    """The program, started at a connection of another computer, which is on screen."""
    opens = ConnectionToOpen(action, client_id)
    settings = Settings(resource_manager=azure.base_url, expires_in=expires_in, opens=opens)
    clock = hurried_clock(azure)
    async with person_at(azure, size=(100, 34), settings=settings, clock=clock, state_dir=state_dir) as person:
        await person.sees("Sign in to look for the connection", "✓ Ready")
        await person.presses("enter")
        await person.sees("3 Client ID +" + client_id)
        yield person


async def renews(person: Person) -> None:
    await person.presses("n")
    await person.sees("Renew the client secret of", "Contributor on", "(Renew|Try anyway) +(Copy message +)?Not now")
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
        assert person.app.exit_code == 1
        await person.presses("c")
        await person.sees("Press Connect Account in PipeOps", "o to remove the old secret")
        assert person.app.exit_code == 0
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
        await person.sees("Renew the client secret of", "Contributor on", "Renew +Not now")
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


async def test_after_azure_refuses_an_owner_the_connection_can_be_taken_up_again(
    later: RunningSimulator, tmp_path: Path
) -> None:
    await remember_prepared(tmp_path, later, kinds=("expires-soon",))
    body = {"error": {"code": "Authorization_RequestDenied", "message": "Not you."}}
    later.add_fault("addApplicationOwner@1:answer", {"status": 403, "body": body, "effect": False})

    async def adds_robin() -> None:
        await person.presses("l")
        await person.sees("▌ PipeOps Staging")
        await person.presses("enter")
        await person.sees("3 Client ID +" + client_id_of(later, "expires-soon"))
        next(one for one in person.app.screen.query(Button) if str(one.label) == "Add an owner…").press()
        await person.sees("The account name of that person")
        await person.types("robin@contoso.com")
        await person.presses("enter")
        await person.sees("✓ Robin Meyer")
        await person.presses("enter")

    settings, clock = Settings(resource_manager=later.base_url), hurried_clock(later)
    async with person_at(later, size=(100, 34), settings=settings, clock=clock, state_dir=tmp_path) as person:
        await person.sees("✓ Ready")
        await person.presses("enter")
        await person.sees("Choose the subscription to bill", r"✓ \d+ subscription")
        await person.presses("escape")
        await person.sees("Choose how to sign in")
        await adds_robin()
        await person.sees("Try again")
        await person.presses("escape")
        await person.sees("Choose how to sign in")
        await adds_robin()
        await person.sees("Robin Meyer is now an owner of PipeOps Staging")


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


async def test_the_lifetime_of_the_command_line_is_chosen_first(later: RunningSimulator, tmp_path: Path) -> None:
    client_id = client_id_of(later, "expires-soon")
    async with opened(later, tmp_path, "renew", client_id, expires_in=45) as person:
        await renews(person)
    _, new = application(later, STAGING)["passwordCredentials"]
    start, end = (datetime.fromisoformat(new[name]) for name in ("startDateTime", "endDateTime"))
    assert round((end - start).total_seconds() / 86_400) == 45


async def test_after_a_removal_the_exit_code_says_whether_anything_is_left(
    later: RunningSimulator, tmp_path: Path
) -> None:
    async with opened(later, tmp_path, "remove", client_id_of(later, "expires-soon")) as person:
        await person.presses("x")
        await person.sees("Remove PipeOps Staging", "Type PipeOps Staging to remove")
        assert person.app.exit_code == 1
        later.add_fault("deleteResourceGroup@*:answer", {"status": 409, "body": {"error": {"code": "Busy"}}})
        await person.types(STAGING)
        await person.presses("enter")
        await person.sees("Not everything was removed")
        assert person.app.exit_code == 1
        later.clear_faults()
        await person.clicks("#undo")
        await person.sees("The connection is removed")
        assert person.app.exit_code == 0
        await person.presses("ctrl+q")
        await person.waits_until(lambda _: not person.app.is_running, "the end")
    assert person.app.exit_code == 0


async def test_a_connection_with_a_cluster_wants_the_name_of_its_group(later: RunningSimulator, tmp_path: Path) -> None:
    client_id = client_id_of(later, "in-use")
    async with opened(later, tmp_path, "remove", client_id) as person:
        await person.presses("x")
        screen = await person.sees("Remove PipeOps Production", "Type pipeops-production to remove", "cost money")
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
    rule = {
        "restrictionType": "passwordLifetime",
        "state": "enabled",
        "maxLifetime": "P60D",
        "restrictForAppsCreatedAfterDateTime": "2019-10-19T10:37:00Z",
    }
    restrictions = {"passwordCredentials": [rule], "keyCredentials": []}
    policy: Any = {"id": "x", "isEnabled": True, "applicationRestrictions": restrictions}
    later.add_fault("getDefaultAppManagementPolicy@*:answer", {"status": 200, "body": policy, "effect": False})
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
        await person.sees("Restore PipeOps Trial", "✓ Your account has one of them")
        assert all(one["displayName"] != "PipeOps Trial" for one in later.state()["applications"])
        await person.presses("enter")
        await person.sees("✓ The new client secret works")
    restored = application(later, "PipeOps Trial")
    assert restored["appId"] == client_id
    newest = max(restored["passwordCredentials"], key=lambda key: str(key["startDateTime"]))
    start, end = (datetime.fromisoformat(newest[name][:19]) for name in ("startDateTime", "endDateTime"))
    assert round((end - start) / timedelta(days=1)) == 60, "the longest that the tenant allows"
    principals = [one["id"] for one in later.state()["service_principals"] if one["appId"] == client_id]
    holders = [one["properties"]["principalId"] for one in later.state()["role_assignments"]]
    assert len(principals) == 1
    assert principals[0] in holders


async def asks_about_the_old_secret(person: Person) -> None:
    await person.sees("! two secrets", "o Remove old")
    await person.presses("o")
    await person.sees("Does PipeOps work with the new client secret", "The old client secret begins with")


async def test_the_old_secret_is_removed_on_another_computer(later: RunningSimulator, tmp_path: Path) -> None:
    old, new = keys(later, SHOP)
    async with opened(later, tmp_path, "renew", client_id_of(later, "two-secrets")) as person:
        await asks_about_the_old_secret(person)
        await person.presses("enter")  # later
        await person.sees("The old client secret stays", "Choose how to sign in")
        assert keys(later, SHOP) == [old, new]
        await person.presses("l")
        await person.sees("PipeOps Shop .*two secrets")
        await person.types("Shop")
        await person.sees("1 of ")
        await person.presses("enter")
        await asks_about_the_old_secret(person)
        await person.types("yes")
        await person.presses("enter")
        await person.sees("The old client secret of PipeOps Shop is removed", "Choose how to sign in")
    assert keys(later, SHOP) == [new]


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_refused_removal_of_the_old_secret_goes_on(
    later: RunningSimulator, tmp_path: Path, at_once: bool
) -> None:
    old, new = keys(later, SHOP)
    body = {"error": {"code": "Authorization_RequestDenied", "message": "Not you."}}
    async with opened(later, tmp_path, "renew", client_id_of(later, "two-secrets")) as person:
        await asks_about_the_old_secret(person)
        later.add_fault("removePassword@*:answer", {"status": 403, "body": body, "effect": False})
        await person.types("yes")
        await person.presses("enter")
        await person.sees("Try again")
        assert keys(later, SHOP) == [old, new]
        later.clear_faults()
        if at_once:
            await person.presses("enter")
            await person.sees("The old client secret of PipeOps Shop is removed")
        else:
            await person.presses("escape")
            await person.sees("Choose how to sign in")
            await person.presses("l")
            await person.sees("▌ PipeOps Shop .*not finished", "removes the old client secret, as you have decided")
            await person.presses("enter")
            await person.sees("client secret is removed")
    assert keys(later, SHOP) == [new]


def made_by_hand(azure: RunningSimulator) -> dict[str, Any]:
    """The application that carries no tag and has the role on pipeops-by-hand."""
    return next(one for one in azure.state()["applications"] if one["displayName"] == "PipeOps" and not one["tags"])


async def opens_the_one_made_by_hand(person: Person) -> None:
    await person.presses("l")
    await person.sees("Others", r"✓ \d connections")
    await person.presses("end", "enter")
    await person.sees("Enter hides", "pipeops-by-hand")
    await person.presses("slash")
    await person.types("by-hand")
    await person.sees("1 of ")
    await person.presses("enter")
    await person.sees("Found by +its role on one resource group")


@asynccontextmanager
async def signed_in(azure: RunningSimulator, state_dir: Path) -> AsyncIterator[Person]:
    """The program on Sign in, with an account that has signed in."""
    settings, clock = Settings(resource_manager=azure.base_url), hurried_clock(azure)
    async with person_at(azure, size=(100, 34), settings=settings, clock=clock, state_dir=state_dir) as person:
        await person.sees("✓ Ready")
        await person.presses("enter")
        await person.sees("Choose the subscription", r"✓ \d+ subscription")
        await person.presses("escape")
        await person.sees("Choose how to sign in")
        yield person


async def test_what_was_made_by_hand_keeps_its_old_secret_and_all_says_so(
    later: RunningSimulator, tmp_path: Path
) -> None:
    before = made_by_hand(later)
    (old,) = (key["keyId"] for key in before["passwordCredentials"])
    async with signed_in(later, tmp_path) as person:
        await opens_the_one_made_by_hand(person)
        await person.presses("n")
        await person.sees("Renew the client secret of", "Contributor on", before["appId"][:8], "Renew +Not now")
        await person.presses("shift+tab", *before["appId"][:8])
        await person.waits_until(lambda _: not person.app.screen.query_one("#renew").disabled, "all checks")
        await person.presses("tab", "enter")
        await person.sees("✓ The new client secret works", "next: c")
        await person.presses("c")
        screen = await person.sees("Press Connect Account in PipeOps", "pipeops-tui did not add the old secret")
        assert "press o" not in screen
        await person.presses("ctrl+q")
        await person.waits_until(
            lambda screen: "clipboard still holds" in screen or not person.app.is_running, "a question, or the end"
        )
        if person.app.is_running:
            await person.presses("enter")
        await person.waits_until(lambda _: not person.app.is_running, "the end")
        receipt = person.app.receipt
    assert "is removed" not in receipt
    assert "pipeops-tui did not add the old client secret and has not removed it" in receipt
    assert f"az ad app credential list --id {before['appId']}" in receipt
    assert old in [key["keyId"] for key in made_by_hand(later)["passwordCredentials"]]
    settings = Settings(resource_manager=later.base_url, opens=ConnectionToOpen("remove", before["appId"]))
    clock = hurried_clock(later)
    async with person_at(later, size=(100, 34), settings=settings, clock=clock, state_dir=tmp_path) as person:
        await person.sees("To remove pipeops-by-hand in", "✓ Ready")
        await person.presses("enter")
        await person.sees("Remove what pipeops-tui added to PipeOps", "Only what pipeops-tui added is")
        await person.types("PipeOps")
        await person.presses("enter")
        await person.sees(
            "What pipeops-tui added is removed",
            "Contributor on pipeops-by-hand for PipeOps",
            f"az ad app delete --id {before['appId']}",
            "c Copy commands",
        )
    assert [key["keyId"] for key in made_by_hand(later)["passwordCredentials"]] == [old]


async def test_removing_what_was_made_by_hand_shows_the_commands_for_the_rest(
    later: RunningSimulator, tmp_path: Path
) -> None:
    before = later.state()
    async with signed_in(later, tmp_path) as person:
        await opens_the_one_made_by_hand(person)
        await person.presses("x")
        client_id = made_by_hand(later)["appId"]
        await person.sees(
            "pipeops-tui added nothing to PipeOps",
            "az role assignment delete --assignee",
            f"{client_id} --role Contributor",
            f"az ad app delete --id {client_id}",
        )
        await person.presses("tab", "enter")
        await person.sees("Nothing was removed")
    assert later.state()["applications"] == before["applications"]
    assert later.state()["role_assignments"] == before["role_assignments"]
