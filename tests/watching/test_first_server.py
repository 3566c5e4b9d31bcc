"""What watching has seen, in words."""

from __future__ import annotations

import pytest

from pipeops_tui.provisioning import RowState
from pipeops_tui.watching.first_server import LATE, arrived, minutes, offered_row, refusal, remark, server_row
from pipeops_tui.watching.watch import Arrival, Sight
from tests.support.clocks import START
from tests.watching.memory_group import CLUSTER, refused


def name_of(region: str) -> str:
    return {"northeurope": "North Europe"}.get(region, region)


ARRIVED = Sight(200, Arrival(CLUSTER, START, 185), next_look=220)


@pytest.mark.parametrize(
    ("sight", "state", "detail"),
    [
        (None, RowState.RUNNING, "Looking into the resource group"),
        (Sight(130, next_look=150), RowState.LOOKING, "Nothing yet after 2 minutes"),
        (ARRIVED, RowState.DONE, "The first resource is there"),
        (
            Sight(400, refused=(refused(1),), next_look=420),
            RowState.FAILED,
            "Azure has refused something",
        ),
        (Sight(1800), RowState.STOPPED, "Nothing seen. Press w to watch again"),
    ],
)
def test_the_row_says_what_was_seen(sight: Sight | None, state: RowState, detail: str) -> None:
    row = server_row(sight)
    assert (row.state, row.detail) == (state, detail)
    assert row.retry_at == (150 if state is RowState.LOOKING else None)


def test_the_rows_fit_where_there_is_little_room() -> None:
    long = Sight(1799, next_look=1800)
    for row in (offered_row(), server_row(None), server_row(long), server_row(ARRIVED), server_row(Sight(1800))):
        assert len(row.detail) <= 40, row.detail


def test_what_has_arrived_is_told_with_its_region_and_the_time() -> None:
    assert ARRIVED.arrival is not None
    assert arrived(ARRIVED.arrival, name_of) == "pipeops in North Europe, after 3 minutes"


def test_a_look_that_failed_says_why() -> None:
    row = server_row(Sight(60, next_look=100, trouble="No connection to Azure"))
    assert row.state is RowState.RETRYING
    assert row.reason == "No connection to Azure. Nothing yet after 1 minute"


def test_before_watching_it_is_offered() -> None:
    row = offered_row()
    assert row.state is RowState.WAITING
    assert "press w" in row.detail


def test_what_cannot_be_seen_is_said_while_nothing_was_seen() -> None:
    assert remark(Sight(20, next_look=40)) == remark(None) == f"A sign-in of PipeOps cannot be seen from here. {LATE}"
    assert "cannot read the activity log" in remark(Sight(20, next_look=40, log_closed=True))
    assert remark(ARRIVED) == remark(Sight(1800)) == ""


def test_a_refusal_is_followed_by_its_cure_and_the_whole_of_it_can_be_shown() -> None:
    said = remark(Sight(60, refused=(refused(1), refused(0, "ScopeLocked")), next_look=80))
    assert "Choose a smaller size or another region in PipeOps" in said
    assert "An Owner of the subscription" in said
    assert said.startswith("The quota of processors is used up.")
    problem = refusal((refused(1),))
    assert problem.link.startswith("https://learn.microsoft.com/azure/quotas")
    assert ("Code", "ErrCode_InsufficientVCPUQuota") in problem.details
    assert "Microsoft.ContainerService/managedClusters/write" in problem.what


def test_minutes_are_counted_as_a_person_does() -> None:
    assert [minutes(seconds) for seconds in (59, 60, 119, 720)] == [
        "less than a minute",
        "1 minute",
        "1 minute",
        "12 minutes",
    ]
