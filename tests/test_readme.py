"""The README promises commands, keys, pictures, scenarios and rights; these keep it honest."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import trustme
from textual.binding import Binding

from pipeops_tui.checks import ALL_CHECKS, access_checks, directory_checks
from pipeops_tui.checks.spec import ASSIGN_ROLES, CREATE_GROUP, register_action
from pipeops_tui.cli.arguments import settings_from
from pipeops_tui.cli.completion import completion_parser
from pipeops_tui.cli.create_command import create_parser
from pipeops_tui.cli.diagnosing import doctor_parser
from pipeops_tui.cli.listing import list_parser
from pipeops_tui.cli.reminding import remind_parser
from pipeops_tui.cli.removing import remove_parser
from pipeops_tui.cli.renewing import renew_parser
from pipeops_tui.core.problem import Section
from pipeops_tui.simulator import scenario_names
from pipeops_tui.simulator.faults import FaultKind, parse_fault
from pipeops_tui.ui.app import PipeOpsApp
from pipeops_tui.ui.base.step_screen import StepScreen
from tests.bench import readme as bench_readme
from tests.checks.world import NEW, READER, world

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = {
    "completion": completion_parser,
    "create": create_parser,
    "doctor": doctor_parser,
    "list": list_parser,
    "remind": remind_parser,
    "remove": remove_parser,
    "renew": renew_parser,
}
PACKAGE = sorted((ROOT / "pipeops_tui").rglob("*.py"))


def command(marker: str) -> str:
    """The one command in the block after `<!-- the … command -->`."""
    match = re.search(rf"<!-- {marker} -->\n```sh\n(.+)\n```", README)
    assert match is not None
    return match[1]


def section(heading: str) -> str:
    """What stands under a heading, with the headings below it."""
    level = heading.partition(" ")[0]
    return re.split(rf"^#{{1,{len(level)}}} ", README.split(f"\n{heading}\n")[1], flags=re.MULTILINE)[0]


def anchors() -> set[str]:
    """What the headings are called in a link, as GitHub makes it of plain words."""
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def rows(text: str) -> list[list[str]]:
    """The cells of every line of the tables in `text`, heads and rules left out."""
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]


def test_one_command_starts_the_demo_and_one_passes_the_tests() -> None:
    assert command("the demo command").endswith(".venv/bin/pipeops-tui --demo")
    assert ".venv/bin/pytest" in command("the test command")


def test_both_commands_install_what_is_locked_and_show_that_they_do() -> None:
    for marker, what in (("the demo command", "."), ("the test command", "'.[test]'")):
        installs = command(marker).split(" && ")[1]
        assert installs == f".venv/bin/pip install --no-compile -c .lock/constraints.txt --editable {what}"


def test_every_release_command_that_the_documents_name_is_one() -> None:
    documents = (README, *(path.read_text(encoding="utf-8") for path in (ROOT / ".github").glob("*.*")))
    named = set(re.findall(r"python -m tests\.release ([a-z]+)", "\n".join(documents)))
    shown = subprocess.run(
        [sys.executable, "-m", "tests.release", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert {"lock", "onefile"} <= named
    assert named <= set(re.findall(r"python -m tests\.release ([a-z]+)", shown.stdout))


def test_the_first_screenful_says_what_it_is_and_has_one_command_and_one_picture() -> None:
    first = "\n".join(README.splitlines()[:20])
    assert len(re.findall(r"^```sh$", first, re.MULTILINE)) == 1
    assert len(re.findall(r"!\[", first)) == 1


def test_ci_runs_exactly_the_test_command_and_fails_when_pictures_are_stale() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    function = re.search(r"readme_test_command\(\) \{\n(.+?)\n\}", script, re.DOTALL)
    assert function is not None
    read = subprocess.run(["bash", "-c", function[1]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert read.stdout.strip() == command("the test command")
    assert re.search(r"^\.venv/bin/python -m tests\.screenshots --check$", script, re.MULTILINE)


def test_every_line_that_starts_the_program_is_understood(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    lines = re.findall(r"^(?:.*/)?pipeops-tui( .+)?$", README, re.MULTILINE)
    spans = re.findall(r"`pipeops-tui( --[^`]+)`", README)
    given = [shlex.split(line) for line in (*lines, *spans) if " simulate" not in line and "--help" not in line]
    assert len(given) >= 4
    stand_ins = {
        "SCENARIO": "happy",
        "/tmp/simulated-azure.pem": str(tmp_path / "ca.pem"),
        "gh secret set AZURE_CLIENT_SECRET": "cat",
    }
    for arguments in given:
        known = [stand_ins.get(one, one) for one in arguments]
        if known[:1] and known[0] in COMMANDS:
            COMMANDS[known[0]]().parse_args(known[1:])
        else:
            settings_from(known)


def test_every_option_it_names_is_one() -> None:
    """Those of other programs stand in lines that begin with their names, or with them in one pair of backticks."""
    known = set()
    for module in ("pipeops_tui", "tests.screenshots", "tests.bench"):
        for sub in ([], ["simulate"], *([one] for one in COMMANDS)) if module == "pipeops_tui" else ([],):
            shown = subprocess.run(
                [sys.executable, "-m", module, *sub, "--help"], capture_output=True, text=True, check=True, cwd=ROOT
            )
            known |= set(re.findall(r"--[a-z][a-z-]+", shown.stdout))
    ours = re.findall(r"`(--[^`]+|pipeops-tui [^`]+|python -m tests[^`]+)`", README)
    named = {option for span in ours for option in re.findall(r"--[a-z][a-z-]+", span)}
    assert len(named) >= 10
    assert named <= known


def test_the_house_it_draws_is_the_house_that_is_there() -> None:
    drawn = README.partition("<!-- the house -->")[2].partition("<!-- /the house -->")[0]
    rooms = [path.name for path in (ROOT / "pipeops_tui").iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert sorted(re.findall(r"^(\w+)/ ", drawn, re.MULTILINE)) == sorted(rooms)


def test_every_module_it_names_can_be_run() -> None:
    for name in set(re.findall(r"python -m (tests[.\w]*)", README)):
        path = ROOT.joinpath(*name.split("."))
        assert (path / "__main__.py").exists() or path.with_suffix(".py").exists(), name


def test_the_keys_it_names_work_on_every_screen() -> None:
    named = {row[0].strip("`") for row in rows(section("## Step by step")) if re.fullmatch(r"`[a-z0-9+]+`", row[0])}
    bound = {
        key
        for one in (*PipeOpsApp.BINDINGS, *StepScreen.BINDINGS)
        for key in (one if isinstance(one, Binding) else Binding(*one)).key.split(",")
    }
    assert named - {"tab"} <= bound
    assert len(named) >= 7


def test_every_picture_is_there_and_every_one_there_is_shown() -> None:
    shown = re.findall(r"!\[([^\]]*)\]\(screenshots/([^)]+)\)", README)
    assert {name for _, name in shown} == {path.name for path in (ROOT / "screenshots").iterdir()}
    assert all(words for words, _ in shown), "a picture without words"


def test_every_scenario_is_listed_with_its_own_line() -> None:
    assert {row[0].strip("`"): row[1] for row in rows(section("## The demo's worlds"))[1:]} == scenario_names()


def test_the_faults_it_shows_are_faults_and_every_kind_is_named() -> None:
    paragraph = README[README.index("`--fault OPERATION") :].split("\n\n")[0]
    spans = re.findall(r"`([^`]+)`", paragraph)
    examples = [
        text for text in spans if ":" in text and "OPERATION" not in text and "FILE" not in text and "{" not in text
    ]
    assert len(examples) >= 3
    for example in examples:
        parse_fault(example)
    assert set(FaultKind) <= {*spans, *(text.partition(":")[2].partition("=")[0] for text in spans)}
    described = [json.loads(text) for text in spans if text.startswith("{")]
    assert all(parse_fault("putResourceGroup:answer", description).answer for description in described)
    assert len(described) == 2


def test_every_section_a_problem_names_is_there() -> None:
    for one in Section:
        file, _, anchor = one.partition("#")
        assert file == "README.md"
        assert anchor in anchors()
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= anchors()


def test_every_problem_says_where_to_read_more() -> None:
    calls = [
        (path, node)
        for path in PACKAGE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id == "Problem"
    ]
    silent = [
        f"{path.name}:{node.lineno}" for path, node in calls if "link" not in {keyword.arg for keyword in node.keywords}
    ]
    assert len(calls) > 50
    assert not silent


def test_what_it_quotes_from_a_problem_is_what_the_program_says() -> None:
    said = " ".join(" ".join(path.read_text(encoding="utf-8") for path in PACKAGE).split()).casefold()
    quoted = [
        part.strip(" …;").casefold()
        for row in rows(section("## When it fails"))
        for words in re.findall(r"\*([^*]+)\*", row[0])
        for part in words.split("…")
        if part.strip()
    ]
    assert len(quoted) >= 20
    assert [words for words in quoted if words not in said] == []


async def test_the_rights_it_asks_for_are_those_that_are_checked() -> None:
    table = {row[0].split(";")[0]: row[1:] for row in rows(section("## What rights you need"))[1:]}
    group, assignment, application, providers = table.values()
    assert [group[0], assignment[0]] == [f"`{CREATE_GROUP}`", f"`{ASSIGN_ROLES}`"]
    assert f"`{register_action('Microsoft.ContainerService')}`" in providers[0]
    assert re.findall(r"\*([^*]+)\*", group[1]) == list(access_checks.MAY_CREATE)
    assert re.findall(r"\*([^*]+)\*", assignment[1]) == list(access_checks.MAY_ASSIGN)
    assert len(re.findall(r"\*([^*]+)\*", application[1])) == len(directory_checks.MAY_REGISTER)
    assert directory_checks.OWN_APPLICATIONS in application[1]
    refused = world(permissions=[READER], users_may_register=False, providers=[])
    found = [await one.run(refused, NEW) for one in ALL_CHECKS if one.ready(NEW)]
    helpers = {one.problem.title: one.problem.who for one in found if one.problem}
    assert group[2] == helpers["No permission to create a resource group"]
    assert assignment[2] == helpers["No permission to assign roles"]
    assert application[2] == helpers["No permission to register applications"]
    assert providers[2] == helpers["Resource providers are missing"]


def test_the_benchmark_goes_between_its_comments(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(README, encoding="utf-8")
    bench_readme.write("| a | b |", "a machine", file=file)
    bench_readme.write("| c | d |", "another machine", file=file)
    written = file.read_text(encoding="utf-8")
    assert "\n| c | d |\n\nMeasured on another machine.\n<!-- /benchmark -->" in written
    assert "a machine" not in written
    assert written.partition(bench_readme.BEGIN)[0] == README.partition(bench_readme.BEGIN)[0]
    file.write_text("no place", encoding="utf-8")
    with pytest.raises(ValueError, match="each once"):
        bench_readme.write("| a | b |", "a machine", file=file)
    assert file.read_text(encoding="utf-8") == "no place"
