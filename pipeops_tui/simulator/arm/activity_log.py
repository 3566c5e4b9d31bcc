"""The activity log of a subscription (Azure REST API "Activity Logs - List", 2015-04-01): 90 days, newest first.

Events have the form of a recorded one of a service principal (Microsoft.Insights, 2024-08-15), and failures the
properties of Microsoft Learn "Azure Activity Log event schema": `statusMessage` is JSON in a string.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus

from pipeops_tui.simulator.arm.arm_errors import invalid_option
from pipeops_tui.simulator.arm.arm_service import paged, subscription_of
from pipeops_tui.simulator.arm.resource_types import check_version
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, JsonObject, Reply, encode
from pipeops_tui.simulator.world.activities import ActivityRecord
from pipeops_tui.simulator.world.clock import Moment, parse, precise, whole
from pipeops_tui.simulator.world.world import World

_PAGE = 200
_KEPT = 90 * 86_400
_LAG = 120.0
"""Seconds until an event can be read; in Azure it is minutes."""
_CLAUSE = re.compile(r"(?P<name>\w+) (?P<operator>eq|ge|le) (?:'(?P<text>[^']*)'|(?P<bare>[^\s']+))", re.IGNORECASE)
_OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
_TENANT_ID = "http://schemas.microsoft.com/identity/claims/tenantid"
_COMPARED: dict[str, Callable[[ActivityRecord], str]] = {
    "resourcegroupname": lambda one: one.group,
    "resourceuri": lambda one: one.resource_id,
    "resourceprovider": lambda one: one.action.partition("/")[0],
    "caller": lambda one: one.caller,
}
"""What `$filter` compares with `eq`; `caller` is what the Azure CLI sends, and not documented."""
_IGNORED = frozenset({"eventchannels", "levels"})


@handles("listActivityLog")
def list_activity_log(call: Call) -> Reply:
    """The events that `$filter` asks for, which must say since when; `$select` names their properties."""
    check_version(call, "Microsoft.Insights", "eventtypes")
    conditions = _conditions(call.request.argument("$filter") or "")
    since = conditions[("eventtimestamp", "ge")]
    start, end = _moment(since, call), _moment(conditions.get(("eventtimestamp", "le")), call)
    now = call.world.now()
    if start is None:
        raise invalid_option("Filter", since)
    if start < now - _KEPT:
        # Not in the envelope of Resource Manager (turbot/tailpipe-plugin-azure).
        text = "The start time cannot be more than 90 days in the past."
        return Reply.of(400, {"code": "BadRequest", "message": text})
    wanted = {name: value.lower() for (name, _), value in conditions.items() if name in _COMPARED}
    subscription_id = subscription_of(call).subscription_id
    events: list[tuple[Moment, JsonObject]] = []
    for number, one in enumerate(call.world.activities):
        meant = all(_COMPARED[name](one).lower() == value for name, value in wanted.items())
        if meant and one.subscription_id == subscription_id:
            events += _events(call.world, number, one)
    last = now - _LAG if end is None else min(end, now - _LAG)
    shown = sorted((item for item in events if start <= item[0] <= last), key=lambda item: item[0], reverse=True)
    return paged(call, [_selected(call, event) for _, event in shown], _PAGE)


def _conditions(text: str) -> dict[tuple[str, str], str]:
    """The clauses of a filter by name and operator. Raises ServiceError (400) for anything but the allowed patterns."""
    found: dict[tuple[str, str], str] = {}
    for clause in re.split(r"\s+and\s+(?=\w+ (?:eq|ge|le) )", text.strip(), flags=re.IGNORECASE):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            raise invalid_option("Filter", text)
        key = (match["name"].lower(), match["operator"].lower())
        timed = key[0] == "eventtimestamp" and key[1] != "eq"
        if not timed and (key[1] != "eq" or key[0] not in (*_COMPARED, *_IGNORED)):
            raise invalid_option("Filter", text)
        found[key] = match["text"] if match["text"] is not None else match["bare"]
    if ("eventtimestamp", "ge") not in found:
        raise invalid_option("Filter", text)
    return found


def _moment(text: str | None, call: Call) -> Moment | None:
    if text is None:
        return None
    moment = parse(text)
    if moment is None:
        raise invalid_option("Filter", call.request.argument("$filter") or "")
    return moment


def _selected(call: Call, event: JsonObject) -> JsonObject:
    names = [name.strip().lower() for name in (call.request.argument("$select") or "").split(",") if name.strip()]
    return {key: value for key, value in event.items() if not names or key.lower() in names}


def _events(world: World, number: int, one: ActivityRecord) -> list[tuple[Moment, JsonObject]]:
    """Two events for each operation: that it began, and how it ended."""
    began, ended = one.at - one.seconds, one.at
    return [
        (began, _event(world, number, one, began, "BeginRequest")),
        (ended, _event(world, number, one, ended, "EndRequest")),
    ]


def _event(world: World, number: int, one: ActivityRecord, at: Moment, name: str) -> JsonObject:
    ended = name == "EndRequest"
    failed = ended and one.answer is not None
    event_id = world.ids.named("activity", f"{number}/{name}")
    operation_id = world.ids.named("activity", f"{number}")
    kind = one.action.rpartition("/")[0]
    http = HTTPStatus(one.status)
    code = http.phrase.replace(" ", "")
    status = ("Failed" if failed else "Succeeded") if ended else "Started"
    return {
        "authorization": {"action": one.action, "scope": one.resource_id},
        "caller": one.caller,
        "channels": "Operation",
        "claims": _claims(one, at),
        "correlationId": operation_id,
        "description": "",
        "eventDataId": event_id,
        "eventName": _named(name, "End request" if ended else "Begin request"),
        "category": _named("Administrative"),
        "eventTimestamp": precise(at),
        "id": f"{one.resource_id}/events/{event_id}/ticks/{at.ticks + 621_355_968_000_000_000}",
        "level": "Error" if failed else "Informational",
        "operationId": operation_id,
        "operationName": _named(one.action, one.title),
        "resourceGroupName": one.group,
        "resourceProviderName": _named(one.action.partition("/")[0]),
        "resourceType": _named(kind),
        "resourceId": one.resource_id,
        "status": _named(status),
        "subStatus": _named(code, f"{http.phrase} (HTTP Status Code: {one.status})") if ended else _named(""),
        "submissionTimestamp": whole(at + _LAG),
        "subscriptionId": one.subscription_id,
        "tenantId": one.tenant_id,
        "properties": {
            **({"statusCode": code, "serviceRequestId": None} if ended else {}),
            **({"statusMessage": encode(one.answer).decode()} if failed else {}),
            "eventCategory": "Administrative",
            "entity": one.resource_id,
            "message": one.action,
            "hierarchy": one.subscription_id,
        },
        "relatedEvents": [],
    }


def _claims(one: ActivityRecord, at: Moment) -> dict[str, Json]:
    """Of the token that the request came with: those of a program, or of a person with a name."""
    is_person = "@" in one.caller
    return {
        "aud": "https://management.core.windows.net/",
        "iss": f"https://sts.windows.net/{one.tenant_id}/",
        "iat": str(int(at) - 300),
        "nbf": str(int(at) - 300),
        "exp": str(int(at) + 3_600),
        "appid": one.app_id,
        "appidacr": "0" if is_person else "1",
        **({"name": one.caller} if is_person else {"idtyp": "app", _OBJECT_ID: one.caller}),
        _TENANT_ID: one.tenant_id,
        "ver": "1.0",
    }


def _named(value: str, title: str = "") -> dict[str, Json]:
    return {"value": value, "localizedValue": title or value}
