"""A simulated Azure without sockets, with one tenant and one subscription: what exists there, and how it is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pipeops_tui.core.model import Application, PasswordKey, ResourceGroup, RoleAssignment, ServicePrincipal
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator.entra import tokens
from pipeops_tui.simulator.faults import FaultPlan
from pipeops_tui.simulator.scenarios import world_steps
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.wire import Request, encode
from pipeops_tui.simulator.world import world as simulated
from pipeops_tui.simulator.world.clock import Moment, WorldClock
from pipeops_tui.simulator.world.records import (
    ApplicationRecord,
    ResourceGroupRecord,
    SubscriptionRecord,
    TenantRecord,
    UserRecord,
)
from pipeops_tui.simulator.world.roles import OWNER
from pipeops_tui.simulator.world.world import HelpfulOwner
from tests.provisioning.network import failure
from tests.support.clocks import VirtualClock

TENANT = "3f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3"
SUBSCRIPTION = "1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"
SUBSCRIPTION_SCOPE = f"/subscriptions/{SUBSCRIPTION}"
RESOURCE_MANAGER = "https://management.azure.com"
GRAPH = "https://graph.microsoft.com"
USER = "6e0c1f0a-8f6e-4c70-8d55-1b1f0b6a7a11"
"""Object id of the user who is Owner of the subscription."""
COLLEAGUE = "0b8f5c62-27a5-4e31-93d4-5a4c0c7d9e27"
"""Object id of another user of the tenant."""
T = TypeVar("T")
_TOKEN_LIFETIME = 3_600
_REPLICATION_CODES = frozenset({"NoBackingApplicationObject", "PrincipalNotFound", "Request_ResourceNotFound"})


class _VirtualWorldClock(WorldClock):
    """The simulated Azure's clock, which shows the time of a virtual clock."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> Moment:
        return Moment.of(self._clock.now().timestamp())


@dataclass(frozen=True, slots=True)
class Registered:
    """An application as the directory keeps it."""

    record: ApplicationRecord
    secrets: dict[str, str]
    """Values by key id; the directory keeps only digests."""

    @property
    def application(self) -> Application:
        record = self.record
        tags = tuple(str(tag) for tag in record.properties.get("tags") or ())  # type: ignore[union-attr]
        return Application(record.object_id, record.app_id, record.display_name, record.created.utc, tags)

    @property
    def passwords(self) -> list[PasswordKey]:
        return [
            PasswordKey(key.key_id, key.display_name or "", key.start.utc, key.end.utc, key.hint or "")
            for key in self.record.passwords
        ]

    @property
    def deleted(self) -> bool:
        return self.record.deleted_at is not None


class Groups(MutableMapping[str, ResourceGroup]):
    """The resource groups by lower-case name."""

    def __init__(self, azure: simulated.World) -> None:
        self._azure = azure

    def __getitem__(self, name: str) -> ResourceGroup:
        self._azure.settle()
        found = self._azure.groups.get(SUBSCRIPTION, name)
        if found is None:
            raise KeyError(name)
        state = "Succeeded" if found.deleted_from is None else "Deleting"
        return ResourceGroup(found.name, found.location, state, tuple((found.tags or {}).items()))

    def __setitem__(self, name: str, group: ResourceGroup) -> None:
        self._azure.groups.add(ResourceGroupRecord(SUBSCRIPTION, group.name, group.location, dict(group.tags)))

    def __delitem__(self, name: str) -> None:
        raise NotImplementedError

    def __iter__(self) -> Iterator[str]:
        self._azure.settle()
        return iter([group.name.lower() for group in self._azure.groups.of(SUBSCRIPTION)])

    def __len__(self) -> int:
        return len(list(iter(self)))


class SmallAzure:
    """What exists, which a test can change, and requests by the user who is Owner of the subscription."""

    def __init__(self, clock: VirtualClock, seed: int) -> None:
        self.azure = SimulatedAzure(_one_subscription(clock, seed), FaultPlan(seed))
        self.groups = Groups(self.azure.world)
        self._secrets: dict[str, dict[str, str]] = {}
        self._tokens: dict[str, tuple[str, Moment]] = {}

    @property
    def index_lag(self) -> float:
        """Seconds until a new application is in lists."""
        return self.azure.world.rules.replication.index

    @index_lag.setter
    def index_lag(self, seconds: float) -> None:
        self.azure.world.rules.replication.index = seconds

    @property
    def owner_after(self) -> float | None:
        """Seconds after which an Owner assigns Contributor to a principal that is looked for; None for never."""
        return self.azure.world.owner.after if self.azure.world.owner else None

    @owner_after.setter
    def owner_after(self, seconds: float | None) -> None:
        self.azure.world.owner = None if seconds is None else HelpfulOwner(seconds)

    @property
    def applications(self) -> dict[str, Registered]:
        """Applications by object id, deleted ones included until they are purged."""
        directory = self.azure.world.directory
        records = [*directory.applications.values(), *directory.deleted_items(TENANT)]
        return {record.object_id: self.registered(record.object_id) for record in records}

    @property
    def living(self) -> list[Registered]:
        """Applications that are not deleted."""
        return [found for found in self.applications.values() if not found.deleted]

    @property
    def live_secrets(self) -> int:
        return sum(len(found.passwords) for found in self.living)

    @property
    def principals(self) -> dict[str, ServicePrincipal]:
        """Service principals by app id."""
        found = self.azure.world.directory.service_principals.values()
        return {record.app_id: ServicePrincipal(record.object_id, record.app_id) for record in found}

    @property
    def assignments(self) -> dict[str, RoleAssignment]:
        """The role assignments on resource groups, by name."""
        self.azure.world.settle()
        return {
            item.name: RoleAssignment(item.name, item.scope, item.principal_id, f"/roleDefinitions/{item.role_id}")
            for item in self.azure.world.assignments
            if item.scope != SUBSCRIPTION_SCOPE
        }

    def fill_group(self, name: str, count: int) -> None:
        """Has `count` resources in a group."""
        group = self.azure.world.groups.get(SUBSCRIPTION, name)
        assert group is not None
        group.resources = tuple({"id": f"{group.scope}/{number}", "name": str(number)} for number in range(count))

    def forget_orphans(self) -> None:
        """Removes the assignments of principals that do not exist, as a person would who tidies up."""
        known = {principal.object_id for principal in self.principals.values()} | {USER}
        for item in tuple(self.azure.world.assignments):
            if item.principal_id not in known:
                self.azure.world.assignments.remove(item)

    def change_secret(self, object_id: str, key_id: str, value: str) -> None:
        """Gives a client secret another value."""
        found = self.registered(object_id)
        password = next(key for key in found.record.passwords if key.key_id == key_id)
        password.digest = hashlib.sha256(value.encode()).digest()
        found.secrets[key_id] = value

    def registered(self, object_id: str) -> Registered:
        """An application that is not purged. Raises KeyError."""
        directory = self.azure.world.directory
        deleted = {record.object_id: record for record in directory.deleted_items(TENANT)}
        record = directory.applications.get(object_id) or deleted[object_id]
        return Registered(record, self._secrets.setdefault(object_id, {}))

    # What goes over the wire

    def arm(
        self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None, token: str = ""
    ) -> Any:
        """Asks Azure Resource Manager as the user, or as the bearer of `token`. Raises CloudError."""
        version = "2022-04-01" if "Microsoft.Authorization" in path else "2021-04-01"
        headers = {"authorization": f"Bearer {token or self._token(RESOURCE_MANAGER)}"}
        return self.ask(Request(method, path, {"api-version": version, **(query or {})}, headers, _json(body)))

    def graph(
        self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None, prefer: str = ""
    ) -> Any:
        """Asks Microsoft Graph as the user; `path` starts after `/v1.0`. Raises CloudError."""
        headers = {"authorization": f"Bearer {self._token(GRAPH)}", "prefer": prefer}
        return self.ask(Request(method, f"/v1.0{path}", query or {}, headers, _json(body)))

    def ask(self, sent: Request) -> Any:
        """The JSON of an answer, None where it has none. Raises CloudError."""
        reply = self.azure.answer(sent, self.azure.match(sent))
        document = json.loads(reply.body) if reply.body else None
        if reply.status >= 400:
            raise _refusal(reply.status, document)
        return document

    def found(self, ask: Callable[[], T]) -> T | None:
        """The answer to `ask`, or None for a 404."""
        try:
            return ask()
        except CloudError as error:
            if error.status != 404:
                raise
            return None

    def _token(self, resource: str) -> str:
        """A token of the user for a resource, a new one when the last has expired."""
        world = self.azure.world
        token, expires = self._tokens.get(resource, ("", Moment(0)))
        if world.now() >= expires:
            user = world.directory.users[USER]
            session = tokens.UserSession("session", user.person, tokens.AZURE_CLI, int(world.now()), TENANT, True, True)
            token = tokens.user_token(world, user, session, resource, _TOKEN_LIFETIME)
            self._tokens[resource] = (token, world.now() + _TOKEN_LIFETIME - 60)
        return token


def _one_subscription(clock: VirtualClock, seed: int) -> simulated.World:
    """A tenant with one subscription, of which its user is Owner; nothing is registered in it yet."""
    world = simulated.World(seed, _VirtualWorldClock(clock))
    world.endpoints = simulated.Endpoints("https://login.microsoftonline.com", RESOURCE_MANAGER, GRAPH)
    world.rules.group_deletion, world.rules.registration, world.rules.provider_state = 20, 25, "NotRegistered"
    world.directory.tenants[TENANT] = TenantRecord(TENANT, "Contoso", "contoso.com", ("contoso.com",))
    user = UserRecord(USER, TENANT, "you@contoso.com", "you@contoso.com", "You", "You", "", "you@contoso.com")
    world.directory.users[USER] = user
    world.directory.users[COLLEAGUE] = UserRecord(
        COLLEAGUE, TENANT, "robin@contoso.com", "robin@contoso.com", "Robin", "Robin", "", "robin@contoso.com"
    )
    world.subscriptions[SUBSCRIPTION] = SubscriptionRecord(SUBSCRIPTION, TENANT, "Pay-As-You-Go")
    world_steps.assign_user(world, user, OWNER, SUBSCRIPTION_SCOPE)
    return world


def _json(body: Any) -> bytes:
    return b"" if body is None else encode(body)


def _refusal(status: int, document: Any) -> CloudError:
    """What the program's own rules make of the answers that occur here."""
    error = document["error"]
    if isinstance(error, str):
        return failure(FailureKind.REFUSED, 401, f"AADSTS{document['error_codes'][0]}")
    codes = {error["code"], *(detail.get("code", "") for detail in error.get("details", ()))}
    if codes & _REPLICATION_CODES or "backing application" in error["message"]:
        return failure(FailureKind.REPLICATION, status, error["code"])
    kinds = {403: FailureKind.REFUSED, 404: FailureKind.NOT_FOUND, 409: FailureKind.CONFLICT}
    return failure(kinds.get(status, FailureKind.FINAL), status, error["code"])


def assignment_of(document: Mapping[str, Any]) -> RoleAssignment:
    """What Azure Resource Manager answers about a role assignment."""
    properties = document["properties"]
    role = properties["roleDefinitionId"].rpartition("/")[2]
    return RoleAssignment(document["name"], properties["scope"], properties["principalId"], f"/roleDefinitions/{role}")
