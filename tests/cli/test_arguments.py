"""What the command line takes and refuses; every refusal is one sentence and exit code 2, before the interface."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipeops_tui import __version__
from pipeops_tui.cli import main
from pipeops_tui.cli.arguments import settings_from
from pipeops_tui.core.model import SignInMethod

GUID = "1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"


def test_nothing_given_means_real_azure_and_the_screens_own_defaults() -> None:
    settings = settings_from([])
    assert (settings.demo, settings.auth, settings.cloud) == (None, None, None)
    assert (settings.subscription, settings.resource_group, settings.expires_in) == (None, None, None)


def test_every_value_reaches_the_settings() -> None:
    settings = settings_from(
        f"--auth device-code --client-id {GUID} --tenant {GUID.upper()} --subscription {GUID} --resource-group rg(1) "
        "--location westeurope --app-name Shop --expires-in 90 --cloud AzureUSGovernment".split()
    )
    assert settings.auth is SignInMethod.DEVICE_CODE
    assert settings.tenant == settings.client_id == settings.subscription == GUID
    assert (settings.resource_group, settings.location, settings.app_name) == ("rg(1)", "westeurope", "Shop")
    assert (settings.expires_in, settings.cloud) == (90, "AzureUSGovernment")


def test_demo_defaults_to_the_happy_world() -> None:
    assert settings_from(["--demo"]).demo == "happy"


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--subscription", "mine"], "'mine' is not a GUID"),
        (["--subscription", GUID + "0"], "is not a GUID"),
        (["--tenant", "contoso.com"], "'contoso.com' is not a GUID"),
        (["--client-id", "{" + GUID + "}"], "is not a GUID"),
        (["--expires-in", "0"], "from 1 to 730"),
        (["--expires-in", "731"], "from 1 to 730"),
        (["--expires-in", "ten"], "from 1 to 730"),
        (["--expires-in", "9" * 5000], "from 1 to 730"),
        (["--resource-group", "my group"], "A space is not allowed"),
        (["--resource-group", "rg!"], "“!” is not allowed"),
        (["--resource-group", "rg."], "cannot end with a period"),
        (["--resource-group", "r" * 91], "Too long by 1"),
        (["--resource-group", "Ⅷ"], "“Ⅷ” is not allowed"),
        (["--resource-group", ""], "needs a name"),
        (["--app-name", "  "], "needs a name"),
        (["--app-name", "a" * 121], "Too long by 1"),
        (["--app-name", "a\x1bb"], "U+001B"),
        (["--location", "west/europe"], "is not a region name"),
        (["--auth", "magic"], "azure-cli"),
        (["--cloud", "MyCloud"], "--cloud"),
        (["--cloud", "AzureCloud", "--resource-manager", "https://a"], "not allowed with"),
        (["--resource-manager", "http://localhost"], "is not an address like https://"),
        (["--resource-manager", "https://"], "is not an address like https://"),
        (["--resource-manager", "https://host:99999"], "is not an address like https://"),
        (["--resource-manager", "https://host/path"], "is not an address like https://"),
        (["--resource-manager", "https://login%2emicrosoftonline.com"], "is not an address like https://"),
        (["--resource-manager", "https://10.0.0.1"], "IP address"),
        (["--ca-file", "no-such-file.pem"], "cannot read"),
        (["--log-file", "no/such/folder/log"], "cannot write"),
        (["--demo", "atlantis"], "there is no scenario 'atlantis'"),
        (["--demo", "happy", "--fault", "createApplication:explode"], "--fault"),
        (["--demo", "--cloud", "AzureCloud"], "brings its own cloud"),
        (["--fault", "createApplication:500"], "--fault goes with --demo"),
        (["--demo", "--subscrip", GUID], "unrecognized arguments"),
        (["--no-such-option"], "unrecognized arguments"),
        (["stray"], "unrecognized arguments"),
        (["simulate", "--port", "70000"], "not between 0 and 65535"),
        (["simulate", "--port", "http"], "--port"),
        (["simulate", "--scenario", "atlantis"], "there is no scenario 'atlantis'"),
        (["simulate", "--fault", "x"], "--fault"),
        (["simulate", "--latency-ms", "-1"], "--latency-ms"),
    ],
)
def test_a_malformed_value_ends_with_one_sentence_and_code_2(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert "<" not in err, "an object of Python is no word"
    assert err.count("\n") == 1
    assert err.startswith("pipeops-tui")


def test_a_file_without_a_certificate_is_no_ca(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    assert main(["--ca-file", str(tmp_path / "ca.pem")]) == 2
    assert "holds no PEM certificate" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--log-file", "--ca-file"])
def test_what_only_waits_is_no_file(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main([option, str(tmp_path / "pipe")]) == 2
    assert "it is not a regular file" in capsys.readouterr().err


def test_a_log_file_is_no_link_no_folder_and_no_device(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "target").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    for path, reason in (
        (tmp_path / "link", "it is a link"),
        (tmp_path / "dangling", "it is a link"),
        (tmp_path, "directory"),
        (Path("/dev/zero"), "it is not a regular file"),
        (Path("a\0b"), "null"),
    ):
        assert main(["--log-file", str(path)]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert reason in err
    assert not (tmp_path / "nothing").exists()


def test_a_log_file_is_private_before_anything_is_written(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("")
    log.chmod(0o644)
    assert settings_from(["--log-file", str(log)]).log_file == log
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert settings_from(["--log-file", os.devnull]).log_file == Path(os.devnull)


@pytest.mark.parametrize(
    "argv", [["\x1b]52;c;eA==\x07"], ["--demo", "\x1b[2J"], ["--location", "\u202ex"], ["simulate", "\x9b"]]
)
def test_a_usage_error_does_not_act_on_the_terminal(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    assert capsys.readouterr().err.removesuffix("\n").isprintable()


def test_version_and_help_go_to_stdout_with_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"pipeops-tui {__version__}\n"
    assert main(["--help"]) == 0
    assert "--resource-group NAME" in capsys.readouterr().out
    assert main(["simulate", "--help"]) == 0
    assert "happy" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["--subscription", "x"], ["simulate", "--help"]])
def test_short_answers_load_neither_textual_nor_an_sdk(argv: list[str]) -> None:
    """Only a process of its own can prove that an import was put off."""
    script = (
        "import sys; from pipeops_tui.cli import main; main(sys.argv[1:]);"
        "heavy = {'textual', 'rich', 'azure', 'msal', 'msgraph', 'aiohttp', 'httpx', 'cryptography', 'asyncio'};"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script, *argv], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_a_terminal_it_says_so_and_ends_with_code_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeops_tui", "--demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "needs a terminal" in done.stderr
