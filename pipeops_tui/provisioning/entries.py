"""The entries of a run's journal: what was about to be done, what came of it, and what is gone again.

Entries hold ids, names and times; nothing here has a place for a secret or a token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeops_tui.model import Plan


class Subject(StrEnum):
    """The kinds of things a run makes."""

    GROUP = "group"
    APPLICATION = "application"
    PRINCIPAL = "principal"
    ASSIGNMENT = "assignment"
    SECRET = "secret"  # noqa: S105 - a kind of thing
    PROVIDER = "provider"
    DELETED_APPLICATION = "deleted application"
    """The soft-deleted application that undo leaves in the directory's deleted items until it is purged."""
    GRANT = "grant"
    """The role assignment that an Owner makes in a hand-off. Never made or removed by the run, only waited for and
    seen: intended means asked for, made means seen."""


class Outcome(StrEnum):
    """Why a run is over although it is not finished."""

    UNDONE = "undone"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Begun:
    """Always the first entry, and only there."""

    at: datetime
    run_id: str
    resource_manager: str
    """URL of the Resource Manager that all ids of this journal belong to."""
    plan: Plan


@dataclass(frozen=True, slots=True)
class Intended:
    """Written before the request is sent: from here on the thing may exist."""

    at: datetime
    subject: Subject
    name: str
    """What this run calls it before Azure has given it an id: the group's name, the application's uniqueName, the
    principal's client id, the assignment's GUID, the secret's key id, the provider's namespace; for a grant the object
    id of the principal it is for."""
    posted: bool = False
    """An application sent with POST, which makes another one each time."""
    known_keys: tuple[str, ...] = ()
    """A secret only: ids of the credentials the application had before."""


@dataclass(frozen=True, slots=True)
class Made:
    """It exists, and this run made it; a grant was made by an Owner, and seen by this run."""

    at: datetime
    subject: Subject
    name: str
    """As in `Intended`, but for an assignment Azure's own name for it."""
    id: str = ""
    """The object id Azure gave; for a secret the key id it is really kept under; for a grant its ARM id."""
    client_id: str = ""
    """An application only."""
    expires: datetime | None = None
    """A secret only."""


@dataclass(frozen=True, slots=True)
class Removing:
    """Written before undo asks for its removal: from here on it may be gone."""

    at: datetime
    subject: Subject
    name: str


@dataclass(frozen=True, slots=True)
class Gone:
    """It does not exist: removed by this run, or looked for and not found."""

    at: datetime
    subject: Subject
    name: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """The secret was copied or revealed."""

    at: datetime
    key_id: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody will continue this run."""

    at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Amended:
    """The person chose another resource group before there was one: from here on the plan is to create this one."""

    at: datetime
    group_name: str
    location: str
    location_display: str
    group_tags: tuple[tuple[str, str], ...] = ()


Entry = Begun | Intended | Made | Removing | Gone | Delivered | Closed | Amended
