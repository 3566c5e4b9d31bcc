"""Five values of an application in the simulated Azure, as PipeOps' guide makes them, and what can be wrong there."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import aiohttp
import pytest

from pipeops_tui.core.ports import ExaminedApplication, Examiner
from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.secret import Secret
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.world.records import ApplicationRecord, ServicePrincipalRecord
from tests.simulator.client import Client

NOBODY = "00000000-0000-4000-8000-000000000000"
NO_ID = "11111111-2222-3333-4444-55555555555"
"""A GUID that lost its last digit."""
LOOK_UP, SIGN_IN = "getOpenIdConfiguration", "redeemClientSecret"


@dataclass(frozen=True)
class Values:
    """What a person pastes, and the ids that can be taken for one of them."""

    group: str
    tenant_id: str
    client_id: str
    secret: str
    subscription_id: str
    object_id: str
    key_id: str
    principal_id: str

    async def sign_in(self, examiner: Examiner, **other: str) -> ExaminedApplication:
        """Sign in with them, or with `other` values in their place."""
        return await examiner.sign_in(
            other.get("tenant_id", self.tenant_id),
            other.get("client_id", self.client_id),
            Secret(other.get("secret", self.secret)),
        )


def make_values(azure: RunningSimulator, name: str = "") -> Values:
    """A new application with Contributor on a new group of the announced subscription."""
    with Client(azure) as client:
        client.as_owner()
        group = name or f"examined-{uuid4().hex[:8]}"
        assert client.group(group).status_code == 201
        application, principal = client.identity(f"PipeOps {group}")
        added = client.graph("POST", f"/applications/{application['id']}/addPassword", json={})
        assert added.status_code == 200, added.text
        scope = f"{client.scope}/resourceGroups/{group}"
        assert client.assign(scope, principal["id"], str(uuid4())).status_code == 201
        return Values(
            group,
            client.tenant,
            application["appId"],
            added.json()["secretText"],
            client.subscription,
            application["id"],
            added.json()["keyId"],
            principal["id"],
        )


def patched(azure: RunningSimulator, path: str, **properties: object) -> None:
    """Change an object of Microsoft Graph as its owner."""
    with Client(azure) as client:
        changed = client.as_owner().graph("PATCH", path, json=properties)
        assert changed.status_code == 204, changed.text


def application_in(world: SimulatedAzure, values: Values) -> ApplicationRecord:
    """The application's record."""
    return world.world.directory.applications[values.object_id]


def principal_in(world: SimulatedAzure, values: Values) -> ServicePrincipalRecord:
    """The service principal's record."""
    return world.world.directory.service_principals[values.principal_id]


def operations_since(azure: RunningSimulator, number: int) -> list[str]:
    """The operations that were asked for after the first `number` requests."""
    return [str(one["operation"]) for one in azure.requests()[number:]]


def changed_world(azure: RunningSimulator, change: Callable[[SimulatedAzure], None]) -> None:
    """Change the world in its own thread."""
    azure.call(change)


async def refusal(values: Values, examiner: Examiner, **other: str) -> CloudError:
    """How signing in is refused; the secret is in none of it."""
    with pytest.raises(CloudError) as caught:
        await values.sign_in(examiner, **other)
    error = caught.value
    for text in (repr(error), str(error), error.problem.as_text(), repr(error.problem)):
        assert other.get("secret", values.secret) not in text
    assert error.__cause__ is None
    assert error.__context__ is None
    return error


def open_sessions() -> set[int]:
    """The sessions of aiohttp that are open, by identity."""
    gc.collect()
    return {id(one) for one in gc.get_objects() if isinstance(one, aiohttp.ClientSession) and not one.closed}


@contextmanager
def moved(world: RunningSimulator, values: Values, instance: str) -> Iterator[None]:
    """The tenant of `values` lives in another cloud meanwhile."""

    def change(azure: SimulatedAzure, instance: str) -> str:
        tenant = azure.world.tenant(values.tenant_id)
        before, tenant.instance = tenant.instance, instance
        return before

    before = world.call(lambda azure: change(azure, instance))
    yield
    world.call(lambda azure: change(azure, before))


async def at_once(_clock: object, _seconds: float) -> None:
    """Sleeps no time, in place of `SystemClock.sleep`."""
    await asyncio.sleep(0)
