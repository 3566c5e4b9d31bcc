"""The journey without a screen, over pipes: what is read, and what Azure holds afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.provisioning import peek
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.cli.renewal_stage import changes_in, python
from tests.plain.plain_person import PlainPerson
from tests.support.owner import owner_runs
from tests.support.secrets_in import key_of

SECRET = r"[A-Za-z0-9_.~-]{34,}"


@pytest.fixture
def azure(request: pytest.FixtureRequest) -> Iterator[RunningSimulator]:
    """An Azure in the scenario that the test names (default: happy), where codes are approved at once."""
    scenario = getattr(request, "param", "happy")
    with start_simulator(SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)) as running:
        yield running


def in_scenario(name: str) -> pytest.MarkDecorator:
    """The test's Azure is in this scenario."""
    return pytest.mark.parametrize("azure", [name], indirect=True)


def applications(azure: RunningSimulator, name: str = "PipeOps") -> list[str]:
    """Client IDs of the applications of this name."""
    return [one["appId"] for one in azure.state()["applications"] if one["displayName"] == name]


def takes_the_secret(person: PlainPerson) -> str:
    """Have it shown, and end; gives it."""
    person.answers("Client Secret: copy, show, send or done .*:", "show")
    person.answers("yes or no .*:", "yes")
    secret: str = re.findall(SECRET, person.answers(r"done \[done\]:", ""))[0]
    assert person.ends() == 0, person.text
    return secret


def group_named(azure: RunningSimulator, name: str) -> dict[str, Any] | None:
    """The resource group of this name in the first subscription."""
    scope = f"/subscriptions/{azure.announcement['subscription_id']}/resourceGroups/{name}"
    return next((one for one in azure.state()["resource_groups"] if one["id"] == scope), None)


# To the five values


def test_from_start_to_the_five_values(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks()
        found = person.reads("Client Secret: copy, show, send or done .*:")
        (client_id,) = applications(azure)
        assert f"\nClient ID:\n{client_id}\n" in found
        assert "The test sign-in worked" in found
        shown = person.sees_the_secret()
        assert person.ends() == 0, person.text
        secret = re.findall(SECRET, shown)[0]
        assert key_of(azure, client_id, secret.encode())
        assert person.text.count(secret) == 1
    (run,) = peek(tmp_path / "pipeops-tui").runs
    assert (run.state.delivered, run.state.unfinished) == (True, False)
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_no_line_is_over_80_columns_but_what_is_to_be_copied(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks()
        person.gives_the_secret_up()
        assert person.ends() == 1
    long = [line for line in person.text.splitlines() if len(line) > 80]
    assert [line for line in long if not line.startswith("  az ")] == []
    assert "\x1b" not in person.text


def test_a_terminal_without_utf_8_gets_plain_characters(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path, PYTHONIOENCODING="ascii") as person:
        person.walks()
        person.sees_the_secret()
        assert person.ends() == 0
    assert person.heard.isascii()
    assert "\\u" not in person.text


def test_the_secret_can_be_sent_to_a_command(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks()
        person.answers("Client Secret: .*:", "send")
        person.answers("Command .*:", "no-such-program-at-all")
        person.answers("'no-such-program-at-all' is not found. Command .*:", python("import sys; sys.exit(2)"))
        person.answers("It was not taken: .*2. Client Secret: .*:", "send")
        script = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"
        person.answers("Command .*:", python(script, tmp_path / "taken"))
        person.answers("The command has taken it. Client Secret: .*:", "")
        assert person.ends() == 0
    taken = (tmp_path / "taken").read_bytes()
    assert key_of(azure, applications(azure)[0], taken)
    assert taken not in person.heard


def test_copied_it_goes_through_the_terminal_and_not_on_the_screen(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks()
        person.answers("Client Secret: .*:", "copy")
        person.answers(r"in the clipboard.*pasted it \[clear\]:", "")
        person.answers(r"done \[done\]:", "")
        assert person.ends() == 0
    assert b"\x1b]52;c;" in person.heard


def test_values_of_the_command_line_are_the_defaults(azure: RunningSimulator, tmp_path: Path) -> None:
    argv = ["--resource-group", "web", "--location", "uksouth", "--app-name", "Mine", "--expires-in", "30"]
    with PlainPerson(azure, tmp_path, *argv) as person:
        person.walks(until="Create this")
        found = person.reads("Create this in Azure now")
        assert "Resource group: web in UK South" in found
        assert "Application: Mine" in found
        person.answers("Create this", "quit")
        assert person.ends() == 1
    assert "Nothing was created." in person.text
    assert changes_in(azure) == []


# Going about


def test_back_keeps_what_was_entered_and_a_question_mark_explains(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Name of the application")
        person.answers("Name of the application .*:", "Mine")
        person.answers("after how many days.*:", "?")
        person.answers('PipeOps cannot sign in any more.*"back" goes back.*days.*:', "0")
        person.answers("after how many days.*:", "90")
        person.answers("Create this .*:", "back")
        person.answers(r"Step 5 of 8: Application Name of the application \[Mine\]:", "")
        person.answers(r"days\? \[90\]:", "back")
        person.answers(r"Name of the application \[Mine\]:", "back")
        person.answers(r"Step 3 of 8: Resource group .*Name of the resource group \[PipeOpsRG\]:", "back")
        person.answers("Step 2 of 8: Subscription .*:", "back")
        person.reads("Step 1 of 8: Sign in .*:")
    assert "from 1 to 730" in person.text


def test_a_list_is_narrowed_by_typing_and_paged(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Region")
        person.answers("1 to 15 of .*Region .*:", "more")
        person.answers("16 to 30 of .*Region .*:", "uk")
        found = person.answers("Region .*:", "999")
        assert re.findall(r"^ +\d+  .*", found, re.MULTILINE) == [
            "  1  UK South (uksouth), recommended",
            "  2  UK West (ukwest)",
        ]
        person.answers("There is no number 999. .*Region .*:", "nowhere")
        person.answers("Nothing contains nowhere. .*Region .*:", "1")
        person.reads("Name of the application")


def test_what_cannot_be_chosen_says_why(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.answers(r"sign in\? .*:", "1")
        person.answers(r"1 cannot be chosen: .*az.*not installed.*sign in\? .*:", "")
        person.answers("Which subscription.*:", "Payroll")
        person.answers("Payroll, Fabrikam.*Which subscription.*:", "1")
        person.reads("1 cannot be chosen: disabled")


# How it can end


def test_a_closed_input_ends_it_with_1(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Name of the application")
        person.reads("Name of the application")
        person.hangs_up()
        assert person.ends() == 1
    assert "Traceback" not in person.text


def test_ctrl_c_at_a_question_ends_it_with_130(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.reads("sign in")
        person.interrupts()
        assert person.ends() == 130
    assert "Traceback" not in person.text


def test_quit_asks_where_the_secret_would_be_lost(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks()
        person.answers("Client Secret: .*:", "quit")
        person.answers("it is lost when pipeops-tui ends.*End without it.*:", "no")
        person.gives_the_secret_up()
        assert person.ends() == 1


@pytest.mark.parametrize("answer", ["continue", "undo"])
def test_what_was_killed_is_continued_or_undone_at_the_next_start(
    azure: RunningSimulator, tmp_path: Path, answer: str
) -> None:
    azure.add_fault("putRoleAssignment@*:answer", {"status": 403, "body": {"error": {"code": "Denied"}}})
    with PlainPerson(azure, tmp_path) as person:
        person.walks()
        person.reads("What now.*:")
        person.dies()
    azure.clear_faults()
    with PlainPerson(azure, tmp_path) as person:
        person.answers(r"sign in\? .*:", "")
        person.answers(r"PipeOpsRG in Pay-As-You-Go was not finished.*\[continue\]:", answer)
        if answer == "undo":
            person.answers("Remove this from Azure now.*:", "yes")
            person.reads("Azure is deleting it")
            azure.advance_clock(120)
            person.reads("Nothing that was created is left.")
            assert person.ends() == 1
            assert applications(azure) == []
        else:
            person.sees_the_secret()
            assert person.ends() == 0
            assert len(applications(azure)) == 1


# Other worlds


@in_scenario("contributor-only")
def test_an_owner_can_be_asked(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Create this")
        found = person.answers(r"What now\? \[again\]:", "message")
        assert "blocked: Permission to assign roles" in found
        person.answers(r"Hello,.*Thank you!.*What now\? .*:", "owner")
        person.answers("Create this .*:", "yes")
        found = person.reads("az role assignment create .*ServicePrincipal")
        (command,) = re.findall("az role assignment create .*", found)
        owner_runs(azure, command)
        secret = takes_the_secret(person)
    (client_id,) = applications(azure)
    assert key_of(azure, client_id, secret.encode())


@in_scenario("policy-requires-tag")
def test_what_azure_can_refuse_is_tried_and_leaves_nothing(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Name of the application")
        while "Name of the application" not in person.reads("What now.*:|Name of the application .*:"):
            person.answers("What now.*:", "try")
        person.answers("Name of the application .*:", "")
        person.answers("days.*:", "")
        while "Create this" not in person.reads("What now.*:|Create this .*:"):
            person.answers("What now.*:", "try")
        person.answers("Create this .*:", "yes")
        person.reads("Nothing is left behind.")
    assert applications(azure) == []


@in_scenario("lifetime-capped")
def test_a_limit_of_the_tenant_is_the_default(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="days")
        person.answers(r"days\? \[90\]:", "91")
        person.answers("Your tenant allows at most 90 days. .*days.*:", "90")
        person.answers("Create this .*:", "yes")
        secret = takes_the_secret(person)
    assert key_of(azure, applications(azure)[0], secret.encode())


@in_scenario("apps-restricted")
def test_a_directory_that_forbids_applications_says_who_can_help(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Name of the application")
        found = person.answers(r"What now\? .*:", "message")
        assert "blocked: Permission to register applications" in found
        assert "Who can fix it:" in found
        person.answers(r"Thank you!.*What now\? .*:", "quit")
        assert person.ends() == 1
    assert changes_in(azure) == []


@in_scenario("no-subscription")
def test_without_a_subscription_it_says_so(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.answers(r"sign in\? .*:", "")
        person.answers("This account can see no subscription..*Step 1 of 8: Sign in .*:", "quit")
        assert person.ends() == 1
    assert changes_in(azure) == []


@in_scenario("providers-unregistered")
def test_missing_resource_providers_are_registered(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks()
        assert "Microsoft.ContainerService" in person.text
        takes_the_secret(person)
    assert len(applications(azure)) == 1
    assert "registerProvider" in {str(one["operation"]) for one in azure.requests()}


@in_scenario("group-deleting")
def test_a_group_that_is_being_deleted_is_not_taken(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Name of the resource group")
        person.answers("Name of the resource group .*:", "PipeOpsRG")
        person.answers("PipeOpsRG is being deleted. Wait, or use another name. .*:", "PipeOps-2")
        person.answers("Region .*:", "")
        person.answers("Name of the application .*:", "")
        person.answers("days.*:", "")
        person.answers("Create this .*:", "yes")
        takes_the_secret(person)
    assert group_named(azure, "PipeOps-2") is not None


def test_a_name_that_clusters_cannot_carry_is_told(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Name of the resource group")
        person.answers("Name of the resource group .*:", "p" * 41)
        person.reads("over 40 characters: a cluster's own group")


@in_scenario("down")
def test_what_cannot_be_reached_is_told_and_can_be_tried_again(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Name of the application")
        person.reads("could not be checked: |Press Enter to try again")
    assert "Traceback" not in person.text
    assert changes_in(azure) == []


@in_scenario("twins")
def test_an_application_of_the_same_name_is_told(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Create this")
        before = applications(azure)
        person.answers("Create this .*:", "yes")
        takes_the_secret(person)
    assert "application of this name already" in " ".join(person.text.split())
    assert set(before) < set(applications(azure))


def test_without_a_yes_nothing_is_created(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Create this")
        person.answers("Create this .*:", "no")
        person.answers("Nothing was created. Step 5 of 8: Application .*Name of the application .*:", "")
        person.answers("days.*:", "")
        person.answers("Create this .*:", "")
        person.answers("Nothing was created. Step 5 of 8: Application .*:", "quit")
        assert person.ends() == 1
    assert changes_in(azure) == []


@in_scenario("west-europe-blocked")
def test_a_closed_region_stands_last_and_says_why(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path, "--location", "westeurope") as person:
        person.walks(until="Region")
        person.answers("Region .*:", "west europe")
        person.answers(r"West Europe \(westeurope\), closed by Microsoft for this subscription.*Region .*:", "all")
        person.answers("Region .*:", "UK South")
        person.answers("Region .*:", "1")
        person.answers("Name of the application .*:", "")
        person.answers("days.*:", "")
        person.answers("Create this .*:", "yes")
        takes_the_secret(person)
    group = group_named(azure, "PipeOpsRG")
    assert group is not None
    assert group["location"] == "uksouth"


@in_scenario("no-quota")
def test_too_little_room_for_a_server_is_told_and_stops_nothing(azure: RunningSimulator, tmp_path: Path) -> None:
    with PlainPerson(azure, tmp_path) as person:
        person.walks(until="Create this")
        found = person.answers("Create this in Azure now.*:", "yes")
        takes_the_secret(person)
    assert len(applications(azure)) == 1
    assert "warning: Room for a server: 10 of 10 vCPUs free in East US, but none" in " ".join(found.split())
