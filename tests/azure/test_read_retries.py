"""Reads that fail are tried again, as often and as patiently as the policy says, and say so while they wait."""

from __future__ import annotations

import asyncio

import pytest

from pipeops_tui.azure.clients import ReadRetries
from pipeops_tui.core.model import Subscription
from pipeops_tui.core.ports import Session
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.retry import READ_BUDGET, Wait, Waits
from pipeops_tui.simulator import RunningSimulator
from tests.support.clocks import VirtualClock

PASSING = (FailureKind.THROTTLED, FailureKind.SERVER, FailureKind.LOST_ANSWER, FailureKind.INCOMPLETE)


class Reading:
    """A read that fails with these errors, one after another, and then answers."""

    def __init__(self, *errors: CloudError) -> None:
        self._errors = list(errors)
        self.sent = 0

    async def __call__(self) -> str:
        self.sent += 1
        if self._errors:
            raise self._errors.pop(0)
        return "answer"


def failure(kind: FailureKind, retry_after: float | None = None) -> CloudError:
    return CloudError(kind, Problem("It failed", "It failed."), retry_after=retry_after)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def waits() -> Waits:
    return Waits()


async def test_a_throttled_read_waits_as_long_as_azure_asks(clock: VirtualClock, waits: Waits) -> None:
    seen: list[tuple[Wait, ...]] = []
    waits.watch(seen.append)
    reading = Reading(failure(FailureKind.THROTTLED, 17), failure(FailureKind.THROTTLED, 5))

    assert await ReadRetries(clock, waits).ask(reading) == "answer"

    assert clock.monotonic() == 22
    assert [[(one.reason, one.until, one.tries) for one in current] for current in seen] == [
        [],
        [("Azure is limiting requests", 17, 1)],
        [],
        [("Azure is limiting requests", 22, 2)],
        [],
    ]


async def test_without_a_time_it_waits_longer_and_longer(clock: VirtualClock, waits: Waits) -> None:
    reading = Reading(*[failure(FailureKind.THROTTLED)] * 4)
    assert await ReadRetries(clock, waits).ask(reading) == "answer"
    assert clock.monotonic() == 2 + 4 + 8 + 16


@pytest.mark.parametrize("kind", [FailureKind.SERVER, FailureKind.LOST_ANSWER, FailureKind.INCOMPLETE])
async def test_what_passes_by_itself_is_asked_again_a_few_times(
    clock: VirtualClock, waits: Waits, kind: FailureKind
) -> None:
    assert await ReadRetries(clock, waits).ask(Reading(*[failure(kind)] * 3)) == "answer"
    assert clock.monotonic() == 1 + 2 + 4

    reading = Reading(*[failure(kind)] * 5)
    with pytest.raises(CloudError):
        await ReadRetries(clock, waits).ask(reading)
    assert reading.sent == 4


@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind not in PASSING])
async def test_what_does_not_pass_is_said_at_once(clock: VirtualClock, waits: Waits, kind: FailureKind) -> None:
    reading = Reading(failure(kind, 1))
    with pytest.raises(CloudError):
        await ReadRetries(clock, waits).ask(reading)
    assert (reading.sent, clock.monotonic()) == (1, 0)


async def test_who_is_asked_to_wait_too_long_is_told_instead(clock: VirtualClock, waits: Waits) -> None:
    with pytest.raises(CloudError) as caught:
        await ReadRetries(clock, waits).ask(Reading(failure(FailureKind.THROTTLED, READ_BUDGET + 1)))
    assert caught.value.retry_after == READ_BUDGET + 1
    assert clock.monotonic() == 0

    reading = Reading(*[failure(FailureKind.THROTTLED, 50)] * 3)
    with pytest.raises(CloudError):
        await ReadRetries(clock, waits).ask(reading)
    assert (reading.sent, clock.monotonic()) == (3, 100)


async def test_requests_that_run_into_their_deadlines_are_not_repeated_for_minutes(
    clock: VirtualClock, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, asked = asyncio.get_running_loop(), 0
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + asked * 60)

    async def silence() -> str:
        nonlocal asked
        asked += 1
        raise failure(FailureKind.LOST_ANSWER)

    with pytest.raises(CloudError):
        await ReadRetries(clock, waits).ask(silence)
    assert asked == 2


async def test_giving_up_ends_the_wait_at_once(waits: Waits) -> None:
    clock = VirtualClock(by_hand=True)  # only the cancellation can end the wait
    shown: list[int] = []
    waits.watch(lambda current: shown.append(len(current)))
    reading = Reading(failure(FailureKind.THROTTLED, 60))
    task = asyncio.create_task(ReadRetries(clock, waits).ask(reading))
    while shown[-1] == 0:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (shown, reading.sent, clock.monotonic()) == ([0, 1, 0], 1, 0)


READS = ("listLocations", "listResourceGroups", "listPermissions", "listLocks", "listApplications", "listOrganization")


async def _read(session: Session, subscription: Subscription) -> None:
    """One read of each kind: by an SDK operation, page by page, and from Graph."""
    await asyncio.gather(
        session.regions(subscription),
        session.resource_groups(subscription),
        session.permissions(subscription),
        session.locks(subscription),
        session.applications_named(subscription.tenant_id, "nobody"),
        session.directory(subscription.tenant_id),
    )


@pytest.mark.parametrize("fault", ["429=1", "500", "503-html", "drop-response", "truncate", "reset"])
async def test_over_the_wire_a_fault_costs_one_more_request(
    session: Session, subscription: Subscription, azure: RunningSimulator, fault: str
) -> None:
    await _read(session, subscription)
    since = len(azure.requests())
    for operation in READS:
        azure.add_fault(f"{operation}:{fault}")
    await _read(session, subscription)
    asked = [request["operation"] for request in azure.requests()[since:]]
    assert {operation: asked.count(operation) for operation in READS} == dict.fromkeys(READS, 2)
