"""The Owner in a hand-off, who runs the Azure CLI command of the message."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast
from uuid import uuid4

from pipeops_tui.simulator import RunningSimulator
from tests.simulator.client import Client


class Azure(Protocol):
    """A simulated Azure, in this process or another."""

    base_url: str
    ca_file: Path

    @property
    def announcement(self) -> Mapping[str, Any]: ...


def owner_runs(azure: Azure, line: str) -> None:
    """What the Owner's Azure CLI sends when it runs `line`."""
    az = argparse.ArgumentParser()
    az.add_argument("words", nargs=4)
    for name in ("role", "scope", "assignee-object-id", "assignee-principal-type"):
        az.add_argument(f"--{name}", required=True)
    given = az.parse_args(shlex.split(line))
    assert given.words == ["az", "role", "assignment", "create"]
    assert (given.role, given.assignee_principal_type) == ("Contributor", "ServicePrincipal")
    with Client(cast("RunningSimulator", azure)) as client:
        made = client.as_owner().assign(given.scope, given.assignee_object_id, str(uuid4()))
        assert made.status_code == 201, made.text
