"""What a journal tells: a fold over its entries, the same for the run that goes on and for one read from disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeops_tui.model import Plan
from pipeops_tui.provisioning.entries import (
    Amended,
    Begun,
    Closed,
    Delivered,
    Entry,
    Gone,
    Intended,
    Made,
    Removing,
    Subject,
)
from pipeops_tui.provisioning.state import NOTHING, RunState, SecretTrace, Standing, Trace


def replay(entries: Iterable[Entry]) -> RunState | None:
    """The state after `entries`; None for none. Raises `ValueError` unless `Begun` comes first and only once."""
    state: RunState | None = None
    for entry in entries:
        state = begin(entry) if state is None else apply(state, entry)
    return state


def begin(entry: Entry) -> RunState:
    """The state that the first entry gives. Raises `ValueError` when it is not `Begun`."""
    if not isinstance(entry, Begun):
        raise ValueError("a journal begins with its plan")
    return RunState(entry.run_id, entry.resource_manager, entry.plan, entry.at)


def apply(state: RunState, entry: Entry) -> RunState:
    """The state after one more entry. Any order of entries gives a state; a second `Begun` raises `ValueError`."""
    match entry:
        case Begun():
            raise ValueError("a journal begins only once")
        case Intended():
            return _intended(replace(state, undoing=False), entry)
        case Made():
            return _made(state, entry)
        case Removing():
            return _removing(state, entry)
        case Gone():
            return _gone(state, entry)
        case Delivered():
            secrets = (replace(s, delivered=True) if s.key_id == entry.key_id else s for s in state.secrets)
            return replace(state, secrets=tuple(secrets))
        case Closed():
            return replace(state, outcome=entry.outcome)
        case Amended():
            return replace(state, plan=_amended(state.plan, entry))


def _amended(plan: Plan, entry: Amended) -> Plan:
    return replace(
        plan,
        group_name=entry.group_name,
        group_is_new=True,
        location=entry.location,
        location_display=entry.location_display,
        group_tags=entry.group_tags,
    )


def _intended(state: RunState, entry: Intended) -> RunState:
    trace = Trace(Standing.INTENDED, entry.name, at=entry.at)
    match entry.subject:
        case Subject.GROUP:
            return replace(state, group=trace)
        case Subject.APPLICATION:
            return replace(state, application=trace, posts=state.posts + entry.posted)
        case Subject.PRINCIPAL:
            return replace(state, principal=trace)
        case Subject.ASSIGNMENT:
            return replace(state, assignment=trace)
        case Subject.SECRET:
            secret = SecretTrace(entry.name, entry.at, known_keys=entry.known_keys)
            return replace(state, secrets=(*_secrets_but(state, entry.name), secret))
        case Subject.GRANT:
            return replace(state, grant=trace)
        case Subject.PROVIDER:
            return replace(state, providers=(*(p for p in state.providers if p != entry.name), entry.name))
        case Subject.DELETED_APPLICATION:
            return state


def _made(state: RunState, entry: Made) -> RunState:
    trace = Trace(Standing.MADE, entry.name, entry.id, entry.at)
    match entry.subject:
        case Subject.GROUP:
            return replace(state, group=trace)
        case Subject.APPLICATION:
            if entry.id != state.application.id:
                state = _without_application(state)
            return replace(state, application=trace, client_id=entry.client_id)
        case Subject.PRINCIPAL:
            return replace(state, principal=trace)
        case Subject.ASSIGNMENT:
            return replace(state, assignment=trace)
        case Subject.SECRET:
            secret = SecretTrace(entry.name, entry.at, Standing.MADE, entry.id, expires=entry.expires)
            return replace(state, secrets=(*_secrets_but(state, entry.name), secret))
        case Subject.GRANT:
            return replace(state, grant=trace)
        case Subject.PROVIDER | Subject.DELETED_APPLICATION:
            return state


def _removing(state: RunState, entry: Removing) -> RunState:
    state = replace(state, undoing=True)
    match entry.subject:
        case Subject.GROUP:
            return replace(state, group=_leaving(state.group))
        case Subject.APPLICATION:
            return replace(state, application=_leaving(state.application))
        case Subject.ASSIGNMENT:
            return replace(state, assignment=_leaving(state.assignment))
        case Subject.PRINCIPAL | Subject.SECRET | Subject.PROVIDER | Subject.DELETED_APPLICATION | Subject.GRANT:
            return state


def _leaving(trace: Trace) -> Trace:
    return replace(trace, standing=Standing.LEAVING) if trace.made else trace


def _gone(state: RunState, entry: Gone) -> RunState:
    match entry.subject:
        case Subject.GROUP:
            return replace(state, group=NOTHING)
        case Subject.APPLICATION:
            posts = state.posts if state.application.made else 0
            return replace(_without_application(state), posts=posts, generation=state.generation + 1)
        case Subject.PRINCIPAL:
            return replace(state, principal=NOTHING)
        case Subject.ASSIGNMENT:
            return replace(state, assignment=NOTHING)
        case Subject.SECRET:
            return replace(state, secrets=_secrets_but(state, entry.name))
        case Subject.PROVIDER:
            return replace(state, providers=tuple(p for p in state.providers if p != entry.name))
        case Subject.DELETED_APPLICATION:
            return replace(state, deleted_application="")
        case Subject.GRANT:
            return replace(state, grant=NOTHING)


def _without_application(state: RunState) -> RunState:
    """Deleting an application takes its service principal and its secrets along (Microsoft Graph, "Delete
    application"); role assignments stay behind, for nobody, and have to be removed."""
    return replace(
        state,
        application=NOTHING,
        assignment=_leaving(state.assignment),
        client_id="",
        principal=NOTHING,
        secrets=(),
        deleted_application=state.application.id or state.deleted_application,
    )


def _secrets_but(state: RunState, key_id: str) -> tuple[SecretTrace, ...]:
    return tuple(secret for secret in state.secrets if secret.key_id != key_id)
