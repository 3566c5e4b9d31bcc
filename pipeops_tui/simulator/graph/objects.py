"""What applications and service principals have in common: how a path names one, and how upserts are asked for."""

from __future__ import annotations

from pipeops_tui.simulator.graph.service import bad_request, not_found
from pipeops_tui.simulator.routing import Call
from pipeops_tui.simulator.wire import Json
from pipeops_tui.simulator.world.entities import Application, DirectoryObject, ServicePrincipal


def key_of(call: Call) -> str:
    """The key in the path as the client wrote it."""
    return call.params.get("id") or call.params["value"].replace("''", "'")


def find_application(call: Call) -> Application | None:
    """The application the path names: by object id, `appId` or `uniqueName`. Raises ServiceError for other keys."""
    world, tenant, key = call.world, call.caller.tenant_id, key_of(call)
    match call.params.get("alternate", "id"):
        case "id":
            item = world.applications.get(key.lower())
            return item if item and item.tenant_id == tenant else None
        case "appId":
            return world.application_of(tenant, key)
        case "uniqueName":
            return next(
                (a for a in world.applications.values() if a.tenant_id == tenant and a.unique_name == key), None
            )
        case other:
            raise bad_request(f"Invalid alternate key '{other}' for resource 'Application'.")


def find_service_principal(call: Call) -> ServicePrincipal | None:
    """The service principal the path names: by object id or `appId`. Raises ServiceError for other keys."""
    world, tenant, key = call.world, call.caller.tenant_id, key_of(call)
    match call.params.get("alternate", "id"):
        case "id":
            item = world.service_principals.get(key.lower())
            return item if item and item.tenant_id == tenant else None
        case "appId":
            return world.principal_of(tenant, key)
        case other:
            raise bad_request(f"Invalid alternate key '{other}' for resource 'ServicePrincipal'.")


def application(call: Call) -> Application:
    """The application the path names. Raises ServiceError (404)."""
    item = find_application(call)
    if item is None:
        raise not_found(key_of(call))
    return item


def service_principal(call: Call) -> ServicePrincipal:
    """The service principal the path names. Raises ServiceError (404)."""
    item = find_service_principal(call)
    if item is None:
        raise not_found(key_of(call))
    return item


def wants_creation(call: Call) -> bool:
    """Whether a PATCH by alternate key may create what it does not find (`Prefer: create-if-missing`)."""
    preferences = call.request.headers.get("prefer", "").lower().split(",")
    return "alternate" in call.params and "create-if-missing" in (item.strip() for item in preferences)


def update(item: DirectoryObject, properties: dict[str, Json]) -> None:
    """Puts new values in place; objects such as `web` are merged one level deep."""
    for name, value in properties.items():
        old = item.properties.get(name)
        item.properties[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value


def location(call: Call, item: DirectoryObject) -> dict[str, str]:
    """The Location header of a creation: a v2 address that only names the object."""
    kind = "Application" if isinstance(item, Application) else "ServicePrincipal"
    base = f"{call.world.endpoints.graph}/v2/{item.tenant_id}/directoryObjects"
    return {"Location": f"{base}/{item.object_id}/Microsoft.DirectoryServices.{kind}"}
