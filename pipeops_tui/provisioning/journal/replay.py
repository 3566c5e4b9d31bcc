"""Compute the state of a run from its journal entries, for a run that is working and for one read from disk alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeops_tui.core.model import Plan
from pipeops_tui.provisioning.journal.entries import (
    Amended,
    Begun,
    Closed,
    Delivered,
    Entry,
    Gone,
    Intended,
    Made,
    Origin,
    Removing,
    Renewing,
    Subject,
)
from pipeops_tui.provisioning.journal.run_state import NOTHING, Existence, ResourceRecord, RunState, SecretRecord


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
    return RunState(
        entry.run_id,
        entry.resource_manager,
        entry.plan,
        entry.at,
        origin=entry.origin,
        older=entry.older,
        latest=entry.at,
    )


def apply(state: RunState, entry: Entry) -> RunState:
    """The state after one more entry. Any order of entries gives a state; a second `Begun` raises `ValueError`."""
    return replace(_applied(state, entry), latest=entry.at)


def _applied(state: RunState, entry: Entry) -> RunState:
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
        case Renewing():
            return _renewing(state, entry)
        case Closed():
            return replace(state, outcome=entry.outcome)
        case Amended():
            return replace(state, plan=_amended(state.plan, entry))


def _renewing(state: RunState, entry: Renewing) -> RunState:
    plan = replace(state.plan, secret_description=entry.secret_description, secret_days=entry.secret_days)
    secrets = tuple(replace(one, kept=one.kept or one.live_key in entry.kept) for one in state.secrets)
    return replace(state, plan=plan, secrets=secrets, renewed=True, restores=entry.restores, undoing=False)


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
    record = ResourceRecord(Existence.INTENDED, entry.name, at=entry.at)
    match entry.subject:
        case Subject.GROUP:
            return replace(state, group=record)
        case Subject.APPLICATION:
            return replace(state, application=record, posts=state.posts + entry.posted)
        case Subject.PRINCIPAL:
            return replace(state, principal=record)
        case Subject.ASSIGNMENT:
            return replace(state, assignment=record)
        case Subject.SECRET:
            secret = SecretRecord(entry.name, entry.at, description=state.plan.secret_description)
            secrets = (*_secrets_but(state, entry.name), secret)
            return replace(state, secrets=secrets, secrets_asked=state.secrets_asked + 1)
        case Subject.GRANT:
            return replace(state, grant=record)
        case Subject.PROVIDER:
            return replace(state, providers=(*(p for p in state.providers if p != entry.name), entry.name))
        case Subject.DELETED_APPLICATION:
            return state


def _made(state: RunState, entry: Made) -> RunState:
    record = ResourceRecord(Existence.MADE, entry.name, entry.id, entry.at)
    match entry.subject:
        case Subject.GROUP:
            return replace(state, group=record)
        case Subject.APPLICATION:
            if entry.id != state.application.id:
                state = _without_application(state)
            return replace(state, application=record, client_id=entry.client_id)
        case Subject.PRINCIPAL:
            return replace(state, principal=record)
        case Subject.ASSIGNMENT:
            return replace(state, assignment=record)
        case Subject.SECRET:
            secret = SecretRecord(
                entry.name,
                entry.at,
                Existence.MADE,
                entry.id,
                entry.expires,
                description=state.plan.secret_description,
                # What was found, and not added by this run, is in use.
                delivered=state.origin is Origin.FOUND and all(one.key_id != entry.name for one in state.secrets),
            )
            return replace(state, secrets=(*_secrets_but(state, entry.name), secret))
        case Subject.GRANT:
            return replace(state, grant=record)
        case Subject.PROVIDER | Subject.DELETED_APPLICATION:
            return state


def _removing(state: RunState, entry: Removing) -> RunState:
    state = replace(state, undoing=state.undoing or not entry.replaced)
    match entry.subject:
        case Subject.GROUP:
            return replace(state, group=_leaving(state.group))
        case Subject.APPLICATION:
            return replace(state, application=_leaving(state.application))
        case Subject.ASSIGNMENT:
            return replace(state, assignment=_leaving(state.assignment))
        case Subject.SECRET:
            return replace(state, secrets=tuple(_secret_leaving(secret, entry.name) for secret in state.secrets))
        case Subject.DELETED_APPLICATION:
            return replace(state, purging=bool(state.deleted_application))
        case Subject.PRINCIPAL | Subject.PROVIDER | Subject.GRANT:
            return state


def _secret_leaving(secret: SecretRecord, key_id: str) -> SecretRecord:
    """As `_leaving`; a secret that may never have been added stays uncertain."""
    leaves = secret.made and secret.key_id == key_id
    return replace(secret, existence=Existence.LEAVING) if leaves else secret


def _leaving(record: ResourceRecord) -> ResourceRecord:
    return replace(record, existence=Existence.LEAVING) if record.made else record


def _gone(state: RunState, entry: Gone) -> RunState:
    match entry.subject:
        case Subject.GROUP:
            return replace(state, group=NOTHING)
        case Subject.APPLICATION:
            posts = state.posts if state.application.made else 0
            return replace(_without_application(state), posts=posts, generation=state.generation + 1)
        case Subject.PRINCIPAL:
            # Its role assignment stays, now without an identity.
            return replace(state, principal=NOTHING, assignment=_leaving(state.assignment))
        case Subject.ASSIGNMENT:
            return replace(state, assignment=NOTHING)
        case Subject.SECRET:
            return replace(state, secrets=_secrets_but(state, entry.name))
        case Subject.PROVIDER:
            return replace(state, providers=tuple(p for p in state.providers if p != entry.name))
        case Subject.DELETED_APPLICATION:
            return replace(state, deleted_application="", purging=False)
        case Subject.GRANT:
            return replace(state, grant=NOTHING)


def _without_application(state: RunState) -> RunState:
    """Deleting an application takes its service principal and its secrets along (Microsoft Graph, "Delete
    application"); role assignments stay, now without an identity, and have to be removed."""
    return replace(
        state,
        application=NOTHING,
        assignment=_leaving(state.assignment),
        client_id="",
        principal=NOTHING,
        secrets=(),
        deleted_application=state.application.id or state.deleted_application,
    )


def _secrets_but(state: RunState, key_id: str) -> tuple[SecretRecord, ...]:
    return tuple(secret for secret in state.secrets if secret.key_id != key_id)
