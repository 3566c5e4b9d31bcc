"""Worlds in which PipeOps works with the new client secret: what Azure shows of it, and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.simulator.client import Client
from tests.simulator.test_activity_log import at, codes, events, failed

GROUP = "PipeOpsRG"
NODES = "MC_PipeOpsRG_pipeops-cluster_northeurope"
NAME = "8a1f0c52-6f0e-4c7e-9d55-0a4b8a1d2c11"


@contextmanager
def prepared(scenario: str) -> Iterator[tuple[RunningSimulator, Client, str]]:
    """An application whose secret is used now, as a person with rights sees it; its client id."""
    config = SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)
    with start_simulator(config) as azure, Client(azure) as client:
        client.as_user()
        scope = client.group(GROUP).json()["id"]
        application, principal = client.identity()
        assert client.assign(scope, principal["id"], NAME).status_code == 201
        secret = client.graph("POST", f"/applications/{application['id']}/addPassword", json={}).json()
        assert client.token_of(application["appId"], secret["secretText"]).status_code == 200
        yield azure, client, application["appId"]


def resources(client: Client, group: str) -> list[dict[str, Any]]:
    answer = client.arm("GET", f"{client.scope}/resourceGroups/{group}/resources", "2021-04-01")
    found: list[dict[str, Any]] = answer.json()["value"] if answer.status_code == 200 else []
    return found


def test_a_cluster_appears_two_minutes_later_with_a_group_for_its_machines() -> None:
    with prepared("pipeops-at-work") as (azure, client, _):
        azure.advance_clock(115)
        assert resources(client, GROUP) == []
        azure.advance_clock(6)
        (cluster,) = resources(client, GROUP)
        assert (cluster["name"], cluster["type"]) == ("pipeops-cluster", "Microsoft.ContainerService/managedClusters")
        assert cluster["location"] == "northeurope"
        path = f"{client.scope}/resourceGroups/{GROUP}/providers/{cluster['type']}"
        (seen,) = client.arm("GET", path, "2024-09-01").json()["value"]
        assert seen["properties"]["nodeResourceGroup"] == NODES
        assert seen["properties"]["provisioningState"] == "Creating"
        azure.advance_clock(60)
        assert len(resources(client, NODES)) == 3
        azure.advance_clock(120)
        (seen,) = client.arm("GET", path, "2024-09-01").json()["value"]
        assert seen["properties"]["provisioningState"] == "Succeeded"


def test_the_refusal_can_be_read_once_the_log_has_it() -> None:
    with prepared("pipeops-refused") as (azure, client, app_id):
        azure.advance_clock(65)
        # Not until when: the world's clock is ahead of this one.
        asked = f"eventTimestamp ge '{at(0.1)}' and resourceGroupName eq '{GROUP}'"
        assert events(client, client.subscription, asked) == []
        azure.advance_clock(120)
        (refused,) = failed(events(client, client.subscription, asked))
        assert codes([refused]) == ["ErrCode_InsufficientVCPUQuota"]
        assert refused["claims"]["appid"] == app_id
        assert resources(client, GROUP) == []


@pytest.mark.parametrize("scenario", ["pipeops-at-work", "pipeops-refused"])
def test_nothing_happens_for_who_has_no_access(scenario: str) -> None:
    config = SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)
    with start_simulator(config) as azure, Client(azure) as client:
        client.as_user().as_owner()
        azure.advance_clock(600)
        assert resources(client, "empty-rg") == []
        assert client.arm("GET", f"{client.scope}/resourceGroups/{NODES}", "2021-04-01").status_code == 404
