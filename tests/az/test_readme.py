"""What the README tells users who point their own Azure CLI at the simulated Azure."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.az.azure_cli import ROOT, Simulated, find_az

pytestmark = pytest.mark.az
_BLOCK = re.compile(r"^```sh\n(pipeops-tui simulate .*?)^```$", re.MULTILINE | re.DOTALL)


def test_its_commands_are_all_that_is_needed(simulated: Simulated, tmp_path: Path) -> None:
    found = _BLOCK.search((ROOT / "README.md").read_text("utf-8"))
    assert found is not None
    start, *setup, sign_in = found[1].strip().splitlines()
    port, ca_file = re.findall(r"--port (\d+) --ca-out (\S+)", start)[0]
    assert sign_in == "az login --use-device-code"
    script = "\n".join(
        [
            *setup,
            f"az login --service-principal --username {simulated.client_id} --password='{simulated.client_secret}' "
            f"--tenant {simulated.tenant} --output none",
            "az group list",
        ]
    )
    script = script.replace(f"https://localhost:{port}", simulated.base_url).replace(ca_file, simulated.ca_file)
    path = f"{find_az().parent}:{os.environ.get('PATH', '')}"
    ran = subprocess.run(
        ["bash", "-euc", script],
        env={"PATH": path, "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "NO_PROXY": "localhost"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "web-prod-rg" in [group["name"] for group in json.loads(ran.stdout)]
