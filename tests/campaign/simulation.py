"""A simulated Azure in a process of its own, whose state outlives the program under test."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self, cast

from tests.campaign.holdings import State


class Simulation:
    """`pipeops-tui simulate`, as a context manager, with what its control addresses offer."""

    def __init__(self, seed: int, scenario: str = "happy") -> None:
        self._argv = [sys.executable, "-m", "pipeops_tui", "simulate", "--seed", str(seed), "--scenario", scenario]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._argv, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.announcement: dict[str, Any] = json.loads(self._process.stdout.readline())
        self.base_url: str = self.announcement["base_url"]
        self.ca_file = Path(self.announcement["ca_file"])
        trusted = ssl.create_default_context(cafile=self.ca_file)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    @property
    def environment(self) -> dict[str, str]:
        """What lets a program sign in as the announced owner."""
        owner = self.announcement["owner"]
        return {
            "AZURE_AUTHORITY_HOST": self.announcement["authority"],
            "AZURE_TENANT_ID": self.announcement["tenant_id"],
            "AZURE_CLIENT_ID": owner["client_id"],
            "AZURE_CLIENT_SECRET": owner["client_secret"],
        }

    @property
    def options(self) -> list[str]:
        """The command line that leads the program here."""
        return ["--resource-manager", self.base_url, "--ca-file", str(self.ca_file)]

    def state(self) -> State:
        return cast("State", self._ask("GET", "state"))

    def requests(self) -> Sequence[Mapping[str, Any]]:
        return cast("Sequence[Mapping[str, Any]]", self._ask("GET", "requests"))

    def add_fault(self, fault: str) -> None:
        self._ask("POST", "faults", {"fault": fault})

    def clear_faults(self) -> None:
        self._ask("DELETE", "faults")

    def advance_clock(self, seconds: float) -> None:
        self._ask("POST", "clock", {"advance_s": seconds})

    def approve_device_code(self, user_code: str) -> None:
        self._ask("POST", "device-login", {"user_code": user_code})

    def _ask(self, method: str, name: str, body: object = None) -> object:
        request = urllib.request.Request(
            f"{self.base_url}/_simulator/{name}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None
