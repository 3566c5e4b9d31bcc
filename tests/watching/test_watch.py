"""What watching a resource group sees, and when it looks."""

from __future__ import annotations

import pytest

from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.watching.watch import Watch, WatchedGroup
from tests.support.clocks import VirtualClock
from tests.watching.memory_group import (
    CLIENT,
    CLUSTER,
    GROUP,
    NETWORK,
    NODES,
    SUBSCRIPTION,
    MemoryGroup,
    error,
    refused,
    watched,
)


async def test_it_looks_every_20_seconds_for_half_an_hour() -> None:
    group = MemoryGroup(VirtualClock())
    sights = await watched(group)
    assert group.looks == [20.0 * number for number in range(91)]
    assert [sight.next_look for sight in sights[:2]] == [20.0, 40.0]
    assert sights[-1].next_look is None
    assert all(sight.arrival is None and not sight.refused for sight in sights)
    assert set(group.asked) == {(GROUP, CLIENT, 1)}


async def test_the_first_resource_that_was_not_there_before_is_told_with_the_time_it_took() -> None:
    def then(group: MemoryGroup, seconds: float) -> None:
        group.resources_ = [NETWORK] if seconds < 100 else [CLUSTER, NETWORK]

    group = MemoryGroup(VirtualClock(), then)
    sights = await watched(group)
    assert [sight.arrival is None for sight in sights[:6]] == [True] * 5 + [False]
    arrival = sights[5].arrival
    assert arrival is not None
    assert (arrival.resource, arrival.seconds) == (CLUSTER, 100.0)
    assert sights[-1].arrival == arrival, "it stays the first"


async def test_whatever_is_in_a_group_that_was_created_for_it_came_afterwards() -> None:
    group = MemoryGroup(VirtualClock(), resources_=[NETWORK, CLUSTER])
    first = (await watched(group, is_new=True))[0]
    assert first.arrival is not None
    assert first.arrival.resource is CLUSTER, "of several, the cluster"
    assert (await watched(MemoryGroup(VirtualClock(), resources_=[CLUSTER])))[-1].arrival is None


async def test_a_refusal_is_seen_and_is_over_once_a_resource_has_arrived() -> None:
    def then(group: MemoryGroup, seconds: float) -> None:
        if seconds >= 180:
            group.log[GROUP, CLIENT] = [refused(1), refused(2)]
        if seconds >= 400:
            group.resources_ = [CLUSTER]

    group = MemoryGroup(VirtualClock(), then)
    sights = await watched(group)
    seen = next(sight for sight in sights if sight.refused)
    assert [one.at for one in seen.refused] == [refused(2).at, refused(1).at]
    arrived = next(sight for sight in sights if sight.arrival is not None)
    assert arrived.refused == ()
    assert sights[-1].refused == (), "the log still has it"


async def test_what_fails_in_the_group_of_the_cluster_is_seen_too_whoever_was_refused() -> None:
    group = MemoryGroup(VirtualClock(), resources_=[CLUSTER])
    group.log = {(NODES, ""): [refused(5, "ZonalAllocationFailed")]}
    sights = await watched(group, is_new=True)
    assert [one.code for one in sights[1].refused] == ["ZonalAllocationFailed"]
    assert (NODES, "", 1) in group.asked


async def test_a_look_that_fails_is_followed_by_longer_pauses_and_says_why() -> None:
    def then(group: MemoryGroup, seconds: float) -> None:
        group.resources_fail = error(FailureKind.SERVER) if seconds < 200 else None

    group = MemoryGroup(VirtualClock(), then)
    sights = await watched(group)
    assert group.looks[:5] == [0.0, 40.0, 120.0, 280.0, 300.0]
    assert [sight.trouble for sight in sights[:4]] == ["Azure reported an error"] * 3 + [""]


async def test_it_waits_as_long_as_azure_asks() -> None:
    def then(group: MemoryGroup, seconds: float) -> None:
        group.log_fails = error(FailureKind.THROTTLED, retry_after=300) if seconds == 0 else None

    group = MemoryGroup(VirtualClock(), then)
    await watched(group)
    assert group.looks[:3] == [0.0, 300.0, 320.0]


async def test_a_log_that_cannot_be_read_hides_no_resource() -> None:
    group = MemoryGroup(VirtualClock(), resources_=[NETWORK], log_fails=error(FailureKind.REFUSED))
    sights = await watched(group, is_new=True)
    assert sights[0].arrival is not None
    assert sights[0].log_closed
    assert not sights[0].trouble
    assert len(group.asked) == 1, "it is not asked again"


async def test_a_new_sign_in_that_azure_asks_for_is_passed_on_and_watching_goes_on_afterwards() -> None:
    def then(group: MemoryGroup, seconds: float) -> None:
        group.resources_ = [NETWORK] if seconds < 60 else [NETWORK, CLUSTER]
        group.resources_fail = error(FailureKind.SIGN_IN) if seconds == 20 else None

    group = MemoryGroup(VirtualClock(), then)
    watch = Watch(group, group.clock, WatchedGroup(SUBSCRIPTION, GROUP, CLIENT))
    with pytest.raises(CloudError):
        async for _ in watch.looks():
            pass
    group.clock.advance(40)
    async for sight in watch.looks():
        assert sight.arrival is not None
        assert (sight.arrival.resource, sight.arrival.seconds) == (CLUSTER, 60.0)
        break
