"""`pipeops-tui list --check`: it signs in without asking, and says what Azure knows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import vobject

from pipeops_tui.cli import main
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.connections.journals import client_id, journal_of_prepared, named, write_journal

FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def later() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig(scenario="six-months-later")) as running:
        yield running


@pytest.fixture
def journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for journals of this computer, where no az is installed."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda *_arguments, **_options: None)
    for name in ("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "pipeops-tui"


@pytest.fixture
def signed_in(later: RunningSimulator, journals: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The owner's service principal is in the environment; it can read the directory. Gives the folder of journals."""
    owner: Any = later.announcement["owner"]
    monkeypatch.setenv("AZURE_CLIENT_ID", owner["client_id"])
    monkeypatch.setenv("AZURE_CLIENT_SECRET", owner["client_secret"])
    monkeypatch.setenv("AZURE_TENANT_ID", str(later.announcement["tenant_id"]))
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", later.base_url)
    return journals


def at(azure: RunningSimulator) -> list[str]:
    return ["list", "--check", "--resource-manager", azure.base_url, "--ca-file", str(azure.ca_file)]


def rows_of(out: str) -> dict[str, dict[str, Any]]:
    return {row["client_id"]: row for row in json.loads(out)}


def test_it_adds_what_azure_knows(later: RunningSimulator, signed_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepared = {one.kind: one for one in later.prepared()}
    for number, kind in enumerate(("works", "no-role", "deleted", "unfinished"), start=1):
        journal_of_prepared(signed_in, later.base_url, number, prepared[kind])
    assert main([*at(later), "--output", "json"]) == 4
    out, err = capsys.readouterr()
    rows = rows_of(out)
    seen = {
        kind: (rows[one.client_id]["found_by"], rows[one.client_id]["state"])
        for kind, one in prepared.items()
        if one.client_id in rows
    }
    assert seen == {
        "works": ("journal", "works"),
        "no-role": ("journal", "no-role"),
        "deleted": ("journal", "deleted"),
        "unfinished": ("journal", "unfinished"),
        "expires-soon": ("tag", "expires-soon"),
        "expired": ("tag", "expired"),
        "two-secrets": ("tag", "two-secrets"),
    }
    assert [row["found_by"] for row in rows.values()].count("assignment") == 1
    assert next(iter(rows.values()))["state"] == "unfinished"
    assert all(len(secret["hint"]) == 3 for secret in rows[prepared["works"].client_id]["secrets"])
    assert prepared["no-group"].client_id in err, "a claim is told, and not listed"
    for journal in signed_in.iterdir():
        assert '"hint"' not in journal.read_text()


def test_a_refused_sign_in_leaves_the_rows_unknown(
    later: RunningSimulator, signed_in: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    journal_of_prepared(signed_in, later.base_url, 1, next(one for one in later.prepared() if one.kind == "works"))
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong-secret-of-nobody")
    assert main([*at(later), "--output", "json"]) == 5
    out, err = capsys.readouterr()
    (row,) = json.loads(out)
    assert row["state"] == "unknown"
    assert row["expires_in_days"] > 0
    assert err.startswith("pipeops-tui list: Azure could not be asked: ")
    assert "wrong-secret" not in err + out


def test_a_network_that_is_down_ends_with_5(
    later: RunningSimulator, signed_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal_of_prepared(signed_in, later.base_url, 1, next(one for one in later.prepared() if one.kind == "works"))
    kept = shutil.copy(later.ca_file, tmp_path / "ca.pem")
    later.stop()
    assert main(["list", "--check", "--resource-manager", later.base_url, "--ca-file", str(kept)]) == 5
    out, err = capsys.readouterr()
    assert "could not be asked: " in out
    assert "could not be asked" in err


def test_a_refusal_of_azure_ends_with_5_and_its_rows_are_unknown(
    later: RunningSimulator, signed_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal_of_prepared(signed_in, later.base_url, 1, next(one for one in later.prepared() if one.kind == "works"))
    body = {"error": {"code": "Authorization_RequestDenied", "message": "Not you."}}
    for operation in ("listApplications", "getApplication"):
        later.add_fault(f"{operation}@*:answer", {"status": 403, "body": body, "effect": False})
    assert main([*at(later), "--output", "json"]) == 5
    out, err = capsys.readouterr()
    assert [row["state"] for row in json.loads(out)] == ["unknown"]
    assert "its applications could not be read" in err


def test_without_a_way_to_sign_in_it_says_so_with_code_2(
    later: RunningSimulator, journals: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(at(later)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "cannot sign in without asking" in err
    assert "AZURE_CLIENT_ID" in err
    assert [one["operation"] for one in later.requests()] == ["getMetadataEndpoints"]


def test_only_the_cloud_that_is_named_is_shown(
    later: RunningSimulator, signed_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_journal(signed_in, 1, FAR, plan=named("elsewhere"))
    assert main([*at(later), "--output", "json"]) == 4
    assert client_id(1) not in rows_of(capsys.readouterr().out)


def test_the_demo_shows_every_kind_of_row(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = write_journal(journals, 1, FAR, plan=named("mine"))
    assert main(["list", "--demo", "--output", "json"]) == 4
    rows = json.loads(capsys.readouterr().out)
    assert client_id(1) not in {row["client_id"] for row in rows}, "a demo has journals of its own"
    assert list(journals.iterdir()) == [mine]
    assert {row["found_by"] for row in rows} == {"journal", "tag", "assignment"}
    assert {row["state"] for row in rows} == {
        *("unfinished", "deleted", "no-group", "no-role"),
        *("expired", "two-secrets", "expires-soon", "works"),
    }
    assert rows[0]["state"] == "unfinished"
    found = [row["application"] for row in rows if row["found_by"] != "journal"]
    assert found == sorted(found)


def test_a_demo_reminds_too(journals: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--demo", "--output", "json"]) == 4
    soon = next(row for row in json.loads(capsys.readouterr().out) if row["state"] == "expires-soon")
    assert main(["remind", soon["client_id"], "--demo", "--output", str(tmp_path / "demo.ics")]) == 0
    assert vobject.readOne((tmp_path / "demo.ics").read_text()).vevent.uid.value == f"{soon['client_id']}@pipeops-tui"
    assert not journals.exists()


def test_the_text_says_how_each_stands(
    later: RunningSimulator, signed_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(at(later)) == 4
    out = capsys.readouterr().out
    assert "PipeOps Staging on pipeops-staging in Pay-As-You-Go: expires in 12 days\n" in out
    assert "PipeOps Demo on pipeops-demo in Pay-As-You-Go: expired 3 days ago\n" in out
    assert "made on another computer" in out
    assert "made by hand" in out


@pytest.mark.parametrize("where", ["--check", "--demo"])
@pytest.mark.parametrize("number", ["INT", "TERM", "HUP"])
def test_interrupted_it_ends_with_130_and_leaves_nothing(
    journals: Path, tmp_path: Path, where: str, number: str
) -> None:
    """The signal comes while Azure CLI is asked for a token, and then again."""
    az = tmp_path / "bin" / "az"
    az.parent.mkdir()
    az.write_text(f"#!/bin/sh\nkill -{number} $PPID\nkill -{number} $PPID\nexec sleep 60\n")
    az.chmod(0o755)
    environment = os.environ | {"PATH": f"{az.parent}:{os.environ['PATH']}", "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "pipeops_tui", "list", where, "--auth", "azure-cli"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not journals.exists()
