"""200 clients at once, and memory that does not grow."""

from __future__ import annotations

import asyncio
import gc
import json
import ssl
import sys
from asyncio.sslproto import SSLProtocol
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.control import KEPT, KEPT_TEXT, RecordedRequest, RequestHistory
from pipeops_tui.simulator.faults import FaultPlan
from pipeops_tui.simulator.scenarios.catalog import build
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.wire import Request
from pipeops_tui.simulator.world.clock import Moment
from pipeops_tui.simulator.world.world import Endpoints
from tests.simulator.crowd import Answer, Connection, encoded
from tests.simulator.visit import (
    DELETION,
    Credentials,
    assignment,
    expect,
    sign_in,
    token,
    tokens,
    visit,
)

START = Moment(0)
CLIENTS = 200
RIVALS = 10
"""Clients that want the same names."""
_VERSION, _RBAC = "?api-version=2021-04-01", "?api-version=2022-04-01"
_ARM = "https://management.azure.com/.default"
_IF_MISSING = {"Prefer": "create-if-missing"}


def credentials(azure: RunningSimulator) -> Credentials:
    announced: Any = azure.announcement
    return Credentials(announced["tenant_id"], announced["subscription_id"], **announced["owner"])


@dataclass(slots=True)
class Tally:
    """What the clients were answered: statuses by kind of request, and every id that was given out."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    ids: list[str] = field(default_factory=list)

    def count(self, what: str, answer: Answer) -> Answer:
        self.statuses[what, answer.status] += 1
        return answer


async def client(number: int, connection: Connection, who: Credentials, tally: Tally, start: asyncio.Barrier) -> None:
    """One client: it creates objects of its own, and objects that nine others create as well."""
    await start.wait()
    ask, contested = connection.ask, f"contested-{number // RIVALS}"
    arm, graph = await tokens(ask, who)
    base = f"/subscriptions/{who.subscription}/resourcegroups"
    place = {"location": "westeurope"}
    expect(await ask("PUT", f"{base}/load-{number}{_VERSION}", arm, place), 201)
    tally.count("group", await ask("PUT", f"{base}/{contested}{_VERSION}", arm, place))
    named = f"/v1.0/applications(uniqueName='{contested}')"
    tally.count("application", await ask("PATCH", named, graph, {"displayName": contested}, headers=_IF_MISSING))
    application = expect(await ask("GET", named, graph), 200).body
    identity = {"appId": application["appId"]}
    tally.count("principal", await ask("POST", "/v1.0/servicePrincipals", graph, identity))
    by_app_id = f"/v1.0/servicePrincipals(appId='{application['appId']}')"
    principal = expect(await ask("GET", by_app_id, graph), 200).body
    assigned = f"{base}/{contested}/providers/Microsoft.Authorization/roleAssignments/{uuid4()}{_RBAC}"
    tally.count("assignment", await ask("PUT", assigned, arm, assignment(who, principal["id"])))
    own = expect(await ask("POST", "/v1.0/applications", graph, {"displayName": "load"}), 201).body
    tally.ids += [own["id"], own["appId"]]
    added = f"/v1.0/applications/{application['id']}/addPassword"
    secret = expect(await ask("POST", added, graph, {"passwordCredential": {"displayName": str(number)}}), 200).body
    tally.ids.append(secret["keyId"])
    await token(ask, who, _ARM, application["appId"], secret["secretText"])
    if number % 2:
        removed = f"/v1.0/applications/{application['id']}/removePassword"
        expect(await ask("POST", removed, graph, {"keyId": secret["keyId"]}), 204)
        expect(await sign_in(ask, who, _ARM, application["appId"], secret["secretText"]), 401)
        expect(await ask("DELETE", f"/v1.0/applications/{own['id']}", graph), 204)
    expect(await ask("GET", f"{base}{_VERSION}", arm), 200)


async def crowd(azure: RunningSimulator) -> Tally:
    """All clients at once, each on a connection that is open before the first of them asks."""
    tls = ssl.create_default_context(cafile=str(azure.ca_file))
    connections = [await Connection.open(azure.base_url, tls) for _ in range(CLIENTS)]
    tally, who, start = Tally(), credentials(azure), asyncio.Barrier(CLIENTS)
    try:
        async with asyncio.TaskGroup() as clients:
            for number, connection in enumerate(connections):
                clients.create_task(client(number, connection, who, tally, start))
    finally:
        for connection in connections:
            connection.close()
    return tally


def unique(values: Iterable[object]) -> bool:
    counted = Counter(values)
    return all(count == 1 for count in counted.values())


async def test_two_hundred_clients_leave_a_consistent_world() -> None:
    contests = CLIENTS // RIVALS
    with start_simulator(SimulatorConfig()) as azure:
        before = azure.state()
        tally = await crowd(azure)
        state, requests = azure.state(), azure.requests()

    losers = CLIENTS - contests
    assert tally.statuses == {
        ("group", 201): contests, ("group", 200): losers,
        ("application", 201): contests, ("application", 204): losers,
        ("principal", 201): contests, ("principal", 409): losers,
        ("assignment", 201): contests, ("assignment", 409): losers,
    }  # fmt: skip
    assert unique(tally.ids)
    grown = {kind: len(state[kind]) - len(before[kind]) for kind in state}
    assert grown == {
        "tenants": 0, "subscriptions": 0, "resource_groups": CLIENTS + contests,
        "applications": CLIENTS // 2 + contests, "deleted_applications": CLIENTS // 2,
        "service_principals": contests, "role_assignments": contests, "providers": 0,
    }  # fmt: skip
    check_uniqueness(state)
    assert [entry["n"] for entry in requests] == list(range(1, len(requests) + 1))
    assert not [entry for entry in requests if entry["status"] >= 500 or entry["status"] == 0]


def check_uniqueness(state: Mapping[str, list[dict[str, Any]]]) -> None:
    applications = [*state["applications"], *state["deleted_applications"]]
    principals, assignments = state["service_principals"], state["role_assignments"]
    objects = [item["id"] for item in (*applications, *principals)]
    assert unique([*objects, *(item["appId"] for item in applications)])
    assert unique((item["tenantId"], item["appId"]) for item in principals)
    assert unique(item["uniqueName"] for item in applications if item["uniqueName"])
    assert unique(item["id"].lower() for item in state["resource_groups"])
    assert unique(item["id"].lower() for item in assignments)
    given = [item["properties"] for item in assignments]
    assert unique((item["scope"].lower(), item["principalId"], item["roleDefinitionId"]) for item in given)
    keys = [key["keyId"] for item in applications for key in item["passwordCredentials"]]
    assert unique(keys)
    contested = [item for item in applications if str(item["uniqueName"]).startswith("contested-")]
    assert {len(item["passwordCredentials"]) for item in contested} == {RIVALS // 2}
    existing = {item["id"] for item in principals}
    assert all(item["principalId"] in existing for item in given if item["principalType"] == "ServicePrincipal")


class Direct:
    """The simulated Azure without sockets: a request goes in, an answer comes out, the history is written."""

    def __init__(self) -> None:
        self.azure = SimulatedAzure(build("happy", 0), FaultPlan(0))
        base = "https://localhost"
        self.azure.world.endpoints = Endpoints(base, base, base)

    async def ask(
        self,
        method: str,
        path: str,
        token: str = "",
        body: Mapping[str, object] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """See `tests.simulator.crowd.Asking`."""
        where, _, query = path.partition("?")
        content, kind = encoded(body, form)
        arguments = dict(item.split("=", 1) for item in query.split("&") if item)
        sent = {"content-type": kind, "authorization": f"Bearer {token}" if token else "", **(headers or {})}
        request = Request(method, unquote(where), {k: unquote(v) for k, v in arguments.items()}, sent, content)
        match = self.azure.match(request)
        reply = self.azure.answer(request, match)
        self.log(where, reply.status)
        shown = json.loads(reply.body) if reply.body else None
        return Answer(reply.status, shown, reply.headers.get("Location", ""))

    def log(self, path: str, status: int) -> None:
        number = self.azure.history.next_number()
        self.azure.history.add(
            RecordedRequest(number, self.azure.world.now(), "any", "GET", path, "", status, None, None)
        )

    async def pass_time(self) -> None:
        self.azure.world.clock.advance(DELETION)

    async def pass_a_month(self) -> None:
        """After which a directory forgets what was deleted."""
        self.azure.world.clock.advance(31 * 86_400)
        for tenant_id in self.azure.world.directory.tenants:
            self.azure.world.directory.deleted_items(tenant_id)  # which drops what is too old

    def fill(self) -> None:
        """Fills everything that is kept up to a limit: the request history, the rate limits, the device codes."""
        world = self.azure.world
        for number in range(KEPT):
            self.log(f"/{number}", 200)
            world.buckets.take((f"principal {number}", "subscription", "reads"), 250, 25, Moment.of(number / 3))
        for number in range(1_000):
            world.sign_ins.issue_device_code("client", "organizations", "scope", str(number))


_PLAIN = (type, ModuleType, FunctionType, MethodType, BuiltinFunctionType, str, int, float, bytes, type(None))


def census(root: object) -> Counter[str]:
    """How many objects of each type `root` holds on to, directly or not; texts and numbers are not counted."""
    seen, stack, counted = {id(root)}, [root], Counter[str]()
    while stack:
        item = stack.pop()
        counted[type(item).__name__] += 1
        for held in gc.get_referents(item):
            if id(held) not in seen and not isinstance(held, _PLAIN):
                seen.add(id(held))
                stack.append(held)
    return counted


async def test_nothing_is_left_of_what_came_and_went() -> None:
    direct = Direct()
    known = direct.azure.world.announced
    who = Credentials(known.tenant_id, known.subscription_id or "", known.client_id, known.client_secret)
    direct.fill()
    await visit(direct.ask, who, direct.pass_time)
    await direct.pass_a_month()
    before = census(direct.azure)
    for _ in range(20):
        await visit(direct.ask, who, direct.pass_time)
    await direct.pass_a_month()
    assert census(direct.azure) == before
    assert len(direct.azure.history.json()) == KEPT


def test_the_log_keeps_the_newest_ten_thousand() -> None:
    direct = Direct()
    for number in range(KEPT + 5):
        direct.log(f"/{number}", 200)
    kept = direct.azure.history.json()
    assert [kept[0]["n"], kept[-1]["n"], len(kept)] == [6, KEPT + 5, KEPT]


def test_rate_limits_and_device_codes_are_forgotten_from_the_oldest() -> None:
    world = Direct().azure.world
    assert world.buckets.take(("first", "", ""), 10, 0, START) == 9
    assert world.buckets.take(("first", "", ""), 10, 0, START) == 8
    for number in range(10_000):
        world.buckets.take((str(number), "", ""), 10, 0, START)
    assert world.buckets.take(("first", "", ""), 10, 0, START) == 9, "a bucket that was forgotten is full again"
    codes = [world.sign_ins.issue_device_code("client", "organizations", "scope", "id") for _ in range(1_001)]
    assert world.sign_ins.device_code(codes[0].device_code) is None
    assert world.sign_ins.device_code(codes[-1].device_code) is codes[-1]


async def test_a_connection_keeps_little_and_leaves_nothing() -> None:
    with start_simulator(SimulatorConfig()) as azure:
        tls = ssl.create_default_context(cafile=str(azure.ca_file))
        before = _held_by_tls()
        connections = [await Connection.open(azure.base_url, tls) for _ in range(50)]
        for connection in connections:
            expect(await connection.ask("GET", "/metadata/endpoints?api-version=2022-09-01"), 200)
        both_ends = [size for one, size in _held_by_tls().items() if one not in before]
        assert len(both_ends) == 2 * len(connections)
        assert max(both_ends) <= 64 * 1024
        for connection in connections:
            connection.close()
        del connection, connections
        async with asyncio.timeout(30):
            while _held_by_tls().keys() - before.keys():
                await asyncio.sleep(0.01)


def _held_by_tls() -> dict[int, int]:
    """The bytes of the read buffer of every TLS connection of this process, by the connection's identity."""
    gc.collect()
    connections = [item for item in gc.get_objects() if isinstance(item, SSLProtocol)]
    return {id(item): sum(sys.getsizeof(part) for part in _buffers(item)) for item in connections}


def _buffers(connection: SSLProtocol) -> list[bytearray]:
    return [part for part in vars(connection).values() if isinstance(part, bytearray)]


def test_the_history_keeps_a_bounded_text() -> None:
    history = RequestHistory()
    for number in range(5_000):
        long = f"/{number}/" + "x" * 4_000
        history.add(RecordedRequest(number, START, "any", "GET", long, long, 200, None, None))
    kept = history.json()
    assert sum(len(entry["path"]) + len(entry["query"]) for entry in kept) <= KEPT_TEXT
    assert [entry["n"] for entry in kept] == list(range(5_000 - len(kept), 5_000))
    assert len(kept) > 900
