"""Management locks (Microsoft.Authorization, 2020-05-01): kept at a scope, listed with those above and below it.

What a lock forbids is checked before every write (`access_checks`). Microsoft Learn "Lock your Azure resources".
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.access_checks import canonical_scope, scope_of
from pipeops_tui.simulator.arm.arm_service import json_body
from pipeops_tui.simulator.arm.governance import has_filter
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.records import LockRecord
from pipeops_tui.simulator.world.roles import covers

_LEVELS = ("NotSpecified", "CanNotDelete", "ReadOnly")
_FORBIDDEN = frozenset('<>%&:\\?/"')
_LONGEST_NAME, _LONGEST_NOTES = 260, 512


@handles("listLocks")
def list_locks(call: Call) -> Reply:
    """The locks at a scope, above it and, unless `atScope()` is asked for, below it."""
    scope = scope_of(call)
    above_only = has_filter(call, "atscope()")
    shown = [
        lock_json(item)
        for item in call.world.locks
        if covers(item.scope, scope) or (not above_only and covers(scope, item.scope))
    ]
    return Reply.of(200, {"value": shown})


@handles("getLock")
def get_lock(call: Call) -> Reply:
    """One lock at exactly this scope."""
    item = _find(call)
    if item is None:
        name = call.params["lock"]
        raise ServiceError(404, "LockNotFound", f"The lock '{name}' could not be found.", headers=arm_errors.GATEWAY)
    return Reply.of(200, lock_json(item))


@handles("putLock")
def put_lock(call: Call) -> Reply:
    """Creates (201) or replaces (200) a lock."""
    scope = canonical_scope(call.world, scope_of(call))
    name = call.params["lock"]
    if _FORBIDDEN.intersection(name) or len(name) > _LONGEST_NAME:
        raise ServiceError(400, "InvalidLockName", f"The lock name '{name}' is invalid.", headers=arm_errors.GATEWAY)
    properties = json_body(call.request).get("properties")
    sent = properties if isinstance(properties, Mapping) else {}
    level = next((known for known in _LEVELS if known.lower() == str(sent.get("level")).lower()), None)
    notes = sent.get("notes")
    if level is None:
        raise arm_errors.bad_body(
            "The request content was invalid and could not be deserialized: the property 'properties.level' must be "
            f"one of '{', '.join(_LEVELS)}'."
        )
    if notes is not None and (not isinstance(notes, str) or len(notes) > _LONGEST_NOTES):
        raise arm_errors.bad_body(
            "The request content was invalid and could not be deserialized: the property 'properties.notes' must be a "
            f"text of at most {_LONGEST_NOTES} characters."
        )
    existing = _find(call)
    item = LockRecord(existing.name if existing else name, scope, level, notes)
    if existing is not None:
        call.world.locks.remove(existing)
    call.world.locks.append(item)
    return Reply.of(201 if existing is None else 200, lock_json(item))


@handles("deleteLock")
def delete_lock(call: Call) -> Reply:
    """Removes a lock: 200 without a body, or 204 when there is none."""
    item = _find(call)
    if item is None:
        return Reply(204)
    call.world.locks.remove(item)
    return Reply(200)


def lock_json(item: LockRecord) -> dict[str, Json]:
    """A lock as ARM writes it; notes only where there are some."""
    return {
        "properties": {"level": item.level, **({} if item.notes is None else {"notes": item.notes})},
        "id": item.id,
        "type": "Microsoft.Authorization/locks",
        "name": item.name,
    }


def _find(call: Call) -> LockRecord | None:
    wanted = f"{scope_of(call).rstrip('/')}/providers/Microsoft.Authorization/locks/{call.params['lock']}".lower()
    return next((item for item in call.world.locks if item.id.lower() == wanted), None)
