"""Deleted applications and service principals: what is kept of them, who can restore them, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.world.authorization import (
    APPLICATION_ADMINISTRATOR,
    APPLICATION_DEVELOPER,
    CLOUD_APPLICATION_ADMINISTRATOR,
    GLOBAL_ADMINISTRATOR,
    HYBRID_IDENTITY_ADMINISTRATOR,
)
from tests.simulator.client import Client, code_of

DELETED = "/directory/deletedItems"


@pytest.fixture
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as one:
        one.holds(CLOUD_APPLICATION_ADMINISTRATOR)
        yield one.as_user()
        one.holds()


def ids(answer: httpx.Response) -> list[str]:
    return [item["id"] for item in answer.json()["value"]]


@pytest.fixture
def deleted(client: Client) -> tuple[dict[str, Any], dict[str, Any]]:
    """A deleted application, and the service principal that went with it."""
    application, principal = client.identity(f"deleted {uuid4()}")
    assert client.graph("DELETE", f"/applications/{application['id']}").status_code == 204
    return application, principal


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (APPLICATION_ADMINISTRATOR, 200),
        (CLOUD_APPLICATION_ADMINISTRATOR, 200),
        (HYBRID_IDENTITY_ADMINISTRATOR, 200),
        (GLOBAL_ADMINISTRATOR, 200),
        (APPLICATION_DEVELOPER, 403),
        ("", 403),
    ],
)
def test_restoring_needs_a_directory_role_and_no_owner_has_it_by_itself(
    client: Client, deleted: tuple[dict[str, Any], dict[str, Any]], role: str, status: int
) -> None:
    application, _ = deleted
    client.holds(*[role] if role else [])
    answer = client.graph("POST", f"{DELETED}/{application['id']}/restore")
    assert answer.status_code == status
    assert (client.graph("GET", f"/applications/{application['id']}").status_code == 200) == (status == 200)
    if status == 403:
        assert code_of(answer) == "Authorization_RequestDenied"


def test_the_service_principal_stays_deleted_until_it_is_restored_itself(
    client: Client, deleted: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    application, principal = deleted
    assert client.graph("POST", f"{DELETED}/{application['id']}/restore").json()["appId"] == application["appId"]
    by_client_id = f"/servicePrincipals(appId='{application['appId']}')"
    assert client.graph("GET", by_client_id).status_code == 404
    assert principal["id"] in ids(client.graph("GET", f"{DELETED}/microsoft.graph.servicePrincipal?$top=999"))
    assert application["id"] not in ids(client.graph("GET", f"{DELETED}/microsoft.graph.application?$top=999"))

    back = client.graph("POST", f"{DELETED}/{principal['id']}/restore")
    assert (back.status_code, back.json()["@odata.type"]) == (200, "#microsoft.graph.servicePrincipal")
    assert client.graph("GET", by_client_id).json()["id"] == principal["id"]


def test_a_role_stays_behind_and_holds_again_with_the_same_service_principal(client: Client) -> None:
    group = f"kept-{uuid4().hex[:8]}"
    assert client.group(group).status_code == 201
    scope = f"{client.scope}/resourceGroups/{group}"
    application, principal = client.identity(f"kept {uuid4()}")
    assert client.assign(scope, principal["id"], str(uuid4())).status_code == 201
    secret = client.graph("POST", f"/applications/{application['id']}/addPassword", json={}).json()["secretText"]
    client.graph("DELETE", f"/applications/{application['id']}")

    held = client.arm("GET", f"{scope}/providers/Microsoft.Authorization/roleAssignments").json()["value"]
    assert principal["id"] in [item["properties"]["principalId"] for item in held]

    for item in (application, principal):
        assert client.graph("POST", f"{DELETED}/{item['id']}/restore").status_code == 200
    with Client(client.azure) as itself:
        itself.as_application(application["appId"], secret)
        assert itself.arm("GET", scope, "2021-04-01").status_code == 200


def test_a_new_service_principal_is_in_the_way_of_the_old_one(
    client: Client, deleted: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    application, principal = deleted
    client.graph("POST", f"{DELETED}/{application['id']}/restore")
    assert client.principal(application["appId"]).json()["id"] != principal["id"]
    refused = client.graph("POST", f"{DELETED}/{principal['id']}/restore")
    assert (refused.status_code, code_of(refused)) == (409, "Request_MultipleObjectsWithSameKeyValue")


def test_a_deleted_service_principal_is_gone_after_30_days_or_when_purged(azure: RunningSimulator) -> None:
    with Client(azure) as client:
        client.as_user()
        (_, first), (_, second) = client.identity(f"one {uuid4()}"), client.identity(f"two {uuid4()}")
        for principal in (first, second):
            assert client.graph("DELETE", f"/servicePrincipals/{principal['id']}").status_code == 204
        assert client.graph("DELETE", f"{DELETED}/{first['id']}").status_code == 204
        assert client.graph("GET", f"{DELETED}/{first['id']}").status_code == 404
        assert client.graph("GET", f"{DELETED}/{second['id']}").json()["deletedDateTime"] is not None
        azure.advance_clock(30 * 86_400)
        client.as_user()
        assert client.graph("GET", f"{DELETED}/{second['id']}").status_code == 404


class TestPrograms:
    def test_one_that_manages_its_own_applications_lists_them_and_adds_no_owner(self, client: Client) -> None:
        me = client.graph("GET", "/me").json()["id"]
        application, principal = client.identity(f"robot {uuid4()}")
        secret = client.graph("POST", f"/applications/{application['id']}/addPassword", json={}).json()["secretText"]
        client.permitted(application["appId"], "Application.ReadWrite.OwnedBy")
        with Client(client.azure) as robot:
            robot.as_application(application["appId"], secret)
            made = robot.application(f"made by a robot {uuid4()}").json()
            owned = f"/servicePrincipals/{principal['id']}/ownedObjects/microsoft.graph.application"
            assert ids(robot.graph("GET", owned)) == [made["id"]]
            assert robot.graph("GET", "/me/ownedObjects/microsoft.graph.application").status_code == 400
            reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{me}"}
            owners = f"/applications/{made['id']}/owners"
            assert robot.graph("POST", f"{owners}/$ref", json=reference).status_code == 403
            client.permitted(application["appId"], "Application.ReadWrite.All")
            assert robot.graph("POST", f"{owners}/$ref", json=reference).status_code == 204
            assert ids(robot.graph("GET", owners)) == [principal["id"], me]
