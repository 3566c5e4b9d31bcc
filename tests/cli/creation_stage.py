"""What the tests of `pipeops-tui create` share: how it is called, and what Azure and the journal hold afterwards."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.cli import main
from pipeops_tui.provisioning import RunState, peek
from pipeops_tui.simulator import RunningSimulator
from tests.cli.renewal_stage import changes_in
from tests.support.processes import run_program
from tests.support.secrets_in import key_of

SIGN_IN = ("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST")
GROUP = "Web"


@dataclass
class CreationStage:
    """A simulated Azure, the folder for journals, and what is printed."""

    azure: RunningSimulator
    journals: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    out: str = ""
    err: str = ""

    def signs_in(self) -> None:
        """Put the owner's service principal into the environment."""
        owner: Any = self.azure.announcement["owner"]
        values = (owner["client_id"], self.azure.announcement["tenant_id"], owner["client_secret"], self.azure.base_url)
        for name, value in zip(SIGN_IN, values, strict=True):
            self.monkeypatch.setenv(name, str(value))

    def argv(self, *argv: object, group: str = GROUP, location: str = "westeurope") -> list[str]:
        """The command line of `create --yes`."""
        subscription = str(self.azure.announcement["subscription_id"])
        where = ["--resource-manager", self.azure.base_url, "--ca-file", str(self.azure.ca_file)]
        place = ["--location", location] if location else []
        wanted = ["--yes", "--subscription", subscription, "--resource-group", group, *place]
        return ["create", *wanted, *where, *map(str, argv)]

    def create(self, *argv: object, group: str = GROUP, location: str = "westeurope") -> int:
        """Call `create --yes`; what it prints is in `out` and `err`."""
        code = main(self.argv(*argv, group=group, location=location))
        self.out, self.err = self.capsys.readouterr()
        return code

    def created(self, *argv: object) -> dict[str, Any]:
        """The object that a successful call prints."""
        assert self.create(*argv, "--output", "json") == 0, self.err
        return self.printed

    @property
    def printed(self) -> dict[str, Any]:
        """The object that the last call has printed."""
        values: dict[str, Any] = json.loads(self.out)
        return values

    def run(self, *argv: object) -> subprocess.CompletedProcess[str]:
        """The program itself."""
        return run_program(self.argv(*argv))

    def applications(self, name: str = "PipeOps") -> list[dict[str, Any]]:
        """The applications of this name."""
        return [one for one in self.azure.state()["applications"] if one["displayName"] == name]

    def groups(self) -> list[str]:
        """Names of the resource groups."""
        return [one["name"] for one in self.azure.state()["resource_groups"]]

    def has_role(self, client_id: str) -> bool:
        """Whether the application is Contributor on the group."""
        state = self.azure.state()
        principals = {one["id"] for one in state["service_principals"] if one["appId"] == client_id}
        scope = f"/resourceGroups/{GROUP}".lower()
        return any(
            one["properties"]["principalId"] in principals and one["properties"]["scope"].lower().endswith(scope)
            for one in state["role_assignments"]
        )

    def key_of(self, client_id: str, secret: bytes) -> str:
        """Key id of the client secret with this value; empty where the application has none."""
        return key_of(self.azure, client_id, secret)

    def changes(self) -> list[str]:
        """The requests so far that can have changed something in Azure."""
        return changes_in(self.azure)

    @property
    def state(self) -> RunState:
        """What the newest journal says."""
        return peek(self.journals).runs[0].state

    def written(self) -> bytes:
        """Everything that lies in the folder for journals, and everything that was printed."""
        files = [path.read_bytes() for path in self.journals.rglob("*") if path.is_file()]
        return b"\n".join([*files, self.out.encode(), self.err.encode()])
