"""`pipeops-tui list --plain`: the list, what is known about a connection, and what is done about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeops_tui.cli import main
from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.plain.half_year import SECRET, HalfYear, long_lines
from tests.plain.plain_person import PlainPerson

WHICH = r"Which connection\? .*:"
NOW = r"What now\? \[\w+\]:"


def opens(person: PlainPerson, text: str) -> str:
    """Narrow the list to a connection, and choose it; gives what is told about it."""
    person.answers(WHICH, text)
    person.answers(WHICH, "1")
    return person.reads(NOW)


def test_each_connection_has_a_number_and_its_state_in_words(half_year: HalfYear) -> None:
    with half_year.person("list") as person:
        person.signs_in()
        found = " ".join(person.reads(WHICH).split())
        for words in (
            r"1 PipeOps Preview, pipeops-preview in Pay-As-You-Go: not finished, 3 of 5 changes made",
            r"\d PipeOps Trial, pipeops-trial in Pay-As-You-Go: application deleted, can be restored until",
            r"\d PipeOps Demo, .*: expired 3 days ago",
            r"\d PipeOps Research, .*: role missing",
            r"\d PipeOps Training, .*: resource group missing",
            r"\d PipeOps Shop, .*: 2 client secrets, the old one until",
            r"\d PipeOps Staging, .*: expires in 12 days",
            r"\d PipeOps, PipeOpsRG in Pay-As-You-Go: in order until",
        ):
            assert re.search(words, found), words
        person.answers(WHICH, "back")
        assert person.ends() == 0
    assert long_lines(person.text) == []
    assert "\x1b" not in person.text
    assert half_year.changes() == []


def test_typing_narrows_it_also_by_a_client_id_and_shows_the_facts(half_year: HalfYear) -> None:
    client_id = half_year.client_id("works")
    with half_year.person("list") as person:
        person.signs_in()
        facts = opens(person, client_id)
        for fact in (
            "Resource group: PipeOpsRG",
            f"Client ID: {client_id}",
            "Owners: Robin Meyer",
            "Client secrets: 1",
        ):
            assert fact in facts
        assert "made by pipeops-tui" in facts
        person.answers(NOW, "copy")
        person.answers(r"Copy which value\? group, tenant, client, subscription \[group\]:", "client")
        person.answers(f"Client ID copied.*{NOW}", "quit")
        assert person.ends() == 0
    assert half_year.changes() == []


def test_a_reminder_is_a_file_that_is_never_written_over(half_year: HalfYear) -> None:
    with half_year.person("list") as person:
        person.signs_in()
        opens(person, "Staging")
        person.answers(NOW, "remind")
        person.answers(r"Name of the calendar file \[pipeops-.*ics\]:", "mine.ics")
        person.answers(f"Written: .*mine.ics .*{NOW}", "remind")
        person.answers(r"Name of the calendar file .*:", "mine.ics")
        person.answers(f"Not written: mine.ics is there already.*{NOW}", "quit")
        assert person.ends() == 0
    assert "BEGIN:VCALENDAR" in (half_year.home / "mine.ics").read_text()


def test_those_made_by_hand_are_looked_for_when_that_is_chosen(half_year: HalfYear) -> None:
    with half_year.person("list") as person:
        person.signs_in()
        assert "pipeops-by-hand" not in person.answers(WHICH, "Look for")
        person.answers(WHICH, "1")
        assert "pipeops-by-hand" in person.answers(WHICH, "quit")


def test_a_terminal_without_utf_8_gets_plain_characters(half_year: HalfYear) -> None:
    with half_year.person("list", PYTHONIOENCODING="ascii") as person:
        person.signs_in()
        opens(person, "Shop")
        person.answers(NOW, "quit")
        assert person.ends() == 0
    assert person.heard.isascii()
    assert "\\u" not in person.text


# An unfinished run


def test_it_is_continued(half_year: HalfYear) -> None:
    client_id = half_year.client_id("unfinished")
    with half_year.person("list") as person:
        person.signs_in()
        person.answers(WHICH, "")
        person.answers(r"Not finished\..*What now\? \[continue\]:", "")
        person.answers(r"Client Secret: copy, show, send or done .*:", "show")
        person.answers("yes or no .*:", "yes")
        shown = person.answers(r"done \[done\]:", "")
        person.answers(f"9 connections found.*{WHICH}", "quit")
        assert person.ends() == 0
    secret = re.findall(SECRET, shown)[0]
    assert half_year.key_of(client_id, secret)
    assert half_year.is_written_nowhere(secret)
    assert half_year.journaled(client_id).delivered


def test_it_is_undone(half_year: HalfYear) -> None:
    client_id = half_year.client_id("unfinished")
    with half_year.person("list") as person:
        person.signs_in()
        person.answers(WHICH, "")
        person.answers(NOW, "undo")
        person.answers("Remove this from Azure now.*:", "yes")
        person.reads("Azure is deleting it")
        half_year.azure.advance_clock(120)
        person.answers(f"Nothing that was created is left.*{WHICH}", "quit")
        assert person.ends() == 0
    assert half_year.application(client_id) is None
    assert not half_year.has_group("unfinished")


def test_it_is_forgotten_and_stays_in_azure(half_year: HalfYear) -> None:
    client_id = half_year.client_id("unfinished")
    with half_year.person("list") as person:
        person.signs_in()
        person.answers(WHICH, "")
        person.answers(NOW, "forget")
        found = person.answers("Forget it.*no.:", "no")
        assert f"az ad app delete --id {client_id}" in found
        person.answers(NOW, "forget")
        person.answers("Forget it.*:", "yes")
        assert "Preview" not in person.answers(f"It is forgotten.*{WHICH}", "quit").split("found")[1]
    assert half_year.application(client_id) is not None
    assert half_year.changes() == []


# How it can end


def test_ctrl_c_at_the_list_and_at_a_connection_ends_it_with_130(half_year: HalfYear) -> None:
    for leaves in (lambda person: person.reads(WHICH), lambda person: opens(person, "Shop")):
        with half_year.person("list") as person:
            person.signs_in()
            leaves(person)
            person.interrupts()
            assert person.ends() == 130
        assert "Traceback" not in person.text


def test_a_closed_input_ends_it_with_1_and_a_sentence(half_year: HalfYear) -> None:
    with half_year.person("list") as person:
        person.signs_in()
        person.reads(WHICH)
        person.hangs_up()
        assert person.ends() == 1
    assert person.text.rstrip().endswith("pipeops-tui: the input has ended.")


def test_what_azure_refuses_is_told_and_asked_again(half_year: HalfYear) -> None:
    half_year.azure.add_fault("listSubscriptions@*:answer", {"status": 403, "body": {"error": {"code": "Denied"}}})
    half_year.azure.add_fault("listTenants@*:answer", {"status": 403, "body": {"error": {"code": "Denied"}}})
    with half_year.person("list") as person:
        person.signs_in()
        person.reads(f"The tenants could not be listed: Azure refused. .*Trial.*could not be asked: .*{WHICH}")
        half_year.azure.clear_faults()
        person.answers(WHICH, "Ask Azure")
        person.answers(WHICH, "1")
        person.answers(f"8 connections found.*{WHICH}", "quit")
        assert person.ends() == 0


def test_without_a_connection_it_says_so(tmp_path: Path) -> None:
    with (
        start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as azure,
        PlainPerson(azure, tmp_path, command="list") as person,
    ):
        person.signs_in()
        person.answers(f"No connection found. .*{WHICH}", "back")
        assert person.ends() == 0


@pytest.mark.parametrize("option", [["--check"], ["--output", "json"]])
def test_what_cannot_go_together_is_one_sentence(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--plain", *option]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# From the journey


def test_the_list_and_doctor_are_reached_from_the_first_question_and_left_again(half_year: HalfYear) -> None:
    with half_year.person("") as person:
        person.answers(r"sign in\? .*:", "Connections")
        person.answers(r"sign in\? .*:", "1")
        person.signs_in()
        person.answers(WHICH, "back")
        person.answers(r"1 Continue as you@contoso.com .*sign in\? .*\[1\]:", "Find out why")
        person.answers(r"sign in\? .*:", "1")
        person.answers(r"How do you give the five values\? \[one\]:", "back")
        person.answers(r"sign in\? .*\[1\]:", "")
        person.answers(r"was not finished: 3 of 5.*What now\? \[continue\]:", "later")
        person.answers(r"Step 2 of 8: Subscription .*:", "quit")
        assert person.ends() == 1
    assert half_year.changes() == []
