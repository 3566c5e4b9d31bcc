"""Service principals (Microsoft Graph v1.0 "servicePrincipal" and "Upsert servicePrincipal")."""

from __future__ import annotations

from pipeops_tui.simulator.graph import objects
from pipeops_tui.simulator.graph.collections import entity, listing
from pipeops_tui.simulator.graph.service import bad_request, denied, json_body, not_found
from pipeops_tui.simulator.graph.shapes import service_principal_json, writable
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world import rights
from pipeops_tui.simulator.world.entities import Application, ServicePrincipal


@handles("listServicePrincipals")
def list_service_principals(call: Call) -> Reply:
    """The service principals of the tenant."""
    if not rights.may_read_applications(call.world.directory, call.caller):
        raise denied()
    tenant = call.caller.tenant_id
    mine = [item for item in call.world.directory.service_principals.values() if item.tenant_id == tenant]
    delay = call.world.rules.replication.index
    indexed = [item for item in mine if not call.world.young(item.created, delay)]
    return listing(call, "servicePrincipals", [service_principal_json(call.world, item) for item in indexed])


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
    if not rights.may_read_applications(call.world.directory, call.caller):
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
    objects.check_manageable(call, item)
    body.pop("appId", None)
    objects.update(item, writable(body, "servicePrincipal"))
    return Reply(204)


@handles("deleteServicePrincipal")
def delete_service_principal(call: Call) -> Reply:
    """Removes a service principal; its role assignments stay behind without a name."""
    item = objects.service_principal(call)
    objects.check_manageable(call, item)
    call.world.directory.delete_service_principal(item)
    return Reply(204)


def _create(call: Call, app_id: str, body: dict[str, Json]) -> Reply:
    world, caller = call.world, call.caller
    application = world.directory.application_of(caller.tenant_id, app_id)
    if application is None:
        raise _no_backing_application(app_id)
    objects.check_manageable(call, application)
    _check_backed(call, application)
    objects.check_quota(call)
    if world.directory.principal_of(caller.tenant_id, app_id) is not None:
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
    world.directory.add_service_principal(item)
    reply = entity(call, 201, "servicePrincipals", service_principal_json(world, item))
    reply.headers |= objects.location(call, item)
    return reply


def _check_backed(call: Call, application: Application) -> None:
    """Raises ServiceError while a new application is unknown where service principals are made.

    The two halves of that time speak with two voices (hashicorp/terraform-provider-azuread#581).
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
