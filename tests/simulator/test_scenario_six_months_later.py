"""Half a year later: what the connections are like, and that they are what the program itself would have made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeops_tui.core import marks
from pipeops_tui.core.marks import assignment_name
from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID
from pipeops_tui.core.names import OWN_TAG
from pipeops_tui.simulator import PreparedConnection, RunningSimulator, SimulatorConfig, start_simulator
from tests.simulator.client import Client

SCENARIO = "six-months-later"
KINDS = {
    *("works", "expires-soon", "expired", "two-secrets", "no-role", "no-group", "deleted", "in-use", "unfinished"),
}


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig(scenario=SCENARIO, auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture(scope="module")
def prepared(azure: RunningSimulator) -> dict[str, PreparedConnection]:
    return {one.kind: one for one in azure.prepared()}


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as one:
        yield one.as_user()


def found(azure: RunningSimulator, kind: str, **parts: object) -> list[dict[str, Any]]:
    """Items of the state with these values."""
    items = [dict(item) for item in azure.state()[kind]]
    return [item for item in items if all(item[key] == value for key, value in parts.items())]


def application_of(azure: RunningSimulator, one: PreparedConnection) -> dict[str, Any]:
    kind = "deleted_applications" if one.kind == "deleted" else "applications"
    (item,) = found(azure, kind, id=one.object_id)
    return item


def days_left(item: dict[str, Any]) -> list[float]:
    ends = [datetime.fromisoformat(one["endDateTime"]) for one in item["passwordCredentials"]]
    return [(end - datetime.now(UTC)) / timedelta(days=1) for end in ends]


def scope_of(one: PreparedConnection) -> str:
    return f"/subscriptions/{one.subscription_id}/resourceGroups/{one.group_name}"


def assigned(azure: RunningSimulator, principal_id: str) -> list[tuple[str, str]]:
    """Scope and name of what a service principal holds."""
    items = [dict(item) for item in azure.state()["role_assignments"]]
    held: list[dict[str, Any]] = [item for item in items if item["properties"]["principalId"] == principal_id]
    return [(item["properties"]["scope"], item["name"]) for item in held]


def test_each_kind_is_there_once(prepared: dict[str, PreparedConnection]) -> None:
    assert set(prepared) == KINDS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_is_marked_as_the_program_marks_what_it_makes(
    azure: RunningSimulator, prepared: dict[str, PreparedConnection], kind: str
) -> None:
    one = prepared[kind]
    item = application_of(azure, one)
    assert item["tags"] == [marks.APPLICATION_TAG, marks.run_tag(one.run_id)]
    assert marks.run_ids(item["tags"]) == (one.run_id,)
    assert item["notes"] == marks.application_notes(one.group_name, one.subscription_id)
    assert (item["appId"], item["displayName"]) == (one.client_id, one.application_name)
    assert item["uniqueName"] == one.unique_name == f"pipeops-tui-{one.run_id}"

    keys = [secret["keyId"] for secret in item["passwordCredentials"]]
    assert keys == [marks.secret_key_id(one.run_id, number) for number in range(len(keys))]
    assert [secret.key_id for secret in one.secrets] == keys

    name = assignment_name(scope_of(one), one.principal_id, CONTRIBUTOR_ROLE_ID)
    assert one.assignment_name == name
    without = {"no-role", "no-group", "unfinished"}
    assert assigned(azure, one.principal_id) == ([] if kind in without else [(scope_of(one), name)])


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("works", [195]),
        ("expires-soon", [12]),
        ("expired", [-3]),
        ("two-secrets", [10, 175]),
        ("in-use", [235]),
        ("unfinished", []),
    ],
)
def test_the_secrets_expire_when_they_should(
    azure: RunningSimulator, prepared: dict[str, PreparedConnection], kind: str, days: list[int]
) -> None:
    assert [round(left) for left in days_left(application_of(azure, prepared[kind]))] == days


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_groups_carry_the_run(azure: RunningSimulator, prepared: dict[str, PreparedConnection], kind: str) -> None:
    one = prepared[kind]
    tags = [item["tags"] for item in found(azure, "resource_groups", id=scope_of(one))]
    assert tags == ([] if kind == "no-group" else [{OWN_TAG: one.run_id}])


def test_who_signs_in_made_none_of_them_and_can_manage_all(client: Client, azure: RunningSimulator) -> None:
    assert client.graph("GET", "/me/ownedObjects/microsoft.graph.application?$select=tags").json()["value"] == [
        {"tags": []}
    ]
    roles = client.graph("GET", "/me/transitiveMemberOf/microsoft.graph.directoryRole").json()["value"]
    assert [role["displayName"] for role in roles] == ["Cloud Application Administrator"]
    for one in azure.prepared():
        if one.kind not in ("deleted",):
            owners = client.graph("GET", f"/applications/{one.object_id}/owners").json()["value"]
            assert [owner["userPrincipalName"] for owner in owners] == [one.account] == ["robin@contoso.com"]


def test_the_deleted_one_can_be_restored_for_20_more_days(
    client: Client, azure: RunningSimulator, prepared: dict[str, PreparedConnection]
) -> None:
    one = prepared["deleted"]
    assert found(azure, "applications", id=one.object_id) == []
    item = client.graph("GET", f"/directory/deletedItems/{one.object_id}").json()
    assert round((datetime.now(UTC) - datetime.fromisoformat(item["deletedDateTime"])) / timedelta(days=1)) == 10
    assert client.graph("GET", f"/directory/deletedItems/{one.principal_id}").status_code == 200


def test_the_one_in_use_has_a_cluster_whose_machines_are_in_a_group_of_their_own(
    client: Client, prepared: dict[str, PreparedConnection]
) -> None:
    scope = scope_of(prepared["in-use"])
    subscription = f"/subscriptions/{prepared['in-use'].subscription_id}"
    clusters = "/providers/Microsoft.ContainerService/managedClusters"
    for where in (scope, subscription):
        (cluster,) = client.arm("GET", f"{where}{clusters}", "2024-09-01").json()["value"]
        machines = cluster["properties"]["nodeResourceGroup"]
        assert machines == "MC_pipeops-production_pipeops-cluster_westeurope"
    listed = client.arm("GET", f"{scope}/resources", "2021-04-01").json()["value"]
    assert cluster["id"] in [item["id"] for item in listed]
    inside = client.arm("GET", f"{subscription}/resourceGroups/{machines}/resources", "2021-04-01").json()["value"]
    assert "Microsoft.Compute/virtualMachineScaleSets" in [item["type"] for item in inside]
    group = client.arm("GET", f"{subscription}/resourceGroups/{machines}", "2021-04-01").json()
    assert group["managedBy"] == cluster["id"]


def test_the_one_made_by_hand_has_no_mark_and_one_group(azure: RunningSimulator) -> None:
    group = next(item for item in found(azure, "resource_groups") if item["name"] == "pipeops-by-hand")
    assignments = [dict(item) for item in azure.state()["role_assignments"]]
    (held,) = [item["properties"] for item in assignments if item["properties"]["scope"] == group["id"]]
    (principal,) = found(azure, "service_principals", id=held["principalId"])
    (application,) = found(azure, "applications", appId=principal["appId"])
    assert (application["displayName"], application["tags"], application["notes"]) == ("PipeOps", [], None)
    assert [secret["displayName"] for secret in application["passwordCredentials"]] == ["PipeOps secret"]
    assert held["roleDefinitionId"].endswith(CONTRIBUTOR_ROLE_ID)
    assert "tags" not in group


def test_the_same_seed_makes_the_same_ids() -> None:
    ids = []
    for seed in (3, 3, 4):
        with start_simulator(SimulatorConfig(scenario=SCENARIO, seed=seed)) as running:
            ids.append([(one.run_id, one.client_id, [key.key_id for key in one.secrets]) for one in running.prepared()])
    assert ids[0] == ids[1] != ids[2]
