"""The reads of connections, with answers that have all the parts they look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeops_tui.core.model import (
    Application,
    Cluster,
    DirectoryMember,
    Resource,
    RoleAssignment,
    RoleGrant,
    Subscription,
)
from pipeops_tui.core.model.doctor_facts import FailedOperation
from pipeops_tui.core.ports import Session

_ID = "11111111-1111-4111-8111-111111111111"
_APPLICATION = {
    "id": _ID,
    "appId": _ID,
    "displayName": "PipeOps",
    "createdDateTime": "2026-01-01T00:00:00Z",
    "deletedDateTime": "2026-02-01T00:00:00.1234567Z",
    "tags": ["pipeops-tui"],
    "notes": "for PipeOps",
    "passwordCredentials": [
        {
            "keyId": _ID,
            "displayName": "PipeOps secret",
            "hint": "abc",
            "startDateTime": "2026-01-01T00:00:00Z",
            "endDateTime": "2026-07-01T00:00:00Z",
        }
    ],
}
_PARTS = (
    "id appId displayName createdDateTime deletedDateTime tags tags[0] notes passwordCredentials "
    "passwordCredentials[0] passwordCredentials[0].keyId passwordCredentials[0].displayName "
    "passwordCredentials[0].hint passwordCredentials[0].startDateTime passwordCredentials[0].endDateTime"
)
_LIST_PARTS = "value value[0] " + " ".join(f"value[0].{part}" for part in _PARTS.split())


@dataclass(frozen=True)
class Read:
    """One read, the request it sends, what it should give, and the parts of the answer that it looks at."""

    operation: str
    ask: Callable[[Session, Subscription], Awaitable[object]]
    gives: Any
    parts: str
    sample: object = None
    """An answer that has all these parts, where the simulated Azure's own may lack some."""


CONNECTIONS = {
    "tagged applications": Read(
        "listApplications",
        lambda session, sub: session.tagged_applications(sub.tenant_id),
        Sequence[Application],
        _LIST_PARTS,
        {"value": [_APPLICATION]},
    ),
    "deleted applications": Read(
        "listDeletedApplications",
        lambda session, sub: session.deleted_applications(sub.tenant_id),
        Sequence[Application],
        _LIST_PARTS,
        {"value": [_APPLICATION]},
    ),
    "an application": Read(
        "getApplication",
        lambda session, sub: session.application_by_client_id(sub.tenant_id, _ID),
        Application | None,
        _PARTS,
        _APPLICATION,
    ),
    "owners": Read(
        "listApplicationOwners",
        lambda session, sub: session.application_owners(sub.tenant_id, _ID),
        Sequence[DirectoryMember],
        "value value[0] value[0].id value[0].displayName value[0].userPrincipalName value[0].appId",
        {"value": [{"id": _ID, "displayName": "Robin", "userPrincipalName": "robin@contoso.com", "appId": _ID}]},
    ),
    "service principals": Read(
        "getDirectoryObjects",
        lambda session, sub: session.applications_of(sub.tenant_id, [_ID]),
        Sequence[Application],
        "value",
    ),
    "an object": Read(
        "getDirectoryObjects",
        lambda session, sub: session.client_id_of_object(sub.tenant_id, _ID),
        str,
        "value value[0] value[0].id value[0].appId",
        {"value": [{"id": _ID, "appId": _ID}]},
    ),
    "a service principal": Read(
        "getServicePrincipal",
        lambda session, sub: session.service_principal_id(sub.tenant_id, _ID),
        str,
        "id",
        {"id": _ID, "appId": _ID},
    ),
    "a member": Read(
        "getUser",
        lambda session, sub: session.member(sub.tenant_id, "robin@contoso.com"),
        DirectoryMember | None,
        "id displayName userPrincipalName",
        {"id": _ID, "displayName": "Robin", "userPrincipalName": "robin@contoso.com"},
    ),
    "contributors": Read(
        "listRoleAssignments",
        lambda session, sub: session.group_contributors(sub),
        Sequence[RoleAssignment],
        "value value[0] value[0].name value[0].properties value[0].properties.principalType "
        "value[0].properties.principalId value[0].properties.roleDefinitionId value[0].properties.scope",
    ),
    "roles of a principal": Read(
        "listRoleAssignments",
        lambda session, sub: session.roles_of(sub, _ID),
        Sequence[RoleGrant],
        "value value[0] value[0].properties value[0].properties.roleDefinitionId value[0].properties.scope "
        "value[0].properties.condition",
        {"value": [{"properties": {"roleDefinitionId": "/x", "scope": "/x", "condition": "x"}}]},
    ),
    "resources": Read(
        "listGroupResources",
        lambda session, sub: session.resources(sub, "data-rg"),
        Sequence[Resource],
        "value value[0] value[0].id value[0].name value[0].type value[0].location",
        {"value": [{"id": "/x", "name": "x", "type": "Microsoft.Compute/disks", "location": "westeurope"}]},
    ),
    "clusters": Read(
        "listResourcesOfType",
        lambda session, sub: session.clusters(sub, "data-rg"),
        Sequence[Cluster],
        "value value[0] value[0].name value[0].properties value[0].properties.nodeResourceGroup",
        {"value": [{"name": "x", "properties": {"nodeResourceGroup": "MC_x"}}]},
    ),
    "failed operations": Read(
        "listActivityLog",
        lambda session, sub: session.failed_operations(sub, "data-rg", _ID),
        Sequence[FailedOperation],
        "value value[0] value[0].claims value[0].claims.appid value[0].eventTimestamp value[0].operationId "
        "value[0].operationName value[0].operationName.value value[0].properties value[0].properties.statusMessage "
        "value[0].resourceId value[0].status value[0].status.value",
        {
            "value": [
                {
                    "claims": {"appid": _ID},
                    "eventTimestamp": "2026-01-01T00:00:00.1234567Z",
                    "operationId": _ID,
                    "operationName": {"value": "Microsoft.Compute/disks/write"},
                    "properties": {"statusMessage": '{"error":{"code":"X","message":"No.","details":[{"message":1}]}}'},
                    "resourceId": "/x",
                    "status": {"value": "Failed"},
                }
            ]
        },
    ),
}
"""By what is read."""
