"""The stage of provisioning: the simulated Azure without sockets, in virtual time, behind an unreliable network.

`World` implements `pipeops_tui.core.ports.Workspace` by requests to the core of `pipeops_tui.simulator`, as they go
over the wire. What exists there can be looked at and changed directly.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from pipeops_tui.core.model import (
    Application,
    NewPassword,
    PasswordKey,
    ResourceGroup,
    RoleAssignment,
    ServicePrincipal,
)
from pipeops_tui.core.problem import FailureKind
from pipeops_tui.core.secret import Secret
from pipeops_tui.simulator.wire import Request
from pipeops_tui.simulator.world.rules import Replication
from tests.provisioning.network import Fault, FaultKind, Killed, UnreliableNetwork, failure
from tests.provisioning.small_azure import (
    GRAPH,
    RESOURCE_MANAGER,
    SUBSCRIPTION,
    SUBSCRIPTION_SCOPE,
    TENANT,
    SmallAzure,
    assignment_of,
)
from tests.support.clocks import VirtualClock

__all__ = ["RESOURCE_MANAGER", "SUBSCRIPTION", "TENANT", "Fault", "FaultKind", "Killed", "World", "WorldSession"]

P = ParamSpec("P")
T = TypeVar("T")


def request(
    method: Callable[Concatenate[World, P], T],
) -> Callable[Concatenate[World, P], Coroutine[Any, Any, T]]:
    """Makes a request of what a method does: it takes its time, and faults happen to it by the method's name."""

    @wraps(method)
    async def send(world: World, /, *arguments: P.args, **named: P.kwargs) -> T:
        return await world.serve(method.__name__, partial(method, world, *arguments, **named))

    return send


class World(UnreliableNetwork, SmallAzure):
    """A workspace in a simulated Azure with one subscription."""

    tenant_id = TENANT
    subscription_id = SUBSCRIPTION
    resource_manager = RESOURCE_MANAGER

    def __init__(self, clock: VirtualClock, faults: Sequence[Fault] = (), *, seed: int = 0, lag: float = 0.0) -> None:
        """`lag`: seconds until something new is known everywhere."""
        UnreliableNetwork.__init__(self, clock, faults, seed)
        SmallAzure.__init__(self, clock, seed)
        self.lag = lag
        self.refuse_upserts = False
        self.providers: dict[str, str] = {}
        """Registration states of the providers that were asked for."""
        self.azure.world.rules.replication = Replication(
            application_reads=lag,
            application_writes=lag,
            backing=lag,
            principal_reads=lag,
            arm=lag,
            secret=lag / 2,
            secret_flaps=lag / 2,
            rbac=lag,
        )
        self._sessions_open = 0

    def restart(self) -> None:
        """Another process takes over; the connections of the one before are closed."""
        self.dead = False
        self._sessions_open = 0
        self.kill_at = None

    def guid(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    @property
    def sessions_open(self) -> int:
        return self._sessions_open

    def session_closed(self) -> None:
        self._sessions_open -= 1

    def settle(self) -> None:
        """Lets everything that is still in progress happen."""
        self.clock.advance(1000)
        self.carry_out_late()
        self.azure.world.settle()

    # Resource groups

    @request
    def get_group(self, name: str) -> ResourceGroup | None:
        return self.groups[name] if self.found(lambda: self.arm("GET", _group_path(name))) else None

    @request
    def put_group(self, name: str, location: str, tags: Sequence[tuple[str, str]]) -> ResourceGroup:
        self.arm("PUT", _group_path(name), {"location": location, "tags": dict(tags)})
        return self.groups[name]

    @request
    def group_is_empty(self, name: str) -> bool:
        listed = self.found(lambda: self.arm("GET", f"{_group_path(name)}/resources"))
        return listed is None or not listed["value"]

    @request
    def delete_group(self, name: str) -> None:
        self.found(lambda: self.arm("DELETE", _group_path(name)))

    # Applications

    @request
    def upsert_application(
        self, unique_name: str, display_name: str, tags: Sequence[str], notes: str = ""
    ) -> Application | None:
        body = {"displayName": display_name, "tags": list(tags), "notes": notes}
        made = self._upsert(f"/applications(uniqueName='{unique_name}')", body)
        return _application(made) if made else None

    @request
    def create_application(self, display_name: str, tags: Sequence[str], notes: str = "") -> Application:
        body = {"displayName": display_name, "tags": list(tags), "notes": notes}
        return _application(self.graph("POST", "/applications", body))

    @request
    def application_by_unique_name(self, unique_name: str) -> Application | None:
        return self._application_at(f"/applications(uniqueName='{unique_name}')")

    @request
    def applications_tagged(self, tag: str) -> Sequence[Application]:
        listed = self.graph("GET", "/applications", query={"$filter": f"tags/any(t:t eq '{tag}')"})
        return [_application(one) for one in listed["value"]]

    @request
    def get_application(self, object_id: str) -> Application | None:
        return self._application_at(f"/applications/{object_id}")

    @request
    def delete_application(self, object_id: str) -> None:
        self.found(lambda: self.graph("DELETE", f"/applications/{object_id}"))

    @request
    def deleted_application(self, object_id: str) -> Application | None:
        return self._application_at(f"/directory/deletedItems/{object_id}")

    @request
    def restore_application(self, object_id: str) -> Application:
        return _application(self.graph("POST", f"/directory/deletedItems/{object_id}/restore"))

    @request
    def add_owner(self, object_id: str, member_id: str) -> None:
        if member_id not in self.registered(object_id).record.owners:
            reference = {"@odata.id": f"{GRAPH}/v1.0/directoryObjects/{member_id}"}
            self.graph("POST", f"/applications/{object_id}/owners/$ref", reference)

    @request
    def purge_application(self, object_id: str) -> None:
        self.found(lambda: self.graph("DELETE", f"/directory/deletedItems/{object_id}"))

    def _application_at(self, path: str) -> Application | None:
        found = self.found(lambda: self.graph("GET", path))
        return _application(found) if found else None

    # Service principals

    @request
    def upsert_service_principal(self, app_id: str) -> ServicePrincipal | None:
        made = self._upsert(f"/servicePrincipals(appId='{app_id}')", {})
        return ServicePrincipal(made["id"], made["appId"]) if made else None

    @request
    def create_service_principal(self, app_id: str) -> ServicePrincipal:
        made = self.graph("POST", "/servicePrincipals", {"appId": app_id})
        return ServicePrincipal(made["id"], made["appId"])

    @request
    def service_principal_of(self, app_id: str) -> ServicePrincipal | None:
        found = self.found(lambda: self.graph("GET", f"/servicePrincipals(appId='{app_id}')"))
        return ServicePrincipal(found["id"], found["appId"]) if found else None

    @request
    def service_principal_exists(self, object_id: str) -> bool:
        return self.found(lambda: self.graph("GET", f"/servicePrincipals/{object_id}")) is not None

    def _upsert(self, path: str, body: object) -> Any:
        if self.refuse_upserts:
            raise failure(FailureKind.FINAL, 400, "Request_BadRequest")
        return self.graph("PATCH", path, body, prefer="create-if-missing")

    # Role assignments

    @request
    def put_role_assignment(self, scope: str, name: str, principal_id: str, role_id: str) -> RoleAssignment:
        role = f"{SUBSCRIPTION_SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{role_id}"
        # Without its type the principal is looked up, so that a new one is not found for a while.
        properties = {"roleDefinitionId": role, "principalId": principal_id}
        return assignment_of(self.arm("PUT", _assignment_path(scope, name), {"properties": properties}))

    @request
    def get_role_assignment(self, scope: str, name: str) -> RoleAssignment | None:
        self.arm("GET", scope)
        found = self.found(lambda: self.arm("GET", _assignment_path(scope, name)))
        return assignment_of(found) if found else None

    @request
    def role_assignments_of(self, scope: str, principal_id: str) -> Sequence[RoleAssignment]:
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
        listed = self.arm("GET", path, query={"$filter": f"principalId eq '{principal_id}'"})
        return [assignment_of(one) for one in listed["value"] if one["properties"]["scope"].lower() == scope.lower()]

    @request
    def delete_role_assignment(self, scope: str, name: str) -> None:
        self.arm("DELETE", _assignment_path(scope, name))

    # Client secrets

    @request
    def add_password(self, object_id: str, key_id: str, description: str, expires: datetime) -> NewPassword:
        sent = {"displayName": description, "endDateTime": expires.isoformat(), "keyId": key_id}
        made = self.graph("POST", f"/applications/{object_id}/addPassword", {"passwordCredential": sent})
        self.registered(object_id).secrets[made["keyId"]] = made["secretText"]
        return NewPassword(made["keyId"], Secret(made["secretText"]), expires)

    @request
    def passwords(self, object_id: str) -> Sequence[PasswordKey]:
        self.graph("GET", f"/applications/{object_id}")
        now = self.clock.now()
        keys = self.registered(object_id).passwords
        return [key for key in keys if key.start is None or (now - key.start).total_seconds() >= self.lag]

    @request
    def remove_password(self, object_id: str, key_id: str) -> None:
        found = self.applications.get(object_id)
        if found is not None and any(key.key_id == key_id for key in found.passwords):
            self.graph("POST", f"/applications/{object_id}/removePassword", {"keyId": key_id})

    # Providers

    @request
    def register_provider(self, namespace: str) -> str:
        answer = self.arm("POST", f"{SUBSCRIPTION_SCOPE}/providers/{namespace}/register", {})
        self.providers[namespace] = str(answer["registrationState"])
        return self.providers[namespace]

    # Signing in as the application

    async def sign_in_as(self, client_id: str, secret: Secret) -> WorldSession:
        def sign_in() -> Any:
            form = {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": secret.reveal(),
                "scope": f"{RESOURCE_MANAGER}/.default",
            }
            return self.ask(Request("POST", f"/{TENANT}/oauth2/v2.0/token", {}, {}, urlencode(form).encode()))

        answer = await self.serve("sign_in_as", sign_in)
        self._sessions_open += 1
        return WorldSession(self, str(answer["access_token"]))

    async def read_as(self, token: str, name: str) -> ResourceGroup:
        await self.serve("read_group", lambda: self.arm("GET", _group_path(name), token=token))
        return self.groups[name]


@dataclass(slots=True)
class WorldSession:
    """The new application, signed in."""

    world: World
    token: str

    async def read_group(self, name: str) -> ResourceGroup:
        return await self.world.read_as(self.token, name)

    async def close(self) -> None:
        self.world.session_closed()


def _group_path(name: str) -> str:
    return f"{SUBSCRIPTION_SCOPE}/resourceGroups/{name}"


def _assignment_path(scope: str, name: str) -> str:
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"


def _application(document: Mapping[str, Any]) -> Application:
    created = datetime.fromisoformat(document["createdDateTime"])
    return Application(document["id"], document["appId"], document["displayName"], created, tuple(document["tags"]))
