"""The entries of a run's journal: what is about to be done, what came of it, and what is gone again.

Entries hold ids, names and times; none has a field for a secret or a token. `kind` in the JSON text names the class.
Fields may be added with a default; renaming or removing one makes older journals unreadable.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from pipeops_tui.core.model import Plan
from pipeops_tui.core.plain_text import plain_value

Instant = Annotated[datetime, Meta(tz=True)]
"""A time with its time zone; a line without one is refused."""


class Subject(StrEnum):
    """The kinds of resources a run makes."""

    GROUP = "group"
    APPLICATION = "application"
    PRINCIPAL = "principal"
    ASSIGNMENT = "assignment"
    SECRET = "secret"  # noqa: S105 - a kind of resource
    PROVIDER = "provider"
    DELETED_APPLICATION = "deleted application"
    """The soft-deleted application that undo leaves in the directory's deleted items until it is purged."""
    GRANT = "grant"
    """The role assignment that an Owner makes in a hand-off. Never made or removed by the run, only waited for and
    seen: intended means asked for, made means seen."""


class Origin(StrEnum):
    """Where what the run works with comes from."""

    CREATED = "created"
    """The run creates it."""
    FOUND = "found"
    """A run on another computer created it; this journal was written from what Azure shows of that run."""
    ADOPTED = "adopted"
    """It was made by hand: only the secrets that this run adds are its own."""


class RunOutcome(StrEnum):
    """Why a run is closed although it is not finished."""

    UNDONE = "undone"
    FORGOTTEN = "forgotten"


class _TimedEntry(Struct, frozen=True, tag_field="kind"):
    """What all entries have in common. Texts of a journal are shown, and it can have been edited."""

    at: Instant

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if (cleaned := plain_value(value)) is not value:
                force_setattr(self, name, cleaned)


class Begun(_TimedEntry, frozen=True, tag="begun"):
    """Always the first entry, and only there."""

    run_id: str
    resource_manager: str
    """URL of the Resource Manager that all ids of this journal belong to."""
    plan: Plan
    origin: Origin = Origin.CREATED
    older: bool = False
    """Whether it was begun by a version whose secrets have random key ids."""


class Intended(_TimedEntry, frozen=True, tag="intended"):
    """Written before the request is sent: from here on the resource may exist."""

    subject: Subject
    name: str
    """What this run calls it before Azure has given it an id: the group's name, the application's uniqueName, the
    principal's client id, the assignment's GUID, the secret's key id, the provider's namespace; for a grant the object
    id of the principal it is for."""
    posted: bool = False
    """An application sent with POST, which makes another one each time."""
    known_keys: tuple[str, ...] = ()
    """A secret of journals before version 3 only: ids of the credentials the application had before."""


class Made(_TimedEntry, frozen=True, tag="made"):
    """It exists, and this run made it; a grant was made by an Owner, and seen by this run."""

    subject: Subject
    name: str
    """As in `Intended`, but for an assignment Azure's own name for it."""
    id: str = ""
    """The object id Azure gave; for a secret the key id it is really kept under; for a grant its ARM id."""
    client_id: str = ""
    """An application only."""
    expires: Instant | None = None
    """A secret only."""


class Removing(_TimedEntry, frozen=True, tag="removing"):
    """Written before its removal is asked for: from here on it may be gone. For a deleted application written once its
    removal was accepted and Azure still shows it."""

    subject: Subject
    name: str
    replaced: bool = False
    """A secret that another one replaces: the run is not being undone."""


class Gone(_TimedEntry, frozen=True, tag="gone"):
    """It does not exist: removed by this run, or looked for and not found."""

    subject: Subject
    name: str


class Delivered(_TimedEntry, frozen=True, tag="delivered"):
    """The secret was copied or revealed."""

    key_id: str


class Renewing(_TimedEntry, frozen=True, tag="renewing"):
    """A renewal begins: another secret is about to be added to an application that PipeOps uses."""

    kept: tuple[str, ...]
    """Key ids of the secrets that are in use: they stay until the person says that PipeOps works with the new one."""
    secret_description: str
    secret_days: int
    restores: bool = False
    """Whether the application was deleted, and is brought back first."""


class Closed(_TimedEntry, frozen=True, tag="closed"):
    """This run will not be continued."""

    outcome: RunOutcome


class Amended(_TimedEntry, frozen=True, tag="amended"):
    """Another resource group was chosen before there was one: from here on the plan is to create this one."""

    group_name: str
    location: str
    location_display: str
    group_tags: tuple[tuple[str, str], ...] = ()


Entry = Begun | Intended | Made | Removing | Gone | Delivered | Renewing | Closed | Amended
