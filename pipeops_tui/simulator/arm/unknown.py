"""What ARM answers where it serves nothing: an unknown namespace, resource type, path or method."""

from __future__ import annotations

import re

from pipeops_tui.simulator.arm.catalog import providers
from pipeops_tui.simulator.arm.errors import GATEWAY
from pipeops_tui.simulator.operations import TABLE, Service
from pipeops_tui.simulator.wire import Request, ServiceError
from pipeops_tui.simulator.world.world import World

_PROVIDER = re.compile(r".*/providers/(?P<namespace>[^/]+)(?:/(?P<type>[^/]+))?.*", re.IGNORECASE)


def nothing_there(world: World, request: Request) -> ServiceError:
    """The error for a request that no operation of ARM fits."""
    found = _PROVIDER.fullmatch(request.path)
    if found is not None:
        return _unknown_type(found["namespace"], found["type"] or "", request.argument("api-version") or "")
    if _has_other_method(request.path):
        return ServiceError(
            405,
            "MethodNotAllowed",
            f"The requested resource does not support http method '{request.method}'.",
            headers=GATEWAY,
        )
    url = f"{world.endpoints.resource_manager}{request.path}"
    return ServiceError(
        404, "NotFound", f"No HTTP resource was found that matches the request URI '{url}'.", headers=GATEWAY
    )


def _unknown_type(namespace: str, kind: str, version: str) -> ServiceError:
    if namespace.lower() not in providers():
        return ServiceError(
            404, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid.", headers=GATEWAY
        )
    return ServiceError(
        404,
        "InvalidResourceType",
        f"The resource type '{kind}' could not be found in the namespace '{namespace}' for api version '{version}'.",
        headers=GATEWAY,
    )


def _has_other_method(path: str) -> bool:
    """Whether some ARM operation has this path; segments in braces match anything."""
    parts = path.rstrip("/").lower().split("/")
    templates = [row.path.lower().split("/") for row in TABLE if row.service is Service.ARM]
    return any(
        len(template) == len(parts)
        and all(want == have or want.startswith("{") for want, have in zip(template, parts, strict=True))
        for template in templates
    )
