"""Deleted applications and service principals, which can be restored for 30 days (Microsoft Graph v1.0, "directory:
deletedItems").

Deleting an application deletes its service principal; restoring the application does not restore it.
"""

from __future__ import annotations

from pipeops_tui.simulator.graph.entity_types import application_json, service_principal_json
from pipeops_tui.simulator.graph.graph_service import denied, not_found
from pipeops_tui.simulator.graph.odata import entity, listing
from pipeops_tui.simulator.graph.service_principals import check_name_free
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.records import ApplicationRecord, ServicePrincipalRecord


@handles("listDeletedApplications")
def list_deleted_applications(call: Call) -> Reply:
    """The applications that were deleted in the last 30 days."""
    _check_readable(call)
    items = call.world.directory.deleted_items(call.caller.tenant_id)
    return listing(call, "applications", [application_json(call.world, item) for item in items])


@handles("listDeletedServicePrincipals")
def list_deleted_service_principals(call: Call) -> Reply:
    """The service principals that were deleted in the last 30 days."""
    _check_readable(call)
    items = call.world.directory.deleted_principals(call.caller.tenant_id)
    return listing(call, "servicePrincipals", [service_principal_json(call.world, item) for item in items])


@handles("getDeletedItem")
def get_deleted_item(call: Call) -> Reply:
    """One deleted item."""
    return entity(call, 200, "directoryObjects", _shown(call, _deleted(call)))


@handles("purgeDeletedItem")
def purge_deleted_item(call: Call) -> Reply:
    """Removes a deleted item permanently."""
    item = _deleted(call)
    if not authorization.may_purge(call.world.directory, call.caller, item):
        raise denied()
    call.world.directory.purge(item)
    return Reply(204)


@handles("restoreDeletedItem")
def restore_deleted_item(call: Call) -> Reply:
    """Brings a deleted item back, and nothing that was deleted with it."""
    item = _deleted(call)
    if not authorization.may_restore(call.world.directory, call.caller):
        raise denied()
    if isinstance(item, ServicePrincipalRecord):
        check_name_free(call, item.app_id)
    call.world.directory.restore(item)
    return entity(call, 200, "directoryObjects", _shown(call, item))


def _check_readable(call: Call) -> None:
    if not authorization.may_read_applications(call.world.directory, call.caller):
        raise denied()


def _deleted(call: Call) -> ApplicationRecord | ServicePrincipalRecord:
    key, tenant, directory = call.params["item"].lower(), call.caller.tenant_id, call.world.directory
    items: list[ApplicationRecord | ServicePrincipalRecord] = [
        *directory.deleted_items(tenant),
        *directory.deleted_principals(tenant),
    ]
    item = next((one for one in items if one.object_id == key), None)
    if item is None:
        raise not_found(call.params["item"])
    return item


def _shown(call: Call, item: ApplicationRecord | ServicePrincipalRecord) -> dict[str, Json]:
    if isinstance(item, ApplicationRecord):
        return {"@odata.type": "#microsoft.graph.application"} | application_json(call.world, item)
    return {"@odata.type": "#microsoft.graph.servicePrincipal"} | service_principal_json(call.world, item)
