"""What Create says about a plan, before and while it is carried out."""

from __future__ import annotations

from collections.abc import Iterable

from pipeops_tui.model import Plan, Write
from pipeops_tui.provisioning.events import Row, RowState

_TRIED = {
    Write.GROUP: "the resource group",
    Write.APPLICATION: "the application",
    Write.SECRET: "the client secret",
    Write.ASSIGNMENT: "the access",
}
_ALONE = frozenset({Write.GROUP, Write.APPLICATION})
"""Writes that need no other."""
_LASTING = "all but the providers' registration can be undone"


def summary(plan: Plan, rows: Iterable[Row]) -> str:
    """`5 changes in Contoso, subscription Pay-As-You-Go`."""
    return f"{count_writes(rows)} in {plan.tenant_name}, subscription {plan.subscription_name}"


def outlook(plan: Plan) -> str:
    """What follows the changes, and how long it takes."""
    return "with a pause for an Owner to give the access" if plan.owner_assigns else "then a proof, in about 10 s"


def duration(plan: Plan) -> str:
    """A sentence on how long it takes, and that it can be undone."""
    if plan.owner_assigns:
        length = "Then it waits for an Owner, for as long as that takes"
        return f"{length}; {_LASTING}." if plan.providers else f"{length}. It can be undone at any time."
    length = "It takes about ten seconds"
    return f"{length}; {_LASTING}." if plan.providers else f"{length}, and can be undone afterwards."


def promise(plan: Plan) -> str:
    """What to know before saying yes."""
    if plan.owner_assigns:
        return "You get the line for the Owner. The client secret is made only when the access is there."
    undo = f"; {_LASTING}." if plan.providers else ", and all of it can be undone."
    return order(plan) or f"Nothing that exists is changed{undo}"


def order(plan: Plan) -> str:
    """What goes first because Azure may refuse it, and what becomes of the rest then; empty where nothing does."""
    if not plan.doubts:
        return ""
    tried = " and ".join(_TRIED[write] for write in plan.doubts)
    if _ALONE.issuperset(plan.doubts):
        return f"Azure may refuse {tried}: that goes first and alone, and a refusal leaves nothing behind."
    return f"Azure may refuse {tried}: only what that needs goes before it, and is removed again after a refusal."


def count_writes(rows: Iterable[Row]) -> str:
    """`5 changes`."""
    number = sum(row.writes for row in rows)
    return f"{number} change{'' if number == 1 else 's'}"


def count_done(rows: Iterable[Row]) -> str:
    """`2 of 5 changes are made.`"""
    written = [row for row in rows if row.writes]
    done = sum(row.state is RowState.DONE for row in written)
    return f"{done} of {len(written)} changes {'is' if done == 1 else 'are'} made."
