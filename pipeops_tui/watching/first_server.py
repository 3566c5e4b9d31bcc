"""What was seen of the first server, in words: a row beside those of the run, and a refusal with its cure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pipeops_tui.core.model.doctor_facts import FailedOperation
from pipeops_tui.core.problem import Problem
from pipeops_tui.doctor.server_failures import failure_findings
from pipeops_tui.provisioning import Row, RowState
from pipeops_tui.watching.watch import Arrival, Sight

KEY: Final = "first-server"
TITLE: Final = "First server"
LATE: Final = "Refusals appear some minutes late."
_NOT_SEEN: Final = "A sign-in of PipeOps cannot be seen from here."
_NO_LOG: Final = "Refusals cannot be seen either: your account cannot read the activity log."


def offered_row() -> Row:
    """Before watching."""
    return Row(KEY, TITLE, "Create it in PipeOps, press w to watch", writes=False)


def server_row(sight: Sight | None, *, watching: bool = True) -> Row:
    """The row for what was seen so far; `sight` is None before the first look, and `watching` says whether another one
    follows. Its texts are short: a row of 76 cells has 40 for them."""
    if sight is None:
        return Row(KEY, TITLE, "Looking into the resource group", RowState.RUNNING, writes=False)
    if sight.refused:
        return Row(KEY, TITLE, "Azure has refused something", RowState.FAILED, writes=False)
    if sight.arrival is not None:
        return Row(KEY, TITLE, "The first resource is there", RowState.DONE, writes=False)
    if sight.next_look is None or not watching:
        return Row(KEY, TITLE, "Nothing seen. Press w to watch again", RowState.STOPPED, writes=False)
    detail = "Nothing yet" if sight.seconds < 60 else f"Nothing yet after {minutes(sight.seconds)}"
    if sight.trouble:
        reason = f"{sight.trouble}. {detail}"
        return Row(KEY, TITLE, detail, RowState.RETRYING, reason=reason, retry_at=sight.next_look, writes=False)
    return Row(KEY, TITLE, detail, RowState.LOOKING, retry_at=sight.next_look, writes=False)


def remark(sight: Sight | None) -> str:
    """What is to be said below the row: the cure of a refusal, or what cannot be seen; empty once it has begun."""
    if sight is not None and sight.refused:
        problem = refusal(sight.refused)
        who = f" Who can do it: {problem.who}." if problem.who else ""
        return f"{problem.title}. {problem.remedy}{who}"
    if sight is not None and (sight.arrival is not None or sight.next_look is None):
        return ""
    return f"{_NOT_SEEN} {_NO_LOG if sight is not None and sight.log_closed else LATE}"


def refusal(failed: tuple[FailedOperation, ...]) -> Problem:
    """The newest refusal as doctor explains it. There must be one."""
    newest = failure_findings(failed[:1])[0]
    return Problem(
        title=newest.title,
        what=newest.what,
        remedy=newest.remedy,
        who=newest.who,
        link=newest.link,
        command=newest.command,
        details=(("Operation", failed[0].action), ("Resource", failed[0].resource_id), ("Code", failed[0].code)),
    )


def arrived(arrival: Arrival, region_name: Callable[[str], str]) -> str:
    """`pipeops-cluster in North Europe, after 3 minutes`."""
    region = region_name(arrival.resource.location)
    return f"{arrival.resource.name}{f' in {region}' if region else ''}, after {minutes(arrival.seconds)}"


def minutes(seconds: float) -> str:
    """`less than a minute`, `1 minute`, `12 minutes`."""
    whole = int(seconds // 60)
    return "less than a minute" if not whole else f"{whole} minute{'' if whole == 1 else 's'}"
