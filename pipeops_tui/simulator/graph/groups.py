"""Security groups (Microsoft Graph v1.0 "group"). Their members get the roles that are assigned to the group."""

from __future__ import annotations

from pipeops_tui.simulator.graph.directory_objects import merge
from pipeops_tui.simulator.graph.entity_types import group_json, writable
from pipeops_tui.simulator.graph.graph_service import bad_request, denied, json_body, not_found
from pipeops_tui.simulator.graph.odata import entity, listing
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Reply
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.records import GroupRecord

_REQUIRED = ("displayName", "mailEnabled", "mailNickname", "securityEnabled")


@handles("listGroups")
def list_groups(call: Call) -> Reply:
    """The groups of the tenant."""
    if not authorization.may_read_groups(call.world.directory, call.caller):
        raise denied()
    mine = [item for item in call.world.directory.groups.values() if item.tenant_id == call.caller.tenant_id]
    return listing(call, "groups", [group_json(item) for item in mine])


@handles("createGroup")
def create_group(call: Call) -> Reply:
    """Makes a security group; the user who makes it owns it."""
    world, caller = call.world, call.caller
    if not authorization.may_create_groups(world.directory, caller):
        raise denied()
    properties = writable(json_body(call.request), "group")
    missing = next((name for name in _REQUIRED if properties.get(name) is None), None)
    if missing is not None:
        raise bad_request(f"A value is required for property '{missing}' of resource 'Group'.")
    if properties["mailEnabled"] is True or properties.get("groupTypes"):
        raise bad_request(
            "The service does not currently support writes of mail-enabled groups. Please ensure that the "
            "mail-enablement property is unset and the security-enablement property is set."
        )
    item = GroupRecord(
        object_id=world.ids.guid("group"),
        tenant_id=caller.tenant_id,
        created=world.now(),
        properties=properties,
        owners=[caller.object_id],
    )
    world.directory.groups[item.object_id] = item
    return entity(call, 201, "groups", group_json(item))


@handles("getGroup")
def get_group(call: Call) -> Reply:
    """One group."""
    return entity(call, 200, "groups", group_json(group_in_path(call)))


@handles("updateGroup")
def update_group(call: Call) -> Reply:
    """Changes a group."""
    item = manageable_group(call)
    merge(item.properties, writable(json_body(call.request), "group"))
    return Reply(204)


@handles("deleteGroup")
def delete_group(call: Call) -> Reply:
    """Removes a group. Its role assignments stay, with a principal that no longer exists."""
    del call.world.directory.groups[manageable_group(call).object_id]
    return Reply(204)


def group_in_path(call: Call) -> GroupRecord:
    """The group that the path names. Raises ServiceError: 403 where groups cannot be read, 404 where there is none."""
    if not authorization.may_read_groups(call.world.directory, call.caller):
        raise denied()
    item = call.world.directory.groups.get(call.params["group"].lower())
    if item is None or item.tenant_id != call.caller.tenant_id:
        raise not_found(call.params["group"])
    return item


def manageable_group(call: Call) -> GroupRecord:
    """As `group_in_path`, for a change: raises ServiceError (403) when the caller is not allowed to make it."""
    item = group_in_path(call)
    if not authorization.may_manage_group(call.world.directory, call.caller, item):
        raise denied()
    return item
