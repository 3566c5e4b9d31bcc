"""Writes through Microsoft Graph: the application, its service principal, its client secrets."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.applications.item.application_item_request_builder import ApplicationItemRequestBuilder
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.models.application import Application as GraphApplication
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.service_principal import ServicePrincipal as GraphPrincipal
from msgraph.graph_service_client import GraphServiceClient

from pipeops_tui.azure import expected_answers as expected
from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.directory_reads import APPLICATION_FIELDS, application_of, escape
from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.errors.evidence import AzureOperation, RequestContext
from pipeops_tui.azure.expected_answers import Success, expecting
from pipeops_tui.azure.failures import READ_DEADLINE, WRITE_DEADLINE
from pipeops_tui.azure.graph_json import or_none
from pipeops_tui.azure.json_values import in_utc
from pipeops_tui.core.model import SINGLE_TENANT, Application, NewPassword, PasswordKey, ServicePrincipal
from pipeops_tui.core.plain_text import first_unseen
from pipeops_tui.core.secret import Secret

T = TypeVar("T")

_ADD_OR_FIND = "create-if-missing"


class GraphWrites:
    """The Graph half of `ports.Workspace`. Each method is one request and raises `CloudError`."""

    def __init__(self, clients: Clients, tenant_id: str, account: str) -> None:
        self._graph_clients = clients
        self._graph_tenant = tenant_id
        self._graph_account = account

    @property
    def _graph(self) -> GraphServiceClient:
        return self._graph_clients.graph(self._graph_tenant)

    async def upsert_application(
        self, unique_name: str, display_name: str, tags: Sequence[str], notes: str = ""
    ) -> Application | None:
        """Create it under `unique_name`; None when that exists (Graph's 204, "Upsert application", v1.0)."""
        request = self._graph.applications_with_unique_name(unique_name).patch(
            _new_application(display_name, tags, notes), expecting(expected.UPSERT_APPLICATION, prefer=_ADD_OR_FIND)
        )
        made = await self._ask(AzureOperation.CREATE_APPLICATION, request, WRITE_DEADLINE)
        return application_of(made) if made else None

    async def create_application(self, display_name: str, tags: Sequence[str], notes: str = "") -> Application:
        """Plain POST: not repeatable by itself."""
        request = self._graph.applications.post(
            _new_application(display_name, tags, notes), expecting(expected.CREATE_APPLICATION)
        )
        return application_of(await self._answer(AzureOperation.CREATE_APPLICATION, request))

    async def application_by_unique_name(self, unique_name: str) -> Application | None:
        """The application, or None when no live one has this unique name."""
        request = self._graph.applications_with_unique_name(unique_name).get(expecting(expected.GET_APPLICATION))
        found = await self._ask(AzureOperation.GET_APPLICATION, or_none(request))
        return application_of(found) if found else None

    async def applications_tagged(self, tag: str) -> Sequence[Application]:
        """Applications carrying `tag`; the index behind this filter lags behind writes."""
        query = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters(
            filter=f"tags/any(tag:tag eq '{escape(tag)}')", select=APPLICATION_FIELDS
        )
        request = self._graph.applications.get(expecting(expected.LIST_APPLICATIONS, query))
        found = await self._answer(AzureOperation.LIST_APPLICATIONS, request)
        return [application_of(item) for item in found.value or ()]

    async def get_application(self, object_id: str) -> Application | None:
        """The application, or None when there is no live one."""
        request = self._read(object_id, APPLICATION_FIELDS, expected.GET_APPLICATION)
        found = await self._ask(AzureOperation.GET_APPLICATION, or_none(request))
        if found is None:
            return None
        _require(_same(found.id, object_id), AzureOperation.GET_APPLICATION)
        return application_of(found)

    async def deleted_application(self, object_id: str) -> Application | None:
        """The soft-deleted application, or None when there is none."""
        item = self._graph.directory.deleted_items.by_directory_object_id(object_id)
        request = item.get(expecting(expected.GET_APPLICATION))
        found = await self._ask(AzureOperation.GET_APPLICATION, or_none(request))
        if found is None:
            return None
        if not isinstance(found, GraphApplication):
            raise local_errors.incomplete_answer(AzureOperation.GET_APPLICATION)
        return application_of(found)

    async def delete_application(self, object_id: str) -> None:
        """Soft delete, taking its service principal with it; succeeds when it is gone already."""
        request = self._graph.applications.by_application_id(object_id).delete(expecting(expected.DELETE_APPLICATION))
        await self._ask(AzureOperation.DELETE_APPLICATION, or_none(request), WRITE_DEADLINE)

    async def purge_application(self, object_id: str) -> None:
        """Remove a soft-deleted application for good; succeeds when it is gone already."""
        item = self._graph.directory.deleted_items.by_directory_object_id(object_id)
        request = item.delete(expecting(expected.DELETE_APPLICATION))
        await self._ask(AzureOperation.DELETE_APPLICATION, or_none(request), WRITE_DEADLINE)

    async def restore_application(self, object_id: str) -> Application:
        """Bring a soft-deleted application back ("Restore deleted directory object item", v1.0)."""
        item = self._graph.directory.deleted_items.by_directory_object_id(object_id)
        request = item.restore.post(expecting(expected.RESTORE_APPLICATION))
        made = await self._answer(AzureOperation.RESTORE_APPLICATION, request)
        if not isinstance(made, GraphApplication) or not _same(made.id, object_id):
            raise local_errors.incomplete_answer(AzureOperation.RESTORE_APPLICATION)
        return application_of(made)

    async def add_owner(self, object_id: str, member_id: str) -> None:
        """Make a user an owner ("Add owner", v1.0); Graph reports one that is an owner already as a bad request."""
        address = f"{self._graph_clients.endpoints.graph}/v1.0/directoryObjects/{member_id}"
        request = self._graph.applications.by_application_id(object_id).owners.ref.post(
            ReferenceCreate(odata_id=address), expecting(expected.ADD_OWNER)
        )
        await self._ask(AzureOperation.ADD_OWNER, _unless_owner(request), WRITE_DEADLINE)

    async def upsert_service_principal(self, app_id: str) -> ServicePrincipal | None:
        """Create it unless `app_id` has one; None when it did."""
        request = self._graph.service_principals_with_app_id(app_id).patch(
            GraphPrincipal(), expecting(expected.UPSERT_PRINCIPAL, prefer=_ADD_OR_FIND)
        )
        made = await self._ask(AzureOperation.CREATE_PRINCIPAL, request, WRITE_DEADLINE)
        return _principal(made, app_id, AzureOperation.CREATE_PRINCIPAL) if made else None

    async def create_service_principal(self, app_id: str) -> ServicePrincipal:
        """Plain POST; a second one for the same application is refused with 409."""
        request = self._graph.service_principals.post(
            GraphPrincipal(app_id=app_id), expecting(expected.CREATE_PRINCIPAL)
        )
        made = await self._answer(AzureOperation.CREATE_PRINCIPAL, request)
        return _principal(made, app_id, AzureOperation.CREATE_PRINCIPAL)

    async def service_principal_of(self, app_id: str) -> ServicePrincipal | None:
        """The application's service principal in this tenant, or None."""
        request = self._graph.service_principals_with_app_id(app_id).get(expecting(expected.GET_PRINCIPAL))
        found = await self._ask(AzureOperation.GET_PRINCIPAL, or_none(request))
        return _principal(found, app_id, AzureOperation.GET_PRINCIPAL) if found else None

    async def service_principal_exists(self, object_id: str) -> bool:
        """Read it by its object id."""
        builder = self._graph.service_principals.by_service_principal_id(object_id)
        request = builder.get(expecting(expected.GET_PRINCIPAL))
        return await self._ask(AzureOperation.GET_PRINCIPAL, or_none(request)) is not None

    async def add_password(self, object_id: str, key_id: str, description: str, expires: datetime) -> NewPassword:
        """Add a client secret under the chosen `key_id`, which Graph keeps.

        No start is sent: with this computer's clock ahead the secret would not be valid yet. The end always is: without
        it Graph gives two years, which policies forbid (Azure/azure-cli#28522).
        """
        credential = PasswordCredential(key_id=UUID(key_id), display_name=description, end_date_time=expires)
        body = AddPasswordPostRequestBody(password_credential=credential)
        request = self._graph.applications.by_application_id(object_id).add_password.post(
            body, expecting(expected.ADD_PASSWORD)
        )
        made = await self._answer(AzureOperation.ADD_PASSWORD, request)
        text, made.secret_text = made.secret_text, None
        # One with such a character would act on the terminal that shows it, and cannot be pasted.
        _require(bool(text) and not first_unseen(text or ""), AzureOperation.ADD_PASSWORD)
        # Another id is none that the run can tell as its own.
        _require(_same(str(made.key_id), key_id), AzureOperation.ADD_PASSWORD)
        return NewPassword(key_id, Secret(text or ""), in_utc(made.end_date_time) or expires)

    async def passwords(self, object_id: str) -> Sequence[PasswordKey]:
        """The application's client secrets, without their values."""
        request = self._read(object_id, ["id", "passwordCredentials"], expected.LIST_PASSWORDS)
        found = await self._answer(AzureOperation.LIST_PASSWORDS, request)
        _require(_same(found.id, object_id), AzureOperation.LIST_PASSWORDS)
        return [
            PasswordKey(
                str(key.key_id),
                key.display_name or "",
                in_utc(key.start_date_time),
                in_utc(key.end_date_time),
                key.hint or "",
            )
            for key in found.password_credentials or ()
            if key.key_id
        ]

    async def remove_password(self, object_id: str, key_id: str) -> None:
        """Succeeds when it is gone already, which Graph reports as a bad request about the key id."""
        body = RemovePasswordPostRequestBody(key_id=UUID(key_id))
        request = self._graph.applications.by_application_id(object_id).remove_password.post(
            body, expecting(expected.REMOVE_PASSWORD)
        )
        await self._ask(AzureOperation.REMOVE_PASSWORD, _unless_gone(request), WRITE_DEADLINE)

    def _read(self, object_id: str, fields: list[str], success: Success) -> Awaitable[GraphApplication | None]:
        query = ApplicationItemRequestBuilder.ApplicationItemRequestBuilderGetQueryParameters(select=fields)
        return self._graph.applications.by_application_id(object_id).get(expecting(success, query))

    async def _answer(self, operation: AzureOperation, call: Awaitable[T | None]) -> T:
        """What a call that always answers with a body answered."""
        made = await self._ask(operation, call, WRITE_DEADLINE)
        if made is None:
            raise local_errors.incomplete_answer(operation)
        return made

    async def _ask(self, operation: AzureOperation, call: Awaitable[T], deadline: float = READ_DEADLINE) -> T:
        context = RequestContext(operation, tenant_id=self._graph_tenant, account=self._graph_account)
        return await self._graph_clients.ask_graph(context, call, deadline)


def _new_application(display_name: str, tags: Sequence[str], notes: str = "") -> GraphApplication:
    return GraphApplication(display_name=display_name, sign_in_audience=SINGLE_TENANT, tags=list(tags), notes=notes)


def _principal(item: GraphPrincipal, app_id: str, operation: AzureOperation) -> ServicePrincipal:
    """The service principal of `app_id`. Raises `CloudError` for that of another application."""
    _require(_same(item.app_id, app_id), operation)
    return ServicePrincipal(object_id=item.id or "", app_id=item.app_id or "")


def _same(id: str | None, other: str) -> bool:
    return (id or "").lower() == other.lower()


def _require(fits: bool, operation: AzureOperation) -> None:
    """Raise `CloudError` unless the answer `fits` what was asked."""
    if not fits:
        raise local_errors.incomplete_answer(operation)


async def _unless_owner(call: Awaitable[None]) -> None:
    """Run the addition of an owner; one that is an owner already is a success."""
    try:
        await call
    except ODataError as error:
        message = (error.error.message if error.error else "") or ""
        if error.response_status_code != 400 or "added object references already exist" not in message:
            raise


async def _unless_gone(call: Awaitable[None]) -> None:
    """Run a removal of a client secret; one that is not there (any more) is a success."""
    try:
        await or_none(call)
    except ODataError as error:
        if error.error is None or "No password credential found" not in (error.error.message or ""):
            raise
