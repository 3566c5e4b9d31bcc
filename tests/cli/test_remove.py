"""`pipeops-tui remove`: what its command line takes. tests/journeys/test_renewing.py removes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeops_tui.cli import main
from tests.connections.journals import client_id


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "this needs a terminal"),
        ([client_id(1)], "this needs a terminal"),
        (["PipeOps"], "'PipeOps' is not a GUID"),
        ([""], "is not a GUID"),
        ([client_id(1), client_id(2)], "unrecognized arguments"),
        (["--yes"], "unrecognized arguments"),
        (["--demo", "atlantis"], "there is no scenario 'atlantis'"),
        (["--fault", "createApplication:500"], "--fault goes with --demo"),
    ],
)
def test_a_usage_error_is_one_sentence_and_code_2(
    argv: list[str], says: str, nobody: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["remove", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.startswith("pipeops-tui")
    assert err.count("\n") == 1
    assert not nobody.exists()


def test_help_says_what_the_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remove", "--help"]) == 0
    assert "0    it is removed, and nothing of it is left" in capsys.readouterr().out
