"""The retry policy as a table: which failures are waited out, and how long."""

from __future__ import annotations

import pytest

from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.retry import READ_BUDGET, RULES, Cause, Schedule, cause_of, write_reason


def failure(kind: FailureKind, code: str = "") -> CloudError:
    return CloudError(kind, Problem("It failed", "It went wrong."), code=code)


@pytest.mark.parametrize(
    ("kind", "fresh", "repeatable", "cause"),
    [
        (FailureKind.REPLICATION, True, True, Cause.REPLICATION),
        (FailureKind.REPLICATION, False, True, None),
        (FailureKind.NOT_FOUND, True, True, Cause.REPLICATION),
        (FailureKind.NOT_FOUND, False, True, None),
        (FailureKind.THROTTLED, False, False, Cause.THROTTLED),
        (FailureKind.UNREACHABLE, False, False, Cause.UNREACHABLE),
        (FailureKind.LOST_ANSWER, False, True, Cause.LOST_ANSWER),
        (FailureKind.LOST_ANSWER, True, False, None),
        (FailureKind.SERVER, False, True, Cause.SERVER),
        (FailureKind.SERVER, True, False, None),
        (FailureKind.CONFLICT, True, True, None),
        (FailureKind.REFUSED, True, True, None),
        (FailureKind.SIGN_IN, True, True, None),
        (FailureKind.UNREADABLE, True, True, None),
        (FailureKind.FINAL, True, True, None),
    ],
)
def test_what_is_waited_out(kind: FailureKind, fresh: bool, repeatable: bool, cause: Cause | None) -> None:
    assert cause_of(failure(kind), fresh=fresh, repeatable=repeatable) is cause


@pytest.mark.parametrize("code", ["ScopeLocked", "RoleAssignmentExists", "InvalidResourceGroupLocation", ""])
def test_a_conflict_is_only_waited_out_for_a_group_that_is_going_away(code: str) -> None:
    conflict = failure(FailureKind.CONFLICT, code)
    assert cause_of(conflict, fresh=True, repeatable=True) is None
    going = failure(FailureKind.CONFLICT, "ResourceGroupBeingDeleted")
    assert cause_of(going, fresh=False, repeatable=True) is Cause.BEING_DELETED


def test_replication_is_asked_after_2_3_4_and_then_every_5_seconds_for_3_minutes() -> None:
    schedule = RULES[Cause.REPLICATION].write
    assert [schedule.delay(failures) for failures in range(1, 7)] == [2, 3, 4, 5, 5, 5]
    assert schedule.budget == 180


@pytest.mark.parametrize(
    ("cause", "delays"),
    [
        (Cause.THROTTLED, [2, 4, 8, 16, 32, 32, None]),
        (Cause.LOST_ANSWER, [1, 2, 4, None]),
        (Cause.SERVER, [1, 2, 4, None]),
    ],
)
def test_a_read_is_repeated_a_few_times(cause: Cause, delays: list[float | None]) -> None:
    schedule = RULES[cause].read
    assert schedule is not None
    assert [schedule.next_try(failures, 0) for failures in range(1, len(delays) + 1)] == delays
    assert schedule.next_try(1, READ_BUDGET) is None


def test_only_what_passes_by_itself_is_read_again() -> None:
    assert {cause for cause in Cause if RULES[cause].read} == {
        *(Cause.THROTTLED, Cause.LOST_ANSWER, Cause.SERVER, Cause.INCOMPLETE)
    }


def test_the_pause_that_azure_asks_for_comes_first() -> None:
    schedule = Schedule((2, 4), budget=60)
    assert (schedule.delay(1, 17), schedule.delay(2, 1)) == (17, 1)
    assert schedule.next_try(1, 0, 61) is None
    assert schedule.next_try(9, 56) == 4


@pytest.mark.parametrize("asked", [0, 0.0, 0.001, 0.99])
def test_a_service_that_fails_and_asks_for_no_pause_is_not_asked_in_a_hot_loop(asked: float) -> None:
    schedule = Schedule((2, 4), budget=60)
    assert [schedule.delay(failures, asked) for failures in (1, 2, 3)] == [2, 4, 4]
    assert schedule.next_try(1, 0, asked) == 2


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_schedule_and_words(cause: Cause) -> None:
    schedule = RULES[cause].write
    assert schedule.next_try(1, 0) == schedule.delays[0]
    assert write_reason(cause, "Microsoft Entra to copy it").strip(". ")
