"""What watching has seen, in words."""

from __future__ import annotations

import pytest

from pipeops_tui.provisioning import RowState
from pipeops_tui.watching.first_server import LATE, minutes, offered_row, refusal, remark, server_row
from pipeops_tui.watching.watch import Arrival, Sight
from tests.support.clocks import START
from tests.watching.memory_group import CLUSTER, GROUP, refused


def name_of(region: str) -> str:
    return {"northeurope": "North Europe"}.get(region, region)


ARRIVED = Sight(200, Arrival(CLUSTER, START, 185), next_look=220)


@pytest.mark.parametrize(
    ("sight", "state", "detail"),
    [
        (None, RowState.RUNNING, "Looking into PipeOpsRG"),
        (Sight(130, next_look=150), RowState.LOOKING, "Nothing in PipeOpsRG yet, after 2 minutes"),
        (ARRIVED, RowState.DONE, "pipeops in North Europe, after 3 minutes"),
        (
            Sight(400, refused=(refused(1),), next_look=420),
            RowState.FAILED,
            "The quota of processors is used up",
        ),
        (Sight(1800), RowState.STOPPED, "Nothing in PipeOpsRG for 30 minutes. Press w to watch again"),
    ],
)
def test_the_row_says_what_was_seen(sight: Sight | None, state: RowState, detail: str) -> None:
    row = server_row(sight, GROUP, name_of)
    assert (row.state, row.detail) == (state, detail)
    assert row.retry_at == (150 if state is RowState.LOOKING else None)


def test_a_look_that_failed_says_why() -> None:
    row = server_row(Sight(60, next_look=100, trouble="No connection to Azure"), GROUP, name_of)
    assert row.state is RowState.RETRYING
    assert row.reason == "No connection to Azure. Nothing in PipeOpsRG yet, after 1 minute"


def test_before_watching_it_is_offered() -> None:
    row = offered_row()
    assert row.state is RowState.WAITING
    assert "Press w" in row.detail


def test_what_cannot_be_seen_is_said_while_nothing_was_seen() -> None:
    assert remark(Sight(20, next_look=40)) == remark(None) == LATE
    assert "cannot read the activity log" in remark(Sight(20, next_look=40, log_closed=True))
    assert remark(ARRIVED) == remark(Sight(1800)) == ""


def test_a_refusal_is_followed_by_its_cure_and_the_whole_of_it_can_be_shown() -> None:
    said = remark(Sight(60, refused=(refused(1), refused(0, "ScopeLocked")), next_look=80))
    assert "Choose a smaller size or another region in PipeOps" in said
    assert "An Owner of the subscription" in said
    assert "Press d" in said
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
