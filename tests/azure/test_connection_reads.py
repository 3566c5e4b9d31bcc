"""What was prepared for PipeOps, read half a year later by another account: through the real SDKs, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from kiota_abstractions.authentication import AnonymousAuthenticationProvider
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.graph_request_adapter import GraphRequestAdapter

from pipeops_tui.azure.graph_json import GraphQuery
from pipeops_tui.core.marks import APPLICATION_TAG, run_tag
from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID, Application, SignInMethod
from pipeops_tui.core.ports import Session
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.scenarios import world_steps
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.wire import Json
from pipeops_tui.simulator.world.roles import CONTRIBUTOR, READER
from tests.azure.conftest import Prepared, connector_for, subscription_of, unseen

NOBODY = "00000000-0000-4000-8000-000000000000"
REFUSED: dict[str, Json] = {
    "status": 400,
    "effect": False,
    "body": {"error": {"code": "Request_UnsupportedQuery", "message": "Operator 'startsWith' is not supported …"}},
}


def by_id(applications: list[Application]) -> dict[str, Application]:
    return {one.object_id: one for one in applications}


def asked(azure: RunningSimulator, operation: str) -> int:
    return sum(request["operation"] == operation for request in azure.requests())


@contextmanager
def changed(azure: RunningSimulator, object_id: str, **values: list[str]) -> Iterator[None]:
    """An application with other tags or owners for a while."""

    def change(azure: SimulatedAzure) -> tuple[list[str], Json]:
        item = azure.world.directory.applications[object_id]
        before = item.owners, item.properties["tags"]
        item.owners = values.get("owners", item.owners)
        item.properties["tags"] = values.get("tags", item.properties["tags"])
        return before

    def change_back(azure: SimulatedAzure) -> None:
        item = azure.world.directory.applications[object_id]
        item.owners, item.properties["tags"] = before

    before = azure.call(change)
    yield
    azure.call(change_back)


async def test_every_tagged_application_comes_with_its_notes_and_secrets(
    visitor: Session, prepared: Prepared, tenant: str
) -> None:
    listed = list(await visitor.tagged_applications(tenant))
    assert [one.created for one in listed] == sorted((one.created for one in listed), reverse=True, key=str)
    found = by_id(listed)
    assert set(found) == {one.object_id for one in prepared.values() if one.kind != "deleted"}
    for one in prepared.values():
        if one.kind != "deleted":
            application = found[one.object_id]
            assert (application.app_id, application.display_name) == (one.client_id, one.application_name)
            assert application.tags == (APPLICATION_TAG, run_tag(one.run_id))
            assert one.group_name in application.notes
            assert [secret.key_id for secret in application.secrets] == [secret.key_id for secret in one.secrets]
            assert all(len(secret.hint) == 3 and secret.description for secret in application.secrets)
            assert application.deleted is None
    (secret,) = found[prepared["expires-soon"].object_id].secrets
    assert secret.end is not None
    assert round((secret.end - datetime.now(UTC)) / timedelta(days=1)) == 12


async def test_the_deleted_one_says_since_when(
    visitor: Session, later: RunningSimulator, prepared: Prepared, tenant: str
) -> None:
    def delete_another(azure: SimulatedAzure) -> None:
        directory = azure.world.directory
        directory.delete_application(world_steps.application(azure.world, directory.tenants[tenant], "not ours"))

    later.call(delete_another)
    (one,) = await visitor.deleted_applications(tenant)
    assert one.object_id == prepared["deleted"].object_id
    assert one.deleted is not None
    assert round((datetime.now(UTC) - one.deleted) / timedelta(days=1)) == 10


async def test_an_application_by_its_client_id(visitor: Session, prepared: Prepared, tenant: str) -> None:
    one = prepared["works"]
    found = await visitor.application_by_client_id(tenant, one.client_id.upper())
    assert found is not None
    assert (found.object_id, found.secrets[0].key_id) == (one.object_id, one.secrets[0].key_id)
    for other in (NOBODY, one.object_id, "", "no id", "x')/owners?", prepared["deleted"].client_id):
        assert await visitor.application_by_client_id(tenant, other) is None


async def test_owners_are_named(visitor: Session, prepared: Prepared, tenant: str) -> None:
    (owner,) = await visitor.application_owners(tenant, prepared["works"].object_id)
    assert (owner.display_name, owner.account_name) == ("Robin Meyer", "robin@contoso.com")
    with pytest.raises(CloudError) as caught:
        await visitor.application_owners(tenant, NOBODY)
    assert caught.value.kind is FailureKind.NOT_FOUND


async def test_a_member_by_name_or_id(visitor: Session, tenant: str) -> None:
    found = await visitor.member(tenant, " robin@contoso.com ")
    assert found is not None
    assert found.display_name == "Robin Meyer"
    assert await visitor.member(tenant, found.object_id) == found
    for other in ("robin", NOBODY, "", "  ", "a/b?c#d", "../me"):
        assert await visitor.member(tenant, other) is None


async def test_a_service_principal_s_id(visitor: Session, prepared: Prepared, tenant: str) -> None:
    assert await visitor.service_principal_id(tenant, prepared["works"].client_id) == prepared["works"].principal_id
    assert await visitor.service_principal_id(tenant, prepared["deleted"].client_id) == ""
    assert await visitor.service_principal_id(tenant, "no id") == ""


async def test_an_object_id_leads_to_the_client_id(visitor: Session, prepared: Prepared, tenant: str) -> None:
    one = prepared["works"]
    for object_id in (one.object_id, one.principal_id.upper()):
        assert await visitor.client_id_of_object(tenant, object_id) == one.client_id
    for other in (NOBODY, one.client_id, "", "no id", visitor.account.object_id):
        assert await visitor.client_id_of_object(tenant, other) == ""


async def test_the_roles_of_a_principal_are_found_wherever_they_are(visitor: Session, prepared: Prepared) -> None:
    one = prepared["works"]
    (role,) = await visitor.roles_of(subscription_of(one), one.principal_id)
    assert role.role_definition_id.endswith(CONTRIBUTOR)
    assert role.scope == f"{subscription_of(one).scope}/resourceGroups/{one.group_name}"
    for other in (NOBODY, one.client_id, "", "no id"):
        assert not await visitor.roles_of(subscription_of(one), other)


async def test_the_one_made_by_hand_is_found_by_its_role(
    visitor: Session, later: RunningSimulator, prepared: Prepared, tenant: str
) -> None:
    one = prepared["works"]

    def give_other_roles(azure: SimulatedAzure) -> None:
        subscription = f"/subscriptions/{one.subscription_id}"
        group = f"{subscription}/resourceGroups/data-rg"
        for scope, role, kind in (
            (subscription, CONTRIBUTOR, "ServicePrincipal"),
            (f"{group}/providers/Microsoft.Storage/storageAccounts/contosodata", CONTRIBUTOR, "ServicePrincipal"),
            (group, READER, "ServicePrincipal"),
            (group, CONTRIBUTOR, "User"),
        ):
            world_steps.assign(azure.world, str(uuid4()), kind, role, scope, tenant)

    later.call(give_other_roles)
    assignments = await visitor.group_contributors(subscription_of(one))
    groups = {one.scope.rpartition("/")[2]: one.principal_id for one in assignments}
    assert set(groups) == {
        *("PipeOpsRG", "pipeops-staging", "pipeops-demo", "pipeops-shop", "pipeops-trial", "pipeops-by-hand"),
    }
    assert all(one.role_definition_id.endswith(CONTRIBUTOR_ROLE_ID) for one in assignments)

    (by_hand,) = await visitor.applications_of(tenant, [groups["pipeops-by-hand"], NOBODY, "no id"])
    assert (by_hand.display_name, by_hand.tags, by_hand.notes) == ("PipeOps", (), "")
    assert [secret.description for secret in by_hand.secrets] == ["PipeOps secret"]
    assert len(await visitor.applications_of(tenant, list(groups.values()))) == 5  # but the deleted one
    assert await visitor.applications_of(tenant, []) == []


async def test_what_a_group_holds_and_where_a_cluster_has_its_machines(visitor: Session, prepared: Prepared) -> None:
    one = prepared["in-use"]
    subscription = subscription_of(one)
    resources = await visitor.resources(subscription, one.group_name)
    assert [(resource.type.rpartition("/")[2], resource.name) for resource in resources] == [
        ("managedClusters", "pipeops-cluster"),
        ("virtualNetworks", "pipeops-network"),
        ("storageAccounts", "pipeopsbackups"),
    ]
    (cluster,) = await visitor.clusters(subscription, one.group_name)
    assert (cluster.name, cluster.group_name) == ("pipeops-cluster", one.group_name)
    assert len(await visitor.resources(subscription, cluster.node_group_name)) == 3
    assert await visitor.clusters(subscription, cluster.node_group_name) == []
    with pytest.raises(CloudError):
        await visitor.resources(subscription, "there-is-no-such-group")


async def test_a_subscription_without_kubernetes_has_no_clusters(
    visitor: Session, later: RunningSimulator, prepared: Prepared
) -> None:
    body = {"error": {"code": "MissingSubscriptionRegistration", "message": "The subscription is not registered …"}}
    later.add_fault("listResourcesOfType:answer", {"status": 409, "body": body, "effect": False})
    one = prepared["in-use"]
    assert await visitor.clusters(subscription_of(one), one.group_name) == []


class TestWhereTheFilterIsRefused:
    async def test_the_newer_tag_and_what_the_account_owns_are_asked_for(
        self, visitor: Session, later: RunningSimulator, prepared: Prepared, tenant: str
    ) -> None:
        one = prepared["works"]
        others = {other.object_id for other in prepared.values() if other.kind not in ("deleted", "works")}

        async def found() -> set[str]:
            later.add_fault("listApplications:answer", REFUSED)
            return {application.object_id for application in await visitor.tagged_applications(tenant)}

        me = later.call(_own_id)
        with changed(later, one.object_id, tags=[run_tag(one.run_id)]):
            assert await found() == others
            with changed(later, one.object_id, owners=[me]):
                assert await found() == {*others, one.object_id}

    async def test_a_refusal_of_another_kind_is_one(
        self, visitor: Session, later: RunningSimulator, prepared: Prepared, tenant: str
    ) -> None:
        body: Json = {"error": {"code": "Authorization_RequestDenied", "message": "No."}}
        later.add_fault("listApplications:answer", {"status": 403, "effect": False, "body": body})
        with pytest.raises(CloudError) as caught:
            await visitor.tagged_applications(tenant)
        assert caught.value.kind is FailureKind.REFUSED


@pytest.mark.parametrize(
    "link", ["https://graph.example/v1.0/applications", "http://localhost/v1.0/applications", "/x"]
)
async def test_a_list_that_goes_on_elsewhere_is_not_followed(
    visitor: Session, later: RunningSimulator, prepared: Prepared, tenant: str, link: str
) -> None:
    before = asked(later, "listApplications")
    later.add_fault("listApplications:answer", {"set": [["@odata.nextLink", link]]})
    with pytest.raises(CloudError) as caught:
        await visitor.tagged_applications(tenant)
    assert caught.value.problem.title == "An answer leads to another host"
    assert asked(later, "listApplications") == before + 1


async def test_a_list_that_leads_back_to_itself_ends(
    visitor: Session, later: RunningSimulator, prepared: Prepared, tenant: str
) -> None:
    link = f"{later.graph}/v1.0/applications?$top=1"
    later.add_fault("listApplications@*:answer", {"set": [["@odata.nextLink", link]]})
    with pytest.raises(CloudError) as caught:
        await visitor.tagged_applications(tenant)
    assert "too large" in caught.value.problem.title


async def test_5000_applications_are_read_page_by_page_and_the_interface_stays_alive() -> None:
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as azure:
        ids = azure.call(_fill)
        connector = connector_for(azure)
        session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(count())
        listed = await session.tagged_applications(str(azure.announcement["tenant_id"]))
        other.cancel()
        await connector.close()
        assert len(listed) == len(ids) == 5000
        assert {one.object_id for one in listed} == ids
        pages = [request for request in azure.requests() if request["operation"] == "listApplications"]
        assert len(pages) == 10
        assert turns > len(pages)


def test_every_page_is_asked_for_with_the_header_of_advanced_queries() -> None:
    adapter = GraphRequestAdapter(AnonymousAuthenticationProvider())
    builder = ApplicationsRequestBuilder(adapter, {"baseurl": "https://graph.example/v1.0"})
    link = "https://graph.example/v1.0/applications?$skiptoken=2"
    query = GraphQuery(["id"], "tags/any(t:startswith(t,'x'))", 500, count=True)
    first, second = query.page(builder, ""), query.page(builder, link)
    assert "%24count=true" in first.url
    assert second.url == link
    for request in (first, second):
        assert request.headers.get("ConsistencyLevel") == {"eventual"}
    assert not GraphQuery(["id"]).page(builder, link).headers.get("ConsistencyLevel")


def _fill(azure: SimulatedAzure) -> set[str]:
    world = azure.world
    tenant = world.tenant(world.announced.tenant_id)
    made = [world_steps.application(world, tenant, f"PipeOps {number}") for number in range(5000)]
    for item in made:
        item.properties["tags"] = [APPLICATION_TAG, run_tag(str(uuid4()))]
        world_steps.secret(world, item, "PipeOps secret")
    return {item.object_id for item in made}


def _own_id(azure: SimulatedAzure) -> str:
    user = azure.world.directory.user_of(azure.world.person, azure.world.announced.tenant_id)
    assert user is not None
    return user.object_id
