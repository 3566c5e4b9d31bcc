"""What Microsoft Graph answers where it serves nothing: an unknown version, segment or method."""

from __future__ import annotations

import re

from pipeops_tui.simulator.operations import TABLE, Service
from pipeops_tui.simulator.wire import Request, ServiceError

_VERSION = "v1.0"
_KEY = re.compile(r"\([^)]*\)")


def nothing_there(request: Request) -> ServiceError:
    """The error for a request that no operation of Graph fits."""
    version, *segments = request.path.strip("/").split("/")
    if version.lower() != _VERSION:
        return ServiceError(400, "BadRequest", f"Invalid version: {version}.")
    known = [_segments(row.path) for row in TABLE if row.service is Service.GRAPH]
    asked = [_KEY.sub("", segment).lower() for segment in segments]
    for depth, segment in enumerate(asked):
        known = [row for row in known if len(row) > depth and row[depth] in (segment, "{}")]
        if not known:
            return ServiceError(400, "BadRequest", f"Resource not found for the segment '{segments[depth]}'.")
    return ServiceError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")


def _segments(template: str) -> list[str]:
    """The segments of a path template after the version, in lower case; `{}` stands for any value."""
    spread = re.sub(r"\{key:(\w+)\}", r"/\1/{}", template).lower()
    return ["{}" if part.startswith("{") else part for part in spread.strip("/").split("/")[1:]]
