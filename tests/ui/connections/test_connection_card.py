"""An opened connection: its facts in words, copies of the public values, and only what is available."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeops_tui.connections.connection import ConnectionState
from pipeops_tui.connections.connection_actions import ConnectionAction
from pipeops_tui.connections.connection_search import FoundConnections
from pipeops_tui.connections.known_connections import KnownConnections
from tests.provisioning.world import SUBSCRIPTION, TENANT
from tests.ui.connections.listed import EVERY_STATE, Decisions, ada, connection, listed, telling

ALL_KNOWN = KnownConnections(connections=EVERY_STATE)


async def test_it_shows_what_is_known_and_how_a_foreign_secret_is_removed() -> None:
    async with listed(ALL_KNOWN, size=(120, 40)) as stage:
        await stage.presses(*"ops", "minus", "3", "enter")
        await stage.sees(
            "PipeOps-3 · PipeOpsRG-3 in Pay-As-You-Go",
            "! two secrets  2 client secrets are valid",
            "1 Resource group +PipeOpsRG-3",
            f"2 Tenant ID +{TENANT}",
            "3 Client ID +b0f3a4d2-",
            f"5 Subscription ID +{SUBSCRIPTION}",
            "expires in 12 days, on 5 December 2026",
            "begins with Q1f · “PipeOps secret” · not made by pipeops-tui",
            "az ad app credential delete --id b0f3a4d2-",
        )
        await stage.presses("escape")
        await stage.sees("/ ops-3", "1 of 8 shown")  # nothing is lost


async def test_in_order_says_that_the_secret_was_not_tested() -> None:
    async with listed(ALL_KNOWN, size=(120, 40)) as stage:
        await stage.presses("home", "enter")
        await stage.sees(
            "✓ in order  In order until 23 March 2027",
            "does not have the client secret and cannot test",
            r"Owners +Ada Lovelace \(ada@contoso.com\)",
            "Notes in the directory",
        )


@pytest.mark.parametrize(("key", "value"), [("1", "PipeOpsRG-0"), ("2", TENANT), ("5", SUBSCRIPTION)])
async def test_a_digit_copies_a_public_value(key: str, value: str) -> None:
    copied: list[tuple[str, str]] = []
    async with listed(ALL_KNOWN, copied=copied) as stage:
        await stage.presses("home", "enter")
        await stage.sees("Client secrets")
        await stage.presses(key, "4")
    assert [text for text, _ in copied] == [value]


async def test_only_what_is_available_has_a_key_and_a_button() -> None:
    decisions = Decisions()
    async with listed(ALL_KNOWN, decisions=decisions) as stage:
        await stage.presses("home", "enter")
        screen = await stage.sees("Client secrets")
        assert not any(word in screen for word in ("New secret", "Remove…", "Check", "Restore", "Add an owner"))
        await stage.presses("n", "x", "k")
        assert not decisions.made
        await stage.presses("escape")
        await stage.until(lambda: "Client secrets" not in stage.screen, "the list")
        decisions.offered = (ConnectionAction.NEW_SECRET, ConnectionAction.ADD_OWNER)
        await stage.presses("enter")
        await stage.sees("n New secret", "Add an owner…")
        await stage.presses("n")
        await stage.until(lambda: bool(decisions.made), "a decision")
    decision = decisions.made[0]
    assert decision is not None
    assert (decision.action, decision.connection) == (ConnectionAction.NEW_SECRET, EVERY_STATE[0])


async def test_the_palette_has_what_the_buttons_have() -> None:
    decisions = Decisions(offered=(ConnectionAction.REMOVE_OLD, ConnectionAction.ADD_OWNER))
    async with listed(ALL_KNOWN, decisions=decisions, size=(100, 40)) as stage:
        await stage.presses("home", "enter")
        await stage.sees("Client secrets")
        await stage.presses("ctrl+p")
        screen = await stage.sees("Copy Client ID", "Remove the old client secret", "Add an owner", "Remind me")
        assert "Renew" not in screen
        assert "Restore" not in screen
        await stage.presses(*"owner", "enter")
        await stage.until(lambda: bool(decisions.made), "a decision")
    decision = decisions.made[0]
    assert decision is not None
    assert decision.action is ConnectionAction.ADD_OWNER


async def test_a_card_that_is_open_shows_what_a_tenant_tells_meanwhile() -> None:
    checked = connection(1, ConnectionState.NO_GROUP)
    search = telling(FoundConnections((checked,)))
    known = KnownConnections(connections=(connection(1, ConnectionState.NOT_CHECKED),))
    async with listed(known, search) as stage:
        await stage.presses("enter")
        await stage.sees("✗ group missing  The resource group PipeOpsRG-1 was not found")


async def test_the_owners_are_read_when_it_is_opened() -> None:
    search = telling(FoundConnections((connection(1, ConnectionState.WORKS, object_id="0f1e"),)), owners=ada)
    async with listed(KnownConnections(), search) as stage:
        await stage.sees("▌ PipeOps-1")
        await stage.presses("enter")
        await stage.sees(r"Owners +Ada Lovelace \(ada@contoso.com\)")


async def test_a_double_click_opens_it_and_a_click_on_back_leaves_it() -> None:
    async with listed(ALL_KNOWN) as stage:
        await stage.pilot.click("PickerList", offset=(6, 2), times=2)
        await stage.sees("PipeOps-2 · PipeOpsRG-2", "Client secrets")
        await stage.pilot.click(stage.app.screen.query("ActionButtons Button").last())
        await stage.sees("8 of 8 shown", "▌ PipeOps-2")


async def test_a_reminder_is_written_once_and_never_over_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pipeops-b0f3a4d2-2027-03-23.ics").write_text("mine")
    async with listed(ALL_KNOWN, size=(120, 40)) as stage:
        await stage.presses("home", "enter")
        await stage.sees("i Remind me")
        await stage.presses("i")
        await stage.sees("Remind me before the client secret expires", "30, 7 and 1 days", "Write the file")
        await stage.presses("enter")
        await stage.sees("! Not written: pipeops-b0f3a4d2-2027-03-23.ics is there already")
        assert (tmp_path / "pipeops-b0f3a4d2-2027-03-23.ics").read_text() == "mine"
        (tmp_path / "pipeops-b0f3a4d2-2027-03-23.ics").unlink()
        await stage.until(lambda: not stage.app.screen.query("Button.-active"), "a button that is up again")
        await stage.presses("enter")
        await stage.sees("✓ Written")
    assert "BEGIN:VEVENT" in (tmp_path / "pipeops-b0f3a4d2-2027-03-23.ics").read_text()


async def test_over_ssh_the_links_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 2222 10.0.0.2 22")
    copied: list[tuple[str, str]] = []
    async with listed(ALL_KNOWN, copied=copied) as stage:
        await stage.presses("home", "enter")
        await stage.sees("i Remind me")
        await stage.presses("i")
        await stage.sees("Copy link for Google +Copy link for Outlook +Write the file")
        await stage.presses("enter")
    assert copied[0][0].startswith("https://calendar.google.com/")
    assert copied[0][1] == "Link for Google's calendar"
