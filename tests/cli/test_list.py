"""`pipeops-tui list` without --check: what it prints, its exit codes, and that it loads little."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.cli import main
from pipeops_tui.provisioning.journal.entries import RunOutcome
from tests.connections.journals import client_id, named, run_id, write_journal

FIELDS = [
    *("application", "client_id", "tenant_id", "subscription_id", "resource_group", "cloud", "resource_manager"),
    *("made", "found_by", "secrets", "state", "expires_in_days"),
]


def day(days: float) -> datetime:
    """An instant some days from now, never at the edge of a day."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=days)


@pytest.fixture
def journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for journals of this computer."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "pipeops-tui"


def listed(capsys: pytest.CaptureFixture[str], *argv: str, code: int) -> list[dict[str, Any]]:
    assert main(["list", "--output", "json", *argv]) == code
    out, err = capsys.readouterr()
    assert err == ""
    rows: list[dict[str, Any]] = json.loads(out)
    assert all(list(row) == FIELDS for row in rows)
    return rows


def test_nothing_known_is_an_empty_array_and_a_sentence(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys, code=0) == []
    assert main(["list"]) == 0
    assert capsys.readouterr().out == "No connection is known on this computer.\n"
    assert not journals.exists()


def test_a_connection_is_an_object_with_every_field(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, datetime(2100, 5, 28, 10, 47, tzinfo=UTC))
    (row,) = listed(capsys, code=0)
    (secret,) = row.pop("secrets")
    assert row.pop("expires_in_days") == (datetime(2100, 5, 28, tzinfo=UTC).date() - datetime.now(UTC).date()).days
    assert row == {
        "application": "PipeOps",
        "client_id": client_id(1),
        "tenant_id": row["tenant_id"],
        "subscription_id": row["subscription_id"],
        "resource_group": "PipeOpsRG",
        "cloud": "AzureCloud",
        "resource_manager": "https://management.azure.com",
        "made": "2026-06-01T08:00:00Z",
        "found_by": "journal",
        "state": "not-checked",
    }
    assert secret == {
        "key_id": secret["key_id"],
        "hint": None,
        "expires": "2100-05-28T10:47:00Z",
        "delivered": True,
    }


@pytest.mark.parametrize(
    ("expiries", "argv", "code", "state"),
    [
        ((200,), (), 0, "not-checked"),
        ((12,), (), 3, "expires-soon"),
        ((12,), ("--expiring", "7"), 0, "not-checked"),
        ((45,), ("--expiring", "60"), 3, "expires-soon"),
        ((-3,), (), 4, "expired"),
        ((20, 200), (), 0, "two-secrets"),
        ((-20, 200), (), 0, "not-checked"),
        ((), (), 0, "unfinished"),
    ],
)
def test_the_exit_code_says_what_is_due(
    expiries: tuple[int, ...],
    argv: tuple[str, ...],
    code: int,
    state: str,
    journals: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_journal(journals, 1, *map(day, expiries))
    (row,) = listed(capsys, *argv, code=code)
    assert row["state"] == state
    assert row["expires_in_days"] == (max(expiries) if expiries else None)


def test_what_is_expired_wins_over_what_expires_soon(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, day(12))
    write_journal(journals, 2, day(-1))
    assert len(listed(capsys, code=4)) == 2


def test_an_unfinished_one_changes_no_code(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, day(-3), delivered=False)
    (row,) = listed(capsys, code=0)
    assert (row["state"], row["expires_in_days"]) == ("unfinished", -3)


def test_a_cloud_can_be_chosen(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, day(200), plan=named("public"))
    write_journal(journals, 2, day(200), plan=named("gov"), resource_manager="https://management.usgovcloudapi.net/")
    write_journal(journals, 3, day(-1), plan=named("own"), resource_manager="https://rm.example")
    assert {row["application"]: row["cloud"] for row in listed(capsys, code=4)} == {
        "public": "AzureCloud",
        "gov": "AzureUSGovernment",
        "own": None,
    }
    assert [row["application"] for row in listed(capsys, "--cloud", "AzureUSGovernment", code=0)] == ["gov"]
    assert [row["application"] for row in listed(capsys, "--resource-manager", "https://RM.example", code=4)] == ["own"]


def test_a_person_reads_who_where_and_when(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, day(12), plan=named("Shop", "ShopRG"))
    assert main(["list"]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Shop on ShopRG in Pay-As-You-Go: expires in 12 days"
    assert client_id(1) in lines[1]
    assert "Contoso" in lines[1]


def test_unusable_journals_are_named_on_stderr(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, day(200))
    edited = write_journal(journals, 2, day(200))
    edited.write_text(edited.read_text().replace(client_id(2), "\x1b]52;c;eA==\x07"))
    assert main(["list", "--output", "json"]) == 0
    out, err = capsys.readouterr()
    assert [row["client_id"] for row in json.loads(out)] == [client_id(1)]
    assert err == f"pipeops-tui list: The journal {run_id(2)}.journal cannot be used: line 3 cannot be read.\n"


def test_what_is_forgotten_is_not_listed(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, day(2), outcome=RunOutcome.FORGOTTEN)
    assert listed(capsys, code=0) == []


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--expiring", "0"], "from 1 to 730"),
        (["--output", "xml"], "--output"),
        (["stray"], "unrecognized arguments"),
        (["--check", "--auth", "browser"], "--auth must be azure-cli, environment, managed-identity or device-code"),
        (["--check", "--auth", "device-code"], "on standard error, which must be a terminal"),
        (["--demo", "atlantis"], "there is no scenario"),
        (["--fault", "createApplication:500"], "--fault goes with --demo"),
        (["--tenant", "contoso.com"], "is not a GUID"),
    ],
)
def test_a_usage_error_is_one_sentence_and_code_2(
    argv: list[str], says: str, journals: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
    assert err.startswith("pipeops-tui list: ")
    assert not journals.exists()


def test_help_says_what_the_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--help"]) == 0
    out = capsys.readouterr().out
    assert "--expiring DAYS" in out
    assert "exit codes:" in out


def run(argv: list[str], state: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"XDG_STATE_HOME": str(state)} | more
    return subprocess.run(
        [sys.executable, *argv], env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )


def test_offline_it_loads_neither_textual_nor_an_sdk(journals: Path, tmp_path: Path) -> None:
    write_journal(journals, 1, day(200))
    script = (
        "import sys; from pipeops_tui.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'textual', 'rich', 'azure', 'msal', 'msgraph', 'aiohttp', 'httpx', 'cryptography', 'asyncio',"
        " 'filelock', 'ssl', 'importlib.metadata', 'icalendar', 'pipeops_tui.provisioning.run',"
        " 'pipeops_tui.core.model.directory', 'pipeops_tui.core.model.resources'};"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else code)"
    )
    done = run(["-c", script, "list"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "PipeOps on PipeOpsRG" in done.stdout


def test_an_encoding_without_the_name_still_prints_it(journals: Path, tmp_path: Path) -> None:
    write_journal(journals, 1, day(200), plan=named("Größe 🚀"))
    done = run(["-m", "pipeops_tui", "list"], tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "Gr\\xf6\\xdfe" in done.stdout


def test_a_reader_that_has_gone_away_is_no_error(journals: Path, tmp_path: Path) -> None:
    for number in range(200):
        write_journal(journals, number + 1, day(200))
    environment = os.environ | {"XDG_STATE_HOME": str(tmp_path)}
    script = f"{sys.executable} -m pipeops_tui list; echo code $? >&2"
    done = subprocess.run(
        ["bash", "-c", f"({script}) | true"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "code 0"
