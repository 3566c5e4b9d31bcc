"""The README promises commands, pictures and scenarios; these keep it honest."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from pipeops_tui.simulator import parse_fault, scenario_names

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def command(marker: str) -> str:
    """The one command in the block after `<!-- the … command -->`."""
    match = re.search(rf"<!-- {marker} -->\n```sh\n(.+)\n```", README)
    assert match is not None
    return match[1]


def test_one_command_starts_the_demo_and_one_passes_the_tests() -> None:
    assert command("the demo command").endswith(".venv/bin/pipeops-tui --demo")
    assert ".venv/bin/pytest" in command("the test command")


def test_ci_runs_exactly_the_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    function = re.search(r"readme_test_command\(\) \{\n(.+?)\n\}", script, re.DOTALL)
    assert function is not None
    read = subprocess.run(["bash", "-c", function[1]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert read.stdout.strip() == command("the test command")


def test_every_picture_is_there_and_every_one_there_is_shown() -> None:
    shown = set(re.findall(r"\]\(screenshots/([^)]+)\)", README))
    assert shown == {path.name for path in (ROOT / "screenshots").iterdir()}


def test_every_scenario_is_listed_with_its_own_line() -> None:
    assert dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", README, re.MULTILINE)) == scenario_names()


def test_the_faults_it_shows_are_faults() -> None:
    section = README[README.index("`--fault OPERATION") :].split("\n\n")[0]
    examples = [text for text in re.findall(r"`([^`]+)`", section) if ":" in text and "OPERATION" not in text]
    assert len(examples) >= 3
    for example in examples:
        parse_fault(example)
