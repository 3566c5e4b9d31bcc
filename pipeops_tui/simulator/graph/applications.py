"""Application registrations (Microsoft Graph v1.0 "application" and "Upsert application")."""

from __future__ import annotations

from pipeops_tui.simulator.graph import directory_objects
from pipeops_tui.simulator.graph.entity_types import application_json, writable
from pipeops_tui.simulator.graph.graph_service import bad_request, denied, json_body, not_found
from pipeops_tui.simulator.graph.key_credentials import certificates_in
from pipeops_tui.simulator.graph.odata import entity, listing
from pipeops_tui.simulator.graph.passwords import initial_passwords
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.records import ApplicationRecord

_AUDIENCES = ("AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount")


@handles("listApplications")
def list_applications(call: Call) -> Reply:
    """The applications of the tenant."""
    if not authorization.may_read_applications(call.world.directory, call.caller):
        raise denied()
    tenant = call.caller.tenant_id
    mine = [item for item in call.world.directory.applications.values() if item.tenant_id == tenant]
    delay = call.world.rules.replication.index
    indexed = [item for item in mine if not call.world.young(item.created, delay)]
    return listing(call, "applications", [application_json(call.world, item) for item in indexed])


@handles("createApplication")
def create_application(call: Call) -> Reply:
    """Registers an application; its display name need not be unique."""
    return _create(call, json_body(call.request))


@handles("getApplication")
def get_application(call: Call) -> Reply:
    """One application."""
    if not authorization.may_read_applications(call.world.directory, call.caller):
        raise denied()
    return entity(call, 200, "applications", application_json(call.world, directory_objects.application(call)))


@handles("updateApplication")
def update_application(call: Call) -> Reply:
    """Changes an application (204), or creates it (201) when its `uniqueName` is free and the client prefers that."""
    if not call.world.rules.upsert_by_unique_name and call.params.get("alternate") == "uniqueName":
        raise bad_request("Resource 'Application' cannot be addressed by 'uniqueName' in a request of this type.")
    item = directory_objects.find_application(call)
    if item is None:
        if call.params.get("alternate") == "uniqueName" and directory_objects.wants_creation(call):
            return _create(call, json_body(call.request), unique_name=directory_objects.key_of(call))
        raise not_found(directory_objects.key_of(call))
    directory_objects.check_manageable(call, item)
    if not directory_objects.wants_creation(call):
        directory_objects.check_settled(call, item)
    body = json_body(call.request)
    if "passwordCredentials" in body:
        raise bad_request("Using PATCH to set passwordCredential is not supported. Use addPassword and removePassword.")
    properties = writable(body, "application")
    _check(properties)
    if "keyCredentials" in properties:
        item.certificates = certificates_in(call, properties.pop("keyCredentials"), item.certificates)
    directory_objects.update(item, properties)
    return Reply(204)


@handles("deleteApplication")
def delete_application(call: Call) -> Reply:
    """Moves an application to the deleted items for 30 days."""
    item = directory_objects.application(call)
    directory_objects.check_manageable(call, item)
    directory_objects.check_settled(call, item)
    call.world.directory.delete_application(item)
    return Reply(204)


def _create(call: Call, body: dict[str, Json], unique_name: str | None = None) -> Reply:
    world, caller = call.world, call.caller
    if not authorization.may_create_applications(world.directory, caller):
        raise denied()
    directory_objects.check_quota(call)
    if not body.get("displayName"):
        raise bad_request("A value is required for property 'displayName' of resource 'Application'.")
    passwords, secrets = initial_passwords(call, body.pop("passwordCredentials", None))
    properties = writable(body, "application")
    _check(properties)
    certificates = certificates_in(call, properties.pop("keyCredentials", []), [])
    if unique_name is not None:
        if world.directory.unique_name_taken(caller.tenant_id, unique_name):
            raise bad_request("Another object with the same value for property uniqueName already exists.")
        properties["uniqueName"] = unique_name
    if properties.get("signInAudience") in _AUDIENCES[2:]:
        properties["api"] = {"requestedAccessTokenVersion": 2}
    item = ApplicationRecord(
        object_id=world.ids.guid("application object"),
        app_id=world.ids.guid("application"),
        tenant_id=caller.tenant_id,
        created=world.now(),
        created_by=caller.object_id,
        properties=properties,
        owners=[caller.object_id],
        passwords=passwords,
        certificates=certificates,
    )
    world.directory.add_application(item)
    shown = application_json(world, item, fresh=True)
    if secrets:
        shown["passwordCredentials"] = secrets
    reply = entity(call, 201, "applications", shown)
    reply.headers |= directory_objects.location(call, item)
    return reply


def _check(properties: dict[str, Json]) -> None:
    name = properties.get("displayName", "-")
    if not isinstance(name, str) or not name.strip() or len(name) > 256:
        raise bad_request("Invalid value specified for property 'displayName' of resource 'Application'.")
    audience = properties.get("signInAudience", _AUDIENCES[0])
    if audience not in _AUDIENCES:
        raise bad_request("Invalid value specified for property 'signInAudience' of resource 'Application'.")
    tags = properties.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) and len(tag) <= 256 for tag in tags):
        raise bad_request("Invalid value specified for property 'tags' of resource 'Application'.")
