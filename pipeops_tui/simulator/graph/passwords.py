"""Client secrets (Microsoft Graph v1.0 "application: addPassword" and "application: removePassword")."""

from __future__ import annotations

import hashlib
from calendar import isleap
from datetime import UTC, datetime
from uuid import UUID

from pipeops_tui.simulator.graph import objects
from pipeops_tui.simulator.graph.policies import check_secret
from pipeops_tui.simulator.graph.service import answer, bad_request, context, json_body
from pipeops_tui.simulator.graph.shapes import password_json
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply
from pipeops_tui.simulator.world.clock import parse
from pipeops_tui.simulator.world.entities import DirectoryObject, Password


@handles("addPassword")
def add_password(call: Call) -> Reply:
    """Adds a secret to an application; the only answer that ever carries its text."""
    return _add(call, objects.application(call))


@handles("addServicePrincipalPassword")
def add_service_principal_password(call: Call) -> Reply:
    """Adds a secret to a service principal."""
    return _add(call, objects.service_principal(call))


@handles("removePassword")
def remove_password(call: Call) -> Reply:
    """Removes a secret from an application by its key id."""
    return _remove(call, objects.application(call))


@handles("removeServicePrincipalPassword")
def remove_service_principal_password(call: Call) -> Reply:
    """Removes a secret from a service principal by its key id."""
    return _remove(call, objects.service_principal(call))


def initial_passwords(call: Call, sent: Json) -> tuple[list[Password], list[dict[str, Json]]]:
    """The secrets that a new application is created with: as kept, and as the answer shows them."""
    if not sent:
        return [], []
    if not isinstance(sent, list) or not all(isinstance(item, dict) for item in sent):
        raise bad_request("Invalid value specified for property 'passwordCredentials' of resource 'Application'.")
    made = [_make(call, item) for item in sent if isinstance(item, dict)]
    return [password for password, _ in made], [password_json(password, secret) for password, secret in made]


def _add(call: Call, item: DirectoryObject) -> Reply:
    objects.check_manageable(call, item)
    objects.check_settled(call, item)
    sent = json_body(call.request).get("passwordCredential") or {}
    if not isinstance(sent, dict):
        raise bad_request("Invalid value specified for property 'passwordCredential'.")
    password, secret = _make(call, sent)
    if any(password.key_id == other.key_id for other in item.passwords):
        raise bad_request("A credential with the same keyId already exists.")
    item.passwords.append(password)
    body: dict[str, Json] = {"@odata.context": context(call, "microsoft.graph.passwordCredential")}
    reply = answer(200, body | password_json(password, secret))
    reply.headers["Location"] = call.world.endpoints.graph
    return reply


def _remove(call: Call, item: DirectoryObject) -> Reply:
    objects.check_manageable(call, item)
    objects.check_settled(call, item)
    key_id = json_body(call.request).get("keyId")
    kept = [password for password in item.passwords if password.key_id != str(key_id).lower()]
    if len(kept) == len(item.passwords):
        raise bad_request(f"No password credential found with keyId '{key_id}'.")
    item.passwords[:] = kept
    return Reply(204)


def _make(call: Call, sent: dict[str, Json]) -> tuple[Password, str]:
    world = call.world
    now = world.now()
    start = _time(sent, "startDateTime") or now
    end = _time(sent, "endDateTime") or _two_years_after(start)
    if end <= start:
        raise bad_request("Key credential end date must be after its start date.")
    check_secret(world, world.tenant(call.caller.tenant_id), start, end)
    name, key_id = sent.get("displayName"), sent.get("keyId")
    secret = world.ids.secret()
    password = Password(
        key_id=_guid(key_id) if key_id is not None else world.ids.guid("password key"),
        display_name=None if name is None else str(name),
        start=start,
        end=end,
        hint=secret[:3],
        digest=hashlib.sha256(secret.encode()).digest(),
        created=now,
    )
    return password, secret


def _time(sent: dict[str, Json], name: str) -> float | None:
    value = sent.get(name)
    if value is None:
        return None
    at = parse(value) if isinstance(value, str) else None
    if at is None:
        raise bad_request(f"Cannot convert the value of property '{name}' to a date and time.")
    return at


def _guid(value: Json) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise bad_request("Cannot convert the value of property 'keyId' to a GUID.") from None


def _two_years_after(start: float) -> float:
    moment = datetime.fromtimestamp(start, UTC)
    if (moment.month, moment.day) == (2, 29) and not isleap(moment.year + 2):
        moment = moment.replace(day=28)
    return moment.replace(year=moment.year + 2).timestamp()
