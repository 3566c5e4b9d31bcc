"""How a command signs in that asks nothing: a device code on a terminal, a certificate, a managed identity."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.cli import main
from tests.cli.creation_stage import SIGN_IN, CreationStage
from tests.simulator.client import Client
from tests.support.signing import make_certificate
from tests.support.terminal import Terminal

_CHECK = ("--subscription", "b0f3a4d2-1111-4111-8111-000000000001", "--resource-group", "Web", "--print-secret")


@pytest.mark.parametrize(
    "line", [["create", "--yes", *_CHECK], ["list", "--check"], ["renew", _CHECK[1], "--yes", "--print-secret"]]
)
@pytest.mark.parametrize(
    ("auth", "says"),
    [
        (
            "device-code",
            "--auth device-code shows a code on standard error, which must be a terminal. Without one, use ",
        ),
        ("browser", "signs in without a question, so --auth must be azure-cli, environment, managed-identity or "),
    ],
)
def test_a_way_that_asks_is_refused_with_a_sentence(
    line: list[str], auth: str, says: str, nobody: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*line, "--auth", auth]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
    assert not nobody.exists()


@pytest.mark.parametrize("command", ["create", "list"])
def test_on_a_terminal_the_device_code_is_shown_on_stderr(
    empty: CreationStage, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SIGN_IN:
        monkeypatch.delenv(name, raising=False)
    where = ["--resource-manager", empty.azure.base_url, "--ca-file", str(empty.azure.ca_file)]
    argv = empty.argv("--secret-to", "cat") if command == "create" else ["list", "--check", *where]
    line = f'"$@" >{tmp_path / "out"}'
    program = [sys.executable, "-m", "pipeops_tui", *argv, "--auth", "device-code"]
    with Terminal(["sh", "-c", line, "sh", *program], columns=300, lines=40) as terminal:
        terminal.wait_for("and enter the code ")
        (code,) = re.findall(r"enter the code ([A-Z0-9]{9})\.", terminal.screen)
        assert empty.azure.approve_device_code(code)
        assert terminal.wait_exit() == 0
    assert code not in (tmp_path / "out").read_text()
    if command == "create":
        assert empty.applications()


def test_a_certificate_creates_everything(
    empty: CreationStage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = make_certificate()
    with Client(empty.azure) as client:
        owner: Any = empty.azure.announcement["owner"]
        key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.b64encode(certificate.der).decode()}
        path = f"/applications(appId='{owner['client_id']}')"
        assert client.as_owner().graph("PATCH", path, json={"keyCredentials": [key]}).status_code == 204
    (tmp_path / "owner.pem").write_bytes(certificate.pem("hunter2"))
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", str(tmp_path / "owner.pem"))
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PASSWORD", "hunter2")
    assert empty.created("--secret-to", "cat")["proved"] is True
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PASSWORD", "wrong")
    changes = empty.changes()
    assert empty.create("--secret-to", "cat", "--again") == 1
    assert empty.err.count("\n") == 1
    assert "AZURE_CLIENT_CERTIFICATE_PASSWORD does not open it" in empty.err
    assert empty.changes() == changes


def test_the_managed_identity_is_used_only_where_it_is_named(
    empty: CreationStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: Any = empty.azure.announcement["managed_identity"]
    for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("IDENTITY_ENDPOINT", told["endpoint"])
    monkeypatch.setenv("IDENTITY_HEADER", told["header"])
    assert empty.create("--secret-to", "cat") == 2
    assert "cannot sign in without asking" in empty.err
    assert empty.created("--secret-to", "cat", "--auth", "managed-identity")["proved"] is True


def test_no_managed_identity_is_a_sentence(empty: CreationStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:9/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "hunter2")
    assert empty.create("--secret-to", "cat", "--auth", "managed-identity") == 1
    assert empty.err.startswith("pipeops-tui create: There is no managed identity here")
    assert empty.err.count("\n") == 1
    assert "hunter2" not in empty.err


def test_help_names_every_way_to_sign_in() -> None:
    for words in ([], ["create"], ["list"], ["renew"], ["doctor"]):
        done = subprocess.run(
            [sys.executable, "-m", "pipeops_tui", *words, "--help"], capture_output=True, text=True, check=True
        )
        assert "environment, managed-identity" in " ".join(done.stdout.split())
