"""`pipeops-tui renew --yes`: which connection it renews, what it prints, and what Azure and the journal hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pipeops_tui.cli import main
from pipeops_tui.core.marks import secret_key_id
from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.cli.renewal_stage import Stage, keeping_in, python
from tests.connections.journals import client_id
from tests.support.processes import IN_NO_PROCESS, looking_in_processes, run_program

FIELDS = [
    *("resource_group_name", "tenant_id", "client_id", "subscription_id", "key_id", "expires", "proved", "secret_to"),
    *("kept", "also_kept"),
]
SOMEWHERE = client_id(1)


@pytest.mark.parametrize("is_remembered", [True, False])
def test_it_adds_a_secret_hands_it_over_and_keeps_the_old_one(
    stage: Stage, tmp_path: Path, is_remembered: bool
) -> None:
    """From the computer that made the connection, and from another one."""
    if is_remembered:
        stage.remember()
    values = stage.renewed("--secret-to", keeping_in(tmp_path / "taken"))
    one = stage.prepared()
    taken = (tmp_path / "taken").read_bytes()
    new = secret_key_id(one.run_id, 1)
    assert list(values) == FIELDS
    assert stage.key_ids() == [stage.old, new]
    assert stage.key_of(taken) == new
    assert values == {
        "resource_group_name": one.group_name,
        "tenant_id": one.tenant_id,
        "client_id": one.client_id,
        "subscription_id": one.subscription_id,
        "key_id": new,
        "expires": values["expires"],
        "proved": True,
        "secret_to": "command",
        "kept": stage.old,
        "also_kept": [],
    }
    assert lifetime(values) == 180
    assert stage.changes() == ["addPassword"]
    assert taken not in stage.written()
    assert stage.state.secrets[-1].delivered
    assert not stage.state.unfinished


def lifetime(values: dict[str, Any]) -> int:
    """Days until the new secret expires, by the end of the last of them."""
    expires = datetime.strptime(values["expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return (expires + timedelta(hours=1) - datetime.now(UTC)).days


def test_events_are_one_line_each_on_stderr(stage: Stage) -> None:
    assert stage.renew("--secret-to", "cat") == 0
    lines = stage.err.splitlines()
    assert all(line.startswith("pipeops-tui renew: ") for line in lines)
    assert [line.rpartition(": ")[2].partition(" ")[0] for line in lines] == ["running", "done", "running", "done"]
    assert "has a new client secret, which expires on " in stage.out
    assert f"pipeops-tui renew {stage.client_id} --yes --remove-old {stage.old}" in stage.out


def test_the_days_are_those_asked_for(stage: Stage) -> None:
    assert lifetime(stage.renewed("--secret-to", "cat", "--expires-in", "30")) == 30


def let_read_policies(stage: Stage) -> None:
    """As for an account with the permission Policy.Read.All."""
    rule = {
        "restrictionType": "passwordLifetime",
        "state": "enabled",
        "maxLifetime": "P60D",
        "restrictForAppsCreatedAfterDateTime": "2019-10-19T10:37:00Z",
    }
    restrictions = {"passwordCredentials": [rule], "keyCredentials": []}
    body: Any = {"id": "x", "isEnabled": True, "applicationRestrictions": restrictions}
    stage.azure.add_fault("getDefaultAppManagementPolicy@*:answer", {"status": 200, "body": body, "effect": False})


def test_a_limit_of_the_tenant_shortens_the_lifetime(stage: Stage) -> None:
    set_policy(stage, secret_days=60)
    let_read_policies(stage)
    assert lifetime(stage.renewed("--secret-to", "cat")) == 60
    assert "at most 60 days" in stage.err
    assert stage.changes() == ["addPassword"]


def test_a_limit_that_cannot_be_read_is_found_by_trying(stage: Stage) -> None:
    """A service principal without Policy.Read.All."""
    stage.remember()
    set_policy(stage, secret_days=60)
    values = stage.renewed("--secret-to", "cat", "--expires-in", "365")
    assert lifetime(values) == 30
    assert "The tenant does not allow 90 days. Trying 30 days" in stage.err
    assert stage.key_ids() == [stage.old, values["key_id"]]
    set_policy(stage, secret_days=7)
    assert stage.renew("--secret-to", "cat") == 1
    assert "The client secret would be valid for too long" in stage.err


def set_policy(stage: Stage, **rules: Any) -> None:
    def change(azure: Any) -> None:
        for tenant in azure.world.directory.tenants.values():
            for name, value in rules.items():
                setattr(tenant, name, value)

    stage.azure.call(change)


def test_a_policy_that_forbids_secrets_leaves_everything_as_it_is(stage: Stage) -> None:
    stage.remember()
    set_policy(stage, secrets_forbidden=True)
    assert stage.renew("--secret-to", "cat") == 1
    assert stage.key_ids() == [stage.old]
    assert stage.out == ""
    assert stage.err.splitlines()[-1].startswith("pipeops-tui renew: Your tenant does not allow client secrets")
    assert not stage.state.unfinished


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("no-role", "has no role on pipeops-research any more"),
        ("no-group", "pipeops-training does not exist any more"),
        ("deleted", "does not exist in Contoso any more"),
        ("unfinished", "this connection is unfinished"),
    ],
)
def test_a_connection_that_no_secret_would_help_gets_none(stage: Stage, kind: str, says: str) -> None:
    stage.remember(kind)
    assert stage.renew("--secret-to", "cat", client_id=stage.prepared(kind).client_id) == 1
    assert says in stage.err
    assert stage.changes() == []


def test_a_client_id_that_nobody_has_is_refused(stage: Stage) -> None:
    assert stage.renew("--secret-to", "cat", client_id=SOMEWHERE) == 1
    assert stage.err == f"pipeops-tui renew: no application with the client ID {SOMEWHERE} is known.\n"
    assert stage.changes() == []


def test_an_application_of_someone_else_is_refused(stage: Stage) -> None:
    ours = {one.client_id for one in stage.azure.prepared()}
    foreign = next(one["appId"] for one in stage.azure.state()["applications"] if one["appId"] not in ours)
    assert stage.renew("--secret-to", "cat", client_id=str(foreign)) == 1
    assert "was not made by pipeops-tui, and no journal on this computer knows it" in stage.err
    assert stage.changes() == []


def test_a_tag_without_a_role_is_only_a_claim(stage: Stage) -> None:
    assert stage.renew("--secret-to", "cat", client_id=stage.prepared("no-role").client_id) == 1
    assert "carries the tag of pipeops-tui, but is Contributor on no resource group" in stage.err
    assert stage.changes() == []


def test_a_journal_that_names_an_application_of_someone_else_is_not_believed(stage: Stage) -> None:
    other = stage.prepared("expires-soon")
    stage.remember(client=other.client_id, object_id=other.object_id)
    assert stage.renew("--secret-to", "cat", client_id=other.client_id) == 1
    assert "does not carry the tag of this connection" in stage.err
    assert stage.changes() == []


def test_a_journal_that_spells_ids_and_addresses_otherwise_is_of_the_same_place(stage: Stage) -> None:
    """Azure ignores case in both, and whether an address ends with a slash."""
    journal, one, address = stage.remember(), stage.prepared(), stage.azure.base_url
    text = journal.read_text().replace(f'"{address}"', f'"{address.replace("localhost", "LOCALHOST")}/"')
    for name in (one.tenant_id, one.subscription_id):
        text = text.replace(name, name.upper())
    journal.write_text(text)
    values = stage.renewed("--secret-to", "cat")
    assert stage.key_ids() == [stage.old, values["key_id"]]
    assert list(stage.journals.glob("*.journal")) == [journal]


def test_without_a_sign_in_it_ends_with_2(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    assert stage.renew("--secret-to", "cat") == 2
    assert "cannot sign in without asking" in stage.err
    assert stage.err.count("\n") == 1


def test_a_refused_sign_in_is_one_line_and_code_1(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong-secret-of-nobody")
    assert stage.renew("--secret-to", "cat") == 1
    assert stage.err.count("\n") == 1
    assert "wrong-secret" not in stage.err


def test_an_added_secret_whose_test_fails_is_not_delivered(stage: Stage, tmp_path: Path) -> None:
    stage.remember()
    # The second is that of the test sign-in: the connection was looked at before.
    stage.azure.add_fault("getResourceGroup@2:answer", {"status": 400, "body": {"error": {"code": "Broken"}}})
    assert stage.renew("--secret-to", keeping_in(tmp_path / "taken")) == 1
    assert "The next renewal on this computer replaces the client secret that this one has added" in stage.err
    assert not (tmp_path / "taken").exists()
    stage.azure.clear_faults()
    values = stage.renewed("--secret-to", "cat")
    assert stage.key_ids() == [stage.old, values["key_id"]]


def test_another_pipeops_tui_that_works_on_it_is_not_disturbed(stage: Stage) -> None:
    journal = stage.remember()
    with FileLock(journal.with_suffix(".lock")):
        assert stage.renew("--secret-to", "cat") == 1
    assert "This connection is open in another pipeops-tui" in stage.err
    assert stage.changes() == []


def test_a_journal_that_cannot_be_used_is_set_aside(stage: Stage) -> None:
    """The connection is found by its tag then, and the journal of its renewal gets the same name."""
    journal = stage.remember()
    journal.write_text("{}\n")
    values = stage.renewed("--secret-to", "cat")
    assert stage.err.startswith(f"pipeops-tui renew: The journal {journal.name} was set aside as ")
    assert stage.key_ids() == [stage.old, values["key_id"]]
    assert stage.state.secrets[-1].live_key == values["key_id"]


# What is in the way of Azure is said before Azure is asked


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "--yes asks nothing, so give the CLIENT_ID and where the client secret goes"),
        ([SOMEWHERE], "give where the client secret goes: --secret-to, --secret-fd or --print-secret"),
        (["--print-secret"], "give the CLIENT_ID"),
        (["not-a-guid", "--print-secret"], "is not a GUID"),
        ([SOMEWHERE, "--secret-to", ""], "--secret-to: the command is empty"),
        ([SOMEWHERE, "--secret-to", "  "], "--secret-to: the command is empty"),
        ([SOMEWHERE, "--secret-to", "''"], "--secret-to: the command is empty"),
        ([SOMEWHERE, "--secret-to", "cat 'x"], "--secret-to: a quote is not closed"),
        ([SOMEWHERE, "--secret-to", "no-such-program-here -x"], "the program 'no-such-program-here' is not found"),
        ([SOMEWHERE, "--secret-to", "/etc/passwd"], "the program '/etc/passwd' is not found"),
        ([SOMEWHERE, "--secret-to", "$HOME/x"], "the program '$HOME/x' is not found"),
        ([SOMEWHERE, "--secret-fd", "2"], "'2' is not the number of a file descriptor, 3 or more"),
        ([SOMEWHERE, "--secret-fd", "-4"], "--secret-fd"),
        ([SOMEWHERE, "--secret-fd", "99999999999"], "is not the number of a file descriptor"),
        ([SOMEWHERE, "--secret-fd", "4000"], "file descriptor 4000 cannot be written"),
        ([SOMEWHERE, "--print-secret", "--secret-to", "cat"], "not allowed with"),
        ([SOMEWHERE, "--print-secret", "--expires-in", "731"], "from 1 to 730"),
        (
            [SOMEWHERE, "--print-secret", "--auth", "browser"],
            "--auth must be azure-cli, environment, managed-identity or",
        ),
        ([SOMEWHERE, "--print-secret", "--remove-old", SOMEWHERE], "it is a call of its own"),
        ([SOMEWHERE, "--expires-in", "3", "--remove-old", SOMEWHERE], "it is a call of its own"),
        ([SOMEWHERE, "--remove-old", "newest"], "is not a GUID"),
    ],
)
def test_a_usage_error_is_one_sentence_and_code_2(
    argv: list[str], says: str, nobody: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["renew", "--yes", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.startswith("pipeops-tui renew: ")
    assert err.count("\n") == 1
    assert not nobody.exists()


def test_without_yes_it_needs_a_terminal(nobody: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["renew", SOMEWHERE, "--print-secret"]) == 2
    err = capsys.readouterr().err
    assert "this needs a terminal. In a script, give --yes" in err
    assert err.count("\n") == 1


def test_on_a_terminal_what_a_script_says_goes_with_yes() -> None:
    """The interface does not open as if it had not been said."""
    terminal, end = os.openpty()
    command = [sys.executable, "-m", "pipeops_tui", "renew", SOMEWHERE, "--print-secret"]
    code = subprocess.run(command, stdin=end, stdout=end, stderr=end, check=False).returncode
    said = os.read(terminal, 4096).decode()
    for descriptor in (terminal, end):
        os.close(descriptor)
    assert code == 2
    assert "--secret-to, --secret-fd, --print-secret and --remove-old go with --yes" in said


def test_help_loads_neither_textual_nor_an_sdk() -> None:
    script = (
        "import sys; from pipeops_tui.cli import main; code = main(['renew', '--help']);"
        "heavy = {'textual', 'rich', 'azure', 'msal', 'msgraph', 'aiohttp', 'httpx', 'cryptography'};"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--remove-old KEY_ID" in done.stdout


# From a process of its own


def run(stage: Stage, *argv: str) -> subprocess.CompletedProcess[str]:
    """The program itself."""
    return run_program(["renew", stage.client_id, "--yes", *stage.where, *argv])


def test_the_interface_is_never_loaded(stage: Stage) -> None:
    done = run(stage, "--secret-to", "cat")
    assert done.returncode == 0, done.stderr


def test_the_secret_is_in_no_process_list(stage: Stage, tmp_path: Path) -> None:
    """Of no process, the program's own first: neither its arguments nor its environment."""
    done = run(stage, "--secret-to", looking_in_processes(tmp_path / "found"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "found").read_text() == IN_NO_PROCESS


def test_killed_between_adding_and_delivery_the_next_one_replaces_exactly_that(stage: Stage) -> None:
    stage.remember()
    done = run(stage, "--secret-to", "sh -c 'kill -9 $PPID'")
    assert done.returncode == -9
    lost = stage.state.secrets[-1]
    assert (lost.made, lost.delivered) == (True, False)
    assert stage.state.unfinished
    assert stage.key_ids() == [stage.old, lost.live_key]
    values = stage.renewed("--secret-to", "cat")
    assert stage.key_ids() == [stage.old, values["key_id"]]
    assert values["key_id"] != lost.live_key
    assert values["kept"] == stage.old
    assert not stage.state.unfinished


def test_interrupted_it_ends_with_130_and_takes_the_command_along(stage: Stage, tmp_path: Path) -> None:
    script = (
        "import os, pathlib, signal, sys, threading;"
        "pathlib.Path(sys.argv[1]).write_text(str(os.getpid()));"
        "os.kill(os.getppid(), signal.SIGINT); threading.Event().wait()"
    )
    done = run(stage, "--secret-to", python(script, tmp_path / "pid"))
    assert done.returncode == 130, done.stderr
    assert done.stderr.splitlines()[-1] == "pipeops-tui renew: interrupted."
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()
    assert not stage.state.secrets[-1].delivered


def test_the_demo_renews_one_of_its_own(nobody: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with start_simulator(SimulatorConfig(scenario="six-months-later")) as azure:
        one = next(found for found in azure.prepared() if found.kind == "expires-soon")
    assert main(["renew", one.client_id, "--yes", "--demo", "--print-secret", "--output", "json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["kept"] == one.secrets[0].key_id
    assert values["client_secret"]
    assert not nobody.exists()
