"""Azure roles: the built-in definitions, how their action patterns match, and the conditions on their assignments.

Sources: Microsoft Learn "Azure built-in roles" (July 2026) and "Delegate Azure role assignment management to others
with conditions": the templates compare `RoleDefinitionId`, `PrincipalType` and `PrincipalId` of the request (or of the
resource, when deleting) with lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
USER_ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
RBAC_ADMINISTRATOR = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"

_COMPARISON = re.compile(
    r"@(?P<source>Request|Resource)\[Microsoft\.Authorization/roleAssignments:(?P<attribute>\w+)\]\s*"
    r"ForAnyOfA(?:ny|ll)Values:(?P<operator>\w+)\s*\{(?P<values>[^}]*)\}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RolePermission:
    """One permission of a role: it allows what `actions` match unless `not_actions` match it too."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        """Whether `action`, such as `Microsoft.Resources/subscriptions/read`, is allowed. Case does not matter."""
        return matches_any(self.actions, action) and not matches_any(self.not_actions, action)


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """A role definition, built-in or a tenant's own. Times are as the service writes them."""

    role_id: str
    name: str
    description: str
    permissions: tuple[RolePermission, ...]
    created_on: str
    updated_on: str
    tenant_id: str = ""
    """The tenant that made it; empty for built-in roles."""
    assignable_scopes: tuple[str, ...] = ("/",)
    created_by: str | None = None
    updated_by: str | None = None

    def allows(self, action: str) -> bool:
        """Whether any of its permissions allows `action`."""
        return any(permission.allows(action) for permission in self.permissions)


def matches_any(patterns: Iterable[str], action: str) -> bool:
    """Whether one of `patterns`, in which `*` stands for any text, covers `action`."""
    return any(_glob(pattern).fullmatch(action) for pattern in patterns)


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.IGNORECASE)


@cache
def built_in_roles() -> dict[str, RoleDefinition]:
    """The built-in roles of this world by GUID, in the order the service lists them."""
    text = files("pipeops_tui.simulator").joinpath("data/roles.json").read_text("utf-8")
    return {item["id"]: _role(item) for item in json.loads(text)}


def _role(item: dict[str, str | list[dict[str, list[str]]]]) -> RoleDefinition:
    permissions = item["permissions"]
    if isinstance(permissions, str):
        raise TypeError("permissions of a role are a list")
    return RoleDefinition(
        role_id=str(item["id"]),
        name=str(item["roleName"]),
        description=str(item["description"]),
        permissions=tuple(
            RolePermission(
                tuple(p["actions"]), tuple(p["notActions"]), tuple(p["dataActions"]), tuple(p["notDataActions"])
            )
            for p in permissions
        ),
        created_on=str(item["createdOn"]),
        updated_on=str(item["updatedOn"]),
    )


def covers(assigned: str, scope: str) -> bool:
    """Whether what is assigned at the scope `assigned` holds at `scope`; both are ARM ids, `/` is the root."""
    assigned, scope = assigned.rstrip("/").lower(), scope.rstrip("/").lower()
    return scope == assigned or scope.startswith(f"{assigned}/")


def fulfilled(condition: str, action: str, attributes: dict[str, str]) -> bool:
    """Whether `condition` lets `action` happen to a role assignment with these attributes.

    `attributes` has `RoleDefinitionId` (the GUID), `PrincipalType` and `PrincipalId`. Actions that the condition does
    not name are not constrained.
    """
    if action.lower() not in condition.lower():
        return True
    source = "Request" if action.lower().endswith("/write") else "Resource"
    for found in _COMPARISON.finditer(condition):
        if found["source"].lower() != source.lower():
            continue
        listed = {value.strip().strip("'").lower() for value in found["values"].split(",")}
        held = attributes.get(found["attribute"], "").lower() in listed
        if held == ("not" in found["operator"].lower()):
            return False
    return True
