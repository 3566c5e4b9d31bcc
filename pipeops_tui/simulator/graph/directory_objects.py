"""What applications and service principals have in common: keys in paths, upserts, quota, replication."""

from __future__ import annotations

from pipeops_tui.simulator.graph.graph_service import bad_request, not_found
from pipeops_tui.simulator.routing import Call
from pipeops_tui.simulator.wire import Json, ServiceError
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.records import ApplicationRecord, DirectoryObjectRecord, ServicePrincipalRecord
from pipeops_tui.simulator.world.stores import PERSONAL_QUOTA


def key_of(call: Call) -> str:
    """The key in the path as the client wrote it."""
    return call.params.get("id") or call.params["value"].replace("''", "'")


def find_application(call: Call) -> ApplicationRecord | None:
    """The application the path names: by object id, `appId` or `uniqueName`. Raises ServiceError for other keys."""
    directory, tenant, key = call.world.directory, call.caller.tenant_id, key_of(call)
    match call.params.get("alternate", "id").lower():
        case "id":
            item = directory.applications.get(key.lower())
            return item if item and item.tenant_id == tenant else None
        case "appid":
            return directory.application_of(tenant, key)
        case "uniquename":
            return directory.application_named(tenant, key)
        case other:
            raise bad_request(f"Invalid alternate key '{other}' for resource 'Application'.")


def find_service_principal(call: Call) -> ServicePrincipalRecord | None:
    """The service principal the path names: by object id or `appId`. Raises ServiceError for other keys."""
    directory, tenant, key = call.world.directory, call.caller.tenant_id, key_of(call)
    match call.params.get("alternate", "id").lower():
        case "id":
            item = directory.service_principals.get(key.lower())
            return item if item and item.tenant_id == tenant else None
        case "appid":
            return directory.principal_of(tenant, key)
        case other:
            raise bad_request(f"Invalid alternate key '{other}' for resource 'ServicePrincipal'.")


def application(call: Call) -> ApplicationRecord:
    """The application the path names. Raises ServiceError (404) when there is none, or it is too new to be known."""
    item = find_application(call)
    if item is None or call.world.young(item.created, call.world.rules.replication.application_reads):
        raise not_found(key_of(call))
    return item


def service_principal(call: Call) -> ServicePrincipalRecord:
    """The service principal the path names. Raises ServiceError (404), also when it is too new to be known."""
    item = find_service_principal(call)
    if item is None or call.world.young(item.created, call.world.rules.replication.principal_reads):
        raise not_found(key_of(call))
    return item


def check_settled(call: Call, item: DirectoryObjectRecord) -> None:
    """Raises ServiceError (404) while an application is too new to be changed (Azure/azure-cli#1332)."""
    delays = call.world.rules.replication
    delay = delays.application_writes if isinstance(item, ApplicationRecord) else delays.principal_reads
    if call.world.young(item.created, delay):
        raise not_found(key_of(call))


def check_manageable(call: Call, item: DirectoryObjectRecord) -> None:
    """Raises ServiceError (403) when the caller has no right to change `item`."""
    if not authorization.may_manage_application(call.world.directory, call.caller, item.app_id):
        raise ServiceError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def check_quota(call: Call) -> None:
    """Raises ServiceError (403) when the caller has made as many objects as a user without a role can make."""
    directory, caller = call.world.directory, call.caller
    if authorization.has_personal_quota(directory, caller) and directory.made_by(caller.object_id) >= PERSONAL_QUOTA:
        raise ServiceError(
            403,
            "Directory_QuotaExceeded",
            "The directory object quota limit for the Principal has been exceeded. Please ask your administrator to "
            "increase the quota limit or delete objects to reduce the used quota.",
        )


def wants_creation(call: Call) -> bool:
    """Whether a PATCH by alternate key creates what it does not find (`Prefer: create-if-missing`)."""
    preferences = call.request.headers.get("prefer", "").lower().split(",")
    return "alternate" in call.params and "create-if-missing" in (item.strip() for item in preferences)


def update(item: DirectoryObjectRecord, properties: dict[str, Json]) -> None:
    """Sets new values of an object's properties."""
    merge(item.properties, properties)


def merge(kept: dict[str, Json], properties: dict[str, Json]) -> None:
    """Sets new values of properties; objects such as `web` are merged one level deep."""
    for name, value in properties.items():
        old = kept.get(name)
        kept[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value


def location(call: Call, item: DirectoryObjectRecord) -> dict[str, str]:
    """The Location header of a creation: an address under `/v2` that nothing answers to, as Graph sends it."""
    kind = "Application" if isinstance(item, ApplicationRecord) else "ServicePrincipal"
    base = f"{call.world.endpoints.graph}/v2/{item.tenant_id}/directoryObjects"
    return {"Location": f"{base}/{item.object_id}/Microsoft.DirectoryServices.{kind}"}
