"""`pipeops-tui create --yes`: what it prints, and what Azure and the journal hold afterwards."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.cli import main
from pipeops_tui.cli.create_command import create
from pipeops_tui.core.marks import secret_key_id
from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.cli.creation_stage import GROUP, CreationStage
from tests.cli.renewal_stage import keeping_in, python
from tests.support.processes import IN_NO_PROCESS, Hurried, looking_in_processes
from tests.support.terminal import Terminal

PUBLIC = ["resource_group_name", "tenant_id", "client_id", "subscription_id"]
FIELDS = [*PUBLIC, "key_id", "expires", "proved", "secret_to"]
SOMEWHERE = "b0f3a4d2-1111-4111-8111-000000000001"
_CHECK = ["--subscription", SOMEWHERE, "--resource-group", "Web"]


# What it does


def test_it_creates_tests_and_hands_over(empty: CreationStage, tmp_path: Path) -> None:
    values = empty.created("--secret-to", keeping_in(tmp_path / "taken"))
    taken = (tmp_path / "taken").read_bytes()
    (application,) = empty.applications()
    assert list(values) == FIELDS
    assert values["client_id"] == application["appId"]
    assert values["key_id"] == empty.key_of(application["appId"], taken) != ""
    assert values["resource_group_name"] == GROUP in empty.groups()
    assert (values["proved"], values["secret_to"]) == (True, "command")
    assert empty.has_role(application["appId"])
    assert taken not in empty.written()
    assert (empty.state.delivered, empty.state.unfinished) == (True, False)


def test_events_are_one_line_each_on_stderr(empty: CreationStage) -> None:
    assert empty.create("--secret-to", "cat") == 0
    assert all(line.startswith("pipeops-tui create: ") for line in empty.err.splitlines())
    assert "Test sign-in" in empty.err
    for label in ("Resource Group Name: Web", "Tenant ID: ", "Client ID: ", "Subscription ID: "):
        assert label in empty.out
    assert re.search(r"Its client secret expires on \d+ \w+ \d{4}", empty.out)


def test_a_name_that_clusters_cannot_carry_is_told(empty: CreationStage) -> None:
    assert empty.create("--dry-run", group="p" * 41) == 0
    assert "over 40 characters: a cluster's own group" in empty.err


@pytest.mark.parametrize("from_another_computer", [False, True])
def test_run_twice_it_says_what_exists_and_changes_nothing(
    empty: CreationStage, from_another_computer: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = empty.created("--secret-to", "cat")
    changes = empty.changes()
    if from_another_computer:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    assert empty.create("--secret-to", "cat", "--output", "json", location="") == 6
    assert empty.printed == {
        "exists": True,
        **{name: values[name] for name in PUBLIC},
    }
    assert empty.changes() == changes
    assert empty.create("--secret-to", "cat", location="") == 6
    assert f"client ID {values['client_id']}. Nothing was changed.\nWith --again" in empty.out


def test_again_makes_another_one(empty: CreationStage) -> None:
    first = empty.created("--secret-to", "cat")
    second = empty.created("--secret-to", "cat", "--again")
    assert {one["appId"] for one in empty.applications()} == {first["client_id"], second["client_id"]}
    assert first["client_id"] != second["client_id"]


def test_another_name_or_group_is_another_one(empty: CreationStage) -> None:
    first = empty.created("--secret-to", "cat")
    second = empty.created("--secret-to", "cat", "--app-name", "PipeOps Two")
    assert empty.create("--secret-to", "cat", "--output", "json", group="Web2") == 0
    assert len({first["client_id"], second["client_id"], empty.printed["client_id"]}) == 3


def test_a_dry_run_prints_the_plan_and_changes_nothing(empty: CreationStage) -> None:
    assert main([one for one in empty.argv("--dry-run", "--output", "json") if one != "--yes"]) == 0
    empty.out, empty.err = empty.capsys.readouterr()
    plan = empty.printed
    assert (plan["dry_run"], plan["new_resource_group"], plan["location"]) == (True, True, "westeurope")
    assert [one["title"] for one in plan["changes"]][:3] == ["Resource group", "Application", "Service principal"]
    assert empty.changes() == []
    assert empty.create("--dry-run") == 0
    assert "Resource group: Web in West Europe" in empty.out
    assert empty.out.endswith("Nothing was created.\n")
    assert empty.applications() == []


# What cannot be used


def test_a_new_group_needs_a_region_that_exists(empty: CreationStage) -> None:
    assert empty.create("--secret-to", "cat", location="") == 2
    assert "there is no resource group Web yet, so give its region: --location" in empty.err
    assert empty.create("--secret-to", "cat", location="Atlantis") == 2
    assert "--location Atlantis is not a region" in empty.err
    assert empty.create("--dry-run", location="West Europe") == 0
    assert empty.changes() == []


def test_a_subscription_that_the_account_does_not_see_is_named(empty: CreationStage) -> None:
    assert empty.create("--secret-to", "cat", "--subscription", SOMEWHERE) == 1
    assert f"cannot see the subscription {SOMEWHERE}" in empty.err


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--yes"], "give --subscription, --resource-group and where the client secret goes (--secret-to, "),
        (["--dry-run"], "give --subscription and --resource-group."),
        (["--yes", *_CHECK], "give where the client secret goes"),
        (["--yes", *_CHECK, "--secret-to", "no-such-program"], "the program 'no-such-program' is not found"),
        (["--yes", *_CHECK, "--secret-to", ""], "the command is empty"),
        (["--yes", *_CHECK, "--secret-fd", "2"], "is not the number of a file descriptor, 3 or more"),
        (["--yes", *_CHECK, "--print-secret", "--secret-to", "cat"], "not allowed with"),
        (["--dry-run", *_CHECK, "--print-secret"], "--dry-run creates no client secret"),
        (["--yes", *_CHECK, "--secret-clipboard"], "--secret-clipboard needs a terminal"),
        (["--yes", *_CHECK, "--print-secret", "--auth", "device-code"], "on standard error, which must be a terminal"),
        ([], "this needs a terminal. In a script, give --yes, --subscription, --resource-group and where"),
        (["--yes", *_CHECK, "--print-secret", "--resource-group", "a?"], "--resource-group"),
    ],
)
def test_a_usage_error_is_one_sentence_and_code_2(
    argv: list[str], says: str, nobody: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["create", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
    assert not nobody.exists()


@pytest.fixture
def world(
    request: pytest.FixtureRequest, nobody: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[CreationStage]:
    """An Azure in the scenario that the test names."""
    with start_simulator(SimulatorConfig(scenario=request.param)) as azure:
        stage = CreationStage(azure, nobody, capsys, monkeypatch)
        stage.signs_in()
        yield stage


@pytest.mark.parametrize("world", ["assignment-limit"], indirect=True)
def test_what_is_missing_is_said_before_anything_is_created_with_the_words_to_ask_for_it(world: CreationStage) -> None:
    assert world.create("--secret-to", "cat") == 1
    assert "nothing was created. The subscription is full of role assignments" in world.err
    assert "Message about Number of role assignments:" in world.err
    assert "Please remove some that are no longer needed" in world.err
    assert world.changes() == []


@pytest.mark.parametrize("world", ["policy-requires-tag"], indirect=True)
def test_what_azure_can_refuse_is_tried_and_leaves_nothing_behind(world: CreationStage) -> None:
    assert world.create("--secret-to", "cat") == 1
    assert "tags.costCenter). It is tried all the same: if Azure refuses, nothing is left behind" in world.err
    assert world.err.endswith("Nothing is left behind.\n")
    assert world.applications() == []
    assert GROUP not in world.groups()


@pytest.mark.parametrize("world", ["lifetime-capped"], indirect=True)
def test_a_limit_of_the_tenant_that_cannot_be_read_is_found_by_trying(world: CreationStage) -> None:
    values = world.created("--secret-to", "cat")
    assert "The tenant does not allow 180 days. Trying 90 days" in world.err
    (application,) = world.applications()
    (key,) = application["passwordCredentials"]
    assert (key["keyId"], world.has_role(values["client_id"])) == (values["key_id"], True)
    assert (world.state.delivered, world.state.unfinished) == (True, False)


@pytest.mark.parametrize("world", ["applications-blocked"], indirect=True)
def test_what_cannot_be_tested_from_this_network_is_delivered_and_not_called_proved(
    world: CreationStage, tmp_path: Path
) -> None:
    values = world.created("--secret-to", keeping_in(tmp_path / "taken"))
    assert values["proved"] is False
    assert world.key_of(values["client_id"], (tmp_path / "taken").read_bytes()) == values["key_id"]
    assert "Created, but cannot be tested from this network" in world.err


# What goes wrong in the middle


def test_what_was_interrupted_is_continued_by_the_same_command(empty: CreationStage) -> None:
    empty.azure.add_fault("putRoleAssignment@*:answer", {"status": 403, "body": {"error": {"code": "Denied"}}})
    assert empty.create("--secret-to", "cat") == 1
    assert "Run the same command again to continue" in empty.err
    assert empty.state.unfinished
    empty.azure.clear_faults()
    values = empty.created("--secret-to", "cat")
    assert "Continuing what was started before" in empty.err
    assert [one["appId"] for one in empty.applications()] == [values["client_id"]]
    assert empty.has_role(values["client_id"])
    assert len(empty.applications()[0]["passwordCredentials"]) == 1


def test_without_a_secret_it_is_not_taken_for_one_that_exists(empty: CreationStage) -> None:
    """The application has its role already, by which another computer would take it for finished."""
    empty.azure.add_fault("addPassword@*:answer", {"status": 403, "body": {"error": {"code": "Denied"}}})
    assert empty.create("--secret-to", "cat") == 1
    assert empty.has_role(empty.applications()[0]["appId"])
    empty.azure.clear_faults()
    values = empty.created("--secret-to", "cat")
    (application,) = empty.applications()
    assert [one["keyId"] for one in application["passwordCredentials"]] == [values["key_id"]]
    assert not empty.state.unfinished


def test_a_secret_that_was_not_delivered_is_replaced_by_a_renewal(empty: CreationStage) -> None:
    assert empty.create("--secret-to", python("import sys; sys.exit(3)")) == 1
    (application,) = empty.applications()
    client_id = application["appId"]
    command = f"Make a new one: pipeops-tui renew {client_id} --yes --secret-to COMMAND."
    assert "the command has ended with exit code 3" in empty.err
    assert command in empty.err
    assert empty.state.unfinished
    assert empty.create("--secret-to", "cat", location="") == 6
    assert command in empty.err
    where = ["--resource-manager", empty.azure.base_url, "--ca-file", str(empty.azure.ca_file)]
    assert main(["renew", client_id, "--yes", "--secret-to", "cat", *where]) == 0
    (key,) = empty.applications()[0]["passwordCredentials"]
    assert key["keyId"] == secret_key_id(empty.state.run_id, 1)
    assert (empty.state.delivered, empty.state.unfinished) == (True, False)


def test_a_command_that_hangs_is_stopped_and_that_is_told(empty: CreationStage, tmp_path: Path) -> None:
    script = "import os, sys, threading; open(sys.argv[1], 'w').write(str(os.getpid())); threading.Event().wait()"
    clock = Hurried(tmp_path / "signal")
    assert create(empty.argv("--secret-to", python(script, clock.signal))[1:], clock) == 1
    said = empty.capsys.readouterr().err
    assert "the command has not ended within 60 seconds and was stopped. Everything is created. Its client" in said
    assert not Path(f"/proc/{clock.said}").exists()
    assert empty.state.unfinished


@pytest.mark.parametrize("output", [" | true", " 2>&1 | true", " >&-", " 2>&-"])
def test_what_reads_its_output_can_go_away(empty: CreationStage, output: str, tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "pipeops_tui", *empty.argv("--secret-to", keeping_in(tmp_path / "taken"))]
    line = f'("$@"; echo $? >{tmp_path / "code"}){output}'
    done = subprocess.run(["sh", "-c", line, "sh", *argv], capture_output=True, text=True, check=False)
    assert (tmp_path / "code").read_text() == "0\n", done.stderr
    assert "Traceback" not in done.stderr
    assert empty.key_of(empty.applications()[0]["appId"], (tmp_path / "taken").read_bytes())


def test_killed_before_delivery_nothing_is_made_twice(empty: CreationStage) -> None:
    done = empty.run("--secret-to", "sh -c 'kill -9 $PPID'")
    assert done.returncode == -9
    assert empty.create("--secret-to", "cat", location="") == 6
    assert "was not delivered" in empty.err
    assert len(empty.applications()) == 1


def test_interrupted_it_ends_with_130_and_says_what_there_is(empty: CreationStage) -> None:
    script = "import os, signal, threading; os.kill(os.getppid(), signal.SIGINT); threading.Event().wait()"
    done = empty.run("--secret-to", python(script))
    assert done.returncode == 130, done.stderr
    assert "Everything is created. Its client secret was not delivered." in done.stderr
    assert done.stderr.splitlines()[-1] == "pipeops-tui create: interrupted."
    assert not empty.state.delivered


# The secret


def test_the_interface_is_never_loaded(empty: CreationStage) -> None:
    done = empty.run("--secret-to", "cat")
    assert done.returncode == 0, done.stderr


def test_the_secret_is_in_no_process_list(empty: CreationStage, tmp_path: Path) -> None:
    done = empty.run("--secret-to", looking_in_processes(tmp_path / "found"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "found").read_text() == IN_NO_PROCESS


def test_print_secret_prints_it_and_nothing_else_does(
    empty: CreationStage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    log = tmp_path / "log"
    assert empty.create("--print-secret", "--log-file", log) == 0
    *_, secret = empty.out.splitlines()
    client_id = empty.applications()[0]["appId"]
    assert empty.key_of(client_id, secret.encode())
    assert [line for line in empty.err.splitlines() if secret in line] == [f"::add-mask::{secret}"]
    assert secret not in log.read_text()
    assert all(secret.encode() not in path.read_bytes() for path in empty.journals.rglob("*") if path.is_file())


def test_on_a_terminal_it_goes_to_the_clipboard_until_enter_is_pressed(empty: CreationStage) -> None:
    command = [sys.executable, "-m", "pipeops_tui", *empty.argv("--secret-clipboard")]
    with Terminal(command, columns=120, lines=40, env={"SSH_CONNECTION": "1 2 3 4"}) as terminal:
        terminal.wait_for("press Enter to clear the clipboard")
        sent = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", terminal.written)
        client_id = empty.applications()[0]["appId"]
        assert empty.key_of(client_id, base64.b64decode(sent[0]))
        assert base64.b64decode(sent[0]).decode() not in terminal.screen
        terminal.press("enter")
        terminal.wait_for("PipeOps is created, and its test sign-in worked")
        assert terminal.wait_exit() == 0
    assert empty.state.delivered


def test_help_names_every_exit_code_and_loads_no_sdk() -> None:
    script = (
        "import sys; from pipeops_tui.cli import main; code = main(['create', '--help']);"
        "heavy = {'textual', 'rich', 'azure', 'msal', 'msgraph', 'aiohttp', 'httpx', 'cryptography'};"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(f"\n  {code}" in done.stdout for code in (0, 1, 2, 6, 130))
