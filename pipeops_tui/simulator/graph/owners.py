"""Owners of applications, service principals and groups, and members of groups: lists of references to objects.

Microsoft Graph v1.0 "application: addOwner", "servicePrincipal: addOwner", "group: Add members".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeops_tui.simulator.graph import directory_objects
from pipeops_tui.simulator.graph.entity_types import typed_object
from pipeops_tui.simulator.graph.graph_service import bad_request, denied, json_body, not_found
from pipeops_tui.simulator.graph.groups import group_in_path, manageable_group
from pipeops_tui.simulator.graph.odata import expands, listing
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.records import DirectoryObjectRecord


@handles("listApplicationOwners")
def list_application_owners(call: Call) -> Reply:
    """Who owns an application."""
    return _listed(call, directory_objects.application(call).owners)


@handles("addApplicationOwner")
def add_application_owner(call: Call) -> Reply:
    """Adds an owner to an application."""
    item = _manageable(call, directory_objects.application(call))
    if not authorization.may_add_owners(call.world.directory, call.caller):
        raise denied()
    return _add(call, item.owners, "owners")


@handles("removeApplicationOwner")
def remove_application_owner(call: Call) -> Reply:
    """Removes an owner from an application."""
    return _remove(call, _manageable(call, directory_objects.application(call)).owners)


@handles("listServicePrincipalOwners")
def list_service_principal_owners(call: Call) -> Reply:
    """Who owns a service principal."""
    return _listed(call, directory_objects.service_principal(call).owners)


@handles("addServicePrincipalOwner")
def add_service_principal_owner(call: Call) -> Reply:
    """Adds an owner to a service principal."""
    item = _manageable(call, directory_objects.service_principal(call))
    return _add(call, item.owners, "owners")


@handles("removeServicePrincipalOwner")
def remove_service_principal_owner(call: Call) -> Reply:
    """Removes an owner from a service principal."""
    return _remove(call, _manageable(call, directory_objects.service_principal(call)).owners)


@handles("listGroupOwners")
def list_group_owners(call: Call) -> Reply:
    """Who owns a group."""
    return _listed(call, group_in_path(call).owners)


@handles("listGroupMembers")
def list_group_members(call: Call) -> Reply:
    """Who is in a group."""
    return _listed(call, group_in_path(call).members)


@handles("addGroupMember")
def add_group_member(call: Call) -> Reply:
    """Adds a member to a group."""
    return _add(call, manageable_group(call).members, "members")


@handles("removeGroupMember")
def remove_group_member(call: Call) -> Reply:
    """Removes a member from a group."""
    return _remove(call, manageable_group(call).members)


@expands("applications", "owners")
def owners_of_application(call: Call, object_id: str) -> Sequence[dict[str, Json]]:
    """What `$expand=owners` shows of an application."""
    item = call.world.directory.applications.get(object_id)
    return _objects(call, item.owners if item else ())


@expands("servicePrincipals", "owners")
def owners_of_service_principal(call: Call, object_id: str) -> Sequence[dict[str, Json]]:
    """What `$expand=owners` shows of a service principal."""
    item = call.world.directory.service_principals.get(object_id)
    return _objects(call, item.owners if item else ())


@expands("groups", "owners")
def owners_of_group(call: Call, object_id: str) -> Sequence[dict[str, Json]]:
    """What `$expand=owners` shows of a group."""
    return _objects(call, call.world.directory.groups[object_id].owners)


@expands("groups", "members")
def members_of_group(call: Call, object_id: str) -> Sequence[dict[str, Json]]:
    """What `$expand=members` shows of a group."""
    return _objects(call, call.world.directory.groups[object_id].members)


def _objects(call: Call, ids: Iterable[str]) -> list[dict[str, Json]]:
    found = (typed_object(call.world, call.caller.tenant_id, object_id) for object_id in ids)
    return [item for item in found if item is not None]


def _listed(call: Call, ids: Iterable[str]) -> Reply:
    return listing(call, "directoryObjects", _objects(call, ids))


def _manageable(call: Call, item: DirectoryObjectRecord) -> DirectoryObjectRecord:
    directory_objects.check_manageable(call, item)
    return item


def _add(call: Call, ids: list[str], property_name: str) -> Reply:
    reference = json_body(call.request).get("@odata.id")
    if not isinstance(reference, str) or "/" not in reference:
        raise bad_request("A value is required for property '@odata.id' of the reference.")
    object_id = reference.rstrip("/").rpartition("/")[2].lower()
    if typed_object(call.world, call.caller.tenant_id, object_id) is None:
        raise not_found(object_id)
    if object_id in ids:
        raise bad_request(
            "One or more added object references already exist for the following modified properties: "
            f"'{property_name}'."
        )
    ids.append(object_id)
    return Reply(204)


def _remove(call: Call, ids: list[str]) -> Reply:
    object_id = call.params["object"].lower()
    if object_id not in ids:
        raise not_found(call.params["object"])
    ids.remove(object_id)
    return Reply(204)
