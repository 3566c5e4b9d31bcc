"""What the tests of plain connections ask of Azure and of the files of this computer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeops_tui.provisioning import RunState, peek
from pipeops_tui.simulator import PreparedConnection, RunningSimulator
from tests.cli.renewal_stage import changes_in
from tests.plain.plain_person import PlainPerson
from tests.support.secrets_in import key_of

SECRET = r"[A-Za-z0-9_.~-]{34,}"


@dataclass(frozen=True)
class HalfYear:
    """The simulated Azure, and the home of a person."""

    azure: RunningSimulator
    home: Path

    def person(self, command: str, *argv: str, **environment: str) -> PlainPerson:
        """One at this computer, who calls a command with --plain."""
        return PlainPerson(self.azure, self.home, *argv, command=command, **environment)

    def prepared(self, kind: str) -> PreparedConnection:
        """A connection by the way it stands."""
        return next(one for one in self.azure.prepared() if one.kind == kind)

    def client_id(self, kind: str) -> str:
        """Its client ID."""
        return self.prepared(kind).client_id

    def application(self, client_id: str) -> dict[str, Any] | None:
        """What Microsoft Graph holds of an application that is not deleted."""
        return next((one for one in self.azure.state()["applications"] if one["appId"] == client_id), None)

    def key_ids(self, client_id: str) -> list[str]:
        """Key ids of the application's secrets."""
        found = self.application(client_id)
        assert found is not None
        return [one["keyId"] for one in found["passwordCredentials"]]

    def key_of(self, client_id: str, secret: str) -> str:
        """Key id of its secret with this value; empty where it has none."""
        return key_of(self.azure, client_id, secret.encode())

    def has_group(self, kind: str) -> bool:
        """Whether the resource group of a connection is there, and not being deleted."""
        one, found = self.prepared(kind), self.azure.state()["resource_groups"]
        scope = f"/subscriptions/{one.subscription_id}/resourceGroups/{one.group_name}"
        return any(group["id"] == scope and group["properties"]["provisioningState"] != "Deleting" for group in found)

    @property
    def by_hand(self) -> str:
        """Client ID of the connection that was made by the steps of PipeOps' guide."""
        found = self.azure.state()["applications"]
        return str(next(one["appId"] for one in found if one["displayName"] == "PipeOps" and not one["tags"]))

    def changes(self) -> list[str]:
        """The requests so far that can have changed something in Azure."""
        return [one for one in changes_in(self.azure) if one != "getDirectoryObjects"]  # reads, with a POST

    def journaled(self, client_id: str) -> RunState:
        """What the journal of a connection says."""
        return next(one.state for one in peek(self.home / "pipeops-tui").runs if one.state.client_id == client_id)

    def is_written_nowhere(self, secret: str) -> bool:
        """Whether no file of this person's holds the secret."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        return all(secret.encode() not in path.read_bytes() for path in files)


def long_lines(text: str) -> list[str]:
    """Lines over 80 columns that are not a value to copy: a command, an address, a path or a secret."""
    return [
        line
        for line in text.splitlines()
        if len(line) > 80 and not re.match(r" *(az |https://|/)", line) and not re.fullmatch(SECRET, line)
    ]
