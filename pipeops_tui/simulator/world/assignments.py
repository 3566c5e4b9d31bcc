"""Role assignments, found by their id and by their principal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from pipeops_tui.simulator.world.entities import RoleAssignment

LIMIT = 4_000
"""Role assignments in a subscription, its groups and resources included (Microsoft Learn, "Azure RBAC limits")."""


class Assignments:
    """All role assignments; ids are compared without regard to case."""

    def __init__(self) -> None:
        self._by_id: dict[str, RoleAssignment] = {}
        self._by_principal: dict[str, dict[str, RoleAssignment]] = {}
        self._in_subscription: Counter[str] = Counter()

    def add(self, assignment: RoleAssignment) -> None:
        """Adds an assignment whose id is free."""
        key = assignment.id.lower()
        self._by_id[key] = assignment
        self._by_principal.setdefault(assignment.principal_id, {})[key] = assignment
        self._in_subscription[_subscription(assignment.scope)] += 1

    def remove(self, assignment: RoleAssignment) -> None:
        """Removes an assignment."""
        key = assignment.id.lower()
        del self._by_id[key]
        held = self._by_principal[assignment.principal_id]
        del held[key]
        if not held:
            del self._by_principal[assignment.principal_id]
        self._in_subscription[_subscription(assignment.scope)] -= 1

    def get(self, assignment_id: str) -> RoleAssignment | None:
        """The assignment with this ARM id."""
        return self._by_id.get(assignment_id.lower())

    def of(self, principal_id: str) -> Iterable[RoleAssignment]:
        """The assignments of one principal."""
        return self._by_principal.get(principal_id, {}).values()

    def count(self, scope: str) -> int:
        """How many there are in the subscription that `scope` lies in."""
        return self._in_subscription[_subscription(scope)]

    def __iter__(self) -> Iterator[RoleAssignment]:
        return iter(self._by_id.values())


def _subscription(scope: str) -> str:
    parts = scope.lower().split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""
