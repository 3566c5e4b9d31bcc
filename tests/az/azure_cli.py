"""The real Azure CLI, pointed at `pipeops-tui simulate`: both as programs of their own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from ssl import create_default_context
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 120
"""Seconds a command may take on a busy machine."""
INSTALL = "python3 -m venv .az-venv && .az-venv/bin/pip install azure-cli==2.91.0"


def find_az() -> Path:
    """The Azure CLI: named by PIPEOPS_TUI_AZ, in .az-venv, or on the PATH. Raises LookupError with what to do."""
    named = os.environ.get("PIPEOPS_TUI_AZ")
    own = ROOT / ".az-venv" / "bin" / "az"
    found = named or (str(own) if own.exists() else shutil.which("az"))
    if not found:
        raise LookupError(f"There is no Azure CLI. Install one with: {INSTALL}")
    return Path(found)


class Simulated:
    """`pipeops-tui simulate` in a process of its own. Leaving the context stops it."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "pipeops_tui", "simulate", *options]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        announced: dict[str, Any] = json.loads(self._process.stdout.readline())
        self.announcement = announced
        self.base_url: str = announced["base_url"]
        self.graph: str = announced["graph"]
        self.ca_file: str = announced["ca_file"]
        self.tenant: str = announced["tenant_id"]
        self.subscription: str = announced["subscription_id"]
        self.client_id: str = announced["owner"]["client_id"]
        self.client_secret: str = announced["owner"]["client_secret"]
        self._http = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=create_default_context(cafile=self.ca_file)),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate(timeout=_PATIENCE)

    def control(self, name: str, body: Mapping[str, object] | None = None) -> Any:
        """Steers or looks: POST `body`, or GET without one."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.base_url}/_simulator/{name}", sent, headers)
        with self._http.open(request, timeout=_PATIENCE) as answer:
            return json.load(answer)


@dataclass(frozen=True, slots=True)
class AzureCli:
    """The Azure CLI with a configuration folder of its own."""

    program: Path
    simulated: Simulated
    config: Path

    def environment(self) -> dict[str, str]:
        """What the CLI must find around it: the simulator's CA, and nothing of the machine's own Azure."""
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.config),
            "AZURE_CONFIG_DIR": str(self.config),
            "REQUESTS_CA_BUNDLE": self.simulated.ca_file,
            "AZURE_CORE_INSTANCE_DISCOVERY": "false",
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
            "AZURE_CORE_LOGIN_EXPERIENCE_V2": "off",
            "AZURE_CORE_ENCRYPT_TOKEN_CACHE": "false",
            "AZURE_CORE_NO_COLOR": "true",
            "NO_PROXY": "localhost",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts a command, for those that wait for somebody."""
        return subprocess.Popen(
            [str(self.program), *arguments], env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *arguments: str) -> Any:
        """What a command prints, as JSON; None when it prints nothing. Fails the test when the command fails."""
        out, err, code = self._finish(arguments)
        assert code == 0, f"az {' '.join(arguments)} failed: {err}"
        return json.loads(out) if out.strip() else None

    def error(self, *arguments: str) -> str:
        """What a command that must fail says after `ERROR: `."""
        out, err, code = self._finish(arguments)
        assert code != 0, f"az {' '.join(arguments)} should have failed: {out}"
        said = re.search(r"^ERROR: (.*)", err, re.MULTILINE | re.DOTALL)
        assert said is not None, err
        return said[1]

    def use_simulated_cloud(self) -> None:
        """Registers the simulator as a cloud and chooses it, as the README tells users to."""
        base = self.simulated.base_url
        self.run(
            "cloud", "register", "--name", "simulated", "--endpoint-active-directory", base,
            "--endpoint-resource-manager", base, "--endpoint-microsoft-graph-resource-id", self.simulated.graph,
            "--endpoint-active-directory-resource-id", "https://management.core.windows.net/",
            "--endpoint-active-directory-graph-resource-id", "https://graph.windows.net/",
            "--endpoint-management", "https://management.core.windows.net/",
        )  # fmt: skip
        self.run("cloud", "set", "--name", "simulated")

    def sign_in(self, client_id: str = "", secret: str = "") -> Any:
        """Signs in as the owner or as another service principal; the subscriptions it may see."""
        client_id, secret = client_id or self.simulated.client_id, secret or self.simulated.client_secret
        who = ("--service-principal", "--username", client_id, f"--password={secret}")
        return self.run("login", *who, "--tenant", self.simulated.tenant, "--allow-no-subscriptions")

    def _finish(self, arguments: tuple[str, ...]) -> tuple[str, str, int]:
        process = self.start(*arguments)
        try:
            out, err = process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return out, err, process.returncode
