"""What is known about a run. `replay` computes it from the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeops_tui.core.marks import APPLICATION_TAG, run_tag
from pipeops_tui.core.model import Plan
from pipeops_tui.provisioning.journal.entries import Origin, RunOutcome


class Existence(StrEnum):
    """What the run knows about the existence of a resource."""

    ABSENT = "absent"
    INTENDED = "intended"
    """A request for it was about to be sent; only Azure knows what came of it."""
    MADE = "made"
    LEAVING = "leaving"
    """It was made, and a request to remove it was about to be sent."""


@dataclass(frozen=True, slots=True)
class ResourceRecord:
    """What is known about one resource of the run."""

    existence: Existence = Existence.ABSENT
    name: str = ""
    id: str = ""
    at: datetime | None = None
    """When the last entry about it was written."""

    @property
    def made(self) -> bool:
        return self.existence is Existence.MADE

    @property
    def may_exist(self) -> bool:
        """Whether it may exist."""
        return self.existence is not Existence.ABSENT

    @property
    def existed(self) -> bool:
        """Whether it did exist once."""
        return self.existence in (Existence.MADE, Existence.LEAVING)


@dataclass(frozen=True, slots=True)
class SecretRecord:
    """What is known about one client secret."""

    key_id: str
    """The key id this run chose."""
    at: datetime
    existence: Existence = Existence.INTENDED
    kept_as: str = ""
    """The key id Azure really keeps it under; empty until its answer came."""
    expires: datetime | None = None
    description: str = ""
    delivered: bool = False
    kept: bool = False
    """Whether it was in use when a renewal began: it is removed only when the person says so."""

    @property
    def made(self) -> bool:
        return self.existence is Existence.MADE

    @property
    def in_use(self) -> bool:
        """Whether a renewal keeps it, and its removal was not asked for."""
        return self.kept and self.made

    @property
    def uncertain(self) -> bool:
        """Whether only Azure knows if it was ever added."""
        return self.existence is Existence.INTENDED

    @property
    def leaving(self) -> bool:
        """Whether its removal was asked for, and it has not been seen to be gone."""
        return self.existence is Existence.LEAVING

    @property
    def live_key(self) -> str:
        """The id to remove it by."""
        return self.kept_as or self.key_id


NOTHING = ResourceRecord()


@dataclass(frozen=True, slots=True)
class RunState:
    """Everything known about one run. Never changed; each entry gives the next one."""

    run_id: str
    resource_manager: str
    plan: Plan
    begun: datetime
    origin: Origin = Origin.CREATED
    older: bool = False
    """Whether its secrets can have random key ids, because an older version began it."""
    latest: datetime | None = None
    """When the newest entry was written."""
    group: ResourceRecord = NOTHING
    application: ResourceRecord = NOTHING
    """Named by its uniqueName."""
    client_id: str = ""
    posts: int = 0
    """How often the application was sent with POST instead of the repeatable upsert."""
    generation: int = 0
    """How many applications of this run are gone again: a uniqueName is not free again after a deletion."""
    principal: ResourceRecord = NOTHING
    assignment: ResourceRecord = NOTHING
    grant: ResourceRecord = NOTHING
    """The role assignment that an Owner makes in a hand-off; named by the principal's object id, dated when it was
    asked for. It stays when its principal goes."""
    secrets: tuple[SecretRecord, ...] = ()
    """Those that may be live, oldest first."""
    secrets_asked: int = 0
    """How many secrets were ever about to be added: the number of the next one."""
    providers: tuple[str, ...] = ()
    """Namespaces whose registration was asked for."""
    deleted_application: str = ""
    """Object id of the soft-deleted application, until it is purged."""
    purging: bool = False
    """Whether its permanent removal was accepted, and Azure still shows it."""
    renewed: bool = False
    """Whether a renewal has begun: from then on only secrets are added, and everything else is left as it is."""
    restores: bool = False
    """Whether that renewal brings a deleted application back."""
    undoing: bool = False
    """Whether undo was the last action on it."""
    outcome: RunOutcome | None = None

    @property
    def mark(self) -> str:
        """The value that marks what this run made: in the group's tags and the application's."""
        return run_tag(self.run_id)

    @property
    def application_tags(self) -> tuple[str, ...]:
        """The tags of an application of this run."""
        return (APPLICATION_TAG, self.mark)

    @property
    def unique_name(self) -> str:
        """The uniqueName of the next application to be made; only this run uses it, and only once."""
        suffix = f"-{self.generation}" if self.generation else ""
        return f"pipeops-tui-{self.run_id}{suffix}"

    @property
    def resources(self) -> tuple[ResourceRecord, ...]:
        """The four resources besides secrets, in the order of creation."""
        return (self.group, self.application, self.principal, self.assignment)

    @property
    def granted(self) -> bool:
        """Whether the Owner's role assignment for the present principal has been seen."""
        return self.grant.made and self.grant.name == self.principal.id

    @property
    def awaits_owner(self) -> bool:
        """Whether an Owner has been asked for the role assignment, and it has not been seen yet."""
        asked = self.grant.existence is Existence.INTENDED and self.grant.name == self.principal.id
        return asked and not self.undoing and self.outcome is None

    @property
    def empty(self) -> bool:
        """Whether nothing of this run can be in Azure, except for provider registrations and for a soft-deleted
        application whose permanent removal is not under way."""
        return not self.purging and not self.secrets and not any(resource.may_exist for resource in self.resources)

    @property
    def kept_secrets(self) -> tuple[SecretRecord, ...]:
        """The secrets that a renewal keeps although there is a newer one."""
        return tuple(secret for secret in self.secrets[:-1] if secret.in_use)

    @property
    def newest_expiry(self) -> datetime | None:
        """When the last of its secrets expires; None when there is none, or that is not known."""
        return max((secret.expires for secret in self.secrets if secret.expires is not None), default=None)

    @property
    def retiring(self) -> bool:
        """Whether only the removal of older secrets is left to be done: the person has the newest one."""
        return self.delivered and not self.undoing and any(secret.leaving for secret in self.secrets[:-1])

    @property
    def delivered(self) -> bool:
        """Whether the person has the newest secret."""
        return bool(self.secrets) and self.secrets[-1].delivered

    @property
    def unfinished(self) -> bool:
        """Whether there is something to continue."""
        open_ended = self.undoing or self.retiring or self._lacks_secret
        return self.outcome is None and not self.empty and open_ended

    @property
    def _lacks_secret(self) -> bool:
        """Whether the person does not have the newest secret. What was created elsewhere, or long ago, has one."""
        if self.origin is Origin.CREATED and not self.renewed:
            return not self.delivered
        newest = self.secrets[-1] if self.secrets else None
        if self.restores:
            return newest is None or newest.kept or not newest.delivered
        return newest is not None and (newest.leaving or not (newest.delivered or newest.kept))
