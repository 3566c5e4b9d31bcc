"""Service principals (Microsoft Graph v1.0 "servicePrincipal" and "Upsert servicePrincipal")."""

from __future__ import annotations

from pipeops_tui.simulator.graph import objects
from pipeops_tui.simulator.graph.collections import entity, listing
from pipeops_tui.simulator.graph.service import bad_request, denied, json_body, not_found
from pipeops_tui.simulator.graph.shapes import service_principal_json, writable
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.entities import ServicePrincipal


@handles("listServicePrincipals")
def list_service_principals(call: Call) -> Reply:
    """The service principals of the tenant."""
    if not authorization.may_read_directory(call.world, call.caller):
        raise denied()
    tenant = call.caller.tenant_id
    mine = [item for item in call.world.service_principals.values() if item.tenant_id == tenant]
    return listing(call, "servicePrincipals", [service_principal_json(call.world, item) for item in mine])


@handles("createServicePrincipal")
def create_service_principal(call: Call) -> Reply:
    """Gives an application its identity in the tenant."""
    body = json_body(call.request)
    app_id = body.pop("appId", None)
    if not isinstance(app_id, str) or not app_id:
        raise bad_request("A value is required for property 'appId' of resource 'ServicePrincipal'.")
    return _create(call, app_id.lower(), body)


@handles("getServicePrincipal")
def get_service_principal(call: Call) -> Reply:
    """One service principal."""
    if not authorization.may_read_directory(call.world, call.caller):
        raise denied()
    return entity(call, 200, "servicePrincipals", service_principal_json(call.world, objects.service_principal(call)))


@handles("updateServicePrincipal")
def update_service_principal(call: Call) -> Reply:
    """Changes a service principal (204), or creates it (201) when the client prefers that."""
    item = objects.find_service_principal(call)
    body = json_body(call.request)
    if item is None:
        if objects.wants_creation(call):
            body.pop("appId", None)
            return _create(call, objects.key_of(call).lower(), body)
        raise not_found(objects.key_of(call))
    if not authorization.may_manage_application(call.world, call.caller, item.app_id):
        raise denied()
    body.pop("appId", None)
    objects.update(item, writable(body, "servicePrincipal"))
    return Reply(204)


@handles("deleteServicePrincipal")
def delete_service_principal(call: Call) -> Reply:
    """Removes a service principal; its role assignments stay behind without a name."""
    item = objects.service_principal(call)
    if not authorization.may_manage_application(call.world, call.caller, item.app_id):
        raise denied()
    call.world.delete_service_principal(item)
    return Reply(204)


def _create(call: Call, app_id: str, body: dict[str, Json]) -> Reply:
    world, caller = call.world, call.caller
    application = world.application_of(caller.tenant_id, app_id)
    if application is None:
        raise no_backing_application(app_id)
    if not authorization.may_manage_application(world, caller, app_id):
        raise denied()
    if world.principal_of(caller.tenant_id, app_id) is not None:
        raise ServiceError(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            "The service principal cannot be created, updated, or restored because the service principal name "
            f"{app_id} is already in use.",
            details=(
                {
                    "code": "ConflictingObjects",
                    "message": "The service principal cannot be created, updated, or restored because the service "
                    f"principal name {app_id} is already in use.",
                    "target": "servicePrincipalNames",
                },
            ),
        )
    item = ServicePrincipal(
        object_id=world.ids.guid("service principal"),
        app_id=app_id,
        tenant_id=caller.tenant_id,
        created=world.now(),
        created_by=caller.object_id,
        properties={"displayName": application.display_name} | writable(body, "servicePrincipal"),
        owners=[caller.object_id],
    )
    world.add_service_principal(item)
    reply = entity(call, 201, "servicePrincipals", service_principal_json(world, item))
    reply.headers |= objects.location(call, item)
    return reply


def no_backing_application(app_id: str) -> ServiceError:
    """400: no application of this tenant, or none the directory's other copies know yet."""
    message = f"The appId '{app_id}' of the service principal does not reference a valid application object."
    return bad_request(
        message, details=({"code": "NoBackingApplicationObject", "message": message, "target": "appId"},)
    )
