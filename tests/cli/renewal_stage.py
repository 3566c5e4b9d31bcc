"""What the tests of `pipeops-tui renew` share: how it is called, and what Azure and the journal hold afterwards."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pipeops_tui.cli import main
from pipeops_tui.provisioning import RunState, peek
from pipeops_tui.simulator import PreparedConnection, RunningSimulator
from tests.connections.journals import write_journal
from tests.provisioning.bench import PLAN
from tests.support.secrets_in import key_of

_WRITES = ("POST", "PATCH", "PUT", "DELETE")


def python(script: str, *arguments: object) -> str:
    """A command line for `--secret-to` that runs `script`."""
    return shlex.join([sys.executable, "-c", script, *map(str, arguments)])


def changes_in(azure: RunningSimulator) -> list[str]:
    """The requests so far that can have changed something in Azure."""
    tokens = ("/token", "/devicecode")
    return [
        str(one["operation"])
        for one in azure.requests()
        if one["method"] in _WRITES
        and one["operation"] != "checkPolicyRestrictions"
        and not str(one["path"]).endswith(tokens)
    ]


def keeping_in(path: Path) -> str:
    """A command that writes what it gets into a file."""
    return python("import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())", path)


@dataclass
class Stage:
    """A simulated Azure, the folder for journals, and what is printed."""

    azure: RunningSimulator
    journals: Path
    capsys: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    def prepared(self, kind: str = "works") -> PreparedConnection:
        return next(one for one in self.azure.prepared() if one.kind == kind)

    @property
    def client_id(self) -> str:
        """Client ID of the connection that works."""
        return self.prepared().client_id

    @property
    def old(self) -> str:
        """Key id of the secret that is in use."""
        return self.prepared().secrets[0].key_id

    @property
    def where(self) -> list[str]:
        """The options that name this Azure."""
        return ["--resource-manager", self.azure.base_url, "--ca-file", str(self.azure.ca_file)]

    def renew(self, *argv: object, client_id: str = "") -> int:
        """Call `renew --yes`; what it prints is in `out` and `err`."""
        code = main(["renew", client_id or self.client_id, "--yes", *self.where, *map(str, argv)])
        self.out, self.err = self.capsys.readouterr()
        return code

    def renewed(self, *argv: object) -> dict[str, Any]:
        """The object that a successful call prints."""
        assert self.renew(*argv, "--output", "json") == 0, self.err
        values: dict[str, Any] = json.loads(self.out)
        return values

    def remember(self, kind: str = "works", **changes: Any) -> Path:
        """Write the journal that the run of a prepared connection has left on this computer; gives its path."""
        one = self.prepared(kind)
        plan = replace(
            PLAN,
            tenant_id=one.tenant_id,
            subscription_id=one.subscription_id,
            group_name=one.group_name,
            application_name=one.application_name,
        )
        facts: dict[str, Any] = {"client": one.client_id, "object_id": one.object_id, "run": one.run_id} | changes
        expiries = [secret.end for secret in one.secrets]
        where = self.azure.base_url
        return write_journal(self.journals, 1, *expiries, plan=plan, resource_manager=where, begun=one.made, **facts)

    def application(self, client_id: str = "") -> dict[str, Any]:
        """What Microsoft Graph holds of an application."""
        wanted = client_id or self.client_id
        return next(one for one in self.azure.state()["applications"] if one["appId"] == wanted)

    def key_ids(self, client_id: str = "") -> list[str]:
        """Key ids of the application's secrets."""
        return [one["keyId"] for one in self.application(client_id)["passwordCredentials"]]

    def key_of(self, secret: bytes) -> str:
        """Key id of the secret with this value; empty where the connection that works has none."""
        return key_of(self.azure, self.client_id, secret)

    def changes(self) -> list[str]:
        """The requests so far that can have changed something in Azure."""
        return changes_in(self.azure)

    @property
    def state(self) -> RunState:
        """What the only journal says."""
        (run,) = peek(self.journals).runs
        return run.state

    def written(self) -> bytes:
        """Everything that lies in the folder for journals, and everything that was printed."""
        files = [path.read_bytes() for path in self.journals.rglob("*") if path.is_file()]
        return b"\n".join([*files, self.out.encode(), self.err.encode()])
