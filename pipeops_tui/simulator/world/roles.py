"""Built-in roles (Microsoft Learn, "Azure built-in roles", July 2026) and how their action patterns match."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipeops_tui.simulator.wire import Json

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
USER_ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
RBAC_ADMINISTRATOR = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission of a role: it allows what `actions` match unless `not_actions` match it too."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        """Whether `action`, such as `Microsoft.Resources/subscriptions/read`, is allowed. Case does not matter."""
        return matches_any(self.actions, action) and not matches_any(self.not_actions, action)


@dataclass(frozen=True, slots=True)
class Role:
    """A role definition. Times are as the service writes them."""

    role_id: str
    name: str
    description: str
    permissions: tuple[Permission, ...]
    created_on: str
    updated_on: str

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
def built_in_roles() -> dict[str, Role]:
    """The built-in roles of this world by GUID, in the order the service lists them."""
    text = files("pipeops_tui.simulator").joinpath("data/roles.json").read_text("utf-8")
    return {item["id"]: _role(item) for item in json.loads(text)}


def _role(item: dict[str, str | list[dict[str, list[str]]]]) -> Role:
    permissions = item["permissions"]
    if isinstance(permissions, str):
        raise TypeError("permissions of a role are a list")
    return Role(
        role_id=str(item["id"]),
        name=str(item["roleName"]),
        description=str(item["description"]),
        permissions=tuple(
            Permission(tuple(p["actions"]), tuple(p["notActions"]), tuple(p["dataActions"]), tuple(p["notDataActions"]))
            for p in permissions
        ),
        created_on=str(item["createdOn"]),
        updated_on=str(item["updatedOn"]),
    )


def permission_json(permission: Permission, *, with_data: bool) -> dict[str, Json]:
    """A permission as ARM writes it; API versions before 2018 leave out the data actions."""
    answer: dict[str, Json] = {"actions": permission.actions, "notActions": permission.not_actions}
    if with_data:
        answer |= {"dataActions": permission.data_actions, "notDataActions": permission.not_data_actions}
    return answer
