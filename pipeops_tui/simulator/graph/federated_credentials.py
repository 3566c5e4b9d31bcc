"""Federated identity credentials of applications (Microsoft Graph v1.0 "federatedIdentityCredential").

`client_assertions` lets tokens sign in that match them.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeops_tui.simulator.graph import directory_objects
from pipeops_tui.simulator.graph.entity_templates import FEDERATED_CREDENTIAL
from pipeops_tui.simulator.graph.graph_service import bad_request, json_body, not_found
from pipeops_tui.simulator.graph.odata import entity, expands, listing
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, JsonObject, Reply, ServiceError
from pipeops_tui.simulator.world.records import ApplicationRecord, FederatedCredentialRecord

_MOST = 20
_LONGEST_NAME = 120
_NAME = "federatedIdentityCredentials"


@handles("listFederatedCredentials")
def list_federated_credentials(call: Call) -> Reply:
    """The federated credentials of an application."""
    item = directory_objects.application(call)
    return listing(call, _collection(item), [_json(credential) for credential in item.federated])


@handles("createFederatedCredential")
def create_federated_credential(call: Call) -> Reply:
    """Adds one; name, and issuer with subject, are unique within the application."""
    item = _manageable(call)
    properties = _checked(json_body(call.request))
    if len(item.federated) >= _MOST:
        raise bad_request(f"The maximum number of federated identity credentials, {_MOST}, has been reached.")
    if any(other.name == properties["name"] for other in item.federated):
        # Azure/azure-dev#1482
        raise ServiceError(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            f"FederatedIdentityCredential with name {properties['name']} already exists.",
        )
    _check_unique(item, properties)
    credential = FederatedCredentialRecord(call.world.ids.guid("federated credential"), properties)
    item.federated.append(credential)
    return entity(call, 201, _collection(item), _json(credential))


@handles("getFederatedCredential")
def get_federated_credential(call: Call) -> Reply:
    """One by its id or its name."""
    item = directory_objects.application(call)
    return entity(call, 200, _collection(item), _json(_find(call, item)))


@handles("updateFederatedCredential")
def update_federated_credential(call: Call) -> Reply:
    """Changes everything but the name."""
    item = _manageable(call)
    old = _find(call, item)
    sent = json_body(call.request)
    if sent.get("name", old.name) != old.name:
        raise bad_request("Property 'name' is read-only and cannot be set.")
    properties = _checked(old.properties | sent)
    item.federated.remove(old)
    try:
        _check_unique(item, properties)
    finally:
        item.federated.append(old)
    item.federated[-1] = FederatedCredentialRecord(old.credential_id, properties)
    return Reply(204)


@handles("deleteFederatedCredential")
def delete_federated_credential(call: Call) -> Reply:
    """Removes one by its id or its name."""
    item = _manageable(call)
    item.federated.remove(_find(call, item))
    return Reply(204)


@expands("applications", _NAME)
def credentials_of_application(call: Call, object_id: str) -> Sequence[dict[str, Json]]:
    """What `$expand=federatedIdentityCredentials` shows."""
    item = call.world.directory.applications.get(object_id)
    return [_json(credential) for credential in item.federated] if item else []


def _manageable(call: Call) -> ApplicationRecord:
    item = directory_objects.application(call)
    directory_objects.check_manageable(call, item)
    return item


def _collection(item: ApplicationRecord) -> str:
    return f"applications('{item.object_id}')/{_NAME}"


def _find(call: Call, item: ApplicationRecord) -> FederatedCredentialRecord:
    key = call.params["credential"]
    found = next((one for one in item.federated if key in (one.credential_id, one.name)), None)
    if found is None:
        raise not_found(key)
    return found


def _json(credential: FederatedCredentialRecord) -> dict[str, Json]:
    return FEDERATED_CREDENTIAL | credential.properties | {"id": credential.credential_id}


def _checked(sent: JsonObject) -> JsonObject:
    properties = {name: value for name, value in sent.items() if not name.startswith("@")}
    unknown = next((name for name in properties if name not in FEDERATED_CREDENTIAL or name == "id"), None)
    if unknown is not None:
        raise bad_request(f"Invalid property '{unknown}'.")
    for name in ("name", "issuer", "subject"):
        value = properties.get(name)
        if not isinstance(value, str) or not value.strip():
            raise bad_request(f"A value is required for property '{name}' of resource 'FederatedIdentityCredential'.")
    if len(str(properties["name"])) > _LONGEST_NAME or not str(properties["issuer"]).startswith("https://"):
        raise bad_request("Invalid value specified for a property of resource 'FederatedIdentityCredential'.")
    audiences = properties.get("audiences")
    if not isinstance(audiences, list) or len(audiences) != 1 or not isinstance(audiences[0], str):
        raise bad_request("A value is required for property 'audiences' of resource 'FederatedIdentityCredential'.")
    return properties


def _check_unique(item: ApplicationRecord, properties: JsonObject) -> None:
    """Raises ServiceError (400) for an issuer with a subject that another credential has
    (Azure/azure-workload-identity#434)."""
    issuer, subject = properties["issuer"], properties["subject"]
    if any((one.properties["issuer"], one.properties["subject"]) == (issuer, subject) for one in item.federated):
        raise ServiceError(
            400,
            "InvalidFederatedIdentityCredentialValue",
            f"The combination of issuer and subject must be unique for the application. Issuer {issuer} and Subject: "
            f"{subject} already exist. paramName: FederatedIdentityCredential.Subject, paramValue: {subject}, "
            "objectType: Microsoft.Online.DirectoryServices.Application",
        )
