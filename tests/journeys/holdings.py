"""What a simulated Azure holds, compared with what it held before a journey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeops_tui.simulator import RunningSimulator

_KINDS = ("resource_groups", "applications", "deleted_applications", "service_principals", "role_assignments")
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ONLY_ASKS = frozenset({"checkPolicyRestrictions"})
"""Operations that are POSTs but change nothing."""


@dataclass(frozen=True)
class Holdings:
    """Everything of the kinds that a run can create, by its identity."""

    items: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, azure: RunningSimulator) -> Holdings:
        """What `azure` holds now."""
        state: dict[str, Any] = azure.state()
        return cls({kind: {str(item["id"]): item for item in state[kind]} for kind in _KINDS})

    def new_since(self, before: Holdings) -> dict[str, list[dict[str, Any]]]:
        """What has come since `before`, by kind, without the kinds of which nothing has come."""
        new = {
            kind: [item for identity, item in items.items() if identity not in before.items[kind]]
            for kind, items in self.items.items()
        }
        return {kind: items for kind, items in new.items() if items}

    def gone_since(self, before: Holdings) -> list[str]:
        """The ids of what `before` held and this does not."""
        return [
            identity for kind, items in before.items.items() for identity in items if identity not in self.items[kind]
        ]


def writes(azure: RunningSimulator) -> list[str]:
    """The operations that changed Azure, in order, without signing in."""
    return [
        str(request["operation"])
        for request in azure.requests()
        if request["method"] in _WRITES
        and "/oauth2/" not in str(request["path"])
        and request["operation"] not in _ONLY_ASKS
    ]
