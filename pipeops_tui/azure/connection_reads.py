"""Reads what was prepared for PipeOps: applications, their client secrets, owners and roles.

A tenant can have thousands of applications, so lists are read page by page as plain JSON (`graph_json`).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar

from msgraph.generated.directory_objects.get_by_ids.get_by_ids_post_request_body import GetByIdsPostRequestBody

from pipeops_tui.azure.access_reads import ASSIGNMENTS_VERSION
from pipeops_tui.azure.answer_limits import MalformedAnswerError
from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.errors.evidence import AzureOperation, RequestContext
from pipeops_tui.azure.graph_json import GraphQuery, ListBuilder, ObjectBuilder, or_none, read_object, read_page
from pipeops_tui.azure.json_values import Document, as_dict, as_dicts, as_texts, text_at, time_at
from pipeops_tui.azure.resource_manager import AUTHORIZATION
from pipeops_tui.azure.tokens import token_claims
from pipeops_tui.core.marks import APPLICATION_TAG, is_marked
from pipeops_tui.core.model import (
    CONTRIBUTOR_ROLE_ID,
    Application,
    DirectoryMember,
    PasswordKey,
    RoleAssignment,
    Subscription,
)
from pipeops_tui.core.names import is_guid
from pipeops_tui.core.problem import CloudError

T = TypeVar("T")

_FIELDS = ["id", "appId", "displayName", "createdDateTime", "deletedDateTime", "tags", "notes", "passwordCredentials"]
_PAGE: Final = 500
"""Applications asked for at a time. Graph gives up to 999, which take twice as long to parse: 30 ms in which no key is
handled."""
_IDS: Final = 100
"""Service principals asked for at a time. Graph takes 1,000 ids, but one with single sign-on can have 40 KB."""
_CLIENT_IDS: Final = 15
"""Values that `in` takes in a filter (Microsoft Learn, "Use the $filter query parameter")."""
_SIDE_BY_SIDE: Final = 4
_ACCOUNT_NAME: Final = re.compile(r"[^\s/\\?%]+")
_UNKNOWN_DATE: Final = datetime.min.replace(tzinfo=UTC)


class ConnectionReads:
    """Implements `ports.ConnectionPort`, but for what a group holds (`ResourceReads`). Every method raises
    `CloudError`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def tagged_applications(self, tenant_id: str) -> Sequence[Application]:
        """By an advanced query. Where Graph refuses it, by the tag that newer applications have, and among what the
        account owns."""
        applications = self._clients.graph(tenant_id).applications
        begins, is_tag = f"startswith(t,'{APPLICATION_TAG}')", f"t eq '{APPLICATION_TAG}'"
        try:
            found = await self._listed(tenant_id, applications, f"tags/any(t:{begins})", advanced=True)
        except CloudError as error:
            if error.no_token or error.status != 400:
                raise
            tagged = await self._listed(tenant_id, applications, f"tags/any(t:{is_tag})")
            known = {one.object_id for one in tagged}
            found = [*tagged, *(one for one in await self._owned(tenant_id) if one.object_id not in known)]
        return _newest_first(one for one in found if is_marked(one.tags))

    async def deleted_applications(self, tenant_id: str) -> Sequence[Application]:
        """All of the last 30 days, of which the tagged ones are kept ("List deletedItems", v1.0)."""
        deleted = self._clients.graph(tenant_id).directory.deleted_items.graph_application
        return _newest_first(one for one in await self._listed(tenant_id, deleted) if is_marked(one.tags))

    async def application_by_client_id(self, tenant_id: str, client_id: str) -> Application | None:
        """By the alternate key `appId` ("Get application", v1.0). What is no GUID is not asked for."""
        if not is_guid(client_id):
            return None
        builder = self._clients.graph(tenant_id).applications_with_app_id(client_id)
        context = RequestContext(AzureOperation.GET_APPLICATION, tenant_id=tenant_id)

        async def read() -> Application | None:
            found = await self._object(tenant_id, builder, _FIELDS)
            return _same_client(_application(found), client_id) if found is not None else None

        return await self._clients.read_graph(context, read)

    async def client_id_of_object(self, tenant_id: str, object_id: str) -> str:
        """By "directoryObject: getByIds" (v1.0), which finds both kinds at once. What is no GUID is not asked for."""
        if not is_guid(object_id):
            return ""
        found = await self._objects(tenant_id, [object_id], ["application", "servicePrincipal"])
        ids = (text_at(item, "appId") for item in found if text_at(item, "id").lower() == object_id.lower())
        return next((one.lower() for one in ids if is_guid(one)), "")

    async def application_owners(self, tenant_id: str, object_id: str) -> Sequence[DirectoryMember]:
        """Users and service principals ("List owners of an application", v1.0)."""
        owners = self._clients.graph(tenant_id).applications.by_application_id(object_id).owners
        context = RequestContext(AzureOperation.LIST_OWNERS, tenant_id=tenant_id)
        pages = self._clients.read_graph_pages(context, owners, GraphQuery(), _member)
        return [owner async for page in pages for owner in page]

    async def role_holders(self, tenant_id: str, template_ids: Sequence[str]) -> Sequence[DirectoryMember]:
        """The members of the tenant's roles ("List directoryRoles" with `$expand=members`, v1.0)."""
        wanted = {template_id.casefold() for template_id in template_ids}
        context = RequestContext(AzureOperation.LIST_ROLE_HOLDERS, tenant_id=tenant_id)
        roles, query = self._clients.graph(tenant_id).directory_roles, GraphQuery(expand=["members"])
        pages = self._clients.read_graph_pages(context, roles, query, partial(_holders, wanted))
        return list({holder.object_id: holder async for page in pages for one in page for holder in one}.values())

    async def applications_of(self, tenant_id: str, principal_ids: Sequence[str]) -> Sequence[Application]:
        """The service principals by object id ("directoryObject: getByIds", v1.0), their applications by client id."""
        ids = tuple(dict.fromkeys(one.lower() for one in principal_ids if is_guid(one)))
        applications = self._clients.graph(tenant_id).applications
        client_ids = await _side_by_side(partial(self._client_ids, tenant_id, some) for some in _parts(ids, _IDS))
        lists = ["','".join(some) for some in _parts(client_ids, _CLIENT_IDS)]
        filters = [f"appId in ('{one}')" for one in lists]
        return await _side_by_side(partial(self._listed, tenant_id, applications, one) for one in filters)

    async def group_contributors(self, subscription: Subscription) -> Sequence[RoleAssignment]:
        """Role Assignments - List For Subscription, of which those at exactly one group are kept."""
        path = f"{subscription.scope}{AUTHORIZATION}/roleAssignments"
        context = RequestContext(
            AzureOperation.READ_ACCESS,
            tenant_id=subscription.tenant_id,
            subscription_id=subscription.subscription_id,
            scope=subscription.scope,
        )
        pages = self._clients.read_pages(context, path, ASSIGNMENTS_VERSION)
        group = re.compile(rf"{re.escape(subscription.scope)}/resourceGroups/[^/]+", re.IGNORECASE)
        return [
            assignment
            async for page in pages
            for assignment in map(_program_assignment, page)
            if assignment is not None and group.fullmatch(assignment.scope)
        ]

    async def service_principal_id(self, tenant_id: str, client_id: str) -> str:
        """By the alternate key `appId` ("Get servicePrincipal", v1.0). What is no GUID is not asked for."""
        if not is_guid(client_id):
            return ""
        builder = self._clients.graph(tenant_id).service_principals_with_app_id(client_id)
        context = RequestContext(AzureOperation.GET_PRINCIPAL, tenant_id=tenant_id)

        async def read() -> str:
            found = await self._object(tenant_id, builder, ["id", "appId"])
            return _id_of(found) if found is not None else ""

        return await self._clients.read_graph(context, read)

    async def member(self, tenant_id: str, account_name: str) -> DirectoryMember | None:
        """By object id or user principal name ("Get a user", v1.0). What can be neither is not asked for."""
        name = account_name.strip()
        if not _ACCOUNT_NAME.fullmatch(name):
            return None
        builder = self._clients.graph(tenant_id).users.by_user_id(name)
        context = RequestContext(AzureOperation.GET_MEMBER, tenant_id=tenant_id)

        async def read() -> DirectoryMember | None:
            found = await self._object(tenant_id, builder, ["id", "displayName", "userPrincipalName"])
            return _member(found) if found is not None else None

        return await self._clients.read_graph(context, read)

    async def _listed(
        self, tenant_id: str, builder: ListBuilder, filter_text: str = "", *, advanced: bool = False
    ) -> list[Application]:
        """All pages of a list of applications."""
        query = GraphQuery(_FIELDS, filter_text or None, _PAGE, count=advanced or None)
        context = RequestContext(AzureOperation.LIST_APPLICATIONS, tenant_id=tenant_id)
        pages = self._clients.read_graph_pages(context, builder, query, _application)
        return [application async for page in pages for application in page]

    async def _owned(self, tenant_id: str) -> Sequence[Application]:
        """What the signed-in person or service principal owns; nothing where that cannot be read."""
        graph, endpoints = self._clients.graph(tenant_id), self._clients.endpoints
        claims = token_claims((await self._clients.tokens.get(endpoints.graph_scope, tenant_id)).token)
        is_program = claims.get("idtyp") == "app"
        objects = (
            graph.service_principals.by_service_principal_id(text_at(claims, "oid")).owned_objects.graph_application
            if is_program
            else graph.me.owned_objects.graph_application
        )
        try:
            return await self._listed(tenant_id, objects)
        except CloudError:
            return []

    async def _client_ids(self, tenant_id: str, principal_ids: Sequence[str]) -> list[str]:
        """The client ids of those service principals that stand for applications of this tenant."""
        return [
            text_at(item, "appId")
            for item in await self._objects(tenant_id, principal_ids, ["servicePrincipal"])
            if text_at(item, "servicePrincipalType") == "Application"
            and text_at(item, "appOwnerOrganizationId").lower() == tenant_id.lower()
            and is_guid(text_at(item, "appId"))
        ]

    async def _objects(self, tenant_id: str, ids: Sequence[str], types: list[str]) -> Sequence[Document]:
        """The directory objects of these types that have one of these object ids."""
        body = GetByIdsPostRequestBody(ids=list(ids), types=types)
        graph = self._clients.graph(tenant_id)
        context = RequestContext(AzureOperation.GET_PRINCIPAL, tenant_id=tenant_id)

        async def read() -> Sequence[Document]:
            request = graph.directory_objects.get_by_ids.to_post_request_information(body)
            return (await read_page(graph, request, self._clients.endpoints.graph)).items

        return await self._clients.read_graph(context, read)

    async def _object(self, tenant_id: str, builder: ObjectBuilder, fields: list[str]) -> Document | None:
        request = builder.to_get_request_information(GraphQuery(fields).configuration())
        return await or_none(read_object(self._clients.graph(tenant_id), request))


def _application(item: Document) -> Application:
    """An application as Graph writes it. Raises `MalformedAnswerError` where its client secrets are missing: taken for
    none, they would say that it cannot sign in."""
    secrets = item.get("passwordCredentials")
    if not isinstance(secrets, list) or not all(is_guid(text_at(one, "keyId")) for one in secrets):
        raise MalformedAnswerError("an application without client secrets or their ids")
    if not is_guid(text_at(item, "appId")):
        raise MalformedAnswerError("an application without a client id")
    return Application(
        object_id=_id_of(item),
        app_id=text_at(item, "appId"),
        display_name=text_at(item, "displayName"),
        created=time_at(item, "createdDateTime"),
        tags=as_texts(item.get("tags")),
        notes=text_at(item, "notes"),
        secrets=tuple(map(_secret, secrets)),
        deleted=time_at(item, "deletedDateTime"),
    )


def _secret(item: Document) -> PasswordKey:
    start, end = time_at(item, "startDateTime"), time_at(item, "endDateTime")
    return PasswordKey(text_at(item, "keyId"), text_at(item, "displayName"), start, end, text_at(item, "hint"))


def _member(item: Document) -> DirectoryMember:
    name = text_at(item, "userPrincipalName") or text_at(item, "appId")
    return DirectoryMember(_id_of(item), text_at(item, "displayName") or name, name)


def _holders(wanted: Collection[str], role: Document) -> Sequence[DirectoryMember]:
    """The members of a directory role, if it is one of those wanted."""
    if text_at(role, "roleTemplateId").casefold() not in wanted:
        return ()
    return [_member(member) for member in as_dicts(role.get("members"))]


def _program_assignment(item: Document) -> RoleAssignment | None:
    """The assignment if it gives Contributor to a service principal."""
    properties = as_dict(item.get("properties"))
    role = text_at(properties, "roleDefinitionId")
    if text_at(properties, "principalType") != "ServicePrincipal":
        return None
    if role.rpartition("/")[2].lower() != CONTRIBUTOR_ROLE_ID:
        return None
    return RoleAssignment(text_at(item, "name"), text_at(properties, "scope"), text_at(properties, "principalId"), role)


def _id_of(item: Document) -> str:
    if not is_guid(text_at(item, "id")):
        raise MalformedAnswerError("an object without an id")
    return text_at(item, "id")


def _same_client(application: Application, client_id: str) -> Application:
    if application.app_id.lower() != client_id.lower():
        raise MalformedAnswerError("another application than the one asked for")
    return application


def _newest_first(applications: Iterable[Application]) -> list[Application]:
    return sorted(applications, key=lambda one: one.created or _UNKNOWN_DATE, reverse=True)


def _parts(items: Sequence[str], size: int) -> list[Sequence[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


async def _side_by_side(reads: Iterable[Callable[[], Awaitable[Sequence[T]]]]) -> list[T]:
    """The answers of several reads in order, `_SIDE_BY_SIDE` of them asked at a time. The first failure ends all."""
    room = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def ask(read: Callable[[], Awaitable[Sequence[T]]]) -> Sequence[T]:
        async with room:
            return await read()

    tasks = [asyncio.create_task(ask(read)) for read in reads]
    try:
        return [one for answer in await asyncio.gather(*tasks) for one in answer]
    finally:
        for task in tasks:
            task.cancel()
