"""Writes through Microsoft Graph: the application, its service principal, its client secrets."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from kiota_abstractions.api_error import APIError
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.default_query_parameters import QueryParameters
from kiota_abstractions.headers_collection import HeadersCollection
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.applications.item.application_item_request_builder import ApplicationItemRequestBuilder
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.models.application import Application as GraphApplication
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.service_principal import ServicePrincipal as GraphPrincipal

from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.directory_reads import APPLICATION_FIELDS, application_of, escape
from pipeops_tui.azure_cloud.failures import READ_DEADLINE, WRITE_DEADLINE
from pipeops_tui.azure_cloud.problems import local
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation
from pipeops_tui.model import Application, NewPassword, PasswordKey, ServicePrincipal
from pipeops_tui.secret import Secret

T = TypeVar("T")

SINGLE_TENANT = "AzureADMyOrg"
"""Always said: the service's default has changed over the years, and differs by tenant."""

_ADD_OR_FIND = "create-if-missing"


class GraphWrites:
    """The Graph half of `ports.Workspace`. Each method is one request and raises `CloudError`."""

    def __init__(self, clients: Clients, tenant_id: str, account: str) -> None:
        self._graph_clients = clients
        self._graph_tenant = tenant_id
        self._graph_account = account
        self._graph = clients.graph(tenant_id)

    async def upsert_application(self, unique_name: str, display_name: str, tags: Sequence[str]) -> Application | None:
        """Create it under `unique_name`; None when that exists (Graph's 204, "Upsert application", v1.0)."""
        request = self._graph.applications_with_unique_name(unique_name).patch(
            _new_application(display_name, tags), _create_if_missing()
        )
        made = await self._ask(Operation.CREATE_APPLICATION, request, WRITE_DEADLINE)
        return application_of(made) if made else None

    async def create_application(self, display_name: str, tags: Sequence[str]) -> Application:
        """Plain POST: not repeatable by itself."""
        request = self._graph.applications.post(_new_application(display_name, tags))
        return application_of(await self._answer(Operation.CREATE_APPLICATION, request))

    async def application_by_unique_name(self, unique_name: str) -> Application | None:
        """The application, or None when no live one has this unique name."""
        request = self._graph.applications_with_unique_name(unique_name).get()
        found = await self._ask(Operation.GET_APPLICATION, _or_none(request))
        return application_of(found) if found else None

    async def applications_tagged(self, tag: str) -> Sequence[Application]:
        """Applications carrying `tag`; the index behind this filter lags behind writes."""
        query = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters(
            filter=f"tags/any(tag:tag eq '{escape(tag)}')", select=APPLICATION_FIELDS
        )
        request = self._graph.applications.get(RequestConfiguration(query_parameters=query))
        found = await self._ask(Operation.LIST_APPLICATIONS, request)
        return [application_of(item) for item in (found.value if found else None) or ()]

    async def get_application(self, object_id: str) -> Application | None:
        """The application, or None when there is no live one."""
        found = await self._ask(Operation.GET_APPLICATION, _or_none(self._read(object_id, APPLICATION_FIELDS)))
        return application_of(found) if found else None

    async def delete_application(self, object_id: str) -> None:
        """Soft delete, taking its service principal with it; succeeds when it is gone already."""
        request = self._graph.applications.by_application_id(object_id).delete()
        await self._ask(Operation.DELETE_APPLICATION, _or_none(request), WRITE_DEADLINE)

    async def purge_application(self, object_id: str) -> None:
        """Remove a soft-deleted application for good; succeeds when it is gone already."""
        request = self._graph.directory.deleted_items.by_directory_object_id(object_id).delete()
        await self._ask(Operation.DELETE_APPLICATION, _or_none(request), WRITE_DEADLINE)

    async def upsert_service_principal(self, app_id: str) -> ServicePrincipal | None:
        """Create it unless `app_id` has one; None when it did."""
        request = self._graph.service_principals_with_app_id(app_id).patch(GraphPrincipal(), _create_if_missing())
        made = await self._ask(Operation.CREATE_PRINCIPAL, request, WRITE_DEADLINE)
        return _principal(made) if made else None

    async def create_service_principal(self, app_id: str) -> ServicePrincipal:
        """Plain POST; a second one for the same application is refused with 409."""
        request = self._graph.service_principals.post(GraphPrincipal(app_id=app_id))
        return _principal(await self._answer(Operation.CREATE_PRINCIPAL, request))

    async def service_principal_of(self, app_id: str) -> ServicePrincipal | None:
        """The application's service principal in this tenant, or None."""
        request = self._graph.service_principals_with_app_id(app_id).get()
        found = await self._ask(Operation.GET_PRINCIPAL, _or_none(request))
        return _principal(found) if found else None

    async def add_password(self, object_id: str, key_id: str, description: str, expires: datetime) -> NewPassword:
        """Add a client secret under the chosen `key_id`, which Graph keeps.

        No start is sent: with this computer's clock ahead the secret would not be valid yet. The end always is: without
        it Graph gives two years, which policies forbid (Azure/azure-cli#28522).
        """
        credential = PasswordCredential(key_id=UUID(key_id), display_name=description, end_date_time=expires)
        body = AddPasswordPostRequestBody(password_credential=credential)
        request = self._graph.applications.by_application_id(object_id).add_password.post(body)
        made = await self._answer(Operation.ADD_PASSWORD, request)
        text, made.secret_text = made.secret_text, None
        if not text:
            raise local.no_secret_in_answer()
        return NewPassword(str(made.key_id or key_id), Secret(text), made.end_date_time or expires)

    async def passwords(self, object_id: str) -> Sequence[PasswordKey]:
        """The application's client secrets, without their values."""
        found = await self._answer(Operation.LIST_PASSWORDS, self._read(object_id, ["id", "passwordCredentials"]))
        return [
            PasswordKey(str(key.key_id), key.display_name or "", key.start_date_time, key.end_date_time)
            for key in found.password_credentials or ()
            if key.key_id
        ]

    async def remove_password(self, object_id: str, key_id: str) -> None:
        """Succeeds when it is gone already, which Graph reports as a bad request about the key id."""
        body = RemovePasswordPostRequestBody(key_id=UUID(key_id))
        request = self._graph.applications.by_application_id(object_id).remove_password.post(body)
        await self._ask(Operation.REMOVE_PASSWORD, _unless_gone(request), WRITE_DEADLINE)

    def _read(self, object_id: str, fields: list[str]) -> Awaitable[GraphApplication | None]:
        query = ApplicationItemRequestBuilder.ApplicationItemRequestBuilderGetQueryParameters(select=fields)
        return self._graph.applications.by_application_id(object_id).get(RequestConfiguration(query_parameters=query))

    async def _answer(self, operation: Operation, call: Awaitable[T | None]) -> T:
        """What a call that always answers with a body answered."""
        made = await self._ask(operation, call, WRITE_DEADLINE)
        if made is None:
            raise local.empty_answer(operation)
        return made

    async def _ask(self, operation: Operation, call: Awaitable[T], deadline: float = READ_DEADLINE) -> T:
        context = Context(operation, tenant_id=self._graph_tenant, account=self._graph_account)
        return await self._graph_clients.ask_graph(context, call, deadline)


def _new_application(display_name: str, tags: Sequence[str]) -> GraphApplication:
    return GraphApplication(display_name=display_name, sign_in_audience=SINGLE_TENANT, tags=list(tags))


def _create_if_missing() -> RequestConfiguration[QueryParameters]:
    headers = HeadersCollection()
    headers.add("Prefer", _ADD_OR_FIND)
    return RequestConfiguration(headers=headers)


def _principal(item: GraphPrincipal) -> ServicePrincipal:
    return ServicePrincipal(object_id=item.id or "", app_id=item.app_id or "")


async def _unless_gone(call: Awaitable[None]) -> None:
    """Run a removal of a client secret; one that is not there (any more) is a success."""
    try:
        await _or_none(call)
    except ODataError as error:
        if error.error is None or "No password credential found" not in (error.error.message or ""):
            raise


async def _or_none(call: Awaitable[T]) -> T | None:
    """The answer, or None for a 404."""
    try:
        return await call
    except APIError as error:
        if error.response_status_code == 404:
            return None
        raise
