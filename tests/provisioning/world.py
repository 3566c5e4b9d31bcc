"""A small Azure behind `Workspace`, with a clock, lag, faults and sudden death: what provisioning is tried against."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from pipeops_tui.model import (
    CONTRIBUTOR_ROLE_ID,
    Application,
    NewPassword,
    PasswordKey,
    ResourceGroup,
    RoleAssignment,
    ServicePrincipal,
)
from pipeops_tui.problem import CloudError, FailureKind, Problem
from pipeops_tui.secret import Secret
from tests.virtual_time import VirtualClock

TENANT = "3f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3"
SUBSCRIPTION = "1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"
RESOURCE_MANAGER = "https://management.azure.com"
T = TypeVar("T")


class FaultKind(StrEnum):
    """What can happen to a request."""

    UNREACHABLE = "unreachable"
    DROP_REQUEST = "drop-request"
    DROP_ANSWER = "drop-answer"
    LATE = "late"
    """The answer is lost, and the request is carried out only some seconds later."""
    THROTTLED = "429"
    FAILED = "500"
    FAILED_AFTER = "500-after"
    SIGN_IN = "401-claims"
    REFUSED = "403"


class Killed(BaseException):
    """The process dies here; nothing of it ever reaches Azure again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` happens to the requests number `first` to `last` of `operation` (`*` is any), counted from 1; only to
    `first` when `last` is left out."""

    kind: FaultKind
    operation: str = "*"
    first: int = 1
    last: int = 0
    retry_after: float | None = None


@dataclass(slots=True)
class Registered:
    """An application as the directory keeps it."""

    application: Application
    unique_name: str
    created: datetime
    passwords: list[PasswordKey] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    """Values by key id."""
    deleted: bool = False


class World:
    """Implements `pipeops_tui.ports.Workspace`. Everything in it can be looked at directly."""

    def __init__(self, clock: VirtualClock, faults: Sequence[Fault] = (), *, seed: int = 0, lag: float = 0.0) -> None:
        self.clock = clock
        self.faults = list(faults)
        self.random = random.Random(seed)
        self.lag = lag
        """Seconds until something new is known everywhere."""
        self.index_lag = 0.0
        self.latency = 0.1
        self.refuse_upserts = False
        self.keep_key_ids = True
        self.owner_after: float | None = None
        """Seconds after which an Owner assigns Contributor to a new principal; None for never."""
        self.kill_at: tuple[int, bool] | None = None
        """Number of the request at which the process dies, and whether the request is carried out."""
        self.dead = False
        self.requests: list[str] = []
        self.groups: dict[str, ResourceGroup] = {}
        self.contents: dict[str, int] = {}
        self.applications: dict[str, Registered] = {}
        self.spent_names: set[str] = set()
        """A uniqueName is not free again after its application is gone, not even purged."""
        self.principals: dict[str, tuple[ServicePrincipal, datetime]] = {}
        self.assignments: dict[str, tuple[RoleAssignment, datetime]] = {}
        self.providers: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._late: list[tuple[float, Callable[[], object]]] = []
        self._deleting: dict[str, float] = {}
        self._sessions_open = 0

    tenant_id = TENANT
    subscription_id = SUBSCRIPTION
    resource_manager = RESOURCE_MANAGER

    def restart(self) -> None:
        """Another process takes over; the connections of the one before are closed."""
        self.dead = False
        self._sessions_open = 0
        self.kill_at = None

    def guid(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    @property
    def live_secrets(self) -> int:
        return sum(len(found.passwords) for found in self.living)

    @property
    def living(self) -> list[Registered]:
        """Applications that are not deleted."""
        return [found for found in self.applications.values() if not found.deleted]

    @property
    def sessions_open(self) -> int:
        return self._sessions_open

    # Resource groups

    async def get_group(self, name: str) -> ResourceGroup | None:
        return await self._serve("get_group", lambda: self._group(name))

    async def put_group(self, name: str, location: str, tags: Sequence[tuple[str, str]]) -> ResourceGroup:
        def put() -> ResourceGroup:
            found = self._group(name)
            if found is not None and found.provisioning_state == "Deleting":
                raise _error(FailureKind.CONFLICT, 409, "ResourceGroupBeingDeleted")
            if found is not None and found.location != location:
                raise _error(FailureKind.CONFLICT, 409, "InvalidResourceGroupLocation")
            self.groups[name.lower()] = ResourceGroup(name, location, tags=tuple(tags))
            return self.groups[name.lower()]

        return await self._serve("put_group", put)

    async def group_is_empty(self, name: str) -> bool:
        return await self._serve("group_is_empty", lambda: not self.contents.get(name.lower()))

    async def delete_group(self, name: str) -> None:
        def delete() -> None:
            if name.lower() in self.groups:
                self._deleting[name.lower()] = self.clock.monotonic() + 20
                self.groups[name.lower()] = replace(self.groups[name.lower()], provisioning_state="Deleting")

        await self._serve("delete_group", delete)

    def _group(self, name: str) -> ResourceGroup | None:
        gone_at = self._deleting.get(name.lower())
        if gone_at is not None and gone_at <= self.clock.monotonic():
            del self._deleting[name.lower()]
            del self.groups[name.lower()]
            scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}".lower()
            self.assignments = {n: a for n, a in self.assignments.items() if a[0].scope.lower() != scope}
        return self.groups.get(name.lower())

    # Applications

    async def upsert_application(self, unique_name: str, display_name: str, tags: Sequence[str]) -> Application | None:
        def upsert() -> Application | None:
            taken = [found for found in self.applications.values() if found.unique_name == unique_name]
            if self.refuse_upserts or unique_name in self.spent_names or any(found.deleted for found in taken):
                raise _error(FailureKind.FINAL, 400, "Request_BadRequest")
            return None if taken else self._register(unique_name, display_name, tags)

        return await self._serve("upsert_application", upsert)

    async def create_application(self, display_name: str, tags: Sequence[str]) -> Application:
        return await self._serve("create_application", lambda: self._register("", display_name, tags))

    def _register(self, unique_name: str, display_name: str, tags: Sequence[str]) -> Application:
        application = Application(self.guid(), self.guid(), display_name, self.clock.now(), tuple(tags))
        self.applications[application.object_id] = Registered(application, unique_name, self.clock.now())
        return application

    async def application_by_unique_name(self, unique_name: str) -> Application | None:
        def find() -> Application | None:
            named = (found for found in self.living if found.unique_name == unique_name and self._known(found.created))
            return next((found.application for found in named), None)

        return await self._serve("application_by_unique_name", find)

    async def applications_tagged(self, tag: str) -> Sequence[Application]:
        def find() -> list[Application]:
            indexed = self.clock.now() - timedelta(seconds=self.index_lag)
            return [
                found.application for found in self.living if tag in found.application.tags and found.created <= indexed
            ]

        return await self._serve("applications_tagged", find)

    async def get_application(self, object_id: str) -> Application | None:
        def get() -> Application | None:
            found = self.applications.get(object_id)
            if found is None or found.deleted or not self._known(found.created):
                return None
            return found.application

        return await self._serve("get_application", get)

    async def delete_application(self, object_id: str) -> None:
        def delete() -> None:
            found = self.applications.get(object_id)
            if found is not None and self._known(found.created):
                found.deleted = True
                self.principals.pop(found.application.app_id, None)

        await self._serve("delete_application", delete)

    async def purge_application(self, object_id: str) -> None:
        def purge() -> None:
            if object_id in self.applications and self.applications[object_id].deleted:
                self.spent_names.add(self.applications.pop(object_id).unique_name)

        await self._serve("purge_application", purge)

    # Service principals

    async def upsert_service_principal(self, app_id: str) -> ServicePrincipal | None:
        def upsert() -> ServicePrincipal | None:
            if self.refuse_upserts:
                raise _error(FailureKind.FINAL, 400, "Request_BadRequest")
            self._backing(app_id)
            return None if app_id in self.principals else self._principal(app_id)

        return await self._serve("upsert_service_principal", upsert)

    async def create_service_principal(self, app_id: str) -> ServicePrincipal:
        def create() -> ServicePrincipal:
            self._backing(app_id)
            if app_id in self.principals:
                raise _error(FailureKind.CONFLICT, 409, "Request_MultipleObjectsWithSameKeyValue")
            return self._principal(app_id)

        return await self._serve("create_service_principal", create)

    def _principal(self, app_id: str) -> ServicePrincipal:
        principal = ServicePrincipal(self.guid(), app_id)
        self.principals[app_id] = (principal, self.clock.now())
        return principal

    def _backing(self, app_id: str) -> Registered:
        for found in self.living:
            if found.application.app_id == app_id and self._known(found.created):
                return found
        raise _error(FailureKind.REPLICATION, 400, "NoBackingApplicationObject")

    async def service_principal_of(self, app_id: str) -> ServicePrincipal | None:
        def find() -> ServicePrincipal | None:
            found = self.principals.get(app_id)
            return found[0] if found and self._known(found[1]) else None

        return await self._serve("service_principal_of", find)

    # Role assignments

    async def put_role_assignment(self, scope: str, name: str, principal_id: str, role_id: str) -> RoleAssignment:
        def put() -> RoleAssignment:
            if self._group(scope.rpartition("/")[2]) is None:
                raise _error(FailureKind.NOT_FOUND, 404, "ResourceGroupNotFound")
            known = [p for p, made in self.principals.values() if p.object_id == principal_id and self._known(made)]
            if not known:
                raise _error(FailureKind.REPLICATION, 400, "PrincipalNotFound")
            new = RoleAssignment(name, scope, principal_id, f"/roleDefinitions/{role_id}")
            for other, _ in self.assignments.values():
                same = (other.scope, other.principal_id, other.role_definition_id)
                if same == (scope, principal_id, new.role_definition_id) and other.name != name:
                    raise _error(FailureKind.CONFLICT, 409, "RoleAssignmentExists")
            self.assignments[name] = (new, self.assignments.get(name, (new, self.clock.now()))[1])
            return new

        return await self._serve("put_role_assignment", put)

    async def get_role_assignment(self, scope: str, name: str) -> RoleAssignment | None:
        def get() -> RoleAssignment | None:
            if self._group(scope.rpartition("/")[2]) is None:
                raise _error(FailureKind.NOT_FOUND, 404, "ResourceGroupNotFound")
            found = self.assignments.get(name)
            return found[0] if found and self._known(found[1]) else None

        return await self._serve("get_role_assignment", get)

    async def role_assignments_of(self, scope: str, principal_id: str) -> Sequence[RoleAssignment]:
        def find() -> list[RoleAssignment]:
            self._let_the_owner_act(scope)
            return [a for a, _ in self.assignments.values() if a.principal_id == principal_id and a.scope == scope]

        return await self._serve("role_assignments_of", find)

    def forget_orphans(self) -> None:
        """Somebody tidies up: assignments of principals that are gone are removed."""
        living = {principal.object_id for principal, _ in self.principals.values()}
        self.assignments = {name: a for name, a in self.assignments.items() if a[0].principal_id in living}

    def _let_the_owner_act(self, scope: str) -> None:
        served = {assignment.principal_id for assignment, _ in self.assignments.values()}
        for principal, made in self.principals.values():
            waited = (self.clock.now() - made).total_seconds()
            if self.owner_after is not None and waited >= self.owner_after and principal.object_id not in served:
                name = self.guid()
                new = RoleAssignment(name, scope, principal.object_id, f"/roleDefinitions/{CONTRIBUTOR_ROLE_ID}")
                self.assignments[name] = (new, self.clock.now())

    async def delete_role_assignment(self, scope: str, name: str) -> None:
        def delete() -> None:
            self.assignments.pop(name, None)

        await self._serve("delete_role_assignment", delete)

    # Client secrets

    async def add_password(self, object_id: str, key_id: str, description: str, expires: datetime) -> NewPassword:
        def add() -> NewPassword:
            found = self._application(object_id)
            kept = key_id if self.keep_key_ids else self.guid()
            value = f"~{self.random.getrandbits(64):x}"
            found.passwords.append(PasswordKey(kept, description, self.clock.now(), expires))
            found.secrets[kept] = value
            return NewPassword(kept, Secret(value), expires)

        return await self._serve("add_password", add)

    async def passwords(self, object_id: str) -> Sequence[PasswordKey]:
        def read() -> list[PasswordKey]:
            found = self._application(object_id)
            return [key for key in found.passwords if key.start is None or self._known(key.start)]

        return await self._serve("passwords", read)

    async def remove_password(self, object_id: str, key_id: str) -> None:
        def remove() -> None:
            found = self.applications.get(object_id)
            if found is not None:
                found.passwords = [key for key in found.passwords if key.key_id != key_id]

        await self._serve("remove_password", remove)

    def _application(self, object_id: str) -> Registered:
        found = self.applications.get(object_id)
        if found is None or found.deleted or not self._known(found.created):
            raise _error(FailureKind.REPLICATION, 404, "Request_ResourceNotFound")
        return found

    # Providers

    async def register_provider(self, namespace: str) -> str:
        def register() -> str:
            self.providers.setdefault(namespace, "Registering")
            self._late.append((self.clock.monotonic() + 25, lambda: self.providers.update({namespace: "Registered"})))
            return self.providers[namespace]

        return await self._serve("register_provider", register)

    # Signing in as the application

    async def sign_in_as(self, client_id: str, secret: Secret) -> WorldSession:
        def sign_in() -> WorldSession:
            for found in self.living:
                for key in found.passwords:
                    if found.application.app_id == client_id and found.secrets[key.key_id] == secret.reveal():
                        age = (self.clock.now() - (key.start or self.clock.now())).total_seconds()
                        if age < self.lag and self.random.random() * self.lag > age:
                            break
                        return WorldSession(self, client_id)
            raise _error(FailureKind.REFUSED, 401, "AADSTS7000215")

        session = await self._serve("sign_in_as", sign_in)
        self._sessions_open += 1
        return session

    async def read_as(self, client_id: str, name: str) -> ResourceGroup:
        def read() -> ResourceGroup:
            principal = self.principals.get(client_id)
            scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}".lower()
            for assignment, made in self.assignments.values():
                ours = principal is not None and assignment.principal_id == principal[0].object_id
                if ours and assignment.scope.lower() == scope and self._known(made):
                    return self.groups[name.lower()]
            raise _error(FailureKind.REFUSED, 403, "AuthorizationFailed")

        return await self._serve("read_group", read)

    def session_closed(self) -> None:
        self._sessions_open -= 1

    # How requests go

    def _known(self, made: datetime) -> bool:
        return (self.clock.now() - made).total_seconds() >= self.lag

    async def _serve(self, operation: str, work: Callable[[], T]) -> T:
        if self.dead:
            raise Killed
        self.requests.append(operation)
        number = self._counts[operation] = self._counts.get(operation, 0) + 1
        dies, carried_out = self.kill_at is not None and self.kill_at[0] == len(self.requests), False
        if self.kill_at is not None:
            carried_out = self.kill_at[1]
        if dies and not carried_out:
            self.dead = True
            raise Killed
        await self.clock.sleep(self.latency)
        if self.dead:
            raise Killed
        self._carry_out_late()
        fault = next((f for f in self.faults if _hits(f, operation, number, len(self.requests))), None)
        answer = self._with_fault(fault, work)
        if dies:
            self.dead = True
            raise Killed
        return answer

    def _with_fault(self, fault: Fault | None, work: Callable[[], T]) -> T:
        match fault.kind if fault else None:
            case FaultKind.UNREACHABLE:
                raise _error(FailureKind.UNREACHABLE)
            case FaultKind.DROP_REQUEST:
                raise _error(FailureKind.LOST_ANSWER)
            case FaultKind.LATE:
                self._late.append((self.clock.monotonic() + self.random.uniform(1, 8), work))
                raise _error(FailureKind.LOST_ANSWER)
            case FaultKind.THROTTLED:
                raise _error(FailureKind.THROTTLED, 429, retry_after=fault.retry_after if fault else None)
            case FaultKind.FAILED:
                raise _error(FailureKind.SERVER, 503)
            case FaultKind.SIGN_IN:
                raise _error(FailureKind.SIGN_IN, 401)
            case FaultKind.REFUSED:
                raise _error(FailureKind.REFUSED, 403, "AuthorizationFailed")
        answer = work()
        match fault.kind if fault else None:
            case FaultKind.DROP_ANSWER:
                raise _error(FailureKind.LOST_ANSWER)
            case FaultKind.FAILED_AFTER:
                raise _error(FailureKind.SERVER, 500)
        return answer

    def _carry_out_late(self) -> None:
        due = [work for at, work in self._late if at <= self.clock.monotonic()]
        self._late = [(at, work) for at, work in self._late if at > self.clock.monotonic()]
        for work in due:
            try:
                work()
            except CloudError:
                continue  # nobody is there any more to hear of it

    def settle(self) -> None:
        """Let everything that is still under way happen."""
        self.clock.advance(1000)
        self._carry_out_late()
        for name in list(self.groups):
            self._group(name)


@dataclass(slots=True)
class WorldSession:
    """The new application, signed in."""

    world: World
    client_id: str

    async def read_group(self, name: str) -> ResourceGroup:
        return await self.world.read_as(self.client_id, name)

    async def close(self) -> None:
        self.world.session_closed()


def _hits(fault: Fault, operation: str, number: int, overall: int) -> bool:
    if fault.operation not in ("*", operation):
        return False
    return fault.first <= (overall if fault.operation == "*" else number) <= max(fault.first, fault.last)


def _error(
    kind: FailureKind, status: int | None = None, code: str = "", retry_after: float | None = None
) -> CloudError:
    return CloudError(kind, Problem(f"{kind} {code}".strip(), "It went wrong."), status, code, retry_after)
