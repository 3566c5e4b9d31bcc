"""`pipeops-tui remind`: the file it writes, and the sentences when it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import vobject

from pipeops_tui.cli import main
from tests.connections.journals import client_id, named, run_id, write_journal
from tests.provisioning.bench import PLAN

EXPIRES = datetime(2100, 5, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for journals of this computer; the current folder is another one."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "pipeops-tui"


def test_the_only_connection_needs_no_name(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, EXPIRES)
    assert main(["remind", "--output", "pipeops.ics"]) == 0
    assert capsys.readouterr().out == "Wrote pipeops.ics: the client secret expires on 22 May 2100 (UTC).\n"
    calendar = vobject.readOne(Path("pipeops.ics").read_text(encoding="utf-8"))
    assert calendar.vevent.dtstart.value == EXPIRES.date()
    assert client_id(1) in calendar.vevent.description.value


def test_one_of_several_is_named_by_its_client_id(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, EXPIRES, plan=named("Shop"))
    write_journal(journals, 2, EXPIRES, plan=named("Blog"))
    assert main(["remind", "--output", "pipeops.ics"]) == 2
    err = capsys.readouterr().err
    assert "2 connections are known; name one by its client ID" in err
    assert client_id(1) in err
    assert client_id(2) in err
    assert not Path("pipeops.ics").exists()
    assert main(["remind", client_id(2).upper(), "--output", "pipeops.ics"]) == 0
    assert "Blog" in Path("pipeops.ics").read_text(encoding="utf-8")


def test_a_client_id_in_two_tenants_asks_for_the_tenant(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, EXPIRES)
    other = replace(PLAN, tenant_id=run_id(99))
    write_journal(journals, 2, EXPIRES, client=client_id(1), plan=other)
    assert main(["remind", client_id(1), "--output", "pipeops.ics"]) == 2
    assert "is known in 2 tenants; choose one with --tenant" in capsys.readouterr().err
    assert main(["remind", client_id(1), "--tenant", run_id(99), "--output", "pipeops.ics"]) == 0
    assert run_id(99) in Path("pipeops.ics").read_text(encoding="utf-8").replace("\n ", "")


def test_what_is_no_connection_is_said_with_code_1(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remind", "--output", "pipeops.ics"]) == 1
    assert "no connection is known on this computer" in capsys.readouterr().err
    write_journal(journals, 1, EXPIRES)
    assert main(["remind", client_id(5), "--output", "pipeops.ics"]) == 1
    assert f"{client_id(5)} is no connection that this computer knows" in capsys.readouterr().err
    assert list(Path().iterdir()) == []


def test_without_an_expiry_there_is_no_event(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1)
    assert main(["remind", "--output", "pipeops.ics"]) == 1
    assert "does not know when the client secret" in capsys.readouterr().err


def test_only_a_file_that_is_named_is_overwritten(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, EXPIRES)
    path = Path(f"pipeops-{client_id(1)[:8]}-2100-05-22.ics")
    assert main(["remind"]) == 0
    assert path.exists()
    path.write_text("mine")
    assert main(["remind"]) == 1
    assert "is there already" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert main(["remind", "--output", str(path)]) == 0
    assert path.read_text() != "mine"


@pytest.mark.parametrize("output", ["no/such/folder/x.ics", ".", "x\0y.ics", "/dev/null/x.ics"])
def test_a_file_that_cannot_be_written_is_a_sentence(
    output: str, journals: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_journal(journals, 1, EXPIRES)
    assert main(["remind", "--output", output]) == 1
    err = capsys.readouterr().err
    assert err.startswith("pipeops-tui remind: cannot write ")
    assert err.count("\n") == 1
    assert err.removesuffix("\n").isprintable()


def test_an_expiry_that_has_passed_is_said(journals: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_journal(journals, 1, datetime(2026, 6, 2, tzinfo=UTC), begun=datetime(2026, 1, 1, tzinfo=UTC))
    assert main(["remind", "--output", "pipeops.ics"]) == 0
    assert "no calendar will remind you of it" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["not-a-guid"], ["--output"], ["--tenant", "x"]])
def test_a_usage_error_is_one_sentence_and_code_2(
    argv: list[str], journals: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["remind", *argv]) == 2
    err = capsys.readouterr().err
    assert err.startswith("pipeops-tui remind: ")
    assert err.count("\n") == 1
