"""Results of checks, what will be created, and the credentials that result from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeops_tui.core.plain_text import PlainLines, PlainTexts

if TYPE_CHECKING:
    from pipeops_tui.core.problem import CloudError, Problem
    from pipeops_tui.core.secret import Secret


class CheckOutcome(StrEnum):
    """OK and WARNING let the person continue, BLOCKED does not; UNKNOWN means that the check could not be made."""

    OK = "ok"
    WARNING = "warning"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class Write(StrEnum):
    """The writes for which a check can predict a refusal; the values are the keys of their operations."""

    GROUP = "group"
    APPLICATION = "application"
    SECRET = "secret"  # noqa: S105 - a kind of write
    ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class Doubt(PlainTexts):
    """A write that is tried although the check with the key `check` found it blocked."""

    check: str
    write: Write


@dataclass(frozen=True, slots=True)
class Check(PlainLines):
    """The result of one check. `problem` is set when it is BLOCKED, or a WARNING that needs an explanation."""

    key: str
    title: str
    outcome: CheckOutcome
    detail: str
    problem: Problem | None = None
    doubts: Write | None = None
    """Set when it is BLOCKED on indirect evidence only: the write in question, which can then be tried anyway."""
    message: str = ""
    """A complete message to the person who can fix it."""
    may_hand_over: bool = False
    """Whether only the right to assign the role is missing: all else can be created, and an Owner assigns the role."""
    challenge: CloudError | None = None
    """Set when Azure asks for another sign-in before it answers."""

    @property
    def may_try_anyway(self) -> bool:
        """Whether the person can try the write although it is BLOCKED."""
        return self.doubts is not None


@dataclass(frozen=True, slots=True)
class Plan(PlainTexts):
    """Everything that will be written, decided and reviewed: the only input of provisioning."""

    tenant_id: str
    tenant_name: str
    subscription_id: str
    subscription_name: str
    group_name: str
    group_is_new: bool
    location: str
    """Region `name`, e.g. `westeurope`."""
    location_display: str
    application_name: str
    secret_description: str
    secret_days: int
    providers: tuple[str, ...] = ()
    """Namespaces of the resource providers to register at the same time."""
    group_tags: tuple[tuple[str, str], ...] = ()
    doubts: tuple[Write, ...] = ()
    """Writes that Azure can refuse: each is made first and alone, and after a refusal what it needed is removed."""
    owner_assigns: bool = False
    """Whether an Owner assigns the role, because this account is not allowed to. The run waits for it."""
    second_owner_id: str = ""
    """Object id of the user who becomes an owner of the application too; empty for none."""
    second_owner_name: str = ""

    @property
    def group_scope(self) -> str:
        """ARM id of the resource group, the scope of the role assignment."""
        return f"/subscriptions/{self.subscription_id}/resourceGroups/{self.group_name}"


@dataclass(frozen=True, slots=True)
class Credentials(PlainTexts):
    """The five values PipeOps asks for, and when the secret expires (UTC)."""

    resource_group_name: str
    tenant_id: str
    client_id: str
    client_secret: Secret = field(repr=False)
    subscription_id: str = ""
    expires: datetime | None = None
