"""Differences between a recording and the simulated Azure that are none, each with its reason.

Two kinds: what recorders did to recordings, and where Azure itself has moved on since a recording was made. The
simulation follows the newest facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.conformity.recordings import Recording
from tests.conformity.shapes import Aspect, Difference


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Tolerates differences at paths that match `path`, in recordings that match everything else that is given.

    `before` is a year: only recordings made earlier. `redacted` must occur in a note on what was redacted. `pasted`
    is for answers that somebody pasted into an issue instead of recording them.
    """

    path: str
    aspects: frozenset[Aspect]
    reason: str
    api: str = ""
    template: str = ""
    before: int | None = None
    redacted: str = ""
    pasted: bool = False

    def covers(self, recording: Recording, difference: Difference) -> bool:
        """Whether it tolerates this difference of this recording."""
        return (
            difference.aspect in self.aspects
            and re.fullmatch(self.path, difference.path) is not None
            and self.api in ("", recording.api)
            and self.template in recording.path_template
            and (self.before is None or (recording.year is not None and recording.year < self.before))
            and (not self.redacted or any(self.redacted in note for note in recording.redactions))
            and (recording.is_pasted or not self.pasted)
        )


_MISSING, _EXTRA = frozenset({Aspect.MISSING}), frozenset({Aspect.EXTRA})
_TYPE, _VALUE = frozenset({Aspect.TYPE}), frozenset({Aspect.VALUE})

TOLERANCES: tuple[Tolerance, ...] = (
    # What recorders did.
    Tolerance(
        "error.message", _VALUE, "the recorded message is damaged: name and object id were replaced by hand",
        redacted="user principal name and object id replaced",
    ),
    Tolerance(
        r"value\[\]\.(provisionedPlans|verifiedDomains)", _EXTRA, "the end of the recorded entity was cut off",
        redacted="later keys of the entity not captured",
    ),
    Tolerance(
        "error_codes|timestamp|trace_id|correlation_id|error_uri", _EXTRA,
        "the paste ends after error_description; every error of the token endpoint goes on like this", "entra",
        pasted=True,
    ),
    Tolerance(
        "error.innerError", _EXTRA, "the paste left it out; every error of Microsoft Graph has it", "graph", pasted=True
    ),
    # What Azure has changed since.
    Tolerance(
        "nativeAuthenticationApisEnabled|uniqueName", _EXTRA, "Microsoft Graph shows it since 2024", "graph",
        template="/applications", before=2024,
    ),
    Tolerance(
        "signInAudience", _VALUE, "applications that say nothing are single tenant since 2024", "graph",
        template="/applications", before=2024,
    ),
    Tolerance(
        "api.requestedAccessTokenVersion", _TYPE, "null in single-tenant applications, the default since 2024", "graph",
        template="/applications", before=2024,
    ),
    Tolerance(
        "error.message", _VALUE, "newer answers go on with the id of the existing role assignment", "arm",
        template="/roleAssignments/", before=2025,
    ),
    # What depends on data this world has otherwise.
    Tolerance(
        r"(.*\.)?(tags|managedBy)", _MISSING | _EXTRA, "only there where it was ever set", "arm",
        template="/subscriptions",
    ),
    Tolerance(
        r"value\[\]\.(givenName|surname|jobTitle|mail)", _TYPE, "null where a user has none; the recorded one had none",
        "graph", template="/owners",
    ),
    # What cannot be.
    Tolerance(
        "header:content-length", _MISSING, "RFC 9110, section 8.6, forbids it on a 204, and the HTTP server obeys",
        "arm", template="/resourceGroups/",
    ),
)  # fmt: skip


def reason_for(recording: Recording, difference: Difference) -> str | None:
    """Why a difference is tolerated, or None when it counts."""
    return next((item.reason for item in TOLERANCES if item.covers(recording, difference)), None)
