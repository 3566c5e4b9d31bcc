"""The state of the simulated Azure. One thread uses it: the server's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeops_tui.simulator.world.assignments import Assignments
from pipeops_tui.simulator.world.buckets import Buckets
from pipeops_tui.simulator.world.clock import WorldClock
from pipeops_tui.simulator.world.directory import Directory
from pipeops_tui.simulator.world.entities import (
    DenyAssignment,
    Eligibility,
    Lock,
    Subscription,
    TagPolicy,
    Tenant,
)
from pipeops_tui.simulator.world.groups import Groups
from pipeops_tui.simulator.world.ids import Ids
from pipeops_tui.simulator.world.rules import Rules
from pipeops_tui.simulator.world.sign_in import SignIns

if TYPE_CHECKING:
    from pipeops_tui.simulator.world.owner import HelpfulOwner


@dataclass(slots=True)
class Endpoints:
    """The addresses the metadata names; URLs without a trailing slash."""

    login: str = ""
    resource_manager: str = ""
    graph: str = ""


@dataclass(slots=True)
class Announced:
    """What the simulator announces: a service principal that owns a subscription, and where both are."""

    tenant_id: str = ""
    subscription_id: str | None = None
    client_id: str = ""
    client_secret: str = ""


class World:
    """Everything that exists, and the rules it follows."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.ids = Ids(seed)
        self.clock = WorldClock()
        self.rules = Rules()
        self.endpoints = Endpoints()
        self.announced = Announced()
        self.sign_ins = SignIns(self.ids, self.clock)
        self.buckets = Buckets()
        self.directory = Directory(self.clock)
        self.subscriptions: dict[str, Subscription] = {}
        self.groups = Groups()
        self.assignments = Assignments()
        self.deny_assignments: list[DenyAssignment] = []
        self.locks: list[Lock] = []
        self.tag_policies: list[TagPolicy] = []
        self.eligibilities: list[Eligibility] = []
        self.throttled_until: dict[str, float] = {}
        self.person = ""
        """Whoever signs in interactively; see `User.person`."""
        self.owner: HelpfulOwner | None = None
        """Whoever gives access by themselves; usually nobody."""

    def now(self) -> float:
        """The current time of the world, seconds since 1970."""
        return self.clock.now()

    def tenant(self, tenant_id: str) -> Tenant:
        """A tenant that is known to exist."""
        return self.directory.tenants[tenant_id]

    def settle(self) -> None:
        """Removes the groups whose deletion has run its course, with everything assigned at or below them."""
        for group in self.groups.take_deleted(self.now() - self.rules.group_deletion):
            prefix = f"{group.scope.lower()}/"
            for assignment in [a for a in self.assignments if f"{a.scope.lower()}/".startswith(prefix)]:
                self.assignments.remove(assignment)

    def young(self, created: float, delay: float) -> bool:
        """Whether something created at `created` is still unknown where news takes `delay` seconds to arrive."""
        return delay > 0 and self.now() < created + delay

    def registration(self, subscription: Subscription, namespace: str) -> str:
        """The registration state of a provider in a subscription."""
        done = subscription.registrations.get(namespace.lower())
        if done is None:
            return self.rules.provider_state
        return "Registered" if self.now() >= done else "Registering"

    def register(self, subscription: Subscription, namespace: str) -> None:
        """Starts to register a provider; nothing happens when it is, or is being, registered."""
        if self.registration(subscription, namespace) not in ("Registered", "Registering"):
            subscription.registrations[namespace.lower()] = self.now() + self.rules.registration

    def throttle(self, operation: str) -> int | None:
        """Seconds to wait before `operation` may be asked for again, where the rules throttle it; else None."""
        if operation not in self.rules.throttled:
            return None
        until = self.throttled_until.setdefault(operation, self.now() + self.rules.throttled_for)
        left = until - self.now()
        return max(1, round(left)) if left > 0 else None
