"""What a support request gets to read: which versions these are, and no secret, whoever put it into his words. Pure."""

from __future__ import annotations

import functools
import platform
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from importlib import metadata

from pipeops_tui import __version__
from pipeops_tui.problem import Problem, Section

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"

_REMOVED = "[removed]"
_SECRETS = re.compile(
    r"""
    (?P<name>                                                # after these names, whatever the value looks like
        ["']?(?:access|refresh|id)_?token["']?\s*[:=]\s*["']?
      | ["']?(?:client_?secret|client_?assertion|secret_?text|password|assertion|device_?code)["']?\s*[:=]\s*["']?
      | \bbearer\s+(?=\S{20})
    )[^\s"'&,;]{6,}
    | \beyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)*                    # a JSON Web Token (RFC 7519) begins like this
    | (?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{16,}                 # a client secret of Microsoft Entra
    | [\w+=~-]{100,}                                         # a refresh token; no name in Azure is as long
    """,
    re.VERBOSE | re.IGNORECASE,
)


def redact(text: str) -> str:
    """`text` without what looks like a token or a secret, which services and libraries may quote in an error.

    Names and ids stay: a resource group's name has at most 90 characters, a policy's 64.
    """
    return _SECRETS.sub(lambda found: f"{found['name'] or ''}{_REMOVED}", text)


@functools.cache
def versions(packages: Iterable[str] = ()) -> str:
    """This program, those of `packages` that are installed, Python and the system, separated by commas."""
    parts = [f"pipeops-tui {__version__}"]
    for name in packages:
        with suppress(metadata.PackageNotFoundError):
            parts.append(f"{name} {metadata.version(name)}")
    return ", ".join([*parts, f"Python {platform.python_version()}", platform.system()])


def unexpected(error: BaseException, now: datetime) -> Problem:
    """What the program was not made for, noticed at `now` (UTC), without its traceback."""
    return Problem(
        title="Something unexpected happened",
        what="The program met a situation it was not made for. Nothing that was created so far is affected.",
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
