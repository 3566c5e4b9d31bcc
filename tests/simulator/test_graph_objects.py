"""Owners, groups, federated credentials and batches of Microsoft Graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pipeops_tui.simulator import RunningSimulator
from tests.simulator.client import READER, Client, code_of

_TRUST = {
    "name": "github-main",
    "issuer": "https://token.actions.githubusercontent.com",
    "subject": "repo:contoso/shop:ref:refs/heads/main",
    "audiences": ["api://AzureADTokenExchange"],
}


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as client:
        yield client.as_user()


def ids(answer: httpx.Response) -> list[str]:
    return [item["id"] for item in answer.json()["value"]]


def reference(client: Client, object_id: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{object_id}"}


def new_group(client: Client, **more: Any) -> dict[str, Any]:
    name = f"team-{uuid4()}"
    body = {"displayName": name, "mailEnabled": False, "mailNickname": name, "securityEnabled": True, **more}
    made = client.graph("POST", "/groups", json=body)
    assert made.status_code == 201, made.text
    group: dict[str, Any] = made.json()
    return group


class TestOwners:
    @pytest.mark.parametrize("kind", ["applications", "servicePrincipals"])
    def test_an_owner_is_added_listed_and_removed(self, client: Client, kind: str) -> None:
        me = client.graph("GET", "/me").json()["id"]
        application, principal = client.identity(f"owned {kind}")
        path = f"/{kind}/{application['id'] if kind == 'applications' else principal['id']}/owners"
        assert ids(client.graph("GET", path)) == [me]
        assert client.graph("GET", path).json()["value"][0]["@odata.type"] == "#microsoft.graph.user"
        assert client.graph("POST", f"{path}/$ref", json=reference(client, principal["id"])).status_code == 204
        assert ids(client.graph("GET", path)) == [me, principal["id"]]
        again = client.graph("POST", f"{path}/$ref", json=reference(client, principal["id"]))
        assert "One or more added object references already exist" in again.json()["error"]["message"]
        assert client.graph("DELETE", f"{path}/{principal['id']}/$ref").status_code == 204
        assert client.graph("DELETE", f"{path}/{principal['id']}/$ref").status_code == 404
        unknown = client.graph("POST", f"{path}/$ref", json=reference(client, str(uuid4())))
        assert code_of(unknown) == "Request_ResourceNotFound"
        assert code_of(client.graph("POST", f"{path}/$ref", json={})) == "Request_BadRequest"

    def test_an_application_that_owns_itself_can_change_itself(self, client: Client) -> None:
        application, principal = client.identity("self")
        path = f"/applications/{application['id']}"
        client.graph("POST", f"{path}/owners/$ref", json=reference(client, principal["id"]))
        assert ids(client.graph("GET", f"{path}/owners"))[1] == principal["id"]


class TestGroups:
    def test_a_group_comes_changes_and_goes(self, client: Client) -> None:
        group = new_group(client, description="First")
        path = f"/groups/{group['id']}"
        assert client.graph("PATCH", path, json={"description": "Second"}).status_code == 204
        assert client.graph("GET", path).json()["description"] == "Second"
        assert group["id"] in ids(client.graph("GET", "/groups"))
        found = client.graph("GET", f"/groups?$filter=displayName eq '{group['displayName']}'&$expand=members")
        assert found.json()["value"][0]["members"] == []
        assert client.graph("DELETE", path).status_code == 204
        assert code_of(client.graph("GET", path)) == "Request_ResourceNotFound"

    def test_members_have_the_roles_of_their_group(self, client: Client) -> None:
        application, principal = client.identity("member")
        path = f"/applications/{application['id']}"
        secret = client.graph("POST", f"{path}/addPassword", json={}).json()["secretText"]
        group = new_group(client)
        assert client.assign(client.scope, group["id"], str(uuid4()), READER, kind="Group").status_code == 201
        members = f"/groups/{group['id']}/members"
        with Client(client.azure) as other:
            other.as_application(application["appId"], secret)
            assert other.arm("GET", f"{client.scope}/resourcegroups", "2021-04-01").status_code == 403
            body = reference(client, principal["id"])
            assert client.graph("POST", f"{members}/$ref", json=body).status_code == 204
            assert ids(client.graph("GET", members)) == [principal["id"]]
            assert other.arm("GET", f"{client.scope}/resourcegroups", "2021-04-01").status_code == 200
            assert client.graph("DELETE", f"{members}/{principal['id']}/$ref").status_code == 204
            assert other.arm("GET", f"{client.scope}/resourcegroups", "2021-04-01").status_code == 403
            assert other.graph("GET", "/groups").status_code == 403

    def test_what_is_missing_or_not_offered_is_said(self, client: Client) -> None:
        refused = client.graph("POST", "/groups", json={"displayName": "x"})
        assert "property 'mailEnabled' of resource 'Group'" in refused.json()["error"]["message"]
        body = {"displayName": "x", "mailEnabled": True, "mailNickname": "x", "securityEnabled": False}
        assert "mail-enabled groups" in client.graph("POST", "/groups", json=body).json()["error"]["message"]
        body |= {"colour": "red"}
        assert "Invalid property 'colour'" in client.graph("POST", "/groups", json=body).json()["error"]["message"]

    def test_ids_of_every_type_are_found_and_narrowed(self, client: Client) -> None:
        group = new_group(client)
        application, principal = client.identity("typed")
        me = client.graph("GET", "/me").json()["id"]
        wanted = [group["id"], principal["id"], application["id"], me, str(uuid4())]

        def found(**more: Any) -> list[str]:
            return ids(client.graph("POST", "/directoryObjects/getByIds", json={"ids": wanted, **more}))

        assert found() == wanted[:4]
        assert found(types=["group", "user"]) == [group["id"], me]
        # What the Azure CLI asks for.
        assert found(types=["user", "group", "servicePrincipal", "directoryObjectPartnerReference"]) == [
            group["id"],
            principal["id"],
            me,
        ]
        refused = client.graph("POST", "/directoryObjects/getByIds", json={"ids": ["x"]})
        assert "Invalid object identifier 'x'" in refused.json()["error"]["message"]
        refused = client.graph("POST", "/directoryObjects/getByIds", json={"ids": wanted, "types": ["colour"]})
        assert code_of(refused) == "Request_BadRequest"


class TestFederatedCredentials:
    def test_one_is_added_read_changed_and_removed(self, client: Client) -> None:
        application = client.application("trusting").json()
        path = f"/applications/{application['id']}/federatedIdentityCredentials"
        made = client.graph("POST", path, json=_TRUST)
        assert made.status_code == 201
        assert list(made.json()) == ["@odata.context", "id", "name", "issuer", "subject", "description", "audiences"]
        assert ids(client.graph("GET", path)) == [made.json()["id"]]
        assert client.graph("GET", f"{path}/github-main").json()["id"] == made.json()["id"]
        one = f"{path}/{made.json()['id']}"
        assert client.graph("PATCH", one, json={"description": "From main"}).status_code == 204
        assert client.graph("GET", one).json()["description"] == "From main"
        assert client.graph("DELETE", one).status_code == 204
        assert client.graph("GET", path).json()["value"] == []
        assert code_of(client.graph("DELETE", one)) == "Request_ResourceNotFound"

    def test_what_is_wrong_is_said(self, client: Client) -> None:
        application = client.application("strict").json()
        path = f"/applications/{application['id']}/federatedIdentityCredentials"
        client.graph("POST", path, json=_TRUST)

        def refused(**more: Any) -> str:
            return code_of(client.graph("POST", path, json=_TRUST | more))

        assert refused() == "Request_MultipleObjectsWithSameKeyValue"
        assert refused(name="other") == "InvalidFederatedIdentityCredentialValue"
        assert refused(name="third", subject="") == "Request_BadRequest"
        assert refused(name="third", subject="x", audiences=[]) == "Request_BadRequest"
        assert refused(name="third", subject="x", issuer="http://plain") == "Request_BadRequest"
        assert refused(name="third", subject="x", colour="red") == "Request_BadRequest"
        assert len(client.graph("GET", path).json()["value"]) == 1


class TestBatches:
    def send(self, client: Client, *steps: dict[str, Any]) -> httpx.Response:
        return client.graph("POST", "/$batch", json={"requests": list(steps)})

    def test_each_request_has_its_own_answer_and_effect(self, client: Client) -> None:
        name = f"batched {uuid4()}"
        answer = self.send(
            client,
            {"id": "1", "method": "GET", "url": "/me?$select=id"},
            {"id": "2", "method": "POST", "url": "/applications", "body": {"displayName": name},
             "headers": {"Content-Type": "application/json"}},
            {"id": "3", "method": "GET", "url": f"applications?$filter=displayName eq '{name}'", "dependsOn": ["2"]},
            {"id": "4", "method": "GET", "url": "/groups/nothing"},
            {"id": "5", "method": "GET", "url": "/me", "dependsOn": ["4"]},
        )  # fmt: skip
        assert answer.status_code == 200
        responses = {item["id"]: item for item in answer.json()["responses"]}
        assert [responses[key]["status"] for key in "12345"] == [200, 201, 200, 404, 424]
        assert responses["3"]["body"]["value"][0]["appId"] == responses["2"]["body"]["appId"]
        assert responses["1"]["body"]["id"] == client.graph("GET", "/me").json()["id"]
        assert responses["4"]["body"]["error"]["code"] == "Request_ResourceNotFound"

    @pytest.mark.parametrize(
        "steps",
        [
            [],
            [{"id": "1", "method": "GET"}],
            [{"id": "1", "method": "GET", "url": "/me"}] * 2,
            [{"id": str(n), "method": "GET", "url": "/me"} for n in range(21)],
            [{"id": "1", "method": "GET", "url": "https://example.org/me"}],
            [{"id": "1", "method": "POST", "url": "/$batch", "body": {}, "headers": {"Content-Type": "x"}}],
            [{"id": "1", "method": "POST", "url": "/applications", "body": {"displayName": "x"}}],
            [{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["2"]}],
        ],
    )
    def test_what_is_no_batch_is_refused(self, client: Client, steps: list[dict[str, Any]]) -> None:
        refused = self.send(client, *steps)
        assert (refused.status_code, code_of(refused)) == (400, "BadRequest")
