"""The whole journey with Microsoft's SDKs for JavaScript, unmodified, as their documents call them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.az.azure_cli import Simulated

pytestmark = pytest.mark.js
FOLDER = Path(__file__).parent
_INSTALL = "cd tests/js && npm install --no-package-lock"
_PATIENCE = 150
"""Seconds on a busy machine."""


def run_flow(simulated: Simulated) -> list[dict[str, str | None]]:
    """The checks of flow.js, each with its error or None."""
    node = shutil.which("node")
    assert node, "There is no Node.js on this machine."
    assert (FOLDER / "node_modules").is_dir(), f"The SDKs for JavaScript are missing. Install them with: {_INSTALL}"
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(FOLDER),
        "NODE_EXTRA_CA_CERTS": simulated.ca_file,
        "NO_PROXY": "localhost",
    }
    ran = subprocess.run(
        [node, "flow.js"],
        cwd=FOLDER, input=json.dumps(simulated.announcement), env=environment, capture_output=True, text=True,
        timeout=_PATIENCE, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    checks: list[dict[str, str | None]] = json.loads(ran.stdout)
    return checks


def test_the_sdks_for_javascript_go_the_whole_way_and_leave_nothing() -> None:
    with Simulated() as simulated:
        before = simulated.control("state")
        checks = run_flow(simulated)
        assert {check["name"]: check["error"] for check in checks if check["error"] is not None} == {}
        assert len(checks) > 80
        after = simulated.control("state")
    kinds = ("resource_groups", "applications", "deleted_applications", "service_principals", "role_assignments")
    for kind in kinds:
        assert [item["id"] for item in after[kind]] == [item["id"] for item in before[kind]], kind
