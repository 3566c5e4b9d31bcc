"""What is known about a run. `replay` says how it comes out of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeops_tui.model import Plan
from pipeops_tui.provisioning.entries import Outcome


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
