"""What went wrong, in words for a person (`Problem`) and in a kind for the runner (`FailureKind`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class FailureKind(StrEnum):
    """What a failure says about trying again. Decided where the wire is seen, used where retries are decided."""

    REPLICATION = "replication"
    """Success in waiting, for things this run has just made: another part of Azure has not heard of them yet."""
    THROTTLED = "throttled"
    """429: the service asks to wait; `CloudError.retry_after` says how long when it told."""
    LOST_ANSWER = "lost answer"
    """The request was sent, its answer never came or was unreadable: it may have been carried out."""
    UNREACHABLE = "unreachable"
    """The request never left: no connection. It was certainly not carried out."""
    SERVER = "server"
    """A 5xx answer: the service failed, and may or may not have carried it out."""
    SIGN_IN = "sign-in"
    """Signing in (again) would help; `CloudError.claims` holds the claims challenge when there was one."""
    CONFLICT = "conflict"
    """409: to be judged by `CloudError.code`."""
    NOT_FOUND = "not found"
    """404 that is not replication."""
    REFUSED = "refused"
    """401/403: this caller may not."""
    FINAL = "final"
    """Anything else: repeating it unchanged cannot help."""


class Section(StrEnum):
    """Where README.md says more than a problem can; for problems without a document of Microsoft's that does."""

    NETWORK = "README.md#the-network"
    SIGN_IN = "README.md#signing-in"
    RIGHTS = "README.md#rights-and-policies"
    GROUP = "README.md#the-resource-group"
    WAITING = "README.md#waiting-for-azure"
    RUN = "README.md#an-unfinished-run"
    ELSE = "README.md#anything-else"


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure a person can act on. Every text is plain language; none ever holds a secret, a token or a body."""

    title: str
    what: str
    why: str = ""
    remedy: str = ""
    who: str = ""
    """Who can fix it, with the role that person needs; empty when it is the user."""
    link: str = ""
    """Where to read more: the address of a document of Microsoft's, or a `Section`."""
    command: str = ""
    """A complete command line that fixes it or asks for it, where one exists."""
    details: tuple[tuple[str, str], ...] = ()
    """For a support request: time (UTC), operation, status, code, correlation and request ids, raw text."""
    wanted: bool = False
    """Whether it is no failure, but what the person asked for: then it is shown calmly."""

    def as_text(self) -> str:
        """The whole problem as plain text, for the clipboard."""
        paragraphs = [self.title, self.what, self.why, self.remedy]
        if self.who:
            paragraphs.append(f"Who can fix it: {self.who}")
        if self.command:
            paragraphs.append(f"Command: {self.command}")
        if self.link:
            paragraphs.append(f"More: {self.link}")
        paragraphs += [f"{label}: {value}" for label, value in self.details]
        return "\n".join(paragraph for paragraph in paragraphs if paragraph)


@dataclass(eq=False)
class CloudError(Exception):
    """The one exception that leaves `azure_cloud`. `problem` is for the person, the rest for deciding."""

    kind: FailureKind
    problem: Problem
    status: int | None = None
    code: str = ""
    """The service's own error code, e.g. `RoleAssignmentExists`, `AADSTS7000215`, `Request_ResourceNotFound`."""
    retry_after: float | None = None
    """Seconds the service asked to wait."""
    claims: str = field(default="", repr=False)
    """The decoded claims challenge (JSON text) of a 401, to be passed to the next sign-in."""
    tenant_id: str = ""
    """The tenant that was asked; empty for the account's own."""

    def __str__(self) -> str:
        return f"{self.problem.title} ({self.kind}, {self.code or self.status or 'no answer'})"
