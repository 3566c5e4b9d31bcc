"""Service principals (Microsoft Graph v1.0 "servicePrincipal" and "Upsert servicePrincipal")."""

from __future__ import annotations

from pipeops_tui.simulator.graph import directory_objects
from pipeops_tui.simulator.graph.entity_types import service_principal_json, writable
from pipeops_tui.simulator.graph.graph_service import bad_request, denied, json_body, not_found
from pipeops_tui.simulator.graph.odata import entity, listing
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.records import ApplicationRecord, ServicePrincipalRecord


@handles("listServicePrincipals")
def list_service_principals(call: Call) -> Reply:
    """The service principals of the tenant."""
    if not authorization.may_read_applications(call.world.directory, call.caller):
        raise denied()
    tenant = call.caller.tenant_id
    mine = [item for item in call.world.directory.service_principals.values() if item.tenant_id == tenant]
    delay = call.world.rules.replication.index
    indexed = [item for item in mine if not call.world.young(item.created, delay)]
    return listing(call, "servicePrincipals", [service_principal_json(call.world, item) for item in indexed])


@handles("createServicePrincipal")
def create_service_principal(call: Call) -> Reply:
    """Creates the service principal of an application in the tenant."""
    body = json_body(call.request)
    app_id = body.pop("appId", None)
    if not isinstance(app_id, str) or not app_id:
        raise bad_request("A value is required for property 'appId' of resource 'ServicePrincipal'.")
    return _create(call, app_id.lower(), body)


@handles("getServicePrincipal")
def get_service_principal(call: Call) -> Reply:
    """One service principal."""
    if not authorization.may_read_applications(call.world.directory, call.caller):
        raise denied()
    return entity(
        call, 200, "servicePrincipals", service_principal_json(call.world, directory_objects.service_principal(call))
    )


@handles("updateServicePrincipal")
def update_service_principal(call: Call) -> Reply:
    """Changes a service principal (204), or creates it (201) when the client prefers that."""
    item = directory_objects.find_service_principal(call)
    body = json_body(call.request)
    if item is None:
        if directory_objects.wants_creation(call):
            body.pop("appId", None)
            return _create(call, directory_objects.key_of(call).lower(), body)
        raise not_found(directory_objects.key_of(call))
    directory_objects.check_manageable(call, item)
    body.pop("appId", None)
    directory_objects.update(item, writable(body, "servicePrincipal"))
    return Reply(204)


@handles("deleteServicePrincipal")
def delete_service_principal(call: Call) -> Reply:
    """Moves a service principal to the deleted items. Its role assignments stay, with a principal that is not there."""
    item = directory_objects.service_principal(call)
    directory_objects.check_manageable(call, item)
    call.world.directory.delete_service_principal(item)
    return Reply(204)


def check_name_free(call: Call, app_id: str) -> None:
    """Raises ServiceError (409) when the application has a service principal in the caller's tenant."""
    if call.world.directory.principal_of(call.caller.tenant_id, app_id) is None:
        return
    message = (
        "The service principal cannot be created, updated, or restored because the service principal name "
        f"{app_id} is already in use."
    )
    details = ({"code": "ConflictingObjects", "message": message, "target": "servicePrincipalNames"},)
    raise ServiceError(409, "Request_MultipleObjectsWithSameKeyValue", message, details=details)


def _create(call: Call, app_id: str, body: dict[str, Json]) -> Reply:
    world, caller = call.world, call.caller
    application = world.directory.application_of(caller.tenant_id, app_id)
    if application is None:
        raise _no_backing_application(app_id)
    directory_objects.check_manageable(call, application)
    _check_application_known(call, application)
    directory_objects.check_quota(call)
    check_name_free(call, app_id)
    item = ServicePrincipalRecord(
        object_id=world.ids.guid("service principal"),
        app_id=app_id,
        tenant_id=caller.tenant_id,
        created=world.now(),
        created_by=caller.object_id,
        properties={"displayName": application.display_name} | writable(body, "servicePrincipal"),
        owners=[caller.object_id],
    )
    world.directory.add_service_principal(item)
    reply = entity(call, 201, "servicePrincipals", service_principal_json(world, item))
    reply.headers |= directory_objects.location(call, item)
    return reply


def _check_application_known(call: Call, application: ApplicationRecord) -> None:
    """Raises ServiceError while a new application is too new to get a service principal.

    400 in the first half of that time and 403 in the second (hashicorp/terraform-provider-azuread#581).
    """
    delay = call.world.rules.replication.backing
    if call.world.young(application.created, delay / 2):
        raise _no_backing_application(application.app_id)
    if call.world.young(application.created, delay):
        raise ServiceError(
            403,
            "Authorization_RequestDenied",
            "When using this permission, the backing application of the service principal being created must in the "
            "local tenant",
        )


def _no_backing_application(app_id: str) -> ServiceError:
    message = f"The appId '{app_id}' of the service principal does not reference a valid application object."
    return bad_request(
        message, details=({"code": "NoBackingApplicationObject", "message": message, "target": "appId"},)
    )
