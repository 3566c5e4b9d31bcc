"""Room for a server: what quotas, sizes and offers come to, and that nothing of it ever blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeops_tui.checks.room import Room, RoomState, find_room, other_regions, read_room
from pipeops_tui.checks.room_words import quota_message, room_advice, room_check
from pipeops_tui.core.model import Account, CheckOutcome, MachineSize, Quota, Region, SignInMethod
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from tests.checks.world import SUBSCRIPTION, TENANT, World, refusal

OK, WARNING, UNKNOWN = CheckOutcome.OK, CheckOutcome.WARNING, CheckOutcome.UNKNOWN
ACCOUNT = Account("you@contoso.com", "6e0c", TENANT, SignInMethod.BROWSER)
DSV5 = "standardDSv5Family"
BS = "standardBSFamily"
PLENTY = (Quota("cores", 10, 100), Quota(DSV5, 4, 50), Quota(BS, 0, 50))
SMALLEST = MachineSize("Standard_D2s_v5", DSV5, 2)
SMALLEST_B = MachineSize("Standard_B2s", BS, 2)


def closed(size: MachineSize) -> MachineSize:
    """The same size, not open to the subscription."""
    return replace(size, closed=True)


@pytest.mark.parametrize(
    ("quotas", "sizes", "state", "outcome", "detail"),
    [
        (PLENTY, None, RoomState.ENOUGH, OK, "90 of 100 vCPUs free in West Europe"),
        (PLENTY, (), RoomState.ENOUGH, OK, "90 of 100 vCPUs free in West Europe"),
        (PLENTY, (SMALLEST, SMALLEST_B), RoomState.ENOUGH, OK, "90 of 100 vCPUs free in West Europe"),
        (PLENTY, (closed(SMALLEST), SMALLEST_B), RoomState.ENOUGH, OK, "90 of 100 .* but not for DSv5"),
        (PLENTY, (closed(SMALLEST), closed(SMALLEST_B)), RoomState.CLOSED, WARNING, "not open to this subscription"),
        ((Quota("cores", 4, 4), Quota(DSV5, 4, 4)), None, RoomState.FULL, WARNING, "0 of 4 .*: a server needs .* 2"),
        ((Quota("cores", 3, 4), Quota(DSV5, 0, 4)), None, RoomState.FULL, WARNING, "1 of 4 vCPUs free"),
        ((Quota("cores", 2, 4), Quota(DSV5, 0, 4)), None, RoomState.ONE_NODE, WARNING, "2 of 4 .*enough for 1 node"),
        ((Quota("cores", 0, 4), Quota(DSV5, 0, 4)), None, RoomState.ENOUGH, OK, "4 of 4 vCPUs free"),
        ((Quota("cores", 0, 4),), None, RoomState.ENOUGH, OK, "4 of 4 vCPUs free"),
        (
            (Quota("cores", 0, 10), Quota(DSV5, 0, 0)),
            None,
            RoomState.NO_FAMILY,
            WARNING,
            "10 of 10 .*none for the usual sizes",
        ),
        ((Quota("cores", 0, 10), Quota(DSV5, 9, 10)), None, RoomState.NO_FAMILY, WARNING, "none for the usual"),
        ((Quota("cores", 0, 0), Quota(DSV5, 0, 0)), None, RoomState.FULL, WARNING, "0 of 0"),
        ((Quota(DSV5, 0, 10),), None, RoomState.ENOUGH, OK, "up to 10 vCPUs free"),
        ((Quota("standardMSFamily", 0, 10),), None, RoomState.UNKNOWN, UNKNOWN, "Azure does not say how many"),
        ((), None, RoomState.UNKNOWN, UNKNOWN, "Azure does not say how many vCPUs are free in West Europe"),
        ((), (closed(SMALLEST),), RoomState.CLOSED, WARNING, "not open to this subscription"),
        (None, (closed(SMALLEST),), RoomState.CLOSED, WARNING, "not open to this subscription"),
        (None, (SMALLEST,), RoomState.UNKNOWN, UNKNOWN, "Azure does not say"),
        (None, None, RoomState.UNKNOWN, UNKNOWN, "Azure does not say"),
    ],
)
def test_what_it_comes_to(
    quotas: tuple[Quota, ...] | None,
    sizes: tuple[MachineSize, ...] | None,
    state: RoomState,
    outcome: CheckOutcome,
    detail: str,
) -> None:
    room = Room("West Europe", quotas, sizes)
    check = room_check(room)
    assert (room.state, check.outcome) == (state, outcome)
    assert re.search(detail, check.detail)
    assert "2 vCPUs" in room_advice(room)


def test_a_family_is_known_by_its_name_whatever_blanks_and_case_azure_writes() -> None:
    quotas = (Quota(" Cores", 0, 100), Quota("StandardDSv5 family ", 0, 0), Quota(" standardBSFamily", 0, 8))
    sizes = (
        MachineSize("Standard_D2s_v5", "standarddsv5FAMILY", 2),
        MachineSize("Standard_B2s", "standardBS Family", 2),
    )
    room = Room("West Europe", quotas, sizes)
    assert room.total == quotas[0]
    assert [(one.title, one.has_room) for one in room.families] == [("BS", True), ("DSv5", False)]
    assert room_check(room).detail == "100 of 100 vCPUs free in West Europe, but not for DSv5"


def test_a_size_with_one_core_is_no_node() -> None:
    sizes = (MachineSize("Standard_B1s", BS, 1), closed(SMALLEST_B))
    assert Room("x", (Quota("cores", 0, 9), Quota(BS, 0, 9)), sizes).state is RoomState.CLOSED


def test_the_smallest_open_size_has_to_fit() -> None:
    sizes = (closed(SMALLEST), MachineSize("Standard_D4s_v5", DSV5, 4))
    quotas = (Quota("cores", 0, 100), Quota(DSV5, 0, 2))
    assert Room("x", quotas, sizes).state is RoomState.NO_FAMILY
    assert Room("x", quotas, (SMALLEST,)).state is RoomState.ONE_NODE


def test_a_family_has_no_more_room_than_the_region() -> None:
    room = Room("x", (Quota("cores", 97, 100), Quota(DSV5, 0, 100)))
    assert [one.free for one in room.families] == [3]
    assert room.state is RoomState.ONE_NODE


def test_a_spending_limit_is_a_warning_with_what_to_do() -> None:
    room = Room("West Europe", PLENTY, has_spending_limit=True)
    assert room_check(room).outcome is WARNING
    assert room_check(room).detail.endswith("; the spending limit can stop a server")
    assert "credit" in room_advice(room)
    assert not room.is_too_small, "another region does not help"


def test_a_message_says_what_to_raise_and_where() -> None:
    room = Room("West Europe", (Quota("cores", 10, 10), Quota(DSV5, 0, 10)))
    message = quota_message(ACCOUNT, SUBSCRIPTION, room)
    for wanted in ("West Europe", "Standard DSv5 Family vCPUs", "New Quota Request", SUBSCRIPTION.subscription_id):
        assert wanted in message
    assert "have the quota raised: New Quota Request" in room_advice(room)


@pytest.mark.parametrize(
    "room",
    [
        Room("x", PLENTY),
        Room("x"),
        Room("x", PLENTY, (closed(SMALLEST), closed(SMALLEST_B))),
        Room("x", (Quota("cores", 4, 4),), is_free_trial=True),
    ],
    ids=["enough", "unknown", "closed", "free trial"],
)
def test_no_message_where_a_higher_quota_does_not_help(room: Room) -> None:
    assert quota_message(ACCOUNT, SUBSCRIPTION, room) == ""


def test_a_free_trial_is_told_that_it_gets_no_higher_quota() -> None:
    room = Room("x", (Quota("cores", 4, 4),), is_free_trial=True)
    assert "upgrade it to pay-as-you-go" in room_advice(room)
    assert "New Quota Request" not in room_advice(room)


# Asking


def world(**answers: object) -> World:
    """Answers by read and region: `quotas_westeurope`."""
    return World(answers={name.replace("__", "/"): answer for name, answer in answers.items()})


async def read(reads: World, offer: str = "", limit: str = "Off") -> Room:
    subscription = replace(SUBSCRIPTION, quota_id=offer, spending_limit=limit)
    return await read_room(reads, subscription, "westeurope", "West Europe")


async def test_two_requests_are_asked_and_no_more() -> None:
    reads = world(quotas__westeurope=PLENTY, machine_sizes__westeurope=[SMALLEST])
    room = await read(reads, "FreeTrial_2014-09-01", "On")
    assert sorted(reads.asked) == ["machine_sizes/westeurope", "quotas/westeurope"]
    assert (room.quotas, room.sizes) == (PLENTY, (SMALLEST,))
    assert room.has_spending_limit
    assert room.is_free_trial


@pytest.mark.parametrize("kind", list(FailureKind))
async def test_a_refused_read_is_unknown_and_asks_for_nothing(kind: FailureKind) -> None:
    room = await read(world(quotas__westeurope=refusal(kind), machine_sizes__westeurope=refusal(kind)))
    check = room_check(room)
    assert check.outcome is UNKNOWN
    assert check.detail.startswith("could not be checked: ")
    assert (check.challenge, check.problem, check.message) == (None, None, "")


async def test_sizes_that_cannot_be_read_leave_the_quotas_as_they_are() -> None:
    room = await read(world(quotas__westeurope=PLENTY, machine_sizes__westeurope=refusal()))
    assert room_check(room).outcome is OK


@pytest.mark.parametrize("code", ["MissingSubscriptionRegistration", "SubscriptionNotRegistered"])
async def test_a_provider_that_is_not_registered_is_said(code: str) -> None:
    refused = CloudError(FailureKind.CONFLICT, Problem("Not registered", "No."), status=409, code=code)
    check = room_check(await read(world(quotas__westeurope=refused, machine_sizes__westeurope=refused)))
    assert check.outcome is UNKNOWN
    assert check.detail == "could not be checked: Microsoft.Compute is not registered"


REGIONS = (
    Region("eastus", "East US", "United States", True, True, "US"),
    Region("westeurope", "West Europe", "Europe", True, True, "Europe"),
    Region("swedencentral", "Sweden Central", "Sweden", True, True, "Europe"),
    Region("northeurope", "North Europe", "Europe", False, None, "Europe"),
    *(Region(f"france{one}", f"France {one}", "France", False, True, "Europe") for one in range(4)),
    Region("denmarkeast", "Denmark East", "Denmark", True, False, "Europe"),
)


@pytest.mark.parametrize(
    ("regions", "location", "names"),
    [
        (REGIONS, "westeurope", ["northeurope", "swedencentral", "france0", "france1", "france2"]),
        (REGIONS, "swedencentral", ["westeurope", "northeurope", "france0", "france1", "france2"]),
        (REGIONS, "eastus", []),
        (REGIONS, "mars", []),
        ((), "westeurope", []),
    ],
)
def test_other_regions_are_near_and_have_kubernetes(regions: Sequence[Region], location: str, names: list[str]) -> None:
    assert [one.name for one in other_regions(regions, location)] == names


async def test_the_sizes_of_other_regions_are_asked_only_where_there_is_quota() -> None:
    reads = world(quotas__eastus=PLENTY, machine_sizes__eastus=[SMALLEST, SMALLEST_B], quotas__northeurope=refusal())
    told: dict[str, RoomState] = {}
    await find_room(reads, SUBSCRIPTION, REGIONS[:4], lambda region, room: told.update({region.name: room.state}))
    assert told == {
        "eastus": RoomState.ENOUGH,
        "westeurope": RoomState.UNKNOWN,
        "swedencentral": RoomState.UNKNOWN,
        "northeurope": RoomState.UNKNOWN,
    }
    assert [one for one in reads.asked if one.startswith("machine_sizes")] == ["machine_sizes/eastus"]
    assert len(reads.asked) == 5


async def test_closed_sizes_close_another_region_too() -> None:
    told: list[Room] = []
    reads = world(quotas__eastus=PLENTY, machine_sizes__eastus=[closed(SMALLEST), closed(SMALLEST_B)])
    await find_room(reads, SUBSCRIPTION, REGIONS[:1], lambda _region, room: told.append(room))
    assert [one.state for one in told] == [RoomState.CLOSED]
