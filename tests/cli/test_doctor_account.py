"""`pipeops-tui doctor --input` with the person's own account, on the simulated Azure, and its codes in --help."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.cli import main
from pipeops_tui.doctor.finding import FindingCode
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from tests.azure.examined import Values, make_values
from tests.doctor.wrong_inputs import paste


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig()) as running:
        yield running


@pytest.fixture
def values(azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Values:
    """Five values that work. The environment holds another account, which is Owner there."""
    owner: dict[str, str] = azure.announcement["owner"]  # type: ignore[assignment]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", azure.base_url)
    monkeypatch.setenv("AZURE_TENANT_ID", str(azure.announcement["tenant_id"]))
    monkeypatch.setenv("AZURE_CLIENT_ID", owner["client_id"])
    monkeypatch.setenv("AZURE_CLIENT_SECRET", owner["client_secret"])
    return make_values(azure)


def answered(
    azure: RunningSimulator, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, *argv: str
) -> tuple[list[str], str, int]:
    """The findings' codes, what was told on stderr, and the exit code."""
    path = tmp_path / "values.txt"
    path.write_text(text)
    where = ["--resource-manager", azure.base_url, "--ca-file", str(azure.ca_file)]
    code = main(["doctor", "--input", str(path), "--output", "json", *where, *argv])
    out, err = capsys.readouterr()
    document: dict[str, Any] = json.loads(out)
    return [f"{one['code']}:{one['outcome']}" for one in document["findings"]], err, code


def pasted(values: Values, client: str = "") -> str:
    return paste(values.group, values.tenant_id, client or values.client_id, values.secret, values.subscription_id)


def test_the_account_that_is_named_is_asked_too(
    azure: RunningSimulator, values: Values, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = pasted(values, values.object_id)
    assert answered(azure, tmp_path, capsys, text) == (["client-unknown:blocked"], "", 4)
    found = answered(azure, tmp_path, capsys, text, "--auth", "environment")
    assert found == (["client-is-object-id:blocked"], "", 4)
    assert answered(azure, tmp_path, capsys, pasted(values))[0][0] == "works:ok"
    assert answered(azure, tmp_path, capsys, pasted(values), "--auth", "environment") == (["works:ok"], "", 0)


def test_the_application_under_examination_is_not_the_person(
    azure: RunningSimulator,
    values: Values,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_ID", values.client_id.upper())
    monkeypatch.setenv("AZURE_CLIENT_SECRET", values.secret)
    codes, err, code = answered(azure, tmp_path, capsys, pasted(values), "--auth", "environment")
    assert (codes, code) == (["works:ok", "policy:unknown", "provider-missing:unknown"], 0)
    assert err.count("\n") == 1
    assert "--auth environment is the application under examination" in err


def test_an_account_that_cannot_sign_in_is_said_and_loses_nothing(
    azure: RunningSimulator,
    values: Values,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong")
    codes, err, code = answered(azure, tmp_path, capsys, pasted(values, values.object_id), "--auth", "environment")
    assert (codes, code) == (["client-unknown:blocked"], 4)
    assert err.endswith("Your account was not asked.\n")
    assert values.secret not in err


def test_the_demo_has_an_account_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with start_simulator(SimulatorConfig(scenario="six-months-later")) as later:
        one = next(one for one in later.prepared() if one.kind == "in-use")
    path = tmp_path / "values.txt"
    path.write_text(paste(one.group_name, one.tenant_id, one.object_id, "x" * 6 + "8Q~nothing", one.subscription_id))
    assert main(["doctor", "--demo", "--input", str(path), "--auth", "azure-cli"]) == 4
    out, err = capsys.readouterr()
    assert out.startswith("Wrong: The Client ID is an object ID")
    assert "The quota of processors is used up" in out
    assert "not asked" not in err


def test_help_and_readme_name_every_code_with_the_same_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--help"]) == 0
    lines = [line.strip().partition(" ") for line in capsys.readouterr().out.splitlines()]
    told = {code: words.strip() for code, _, words in lines}
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for code in FindingCode:
        assert f"| `{code}` | {told[code]} |" in readme


def test_too_little_room_for_a_server_is_a_warning(
    azure: RunningSimulator, values: Values, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def limit(cores: int) -> None:
        def change(running: SimulatedAzure) -> None:
            running.world.subscriptions[values.subscription_id].quotas["", "cores"] = cores

        azure.call(change)

    limit(1)
    try:
        codes, _, code = answered(azure, tmp_path, capsys, pasted(values), "--auth", "environment")
    finally:
        limit(100)  # the other tests share this Azure
    assert "room:warning" in codes
    assert code == 0, codes
