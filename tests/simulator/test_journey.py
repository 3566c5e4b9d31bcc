"""The whole journey of the program, made by the real SDKs over TLS."""

from __future__ import annotations

from uuid import uuid4

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters
from azure.mgmt.resource.resources.models import ResourceGroup
from kiota_abstractions.base_request_configuration import QueryParameters, RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.models.application import Application
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.service_principal import ServicePrincipal

from pipeops_tui.simulator import RunningSimulator
from tests.simulator.sdk import ARM_SCOPE, Sdk, device_credential, sdk, secret_credential

CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"


def subscription_of(azure: RunningSimulator) -> str:
    return str(azure.announcement["subscription_id"])


def creating() -> RequestConfiguration[QueryParameters]:
    headers = HeadersCollection()
    headers.add("Prefer", "create-if-missing")
    return RequestConfiguration(headers=headers)


async def upsert_application(clients: Sdk, unique_name: str) -> Application | None:
    wanted = Application(display_name="PipeOps", sign_in_audience="AzureADMyOrg", tags=["run"])
    by_name = clients.graph.applications_with_unique_name(unique_name)
    return await by_name.patch(wanted, request_configuration=creating())


async def test_from_sign_in_to_a_verified_credential(azure: RunningSimulator) -> None:
    subscription = subscription_of(azure)
    async with sdk(azure, device_credential(azure), subscription) as clients:
        names = [item.display_name async for item in clients.subscriptions.subscriptions.list()]
        tenants = [str(item.tenant_id) async for item in clients.subscriptions.tenants.list()]
        assert len(names) == 7
        assert len(tenants) == 3
        assert tenants[0] == azure.announcement["tenant_id"]
        locations = [item async for item in clients.subscriptions.subscriptions.list_locations(subscription)]
        assert len(locations) == 102

        assert not await clients.resources.resource_groups.check_existence("PipeOpsRG")
        group = await clients.resources.resource_groups.create_or_update(
            "PipeOpsRG", ResourceGroup(location="westeurope")
        )
        assert group.id == f"/subscriptions/{subscription}/resourceGroups/PipeOpsRG"
        assert await clients.resources.resource_groups.check_existence("pipeopsrg")

        unique_name = f"pipeops-{uuid4()}"
        created = await upsert_application(clients, unique_name)
        assert created is not None
        assert await upsert_application(clients, unique_name) is None
        found = await clients.graph.applications_with_unique_name(unique_name).get()
        assert found is not None
        assert found.id == created.id
        assert created.id
        assert created.app_id

        by_app_id = clients.graph.service_principals_with_app_id(created.app_id)
        principal = await by_app_id.patch(ServicePrincipal(app_id=created.app_id), request_configuration=creating())
        assert principal is not None
        assert principal.id

        assignment = await clients.authorization.role_assignments.create(
            group.id or "",
            str(uuid4()),
            RoleAssignmentCreateParameters(
                role_definition_id=f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}",
                principal_id=principal.id,
                principal_type="ServicePrincipal",
            ),
        )
        assert assignment.principal_type == "ServicePrincipal"

        body = AddPasswordPostRequestBody(password_credential=PasswordCredential(display_name="PipeOps secret"))
        password = await clients.graph.applications.by_application_id(created.id).add_password.post(body)
        assert password is not None
        assert password.secret_text
        assert password.key_id

        verified = secret_credential(azure, tenants[0], created.app_id, password.secret_text)
        async with sdk(azure, verified, subscription) as own:
            seen = await own.resources.resource_groups.get("PipeOpsRG")
            assert seen.location == "westeurope"
            with pytest.raises(HttpResponseError) as refused:
                await own.resources.resource_groups.get("data-rg")
            assert refused.value.status_code == 403
            assert refused.value.error is not None
            assert refused.value.error.code == "AuthorizationFailed"
            with pytest.raises(ODataError) as denied:
                await own.graph.applications.get()
            assert denied.value.response_status_code == 403

        remove = RemovePasswordPostRequestBody(key_id=password.key_id)
        await clients.graph.applications.by_application_id(created.id).remove_password.post(remove)
        late = secret_credential(azure, tenants[0], created.app_id, password.secret_text)
        with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
            await late.get_token(ARM_SCOPE)
        await late.close()

        await clients.authorization.role_assignments.delete_by_id(str(assignment.id))
        await clients.graph.applications.by_application_id(created.id).delete()
        state = azure.state()
        assert [item["id"] for item in state["deleted_applications"]] == [created.id]
        assert all(item["appId"] != created.app_id for item in state["service_principals"])
