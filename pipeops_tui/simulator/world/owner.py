"""An Owner who gives access to whom it is waited for: somebody else's part, where nobody plays it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeops_tui.simulator.world.authorization import covers
from pipeops_tui.simulator.world.entities import RoleAssignment
from pipeops_tui.simulator.world.roles import CONTRIBUTOR

if TYPE_CHECKING:
    from pipeops_tui.simulator.world.world import World


@dataclass(slots=True)
class HelpfulOwner:
    """Assigns Contributor to a service principal that has been looked for at a scope, in vain, for `after` seconds of
    the world's time. As nothing but a look can tell, it is done at the first look after that."""

    after: float
    _since: dict[tuple[str, str], float] = field(default_factory=dict)
    """When a scope and a principal were first looked for together."""

    def looked_for(self, world: World, scope: str, principal_id: str) -> None:
        """Somebody asks which roles a principal has at `scope`."""
        principal = world.directory.service_principals.get(principal_id)
        held = world.assignments.of(principal_id)
        if principal is None or any(covers(item.scope, scope) for item in held):
            return
        now = world.now()
        if now >= self._since.setdefault((scope.lower(), principal_id), now) + self.after:
            world.assignments.add(
                RoleAssignment(
                    name=world.ids.guid("role assignment of the owner"),
                    scope=scope,
                    role_id=CONTRIBUTOR,
                    principal_id=principal_id,
                    principal_type="ServicePrincipal",
                    created=now,
                    updated=now,
                    created_by=_owner_id(world),
                    tenant_id=principal.tenant_id,
                )
            )


def _owner_id(world: World) -> str:
    """Object id of the owner whom the simulator announces, where there is one."""
    owner = world.directory.principal_of(world.announced.tenant_id, world.announced.client_id)
    return owner.object_id if owner else ""
