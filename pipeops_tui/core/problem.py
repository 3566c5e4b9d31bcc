"""Describes failures: in words for a person (`Problem`), as a kind that decides about retries (`FailureKind`), and fit
for a support request, with time and versions and without secrets. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from pipeops_tui import __version__
from pipeops_tui.core.plain_text import PlainLines, plain

GUIDE = "https://docs.pipeops.io/docs/how-to-guides/tutorials/generate-azure-credentials"
"""PipeOps' own guide for getting the five values by hand, with what it needs in Azure."""
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
_REMOVED = "[removed]"
_SECRETS = r"""
    (?P<name>                                                # after these names, whatever the value looks like
        ["']?(?:access|refresh|id)_?token["']?\s*[:=]\s*["']?
      | ["']?(?:client_?secret|client_?assertion|secret_?text|password|assertion|device_?code)["']?\s*[:=]\s*["']?
      | \bbearer\s+(?=\S{20})
    )[^\s"'&,;]{6,}
    | \beyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)*                    # a JSON Web Token (RFC 7519) begins like this
    | (?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{16,}                 # a client secret of Microsoft Entra
    | [\w+=~-]{100,}                                         # a refresh token; no name in Azure is as long
    """


class FailureKind(StrEnum):
    """What a failure says about trying again. Decided where the wire is seen, used where retries are decided."""

    REPLICATION = "replication"
    """What this run has just created is not known in another part of Azure yet; waiting helps."""
    THROTTLED = "throttled"
    """429: the service asks to wait; `CloudError.retry_after` says how long, if Azure said it."""
    LOST_ANSWER = "lost answer"
    """The request was sent, its answer never came or was unreadable: whether it was carried out is not known."""
    INCOMPLETE = "incomplete answer"
    """The answer reports success, but lacks what it must hold: whether it was carried out is not known."""
    INTERCEPTED = "intercepted"
    """Something between this computer and Azure answered: whether the request was carried out is not known."""
    BUSY = "busy"
    """The directory is busy with another change and did not carry it out; waiting helps."""
    UNREADABLE = "unreadable"
    """A read was answered, but not in a form that can be understood: the next answer would be the same. What was asked
    for stays unknown."""
    UNREACHABLE = "unreachable"
    """The request never left: no connection. It was certainly not carried out."""
    SERVER = "server"
    """A 5xx answer: the service failed, and whether it carried it out is not known."""
    SIGN_IN = "sign-in"
    """Signing in (again) would help; `CloudError.claims` holds the claims challenge when there was one."""
    CONFLICT = "conflict"
    """409: to be judged by `CloudError.code`."""
    NOT_FOUND = "not found"
    """404 that is not replication."""
    REFUSED = "refused"
    """401/403: this caller is not allowed to."""
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
class Problem(PlainLines):
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
    """Whether the person asked for it: then it is not shown as a failure."""

    def as_text(self) -> str:
        """The whole problem as plain text, for the clipboard."""
        paragraphs = [self.title, self.what, self.why, self.remedy]
        if self.who:
            paragraphs.append(f"Who can fix it: {self.who}")
        if self.command:
            paragraphs.append(f"Command: {self.command}")
        if self.link:
            paragraphs.append(f"More: {where_to_read(self.link)}")
        paragraphs += [f"{label}: {value}" for label, value in self.details]
        return "\n".join(paragraph for paragraph in paragraphs if paragraph)


def where_to_read(link: str) -> str:
    """An address as it is, and a `Section` in words, since it has no address that a browser could open."""
    heading = link.removeprefix("README.md#")
    return link if heading == link else f"“{heading.replace('-', ' ').capitalize()}” in README.md of pipeops-tui"


@dataclass(eq=False)
class CloudError(Exception):
    """The one exception that leaves `azure`. `problem` is for the person, the rest for deciding."""

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
    no_token: bool = False
    """Whether the sign-in service gave out no token, so that the service itself was never asked."""

    def __post_init__(self) -> None:
        self.code, self.tenant_id = plain(self.code), plain(self.tenant_id)

    def __str__(self) -> str:
        return f"{self.problem.title} ({self.kind}, {self.code or self.status or 'no answer'})"


def redact(text: str) -> str:
    """`text` without what looks like a token or a secret, which services and libraries may quote in an error.

    Names and ids stay: a resource group's name has at most 90 characters, a policy's 64.
    """
    return _secrets().sub(lambda found: f"{found['name'] or ''}{_REMOVED}", text)


@functools.cache
def _secrets() -> re.Pattern[str]:
    """Compiled when a failure is described: it takes milliseconds."""
    return re.compile(_SECRETS, re.VERBOSE | re.IGNORECASE)


@functools.cache
def versions(packages: Iterable[str] = ()) -> str:
    """This program, those of `packages` that are installed, Python and the system, separated by commas."""
    import platform
    from importlib import metadata

    parts = [f"pipeops-tui {__version__}"]
    for name in packages:
        with suppress(metadata.PackageNotFoundError):
            parts.append(f"{name} {metadata.version(name)}")
    return ", ".join([*parts, f"Python {platform.python_version()}", platform.system()])


def unexpected(error: BaseException, now: datetime) -> Problem:
    """The problem of an unexpected exception, noticed at `now` (UTC), without its traceback."""
    return Problem(
        title="Something unexpected happened",
        what="The program has an error. What was created so far is not affected.",
        remedy="Try again. If it happens again, copy the details and open an issue.",
        link=Section.ELSE,
        details=(
            ("Time (UTC)", now.strftime(TIME_FORMAT)),
            ("Error", redact(f"{type(error).__name__}: {error}")),
            ("Version", versions(("textual",))),
        ),
    )


def report(problem: Problem, now: datetime) -> str:
    """The whole of `problem` as text for a support request; one that no service answered gets the time (UTC) and the
    versions here."""
    if problem.details:
        return problem.as_text()
    return replace(problem, details=(("Time (UTC)", now.strftime(TIME_FORMAT)), ("Version", versions()))).as_text()


def in_one_line(problem: Problem) -> str:
    """A problem as sentences without line ends; the last one has no period."""
    parts = [f"{problem.title}.", problem.what, problem.why, problem.remedy]
    parts += [f"Who can fix it: {problem.who}."] if problem.who else []
    parts += [f"Command: {problem.command}"] if problem.command else []
    return " ".join(" ".join(part.split()) for part in parts if part).removesuffix(".")
