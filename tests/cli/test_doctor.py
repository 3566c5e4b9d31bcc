"""`pipeops-tui doctor` without a screen: what it prints, its exit codes, and that the secret is nowhere in it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.cli import launch, main
from pipeops_tui.core.model import CloudEndpoints
from pipeops_tui.core.ports.pasted_values import Examiner
from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.secret import MASK
from tests.doctor.memory_azure import (
    CLIENT,
    CLOUD,
    GOVERNMENT_TENANT,
    GROUP,
    SECRET,
    SECRET_ID,
    SUBSCRIPTION,
    TENANT,
    MemoryAzure,
    unreachable,
)
from tests.doctor.wrong_inputs import paste

VARIABLES = {
    "AZURE_RESOURCE_GROUP": GROUP,
    "AZURE_TENANT_ID": TENANT,
    "AZURE_CLIENT_ID": CLIENT,
    "AZURE_CLIENT_SECRET": SECRET,
    "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
}


class ExaminingConnector:
    """As much of a `Connector` as doctor needs."""

    def __init__(self, azure: MemoryAzure, failure: CloudError | None = None) -> None:
        self._azure = azure
        self._failure = failure
        self.closed = 0

    async def prepare(self) -> CloudEndpoints:
        if self._failure is not None:
            raise self._failure
        return CloudEndpoints(CLOUD, "https://l", "https://m", "s", "https://g", "s", "https://p")

    async def examiner(self) -> Examiner:
        return self._azure

    async def close(self) -> None:
        self.closed += 1


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MemoryAzure:
    """Nothing of Azure is loaded: an Azure in memory answers."""
    memory = MemoryAzure()
    connector_of(monkeypatch, ExaminingConnector(memory))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return memory


def connector_of(monkeypatch: pytest.MonkeyPatch, connector: ExaminingConnector) -> None:
    monkeypatch.setattr(launch, "azure_connector", lambda settings, folder: connector)


@pytest.fixture
def values(tmp_path: Path) -> Path:
    """A file with five values that work."""
    path = tmp_path / "values.txt"
    path.write_text(paste())
    return path


def answered(capsys: pytest.CaptureFixture[str], *argv: str, code: int) -> dict[str, Any]:
    assert main(["doctor", "--output", "json", *argv]) == code
    out, err = capsys.readouterr()
    assert err == ""
    assert SECRET not in out
    document: dict[str, Any] = json.loads(out)
    assert set(document) == {"verdict", "findings"}
    return document


def test_five_that_work_give_0_and_say_so(azure: MemoryAzure, values: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--input", str(values)]) == 0
    out, err = capsys.readouterr()
    assert "OK: These five values work from here" in out
    assert out.endswith("Leave the first box of PipeOps' form (Name) empty.\n")
    assert SECRET not in out + err
    document = answered(capsys, "--input", str(values), code=0)
    assert document["verdict"] == "works"
    assert [(one["code"], one["outcome"]) for one in document["findings"]] == [("works", "ok")]


def test_what_was_read_is_shown_before_anything_is_sent(
    azure: MemoryAzure, values: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    class Watching(ExaminingConnector):
        async def prepare(self) -> CloudEndpoints:
            shown.append(capsys.readouterr().err)
            return await super().prepare()

    connector_of(monkeypatch, Watching(azure))
    assert main(["doctor", "--input", str(values)]) == 0
    assert shown == [
        "These values were read:\n"
        f"  Resource Group Name  {GROUP}\n"
        f"  Tenant ID            {TENANT}\n"
        f"  Client ID            {CLIENT}\n"
        f"  Client Secret        {MASK} ({len(SECRET)} characters)\n"
        f"  Subscription ID      {SUBSCRIPTION}\n"
    ]


def test_wrong_values_give_4_and_a_paragraph_with_what_to_do(
    azure: MemoryAzure, values: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values.write_text(paste(secret=SECRET_ID, group="PipeOps RG"))
    assert main(["doctor", "--input", str(values)]) == 4
    out, err = capsys.readouterr()
    first, second, closing = out.strip().split("\n\n")
    assert first.startswith("Wrong: The Client Secret is the secret's ID, not its value\n  It is a GUID")
    assert "\n  What to do: " in first
    assert "\n  Who can do it: An owner of the application" in first
    assert "\n  More: https://learn.microsoft.com/" in first
    assert second.startswith("Wrong: Azure cannot have a resource group of this name")
    assert closing == "Not yet: the Client Secret is the secret's ID, not its value."
    assert "PipeOps RG · A space is not allowed" in err
    assert SECRET_ID not in out + err
    document = answered(capsys, "--input", str(values), code=4)
    assert document["verdict"] == "broken"
    assert [one["code"] for one in document["findings"]] == ["secret-is-its-id", "group-missing"]


def test_what_cannot_be_decided_gives_5(
    azure: MemoryAzure, values: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    values.write_text(paste(tenant=GOVERNMENT_TENANT, subscription=SUBSCRIPTION))
    azure.subscriptions[SUBSCRIPTION] = GOVERNMENT_TENANT
    document = answered(capsys, "--input", str(values), code=5)
    assert document["verdict"] == "unknown"
    assert document["findings"][0]["command"] == "pipeops-tui doctor --cloud AzureUSGovernment"
    assert azure.sent == []
    connector = ExaminingConnector(azure, unreachable())
    connector_of(monkeypatch, connector)
    values.write_text(paste())
    document = answered(capsys, "--input", str(values), code=5)
    assert [(one["code"], one["outcome"]) for one in document["findings"]] == [("sign-in-refused", "unknown")]
    assert connector.closed == 1
    values.write_text(paste(secret=SECRET_ID))
    assert answered(capsys, "--input", str(values), code=4)["findings"][0]["code"] == "secret-is-its-id"


def test_the_environment_and_standard_input_are_read(
    azure: MemoryAzure, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(paste().encode())))
    assert answered(capsys, "--input", "-", code=0)["verdict"] == "works"
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, f"{value}\r")
    assert answered(capsys, "--from-env", code=0)["verdict"] == "works"
    assert main(["doctor", "--from-env"]) == 0
    assert "Blanks or line ends around values were taken off." in capsys.readouterr().err
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    assert answered(capsys, "--from-env", code=4)["findings"][0]["title"] == "Missing: Client Secret"


def test_where_nothing_can_be_asked_azure_is_not(
    azure: MemoryAzure, values: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for content in (b"", b"hello", bytes(range(256)) * 16, f"Client Secret: {SECRET}".encode()):
        values.write_bytes(content)
        assert [one["code"] for one in answered(capsys, "--input", str(values), code=4)["findings"]] == [
            "values-missing"
        ]
    assert azure.asked == []
    values.write_bytes(bytes(range(256)) * 16)
    assert main(["doctor", "--input", str(values)]) == 4
    assert capsys.readouterr().err.startswith("This is not text")


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "--input FILE, --input - or --from-env"),
        (["--input", "x", "--from-env"], "cannot go together"),
        (["--input", "no/such/file"], "cannot read 'no/such/file'"),
        (["--input", "."], "cannot read '.'"),
        (["--input", "a\0b"], "cannot read"),
        (["--output", "xml"], "--output"),
        (["--cloud", "MyCloud"], "--cloud"),
        (["--demo", "atlantis"], "there is no scenario"),
        (["stray"], "unrecognized arguments"),
    ],
)
def test_what_cannot_be_used_ends_with_one_sentence_and_2(
    azure: MemoryAzure, argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", *argv]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err


def test_more_than_1_mib_is_not_read(azure: MemoryAzure, values: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values.write_bytes(paste().encode().ljust((1 << 20) + 1))
    assert main(["doctor", "--input", str(values)]) == 2
    assert "more than 1 MiB" in capsys.readouterr().err
    assert main(["doctor", "--input", "/dev/zero"]) == 2
    values.write_bytes(paste().encode().ljust(1 << 20))
    assert main(["doctor", "--input", str(values)]) == 0


def test_a_terminal_would_show_what_is_pasted(
    azure: MemoryAzure, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(paste().encode())))
    assert main(["doctor", "--input", "-"]) == 2
    assert "would be shown" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["doctor", "--input", "-"]) == 2
    assert "closed" in capsys.readouterr().err


def test_an_unexpected_error_says_no_value(
    azure: MemoryAzure, values: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object) -> None:
        raise RuntimeError(f"sent {SECRET}")

    monkeypatch.setattr(azure, "sign_in", fail)
    assert main(["doctor", "--input", str(values)]) == 1
    out, err = capsys.readouterr()
    assert SECRET not in out + err
    assert "stopped by an unexpected error (RuntimeError" in err


def test_an_interruption_gives_130_and_closes(
    azure: MemoryAzure, values: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupt(*_arguments: object) -> None:
        os.kill(os.getpid(), 2)
        import asyncio

        await asyncio.sleep(60)

    connector = ExaminingConnector(azure)
    connector_of(monkeypatch, connector)
    monkeypatch.setattr(azure, "sign_in", interrupt)
    assert main(["doctor", "--input", str(values)]) == 130
    assert connector.closed == 1


def test_help_and_what_needs_no_azure_load_neither_textual_nor_an_sdk(values: Path) -> None:
    values.write_text("hello")
    for argv, code in ((["--help"], 0), (["--input", str(values)], 4)):
        program = (
            "import sys; from pipeops_tui.cli import main; code = main(['doctor', *sys.argv[1:]]); "
            "loaded = {name.partition('.')[0] for name in sys.modules}; "
            "print(sorted(loaded & {'textual', 'rich', 'azure', 'msal', 'msgraph', 'aiohttp'}), code)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, *argv], capture_output=True, text=True, check=True, env={**os.environ}
        )
        assert done.stdout.splitlines()[-1] == f"[] {code}"
