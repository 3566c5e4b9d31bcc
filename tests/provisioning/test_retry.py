"""The retry policy as a table: which failures are waited out, and how long."""

from __future__ import annotations

import pytest

from pipeops_tui.problem import CloudError, FailureKind, Problem
from pipeops_tui.provisioning.retry import SCHEDULES, Cause, cause_of, reason_for


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
    schedule = SCHEDULES[Cause.REPLICATION]
    assert [schedule.delay(failures) for failures in range(1, 7)] == [2, 3, 4, 5, 5, 5]
    assert schedule.budget == 180


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_schedule_and_words(cause: Cause) -> None:
    assert SCHEDULES[cause].budget > SCHEDULES[cause].delay(1)
    assert reason_for(cause, "Microsoft Entra to copy it")
