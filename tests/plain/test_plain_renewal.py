"""`pipeops-tui renew --plain`: the new client secret, and what becomes of the old one."""

from __future__ import annotations

import re

import pytest

from pipeops_tui.cli import main
from tests.cli.renewal_stage import keeping_in
from tests.plain.half_year import SECRET, HalfYear, long_lines
from tests.plain.plain_person import PlainPerson

ADD = r"Add it in Azure now\? .*\[no\]:"
GIVE = r"Client Secret: copy, show, send or done .*:"
OLD = r"Does PipeOps work with the new client secret\? .*\[later\]:"


def shows(person: PlainPerson) -> str:
    """Have the new client secret shown; gives it."""
    person.answers(GIVE, "show")
    person.answers("stays in the scrollback.*yes or no .*:", "yes")
    secret: str = re.findall(SECRET, person.answers(r"done \[done\]:", ""))[0]
    return secret


def test_it_is_checked_reviewed_added_proved_and_delivered_and_the_old_one_stays(half_year: HalfYear) -> None:
    client_id = half_year.client_id("works")
    (old,) = half_year.key_ids(client_id)
    log = half_year.home / "requests.log"
    with half_year.person("renew", client_id, "--log-file", str(log)) as person:
        person.signs_in()
        person.answers(r"ok: Permission to add a client secret: .*days\? \[180\]:", "90")
        person.answers(rf"1 Client secret: expires .*{ADD}", "yes")
        secret = shows(person)
        found = person.answers(OLD, "")
        assert "The old client secret works until" in found
        assert person.ends() == 0, person.text
    assert "Client secret, expires" in person.text
    assert "The new client secret is added. The test sign-in worked." in person.text
    new = half_year.key_of(client_id, secret)
    assert half_year.key_ids(client_id) == [old, new]
    assert half_year.is_written_nowhere(secret)
    assert log.read_bytes()
    assert person.text.count(secret) == 1
    assert half_year.journaled(client_id).delivered
    assert long_lines(person.text) == []


def test_the_old_one_is_removed_once_the_person_says_so(half_year: HalfYear) -> None:
    client_id = half_year.client_id("works")
    with half_year.person("renew", client_id, "--expires-in", "30") as person:
        person.signs_in()
        person.answers(r"days\? \[30\]:", "")
        person.answers(ADD, "yes")
        secret = shows(person)
        person.answers(OLD, "?")
        person.answers(f"Connect PipeOps with the new one first.*{OLD}", "yes")
        person.reads("The old client secret is removed.")
        assert person.ends() == 0
    assert half_year.key_ids(client_id) == [half_year.key_of(client_id, secret)]


def test_it_can_be_sent_to_a_command_and_is_never_written(half_year: HalfYear) -> None:
    client_id = half_year.client_id("works")
    with half_year.person("renew", client_id) as person:
        person.signs_in()
        person.answers("days.*:", "")
        person.answers(ADD, "yes")
        person.answers(GIVE, "send")
        person.answers("Command .*:", keeping_in(half_year.home / "taken"))
        person.answers(f"The command has taken it. {GIVE}", "")
        person.answers(OLD, "quit")
        assert person.ends() == 0
    taken = (half_year.home / "taken").read_text()
    (half_year.home / "taken").unlink()
    assert half_year.key_of(client_id, taken)
    assert taken not in person.text
    assert half_year.is_written_nowhere(taken)


@pytest.mark.parametrize("answer", ["", "no"])
def test_without_a_yes_nothing_is_added(half_year: HalfYear, answer: str) -> None:
    with half_year.person("renew", half_year.client_id("works")) as person:
        person.signs_in()
        person.answers("days.*:", "30")
        person.answers(ADD, "back")
        person.answers(r"days\? \[30\]:", "")
        person.answers(ADD, answer)
        person.reads("Nothing was renewed.")
        assert person.ends() == 1
    assert half_year.changes() == []


def test_without_a_client_id_it_asks_which(half_year: HalfYear) -> None:
    with half_year.person("renew") as person:
        person.signs_in()
        person.answers(r"Renew which connection\? .*:", "Staging")
        person.answers(r"which connection\? .*:", "1")
        person.answers(r"Renew the client secret of PipeOps Staging .*days.*:", "back")
        person.answers(r"Renew which connection\? .*:", "quit")
        assert person.ends() == 1
    assert half_year.changes() == []


def test_one_that_was_made_by_hand_is_named_first_and_its_secret_stays(half_year: HalfYear) -> None:
    client_id = half_year.by_hand
    (old,) = half_year.key_ids(client_id)
    with half_year.person("renew", client_id) as person:
        person.signs_in()
        person.answers(r"did not add the one that PipeOps uses, so it stays.*days.*:", "")
        person.answers(f"Type {client_id[:8]}, the first characters of its client ID:", "12345678")
        person.answers(f"That is not {client_id[:8]}.*its client ID:", client_id[:8])
        person.answers(ADD, "yes")
        secret = shows(person)
        assert person.ends() == 0, person.text
    assert half_year.key_ids(client_id) == [old, half_year.key_of(client_id, secret)]


def test_a_deleted_application_is_restored_instead(half_year: HalfYear) -> None:
    client_id = half_year.client_id("deleted")
    with half_year.person("renew", client_id) as person:
        person.signs_in()
        person.answers(r"To renew it is not possible now.*What now\? \[back\]:", "restore")
        person.answers(r"Your account has one of them.*Restore it now\? .*:", "yes")
        secret = shows(person)
        person.answers(OLD, "")
        assert person.ends() == 0, person.text
    assert half_year.key_of(client_id, secret)


# What goes wrong


def test_a_refused_renewal_is_taken_back_and_the_old_one_stays(half_year: HalfYear) -> None:
    client_id = half_year.client_id("works")
    before = half_year.key_ids(client_id)
    half_year.azure.add_fault("redeemClientSecret@*:answer", {"status": 401, "body": {"error": "invalid_client"}})
    with half_year.person("renew", client_id) as person:
        person.signs_in()
        person.answers("days.*:", "")
        person.answers(ADD, "yes")
        found = person.reads(rf"{GIVE}|What now\? .*\[again\]:")
        assert "Test sign-in" in found
        half_year.azure.clear_faults()
        person.answers(GIVE, "done")
        person.answers("it is lost when pipeops-tui ends.*End without it.*:", "yes")
        assert person.ends() == 1
    assert set(before) < set(half_year.key_ids(client_id))
    with half_year.person("") as person:
        person.signs_in()
        person.answers(r"PipeOpsRG .* was not finished: new client secret never copied.*What now.*:|Preview", "later")


def test_a_failed_renewal_can_be_undone_and_nothing_else_is_removed(half_year: HalfYear) -> None:
    client_id = half_year.client_id("works")
    before = half_year.key_ids(client_id)
    half_year.azure.add_fault("addPassword@*:answer", {"status": 403, "body": {"error": {"code": "Denied"}}})
    with half_year.person("renew", client_id) as person:
        person.signs_in()
        person.answers("days.*:", "")
        person.answers(ADD, "yes")
        person.answers(r"What now\? .*\[again\]:", "back")
        person.answers(r"there is no way back from here.*What now\? .*\[again\]:", "later")
        assert person.ends() == 1
    assert half_year.key_ids(client_id) == before


def test_a_closed_input_after_it_was_added_ends_it_with_1_and_it_is_offered_again(half_year: HalfYear) -> None:
    client_id = half_year.client_id("works")
    with half_year.person("renew", client_id) as person:
        person.signs_in()
        person.answers("days.*:", "")
        person.answers(ADD, "yes")
        person.reads(GIVE)
        person.hangs_up()
        assert person.ends() == 1
    assert "can continue or undo it." in person.text
    assert half_year.journaled(client_id).unfinished
    before = half_year.key_ids(client_id)
    with half_year.person("renew", client_id) as person:
        person.signs_in()
        person.answers(r"Not finished.*What now\? \[continue\]:", "undo")
        person.answers("Remove this from Azure now.*:", "yes")
        person.reads("Nothing that was created is left.")
        assert person.ends() == 1
    assert half_year.key_ids(client_id) == before[:1]


@pytest.mark.parametrize("number", range(4))
def test_ctrl_c_at_a_question_ends_it_with_130(half_year: HalfYear, number: int) -> None:
    asked = ((r"sign in\? .*:", ""), (r"days\? \[180\]:", ""), (ADD, "yes"), (GIVE, ""))
    with half_year.person("renew", half_year.client_id("works")) as person:
        for question, answer in asked[:number]:
            person.answers(question, answer)
        person.reads(asked[number][0])
        person.interrupts()
        assert person.ends() == 130
    assert "Traceback" not in person.text


def test_with_yes_it_cannot_be_asked(capsys: pytest.CaptureFixture[str], half_year: HalfYear) -> None:
    assert main(["renew", half_year.client_id("works"), "--plain", "--yes", "--print-secret"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
