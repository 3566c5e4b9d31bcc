"""The state of the simulated Azure. Only the server's thread uses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipeops_tui.simulator.prepared import PreparedConnection
from pipeops_tui.simulator.wire import Json
from pipeops_tui.simulator.world.activities import ActivityRecord
from pipeops_tui.simulator.world.clock import Moment, WorldClock
from pipeops_tui.simulator.world.records import (
    DenyAssignmentRecord,
    EligibilityRecord,
    LockRecord,
    PolicyAssignmentRecord,
    RoleAssignmentRecord,
    ServicePrincipalRecord,
    SubscriptionRecord,
    TagPolicyRecord,
    TenantRecord,
)
from pipeops_tui.simulator.world.roles import CONTRIBUTOR, RoleDefinition, built_in_roles, covers
from pipeops_tui.simulator.world.rules import Rules
from pipeops_tui.simulator.world.sign_ins import Ids, SignIns
from pipeops_tui.simulator.world.stores import DirectoryStore, ResourceGroupStore, RoleAssignmentStore

_MOST_BUCKETS = 10_000


@dataclass(slots=True)
class Endpoints:
    """The addresses the metadata names; URLs without a trailing slash."""

    login: str = ""
    resource_manager: str = ""
    graph: str = ""


@dataclass(slots=True)
class AnnouncedCredential:
    """The credential that the simulator announces: a service principal that is Owner of a subscription."""

    tenant_id: str = ""
    subscription_id: str | None = None
    client_id: str = ""
    client_secret: str = ""


@dataclass(slots=True)
class ManagedIdentity:
    """The identity that Azure gives to the machine of the client. `header` is what `IDENTITY_HEADER` holds there."""

    header: str = ""
    client_id: str = ""
    object_id: str = ""


class TokenBuckets:
    """Token buckets for rate limits, full when first used; the oldest are dropped beyond 10,000."""

    def __init__(self) -> None:
        self._levels: dict[tuple[str, str, str], tuple[float, Moment]] = {}

    def take(self, key: tuple[str, str, str], size: int, refill: int, now: Moment) -> int:
        """Takes one token from a bucket of `size` that gains `refill` tokens a second; returns how many are left."""
        level, at = self._levels.pop(key, (float(size), now))
        level = max(min(size, level + max(now - at, 0) * refill) - 1, 0)
        self._levels[key] = (level, now)
        if len(self._levels) > _MOST_BUCKETS:
            del self._levels[next(iter(self._levels))]
        return int(level)


@dataclass(slots=True)
class HelpfulOwner:
    """An Owner in a demo: assigns Contributor to a service principal after `after` seconds of looking for its access.

    Seconds are the world's. Only a request for role assignments shows that a client is looking, so the assignment is
    made by the first such request after that time.
    """

    after: float
    _since: dict[tuple[str, str], Moment] = field(default_factory=dict)
    """When a scope and a principal were first asked about together."""

    def looked_for(self, world: World, scope: str, principal_id: str) -> None:
        """A client asks which roles a principal has at `scope`."""
        principal = world.directory.service_principals.get(principal_id)
        held = world.assignments.of(principal_id)
        if principal is None or any(covers(item.scope, scope) for item in held):
            return
        now = world.now()
        if now >= self._since.setdefault((scope.lower(), principal_id), now) + self.after:
            world.assignments.add(
                RoleAssignmentRecord(
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
    """Object id of the owner that the simulator announces; empty where there is none."""
    owner = world.directory.principal_of(world.announced.tenant_id, world.announced.client_id)
    return owner.object_id if owner else ""


class World:
    """Everything that exists, and the rules it follows."""

    def __init__(self, seed: int, clock: WorldClock | None = None) -> None:
        """`clock` is another one than the machine's."""
        self.seed = seed
        self.ids = Ids(seed)
        self.clock = clock or WorldClock()
        self.rules = Rules()
        self.endpoints = Endpoints()
        self.announced = AnnouncedCredential()
        named = self.ids.named
        self.identity = ManagedIdentity(*(named("managed identity", part) for part in ("header", "client", "object")))
        """In the directory only from its first token on: a world in which it is not used does not show it."""
        self.sign_ins = SignIns(self.ids, self.clock)
        self.buckets = TokenBuckets()
        self.directory = DirectoryStore(self.clock)
        self.subscriptions: dict[str, SubscriptionRecord] = {}
        self.groups = ResourceGroupStore()
        self.assignments = RoleAssignmentStore()
        self.deny_assignments: list[DenyAssignmentRecord] = []
        self.locks: list[LockRecord] = []
        self.tag_policies: list[TagPolicyRecord] = []
        self.policy_assignments: list[PolicyAssignmentRecord] = []
        self.custom_roles: dict[str, RoleDefinition] = {}
        """By GUID, each in the tenant that made it."""
        self.activities: list[ActivityRecord] = []
        """The activity log of all subscriptions. Requests to this world are not written to it."""
        self.eligibilities: list[EligibilityRecord] = []
        self.throttled_until: dict[str, Moment] = {}
        self.person = ""
        """The person who signs in interactively; see `UserRecord.person`."""
        self.prepared: list[PreparedConnection] = []
        """The connections that the world began with; they are not kept up to date."""
        self.owner: HelpfulOwner | None = None
        """Assigns roles without being asked; None outside demos."""
        self.issuers: dict[str, dict[str, Json]] = {}
        """The signing keys (JSON Web Keys by key id) that issuers of tokens outside of Azure publish; nothing is read
        from the network."""
        self.secret_used: Callable[[ServicePrincipalRecord], None] = lambda principal: None
        """Called each time an application has signed in with a client secret."""
        self._to_come: list[tuple[Moment, Callable[[Moment], None]]] = []

    def now(self) -> Moment:
        """The current time of the world."""
        return self.clock.now()

    def tenant(self, tenant_id: str) -> TenantRecord:
        """A tenant that is known to exist."""
        return self.directory.tenants[tenant_id]

    def roles(self, tenant_id: str) -> list[RoleDefinition]:
        """The role definitions of a tenant: the built-in ones and its own."""
        return [*built_in_roles().values(), *(r for r in self.custom_roles.values() if r.tenant_id == tenant_id)]

    def role(self, role_id: str) -> RoleDefinition | None:
        """The role definition with this GUID."""
        return built_in_roles().get(role_id) or self.custom_roles.get(role_id)

    def plan(self, at: Moment, happens: Callable[[Moment], None]) -> None:
        """Has `happens` called with `at`, by the first request to Azure Resource Manager after that moment."""
        self._to_come.append((at, happens))

    def settle(self) -> None:
        """Lets happen what was planned until now, in order. Removes the groups whose deletion is complete, with the
        role and policy assignments at or below them."""
        due = sorted((one for one in self._to_come if one[0] <= self.now()), key=lambda one: one[0])
        self._to_come = [one for one in self._to_come if one not in due]
        for at, happens in due:
            happens(at)
        for group in self.groups.take_deleted(self.now() - self.rules.group_deletion):
            prefix = f"{group.scope.lower()}/"
            for assignment in [a for a in self.assignments if f"{a.scope.lower()}/".startswith(prefix)]:
                self.assignments.remove(assignment)
            self.policy_assignments = [
                item for item in self.policy_assignments if not f"{item.scope.lower()}/".startswith(prefix)
            ]

    def young(self, created: Moment, delay: float) -> bool:
        """Whether what was created at `created` is less than `delay` seconds old, so not replicated yet."""
        return delay > 0 and self.now() < created + delay

    def registration(self, subscription: SubscriptionRecord, namespace: str) -> str:
        """The registration state of a provider in a subscription."""
        done = subscription.registrations.get(namespace.lower())
        if done is None:
            return self.rules.provider_state
        return "Registered" if self.now() >= done else "Registering"

    def register(self, subscription: SubscriptionRecord, namespace: str) -> None:
        """Starts to register a provider; does nothing when it is registered or registering."""
        if self.registration(subscription, namespace) not in ("Registered", "Registering"):
            subscription.registrations[namespace.lower()] = self.now() + self.rules.registration

    def throttle(self, operation: str) -> int | None:
        """Seconds until `operation` is served again where the rules throttle it; None when it is served now."""
        if operation not in self.rules.throttled:
            return None
        until = self.throttled_until.setdefault(operation, self.now() + self.rules.throttled_for)
        left = until - self.now()
        return max(1, round(left)) if left > 0 else None
