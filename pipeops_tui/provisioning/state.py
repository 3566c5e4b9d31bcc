"""What is known about a run: a fold over its journal, the same for the run that goes on and for one read from disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

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
    Outcome,
    Removing,
    Subject,
)


class Standing(StrEnum):
    """How sure the run is that something exists."""

    ABSENT = "absent"
    INTENDED = "intended"
    """A request for it was about to be sent; only Azure knows what came of it."""
    MADE = "made"
    LEAVING = "leaving"
    """It was made, and a request to remove it was about to be sent."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known about one thing."""

    standing: Standing = Standing.ABSENT
    name: str = ""
    id: str = ""
    at: datetime | None = None
    """When the last entry about it was written."""

    @property
    def made(self) -> bool:
        return self.standing is Standing.MADE

    @property
    def perhaps(self) -> bool:
        """Whether it may exist."""
        return self.standing is not Standing.ABSENT

    @property
    def confirmed(self) -> bool:
        """Whether it did exist once."""
        return self.standing in (Standing.MADE, Standing.LEAVING)


@dataclass(frozen=True, slots=True)
class SecretTrace:
    """What is known about one client secret."""

    key_id: str
    """The key id this run chose."""
    at: datetime
    standing: Standing = Standing.INTENDED
    kept_as: str = ""
    """The key id Azure really keeps it under; empty until its answer came."""
    known_keys: tuple[str, ...] = ()
    expires: datetime | None = None
    delivered: bool = False

    @property
    def made(self) -> bool:
        return self.standing is Standing.MADE

    @property
    def live_key(self) -> str:
        """The id to remove it by."""
        return self.kept_as or self.key_id


NOTHING = Trace()


@dataclass(frozen=True, slots=True)
class RunState:
    """Everything known about one run. Never changed; each entry gives the next one."""

    run_id: str
    resource_manager: str
    plan: Plan
    begun: datetime
    group: Trace = NOTHING
    application: Trace = NOTHING
    """Named by its uniqueName."""
    client_id: str = ""
    posts: int = 0
    """How often the application was sent with POST instead of the repeatable upsert."""
    generation: int = 0
    """How many applications of this run are gone again: a uniqueName is not free again after a deletion."""
    principal: Trace = NOTHING
    assignment: Trace = NOTHING
    grant: Trace = NOTHING
    """The role assignment that an Owner makes in a hand-off; named by the principal's object id, dated when it was
    asked for. It stays when its principal goes."""
    secrets: tuple[SecretTrace, ...] = ()
    """Those that may be live, oldest first."""
    providers: tuple[str, ...] = ()
    """Namespaces whose registration was asked for."""
    deleted_application: str = ""
    """Object id of the soft-deleted application, until it is purged."""
    undoing: bool = False
    """Whether undo was the last thing that happened to it."""
    outcome: Outcome | None = None

    @property
    def mark(self) -> str:
        """The value that marks what this run made: in the group's tags and the application's."""
        return f"pipeops-tui-run:{self.run_id}"

    @property
    def unique_name(self) -> str:
        """The uniqueName of the application to be made: of this run alone, never used twice."""
        suffix = f"-{self.generation}" if self.generation else ""
        return f"pipeops-tui-{self.run_id}{suffix}"

    @property
    def things(self) -> tuple[Trace, ...]:
        """The four things besides secrets, in the order of creation."""
        return (self.group, self.application, self.principal, self.assignment)

    @property
    def granted(self) -> bool:
        """Whether the Owner's role assignment for the present principal has been seen."""
        return self.grant.made and self.grant.name == self.principal.id

    @property
    def awaits_owner(self) -> bool:
        """Whether an Owner has been asked for the role assignment, and it has not been seen yet."""
        asked = self.grant.standing is Standing.INTENDED and self.grant.name == self.principal.id
        return asked and not self.undoing and self.outcome is None

    @property
    def empty(self) -> bool:
        """Whether nothing of this run can be in Azure (soft-deleted things and provider registrations aside)."""
        return not self.secrets and not any(thing.perhaps for thing in self.things)

    @property
    def delivered(self) -> bool:
        """Whether the person has the newest secret."""
        return bool(self.secrets) and self.secrets[-1].delivered

    @property
    def unfinished(self) -> bool:
        """Whether there is something to continue."""
        return self.outcome is None and not self.empty and (self.undoing or not self.delivered)


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
