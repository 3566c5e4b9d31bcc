"""`pipeops-tui remove --plain`: what is said, the name that is typed, and what is left in Azure."""

from __future__ import annotations

import pytest

from tests.plain.half_year import HalfYear, long_lines


def test_nothing_is_left_once_the_name_was_typed(half_year: HalfYear) -> None:
    client_id = half_year.client_id("works")
    with half_year.person("remove", client_id) as person:
        person.signs_in()
        found = person.answers(r"Delete the application permanently, .*\[no\]:", "")
        for line in ("Client secret: remove it", "Application: delete PipeOps", "Resource group: delete PipeOpsRG"):
            assert line in found
        person.answers("Type PipeOps to remove:", "pipeops")
        person.answers("That is not PipeOps. Nothing was removed. Type PipeOps to remove:", "")
        assert half_year.changes() == []
        person.answers("Please give an answer.*Type PipeOps to remove:", "PipeOps")
        person.reads("Azure is deleting it")
        half_year.azure.advance_clock(120)
        found = person.reads("The connection is removed. An administrator can restore the application until")
        assert person.ends() == 0
    for line in ("Client secret, remove it: done", "Role assignment, remove Contributor on PipeOpsRG: done"):
        assert line in person.text
    assert half_year.application(client_id) is None
    assert client_id in {one["appId"] for one in half_year.azure.state()["deleted_applications"]}
    assert not half_year.has_group("works")
    assert long_lines(person.text) == []


def test_it_is_deleted_permanently_where_the_person_says_so(half_year: HalfYear) -> None:
    client_id = half_year.client_id("expires-soon")
    with half_year.person("remove", client_id) as person:
        person.signs_in()
        person.answers(r"Delete the application permanently, .*\[no\]:", "yes")
        person.answers("Type PipeOps Staging to remove:", "PipeOps Staging")
        person.reads("Azure is deleting it")
        half_year.azure.advance_clock(120)
        person.reads("The connection is removed.")
        assert person.ends() == 0
    assert client_id not in {one["appId"] for one in half_year.azure.state()["deleted_applications"]}


def test_servers_in_the_group_are_told_and_the_group_stays(half_year: HalfYear) -> None:
    client_id = half_year.client_id("in-use")
    with half_year.person("remove", client_id) as person:
        person.signs_in()
        person.answers(r"pipeops-production contains 3 resources.*cost money.*permanently.*:", "")
        person.answers("Type pipeops-production to remove:", "pipeops-production")
        found = person.answers(r"Not everything was removed. What now\? .*\[again\]:", "later")
        assert "Still there: Resource group pipeops-production" in found
        assert person.ends() == 1
    assert half_year.has_group("in-use")
    assert half_year.application(client_id) is None


def test_what_azure_refuses_is_tried_again(half_year: HalfYear) -> None:
    client_id = half_year.client_id("works")
    half_year.azure.add_fault("deleteRoleAssignment@*:answer", {"status": 403, "body": {"error": {"code": "Denied"}}})
    with half_year.person("remove", client_id) as person:
        person.signs_in()
        person.answers("permanently.*:", "")
        person.answers("Type PipeOps to remove:", "PipeOps")
        person.reads(r"Not everything was removed. What now\? .*\[again\]:")
        half_year.azure.clear_faults()
        person.answers("again.:", "")
        person.reads("The connection is removed.")
        assert person.ends() == 0
    assert half_year.application(client_id) is None
    assert not half_year.has_group("works")


@pytest.mark.parametrize("answer", ["back", "quit"])
def test_who_goes_back_removes_nothing(half_year: HalfYear, answer: str) -> None:
    with half_year.person("remove", half_year.client_id("works")) as person:
        person.signs_in()
        person.answers("permanently.*:", "")
        person.answers("Type PipeOps to remove:", "back")
        person.answers(r"permanently.*\[no\]:", answer)
        assert person.ends() == 1
    assert half_year.changes() == []


def test_one_that_was_made_by_hand_is_not_removed_but_the_commands_are_shown(half_year: HalfYear) -> None:
    client_id = half_year.by_hand
    with half_year.person("remove", client_id) as person:
        person.signs_in()
        person.reads(f"pipeops-tui added nothing to PipeOps.*az ad app delete --id {client_id}")
        assert person.ends() == 1
    assert half_year.changes() == []


def test_a_client_id_that_is_not_known_is_said_and_another_can_be_chosen(half_year: HalfYear) -> None:
    with half_year.person("remove", "00000000-0000-4000-8000-000000000001") as person:
        person.signs_in()
        person.answers(r"No connection with the client ID 00000000-.* was found.*Remove which connection\? .*:", "quit")
        assert person.ends() == 1


def test_ctrl_c_and_a_closed_input_at_the_name_remove_nothing(half_year: HalfYear) -> None:
    for leaves, code in (("interrupts", 130), ("hangs_up", 1)):
        with half_year.person("remove", half_year.client_id("works")) as person:
            person.signs_in()
            person.answers("permanently.*:", "")
            person.reads("Type PipeOps to remove:")
            getattr(person, leaves)()
            assert person.ends() == code
        assert "Traceback" not in person.text
    assert half_year.changes() == []


def test_ctrl_c_in_the_middle_stops_after_the_running_request_and_it_can_be_continued(half_year: HalfYear) -> None:
    client_id = half_year.client_id("works")
    half_year.azure.add_fault("deleteRoleAssignment:delay=3")
    with half_year.person("remove", client_id) as person:
        person.signs_in()
        person.answers("permanently.*:", "")
        person.answers("Type PipeOps to remove:", "PipeOps")
        person.reads("Role assignment, remove Contributor on PipeOpsRG: running")
        person.interrupts()
        person.answers(r"Not everything was removed. What now\? .*\[again\]:", "later")
        assert person.ends() == 130
    assert half_year.application(client_id) is not None
    with half_year.person("remove", client_id) as person:
        person.signs_in()
        person.answers(r"Not finished.*What now\? .*:", "undo")
        person.answers("Remove this from Azure now.*:", "yes")
        person.reads("Nothing that was created is left.")
        assert person.ends() == 0
    assert half_year.application(client_id) is None
