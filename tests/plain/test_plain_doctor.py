"""`pipeops-tui doctor --plain`: five values in, line by line or as a text, and what is done about what is found."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.cli import main
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.world.authorization import CLOUD_APPLICATION_ADMINISTRATOR
from tests.azure.examined import Values, make_values
from tests.doctor.wrong_inputs import paste
from tests.plain.half_year import SECRET, long_lines
from tests.plain.plain_person import PlainPerson
from tests.simulator.client import Client
from tests.support.patience import PATIENCE
from tests.support.secrets_in import key_of

HOW = r"How do you give the five values\? \[one\]:"
NOW = r"What now\? \[\w+(-in)?\]:"


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture
def values(azure: RunningSimulator) -> Values:
    """Five values that work."""
    return make_values(azure)


def at_doctor(azure: RunningSimulator, home: Path, *argv: str, **environment: str) -> PlainPerson:
    return PlainPerson(azure, home, *argv, command="doctor", **environment)


def pasted(values: Values, **changed: str) -> str:
    five = {
        "group": values.group,
        "tenant": values.tenant_id,
        "client": values.client_id,
        "secret": values.secret,
        "subscription": values.subscription_id,
    }
    return paste(**{**five, **changed})


def types_all(person: PlainPerson, values: Values) -> None:
    """Answer one question after the other."""
    person.answers(HOW, "")
    person.answers(r"Resource Group Name \[none\]:", values.group)
    person.answers(r"Tenant ID \[none\]:", values.tenant_id)
    person.answers(r"Client ID \[none\]:", values.client_id)
    person.answers(r"Client Secret, not shown while you type it \[none\]:", values.secret)
    person.answers(r"Subscription ID \[none\]:", values.subscription_id)


def test_one_after_the_other_with_three_stages_and_no_secret_in_sight(
    azure: RunningSimulator, values: Values, tmp_path: Path
) -> None:
    log = tmp_path / "requests.log"
    with at_doctor(azure, tmp_path, "--log-file", str(log)) as person:
        types_all(person, values)
        found = person.answers(r"What now\? \[examine\]:", "")
        assert f"Client Secret: {len(values.secret)} characters, not shown" in found
        assert f"Client ID: {values.client_id}" in found
        found = person.answers(r"What now\? \[done\]:", "")
        assert person.ends() == 0
    for line in (
        "Stage 1 of 3: the form of the five values, on this computer.",
        "Stage 2 of 3: Azure, with these values and nothing else.",
        "ok: Sign-in as the application: the application has signed in",
        "OK: These five values work from here.",
    ):
        assert line in found
    assert values.secret not in person.text
    assert all(values.secret.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert log.read_bytes()
    assert long_lines(person.text) == []


def test_nothing_is_asked_before_it_is_confirmed_and_a_value_can_be_changed(
    azure: RunningSimulator, values: Values, tmp_path: Path
) -> None:
    before = len(azure.requests())
    with at_doctor(azure, tmp_path) as person:
        person.answers(HOW, "paste")
        person.answers("Paste the five values, .*:", f"{pasted(values, group='nonsense-group')}\nend")
        found = person.answers(r"Resource Group Name: nonsense-group .*What now\? \[examine\]:", "change")
        assert values.secret not in found
        person.answers(r"Which value\? .*:", "1")
        person.answers(r"Resource Group Name \[nonsense-group\]:", values.group)
        person.reads(rf"Resource Group Name: {values.group} .*{NOW}")
        asked = [one["operation"] for one in azure.requests()[before:]]
        assert not {"redeemClientSecret", "getOpenIdConfiguration"} & set(asked)
        person.answers(NOW, "examine")
        person.answers(r"What now\? \[done\]:", "")
        assert person.ends() == 0


def test_what_is_known_to_be_right_is_put_in_its_place(azure: RunningSimulator, values: Values, tmp_path: Path) -> None:
    (tmp_path / "values.txt").write_text(pasted(values, tenant=values.client_id, client=values.tenant_id))
    with at_doctor(azure, tmp_path) as person:
        person.answers(HOW, "file")
        person.answers("Name of the file:", "missing.txt")
        person.answers(f"It cannot be read: .*{HOW}", "file")
        person.answers("Name of the file:", "values.txt")
        person.answers(NOW, "examine")
        person.answers(r"Wrong: Tenant ID and Client ID are in each other's places.*What now\? \[use\]:", "")
        person.answers(r"These five values work from here.*What now\? \[done\]:", "")
        assert person.ends() == 0


def test_a_wrong_secret_is_cured_by_a_renewal(azure: RunningSimulator, values: Values, tmp_path: Path) -> None:
    azure.call(_let_manage_applications)
    with at_doctor(azure, tmp_path) as person:
        person.answers(HOW, "paste")
        wrong = "".join(reversed(values.secret))
        person.answers("Paste the five values, .*:", f"{pasted(values, secret=wrong)}\n")
        person.answers(NOW, "examine")
        person.answers(r"What now\? \[renew\]:", "renew")
        person.signs_in()
        person.answers("days.*:", "")
        person.answers(rf"Type {values.client_id[:8]}, .*:", values.client_id[:8])
        person.answers("Add it in Azure now.*:", "yes")
        person.answers("Client Secret: copy, .*:", "show")
        person.answers("yes or no .*:", "yes")
        shown = person.answers(r"done \[done\]:", "")
        person.answers(NOW, "done")
        assert person.ends() == 4
    assert wrong not in person.text
    assert key_of(azure, values.client_id, re.findall(SECRET, shown)[0].encode())


def _let_manage_applications(running: SimulatedAzure) -> None:
    """Who signs in has a directory role for all applications."""
    user = next(one for one in running.world.directory.users.values() if one.principal_name == "you@contoso.com")
    user.directory_roles = (CLOUD_APPLICATION_ADMINISTRATOR,)


def test_the_persons_own_account_finds_more_and_gives_the_role(
    azure: RunningSimulator, values: Values, tmp_path: Path
) -> None:
    with Client(azure) as client:
        client.as_owner()
        scope = f"{client.scope}/resourceGroups/{values.group}"
        listed = client.arm("GET", f"{scope}/providers/Microsoft.Authorization/roleAssignments")
        for one in listed.json()["value"]:
            if one["properties"]["principalId"] == values.principal_id:
                assert client.arm("DELETE", one["id"]).status_code == 200
    with at_doctor(azure, tmp_path) as person:
        person.answers(HOW, "paste")
        person.answers("Paste the five values, .*:", f"{pasted(values)}\nend")
        person.answers(NOW, "examine")
        person.answers(r"What now\? \[sign-in\]:", "")
        person.signs_in()
        found = person.answers(r"What now\? \[role\]:", "message")
        assert "Stage 3 of 3: Azure, with your own account." in found
        person.answers(rf"Hello, PipeOps .*{values.client_id}.*{NOW}", "role")
        person.answers(r"gets the role Contributor on the resource group .*Give the role Contributor\? .*\[no\]:", "no")
        assert azure_roles(azure, values) == 0
        person.answers(NOW, "role")
        person.answers(r"Give the role Contributor\? .*:", "yes")
        person.reads(f"The role is given..*{NOW}")
        person.answers(NOW, "quit")
        assert person.ends() in (0, 4)
    assert azure_roles(azure, values) == 1
    assert values.secret not in person.text


def azure_roles(azure: RunningSimulator, values: Values) -> int:
    """How many roles the application has."""
    found = azure.state()["role_assignments"]
    return sum(one["properties"]["principalId"] == values.principal_id for one in found)


def test_back_keeps_what_was_entered_and_a_question_mark_says_where_it_is_found(
    azure: RunningSimulator, values: Values, tmp_path: Path
) -> None:
    with at_doctor(azure, tmp_path) as person:
        person.answers(HOW, "one")
        person.answers("Resource Group Name .*:", "mine")
        person.answers("Tenant ID .*:", "?")
        person.answers("Microsoft Entra ID, Overview, Tenant ID.*Tenant ID .*:", "not an id")
        person.answers("It is not an ID.*Client ID .*:", "back")
        person.answers(r"Tenant ID \[none\]:", "back")
        person.answers(r"Resource Group Name \[mine\]:", "back")
        person.answers(HOW, "back")
        assert person.ends() == 5


@pytest.mark.parametrize(("leaves", "code"), [("interrupts", 130), ("hangs_up", 1)])
def test_who_leaves_at_the_secret_leaves_nothing_behind(
    azure: RunningSimulator, tmp_path: Path, leaves: str, code: int
) -> None:
    with at_doctor(azure, tmp_path) as person:
        person.answers(HOW, "one")
        for name in ("Resource Group Name", "Tenant ID", "Client ID"):
            person.answers(rf"{name} \[none\]:", "")
        person.reads(r"Client Secret, not shown while you type it \[none\]:")
        getattr(person, leaves)()
        assert person.ends() == code
    assert "Traceback" not in person.text


def test_a_terminal_does_not_show_the_secret_and_shows_what_is_typed_afterwards(
    azure: RunningSimulator, values: Values, tmp_path: Path
) -> None:
    screen = os.openpty()
    try:
        read = _type_at_a_terminal(screen, azure, values, tmp_path)
    finally:
        for descriptor in screen:
            os.close(descriptor)
    assert values.client_id in read
    assert "my-subscription" in read
    assert values.secret not in read


def _type_at_a_terminal(screen: tuple[int, int], azure: RunningSimulator, values: Values, home: Path) -> str:
    """Type the values with TERM=dumb, and give all that the terminal has shown."""
    master, slave = screen
    where = ["--resource-manager", azure.base_url, "--ca-file", str(azure.ca_file)]
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeops_tui", "doctor", *where],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "dumb", "XDG_STATE_HOME": str(home)},
    )
    shown = ""
    try:
        for question, answer in (
            ("[one]:", "one"),
            ("Resource Group Name [none]:", values.group),
            ("Tenant ID [none]:", values.tenant_id),
            ("Client ID [none]:", values.client_id),
            ("type it [none]:", values.secret),
            ("Subscription ID [none]:", "my-subscription"),
            ("What now? [", "quit"),
        ):
            end = time.monotonic() + PATIENCE
            while question not in shown.rpartition("\x00")[2]:
                assert time.monotonic() < end, shown
                if select.select([master], [], [], 0.2)[0]:
                    shown += os.read(master, 65_536).decode()
            shown += "\x00"
            os.write(master, f"{answer}\n".encode())
        process.wait(PATIENCE)
        while select.select([master], [], [], 0)[0]:
            shown += os.read(master, 65_536).decode()
    finally:
        process.kill()
        process.wait()
    return shown


def test_what_cannot_go_together_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--plain", "--from-env"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
