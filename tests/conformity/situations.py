"""How the situation of a recording comes about in the simulated Azure: a table, first row that fits.

A row says which recordings it is for; its function prepares the world and returns the places in the recorded path,
query and body that must name what was prepared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.conformity.recordings import Recording
from tests.conformity.shapes import GUID, Json
from tests.conformity.stage import ARM_SCOPE, AZURE_CLI, CAE_CLIENT, CONTRIBUTOR, GRAPH_SCOPE, Ask, Stage

_EXISTING_GROUP = "web-prod-rg"
_EXISTING_RESOURCE = {"ns": "Microsoft.Web", "type": "sites", "name": "contoso-shop"}
_UNREGISTERED = "Microsoft.RecoveryServices"
_ANY_VERSION = "2022-12-01"
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


@dataclass(frozen=True, slots=True)
class Situation:
    """A row. Empty conditions hold for every recording; `template` is a regular expression to be found in the path."""

    prepare: Callable[[Stage, Recording], Prepared]
    api: str = ""
    method: str = ""
    template: str = ""
    status: int | None = None
    code: str = ""
    state: str = ""
    scenario: str = "happy"

    def fits(self, recording: Recording) -> bool:
        """Whether this row is for the recording."""
        return (
            self.api in ("", recording.api)
            and self.method in ("", recording.method)
            and re.search(self.template, recording.path_template, re.IGNORECASE) is not None
            and self.status in (None, recording.status)
            and self.code in ("", recording.error_code)
            and (not self.state or _field(recording, "registrationState") == self.state)
        )


def situation_for(recording: Recording) -> Situation | None:
    """The row for a recording, if there is one."""
    return next((row for row in SITUATIONS if row.fits(recording)), None)


def ask_for(stage: Stage, recording: Recording, prepared: Prepared) -> Ask:
    """The recorded request, with what was prepared in its places."""
    places = {"subscriptionId": stage.subscription, "tenant": stage.tenant, **prepared.places}
    token = prepared.token
    if token is None and recording.api != "entra":
        token = stage.token(GRAPH_SCOPE if recording.api == "graph" else ARM_SCOPE)
    sent = prepared.body if prepared.body is not None else recording.request_body
    headers = {k: v for k, v in recording.request_headers.items() if k not in ("user-agent", "content-type")}
    return Ask(
        method=recording.method,
        path=prepared.path or _filled(recording.path_template, places),
        query={} if prepared.path else _query(recording, prepared),
        token=token,
        body=None if recording.api == "entra" else _moved(sent, stage.subscription),
        form=prepared.form,
        headers=headers,
    )


def _filled(template: str, places: Mapping[str, str]) -> str:
    path = re.sub(r"\{([\w-]+)\}", lambda found: places[found[1]], template)
    return path.replace("…", places.get("…", ""))


def _query(recording: Recording, prepared: Prepared) -> dict[str, str]:
    """The recorded query; where a recording leaves it out, ARM still wants a version."""
    recorded = {key: value for key, value in recording.query.items() if not value.startswith("{")}
    version = {"api-version": _ANY_VERSION} if recording.api == "arm" else {}
    return {**version, **recorded, **prepared.query}


def _moved(body: Json, subscription: str) -> Json:
    """The body with the ids of the recorded subscription replaced by this world's."""
    if isinstance(body, Mapping):
        return {key: _moved(value, subscription) for key, value in body.items()}
    if isinstance(body, list):
        return [_moved(value, subscription) for value in body]
    if isinstance(body, str):
        return re.sub(rf"(?<=^/subscriptions/){GUID.pattern}", subscription, body)
    return body


def _nothing(stage: Stage, recording: Recording) -> Prepared:
    return Prepared()


def _broken(stage: Stage, recording: Recording) -> Prepared:
    """The front door is in trouble, whatever is asked."""
    return _with_fault(stage, recording, "*:503-html")


def _throttled(stage: Stage, recording: Recording) -> Prepared:
    """As many seconds to wait as the recorded message says."""
    seconds = re.findall(r"after '(\d+)' seconds", str(recording.body))
    return _with_fault(stage, recording, f"*:429={seconds[0] if seconds else 5}")


def _with_fault(stage: Stage, recording: Recording, fault: str) -> Prepared:
    token = stage.token(GRAPH_SCOPE if recording.api == "graph" else ARM_SCOPE)
    stage.azure.add_fault(fault)
    places = {"rg": _EXISTING_GROUP, **_EXISTING_RESOURCE, "…": "vaults", "namespace": _UNREGISTERED}
    return Prepared(places, token)


def _expired(stage: Stage, recording: Recording) -> Prepared:
    token = stage.token(ARM_SCOPE)
    stage.pass_time(4_000)
    return Prepared(token=token)


def _revoked(stage: Stage, recording: Recording) -> Prepared:
    """A session that this world revokes when it first tries to write."""
    token = stage.person_token()
    stage.arm("PUT", stage.group_path(stage.name()), {"location": "westeurope"}, token=token)
    return Prepared(token=token)


def _new_group(stage: Stage, recording: Recording) -> Prepared:
    return Prepared({"rg": stage.name()})


def _existing_group(stage: Stage, recording: Recording) -> Prepared:
    """A group that was made as the recorded request says, or, for a read, as the recorded answer shows it."""
    shown = recording.body if isinstance(recording.body, Mapping) else {}
    made = {key: shown[key] for key in ("location", "tags") if key in shown} or {"location": "westeurope"}
    return Prepared({"rg": stage.group(made)})


def _group_elsewhere(stage: Stage, recording: Recording) -> Prepared:
    return Prepared({"rg": stage.group({"location": "eastus2"})})


def _deleting_group(stage: Stage, recording: Recording) -> Prepared:
    name = stage.group()
    stage.arm("DELETE", stage.group_path(name))
    return Prepared({"rg": name}, body={"location": "westeurope"} if recording.method == "PUT" else None)


def _running_deletion(stage: Stage, recording: Recording) -> Prepared:
    answer = stage.arm("DELETE", stage.group_path(stage.group()))
    return Prepared(path=answer.header("location").removeprefix(stage.azure.base_url))


def _finished_deletion(stage: Stage, recording: Recording) -> Prepared:
    prepared = _running_deletion(stage, recording)
    stage.pass_time(_DELETION)
    return prepared


def _settled(stage: Stage, recording: Recording) -> Prepared:
    """Groups that other situations deleted are gone."""
    stage.pass_time(_DELETION)
    return Prepared()


def _registering(stage: Stage, recording: Recording) -> Prepared:
    """A registration that was just asked for; a recorded POST asks for it itself."""
    namespace = _namespace(recording)
    if recording.method == "GET":
        path = f"/subscriptions/{stage.subscription}/providers/{namespace}/register"
        stage.arm("POST", path, token=stage.person_token())
    return Prepared({"namespace": namespace}, token=stage.person_token())


def _registered(stage: Stage, recording: Recording) -> Prepared:
    return Prepared({"namespace": _namespace(recording)})


def _namespace(recording: Recording) -> str:
    """The resource provider that the recorded answer shows."""
    return _field(recording, "namespace") or "Microsoft.ContainerService"


def _field(recording: Recording, key: str) -> str:
    """A text at the top of the recorded answer, or an empty one."""
    value = recording.body.get(key) if isinstance(recording.body, Mapping) else None
    return value if isinstance(value, str) else ""


def _unregistered(stage: Stage, recording: Recording) -> Prepared:
    places = {"rg": _EXISTING_GROUP, "namespace": _UNREGISTERED, "type": "vaults", "name": "backup"}
    return Prepared(places, token=stage.person_token())


def _existing_resource(stage: Stage, recording: Recording) -> Prepared:
    return Prepared({"rg": _EXISTING_GROUP, **_EXISTING_RESOURCE})


def _new_assignment(stage: Stage, recording: Recording) -> Prepared:
    principal = stage.principal()
    places = {"rg": stage.group(), "guid": stage.guid()}
    return Prepared(_with_scope(places), body=stage.assignment_body(principal["id"]))


def _existing_assignment(stage: Stage, recording: Recording) -> Prepared:
    """One on a group; for a recorded PUT the same again under another name."""
    principal, group = stage.principal(), stage.group()
    name = stage.assign(stage.group_path(group), principal["id"])
    if recording.method == "PUT":
        places = {"rg": group, "guid": stage.guid()}
        return Prepared(_with_scope(places), body=stage.assignment_body(principal["id"]))
    wanted = {"$filter": f"principalId eq '{principal['id']}'"} if "$filter" in recording.query else {}
    return Prepared({"rg": group, "guid": name}, query=wanted)


def _unknown_principal(stage: Stage, recording: Recording) -> Prepared:
    """The recorded principal, which does not exist here."""
    return Prepared(_with_scope({"rg": _EXISTING_GROUP, "guid": stage.guid()}))


def _contributor_asks(stage: Stage, recording: Recording) -> Prepared:
    """Somebody who may do everything but assign roles."""
    principal = stage.principal()
    stage.assign(f"/subscriptions/{stage.subscription}", principal["id"], CONTRIBUTOR)
    application = stage.graph("GET", f"/applications(appId='{principal['appId']}')").body
    assert isinstance(application, Mapping)
    secret = stage.password(str(application["id"]))
    token = stage.token(ARM_SCOPE, principal["appId"], secret["secretText"])
    return Prepared(_with_scope({"rg": _EXISTING_GROUP, "guid": stage.guid()}), token)


def _with_scope(places: dict[str, str]) -> dict[str, str]:
    return {**places, "…": f"resourcegroups/{places['rg']}"}


def _existing_application(stage: Stage, recording: Recording) -> Prepared:
    """One with a secret, which a recorded removal removes."""
    application = stage.application()
    body: Json = None
    if "addPassword" not in recording.path_template:
        key_id = stage.password(application["id"])["keyId"]
        body = {"keyId": key_id} if "removePassword" in recording.path_template else None
    return Prepared(dict.fromkeys(("application-object-id", "id"), application["id"]), body=body)


def _unknown_object(stage: Stage, recording: Recording) -> Prepared:
    return Prepared(dict.fromkeys(("application-object-id", "id"), stage.guid()))


def _application_without_identity(stage: Stage, recording: Recording) -> Prepared:
    return Prepared(body={"appId": stage.application()["appId"], "accountEnabled": True})


def _application_without_backing(stage: Stage, recording: Recording) -> Prepared:
    return Prepared(body={"appId": stage.guid(), "accountEnabled": True})


def _application_with_identity(stage: Stage, recording: Recording) -> Prepared:
    return Prepared(body={"appId": stage.principal()["appId"]})


def _person_asks_graph(stage: Stage, recording: Recording) -> Prepared:
    return Prepared(token=stage.person_token(GRAPH_SCOPE))


def _asks_for_code(stage: Stage, recording: Recording) -> Prepared:
    return Prepared(form={"client_id": AZURE_CLI, "scope": f"{ARM_SCOPE} openid profile offline_access"})


def _pending_code(stage: Stage, recording: Recording) -> Prepared:
    form = stage.device_code()
    del form["user_code"]
    return Prepared(form=form)


def _approved_code(stage: Stage, recording: Recording) -> Prepared:
    form = stage.device_code()
    stage.azure.approve_device_code(form.pop("user_code"))
    return Prepared(form=form)


def _wrong_secret(stage: Stage, recording: Recording) -> Prepared:
    client_id = stage.application()["appId"]
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "wrong", "scope": ARM_SCOPE}
    return Prepared(form=form | {"claims": CAE_CLIENT})


_GROUP = r"/resourcegroups/\{rg\}$"
_PROVIDER = r"/providers/\{namespace\}"
_ASSIGNMENT = r"/roleAssignments/\{guid\}$"
_APPLICATION = r"^/v1\.0/applications/\{[\w-]+\}"

SITUATIONS = (
    Situation(_broken, status=503),
    Situation(_throttled, status=429),
    Situation(_expired, "arm", status=401, code="ExpiredAuthenticationToken"),
    Situation(_revoked, "arm", status=401, code="AuthenticationFailed", scenario="revoked-session"),
    Situation(_new_group, "arm", "PUT", _GROUP, 201),
    Situation(_group_elsewhere, "arm", "PUT", _GROUP, 409, "InvalidResourceGroupLocation"),
    Situation(_deleting_group, "arm", "PUT", _GROUP, 409, "ResourceGroupBeingDeleted"),
    Situation(_new_group, "arm", "", _GROUP, 400),
    Situation(_new_group, "arm", "", _GROUP, 404),
    Situation(_existing_group, "arm", "", _GROUP),
    Situation(_running_deletion, "arm", "GET", r"/operationresults/", 202),
    Situation(_finished_deletion, "arm", "GET", r"/operationresults/", 200),
    Situation(_unregistered, "arm", "PUT", _PROVIDER, 409, scenario="providers-unregistered"),
    Situation(_registering, "arm", "", _PROVIDER, 200, state="Registering", scenario="providers-unregistered"),
    Situation(_registered, "arm", "", _PROVIDER, 200),
    Situation(_existing_resource, "arm", "GET", r"/\{type\}/\{name\}/"),
    Situation(_new_assignment, "arm", "PUT", _ASSIGNMENT, 201),
    Situation(_unknown_principal, "arm", "PUT", _ASSIGNMENT, 400, "PrincipalNotFound"),
    Situation(_contributor_asks, "arm", "PUT", _ASSIGNMENT, 403),
    Situation(_existing_assignment, "arm", "", r"/roleAssignments"),
    Situation(_settled, "arm", "GET", r"/resourcegroups$"),
    Situation(_nothing, "arm", "GET", r"^(?!.*\{(?!subscriptionId\}))"),
    Situation(_application_without_identity, "graph", "POST", r"/servicePrincipals$", 201),
    Situation(_application_without_backing, "graph", "POST", r"/servicePrincipals$", 400),
    Situation(_application_with_identity, "graph", "POST", r"/servicePrincipals$", 409),
    Situation(_unknown_object, "graph", "", _APPLICATION, 404),
    Situation(_existing_application, "graph", "", _APPLICATION),
    Situation(_person_asks_graph, "graph", "GET", r"/me$", 200),
    Situation(_nothing, "graph", "", r"^[^{}]*$"),
    Situation(_asks_for_code, "entra", "POST", r"/devicecode$", 200),
    Situation(_pending_code, "entra", "POST", r"/token$", 400, "authorization_pending"),
    Situation(_approved_code, "entra", "POST", r"/token$", 200),
    Situation(_wrong_secret, "entra", "POST", r"/token$", 401, "invalid_client"),
    Situation(_nothing, "entra", "GET", r"openid-configuration$"),
)
"""Recordings that no row fits are reported as such and fail."""
