"""The preparations for the situation of a recording, one function each.

A function prepares the world and says what of the recorded request must name what was prepared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.conformity.recordings import Recording
from tests.conformity.shapes import Json
from tests.conformity.stage import ARM_SCOPE, AZURE_CLI, CAE_CLIENT, CONTRIBUTOR, GRAPH_SCOPE, Stage

_EXISTING_GROUP = "web-prod-rg"
_EXISTING_RESOURCE = {"ns": "Microsoft.Web", "type": "sites", "name": "contoso-shop"}
_UNREGISTERED = "Microsoft.RecoveryServices"
_DELETION = 60.0
"""Seconds of the world in which a deletion is over."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a situation changes in the recorded request: path placeholders, and everything else that is given."""

    places: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    body: Json = None
    form: Mapping[str, str] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    path: str = ""


def nothing(stage: Stage, recording: Recording) -> Prepared:
    """Nothing is needed."""
    return Prepared()


def broken(stage: Stage, recording: Recording) -> Prepared:
    """Azure Front Door answers every request with its error page."""
    return _with_fault(stage, recording, "*:503-html")


def throttled(stage: Stage, recording: Recording) -> Prepared:
    """As many seconds to wait as the recorded message says."""
    seconds = re.findall(r"after '(\d+)' seconds", str(recording.body))
    return _with_fault(stage, recording, f"*:429={seconds[0] if seconds else 5}")


def _with_fault(stage: Stage, recording: Recording, fault: str) -> Prepared:
    token = stage.token(GRAPH_SCOPE if recording.api == "graph" else ARM_SCOPE)
    stage.azure.add_fault(fault)
    places = {"rg": _EXISTING_GROUP, **_EXISTING_RESOURCE, "…": "vaults", "namespace": _UNREGISTERED}
    return Prepared(places, token)


def expired(stage: Stage, recording: Recording) -> Prepared:
    """An expired token."""
    token = stage.token(ARM_SCOPE)
    stage.pass_time(4_000)
    return Prepared(token=token)


def revoked(stage: Stage, recording: Recording) -> Prepared:
    """A session that this world revokes when it first tries to write."""
    token = stage.person_token()
    stage.arm("PUT", stage.group_path(stage.name()), {"location": "westeurope"}, token=token)
    return Prepared(token=token)


def new_group(stage: Stage, recording: Recording) -> Prepared:
    """A name no group has."""
    return Prepared({"rg": stage.name()})


def existing_group(stage: Stage, recording: Recording) -> Prepared:
    """A group that was made as the recorded request says, or, for a read, as the recorded answer shows it."""
    shown = recording.body if isinstance(recording.body, Mapping) else {}
    made = {key: shown[key] for key in ("location", "tags") if key in shown} or {"location": "westeurope"}
    return Prepared({"rg": stage.group(made)})


def group_elsewhere(stage: Stage, recording: Recording) -> Prepared:
    """A group in eastus2."""
    return Prepared({"rg": stage.group({"location": "eastus2"})})


def deleting_group(stage: Stage, recording: Recording) -> Prepared:
    """A group whose deletion was accepted."""
    name = stage.group()
    stage.arm("DELETE", stage.group_path(name))
    return Prepared({"rg": name}, body={"location": "westeurope"} if recording.method == "PUT" else None)


def running_deletion(stage: Stage, recording: Recording) -> Prepared:
    """The address that a deletion was accepted with."""
    answer = stage.arm("DELETE", stage.group_path(stage.group()))
    return Prepared(path=answer.header("location").removeprefix(stage.azure.base_url))


def finished_deletion(stage: Stage, recording: Recording) -> Prepared:
    """The same, after the group has gone."""
    prepared = running_deletion(stage, recording)
    stage.pass_time(_DELETION)
    return prepared


def settled(stage: Stage, recording: Recording) -> Prepared:
    """Groups that other situations deleted are gone."""
    stage.pass_time(_DELETION)
    return Prepared()


def registering(stage: Stage, recording: Recording) -> Prepared:
    """A registration that was just asked for; a recorded POST asks for it itself."""
    namespace = _namespace(recording)
    if recording.method == "GET":
        path = f"/subscriptions/{stage.subscription}/providers/{namespace}/register"
        stage.arm("POST", path, token=stage.person_token())
    return Prepared({"namespace": namespace}, token=stage.person_token())


def registered(stage: Stage, recording: Recording) -> Prepared:
    """A provider that this world has registered."""
    return Prepared({"namespace": _namespace(recording)})


def _namespace(recording: Recording) -> str:
    """The resource provider that the recorded answer shows."""
    return recording.text("namespace") or "Microsoft.ContainerService"


def unregistered(stage: Stage, recording: Recording) -> Prepared:
    """A provider that is not registered."""
    places = {"rg": _EXISTING_GROUP, "namespace": _UNREGISTERED, "type": "vaults", "name": "backup"}
    return Prepared(places, token=stage.person_token())


def existing_resource(stage: Stage, recording: Recording) -> Prepared:
    """A resource of this world."""
    return Prepared({"rg": _EXISTING_GROUP, **_EXISTING_RESOURCE})


def new_assignment(stage: Stage, recording: Recording) -> Prepared:
    """A service principal without a role on a new group."""
    principal = stage.principal()
    places = {"rg": stage.group(), "guid": stage.guid()}
    return Prepared(_with_scope(places), body=stage.assignment_body(principal["id"]))


def existing_assignment(stage: Stage, recording: Recording) -> Prepared:
    """One on a group; for a recorded PUT the same again under another name."""
    principal, group = stage.principal(), stage.group()
    name = stage.assign(stage.group_path(group), principal["id"])
    if recording.method == "PUT":
        places = {"rg": group, "guid": stage.guid()}
        return Prepared(_with_scope(places), body=stage.assignment_body(principal["id"]))
    wanted = {"$filter": f"principalId eq '{principal['id']}'"} if "$filter" in recording.query else {}
    return Prepared({"rg": group, "guid": name}, query=wanted)


def unknown_principal(stage: Stage, recording: Recording) -> Prepared:
    """The recorded principal, which does not exist here."""
    return Prepared(_with_scope({"rg": _EXISTING_GROUP, "guid": stage.guid()}))


def contributor_asks(stage: Stage, recording: Recording, scope: str = ARM_SCOPE) -> Prepared:
    """A user with every right but that to assign roles."""
    principal = stage.principal()
    stage.assign(f"/subscriptions/{stage.subscription}", principal["id"], CONTRIBUTOR)
    application = stage.graph("GET", f"/applications(appId='{principal['appId']}')").body
    assert isinstance(application, Mapping)
    secret = stage.password(str(application["id"]))
    token = stage.token(scope, principal["appId"], secret["secretText"])
    return Prepared(_with_scope({"rg": _EXISTING_GROUP, "guid": stage.guid()}), token)


def _with_scope(places: dict[str, str]) -> dict[str, str]:
    return {**places, "…": f"resourcegroups/{places['rg']}"}


def existing_application(stage: Stage, recording: Recording) -> Prepared:
    """One with a secret, which a recorded removal removes."""
    application = stage.application()
    body: Json = None
    if "addPassword" not in recording.path_template:
        key_id = stage.password(application["id"])["keyId"]
        body = {"keyId": key_id} if "removePassword" in recording.path_template else None
    return Prepared(dict.fromkeys(("application-object-id", "id"), application["id"]), body=body)


def unknown_object(stage: Stage, recording: Recording) -> Prepared:
    """An id that names nothing."""
    return Prepared(dict.fromkeys(("application-object-id", "id"), stage.guid()))


def application_without_identity(stage: Stage, recording: Recording) -> Prepared:
    """An application without a service principal."""
    return Prepared(body={"appId": stage.application()["appId"], "accountEnabled": True})


def application_without_backing(stage: Stage, recording: Recording) -> Prepared:
    """The id of no application."""
    return Prepared(body={"appId": stage.guid(), "accountEnabled": True})


def application_with_identity(stage: Stage, recording: Recording) -> Prepared:
    """An application that has a service principal."""
    return Prepared(body={"appId": stage.principal()["appId"]})


def person_asks_graph(stage: Stage, recording: Recording) -> Prepared:
    """The person signs in, not a service principal."""
    return Prepared(token=stage.person_token(GRAPH_SCOPE))


def asks_for_code(stage: Stage, recording: Recording) -> Prepared:
    """Azure CLI asks."""
    return Prepared(form={"client_id": AZURE_CLI, "scope": f"{ARM_SCOPE} openid profile offline_access"})


def pending_code(stage: Stage, recording: Recording) -> Prepared:
    """A device code that waits."""
    form = stage.device_code()
    del form["user_code"]
    return Prepared(form=form)


def approved_code(stage: Stage, recording: Recording) -> Prepared:
    """A device code that was approved."""
    form = stage.device_code()
    stage.azure.approve_device_code(form.pop("user_code"))
    return Prepared(form=form)


def wrong_secret(stage: Stage, recording: Recording) -> Prepared:
    """An application with a secret that is not its own."""
    client_id = stage.application()["appId"]
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "wrong", "scope": ARM_SCOPE}
    return Prepared(form=form | {"claims": CAE_CLIENT})
