"""The sentences of the Create screen."""

from __future__ import annotations

from collections.abc import Iterable

from pipeops_tui.core.clock import spell_day
from pipeops_tui.core.model import Plan, Write
from pipeops_tui.journey.earlier_runs import changes
from pipeops_tui.provisioning import Row, RowState, RunState
from pipeops_tui.ui.services import About

_TRIED = {
    Write.GROUP: "the resource group",
    Write.APPLICATION: "the application",
    Write.SECRET: "the client secret",
    Write.ASSIGNMENT: "the role assignment",
}
_ALONE = frozenset({Write.GROUP, Write.APPLICATION})
"""Writes that need no other."""
_LASTING = "everything except the resource provider registrations can be undone"


def about_creation(portal: str, commands: Iterable[str]) -> About:
    """What F1 says: what the parts are for, and the `commands` of all rows (empty where a row has none)."""
    return About(
        "What gets created?",
        (
            "PipeOps signs in to your Azure as an application, never as you. An application that can sign in has "
            "three parts: its registration (its name), a service principal (its account in your tenant) and a "
            "client secret (its password).",
            "The service principal gets the role Contributor on one resource group. It can create and delete what "
            "is in that group, and nothing anywhere else.",
            "If one of the lines fails, you can continue from there, or undo everything.",
        ),
        "App registrations",
        f"{portal}/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
        " &&\n".join(command for command in commands if command),
    )


def renewal_title(state: RunState) -> str:
    """The title while a client secret is renewed."""
    name = state.plan.application_name
    return f"Restore {name}" if state.restores else f"New client secret for {name}"


def continuing(state: RunState) -> str:
    """What is continued: a renewal, or what an earlier start of the program began to create."""
    if state.retiring:
        return "Removing an older client secret. The newest one stays."
    if state.restores:
        return "The application comes back, then its access, then it gets a new client secret."
    if state.renewed:
        return "The client secret that PipeOps uses stays until you say that the new one works."
    made, all_ = changes(state)
    return f"Continuing what you started {spell_day(state.begun)}, {made} of {all_} changes made then."


def summary(plan: Plan, rows: Iterable[Row]) -> str:
    """`5 changes in Contoso, subscription Pay-As-You-Go`."""
    return f"{count_writes(rows)} in {plan.tenant_name}, subscription {plan.subscription_name}"


def outlook(plan: Plan) -> str:
    """What follows the changes, and how long it takes."""
    if plan.owner_assigns:
        return "with a pause until an Owner has assigned the role."
    return "then a test sign-in. About 10 seconds."


def duration(plan: Plan) -> str:
    """A sentence on how long it takes, and that it can be undone."""
    if plan.owner_assigns:
        length = "Then pipeops-tui waits until an Owner has assigned the role"
        return f"{length}; {_LASTING}." if plan.providers else f"{length}. You can undo it at any time."
    length = "It takes about 10 seconds"
    return f"{length}; {_LASTING}." if plan.providers else f"{length}. You can undo it afterwards."


def promise(plan: Plan) -> str:
    """What to know before saying yes."""
    if plan.owner_assigns:
        return "You get a command for the Owner. The client secret is created only after the role is assigned."
    undo = f"; {_LASTING}." if plan.providers else ", and everything can be undone."
    return order(plan) or f"Nothing that exists is changed{undo}"


def order(plan: Plan) -> str:
    """What goes first because Azure can refuse it, and what becomes of the rest then; empty where nothing does."""
    if not plan.doubts:
        return ""
    tried = " and ".join(_TRIED[write] for write in plan.doubts)
    if _ALONE.issuperset(plan.doubts):
        return f"Azure can refuse {tried}: this is created first. If Azure refuses, nothing is left behind."
    return f"Azure can refuse {tried}: only what it needs is created before it, and removed again if Azure refuses."


def consequences(plan: Plan, rows: Iterable[Row], *, journaled: bool) -> list[str]:
    """What to know before saying yes, a paragraph each."""
    paragraphs = [f"{summary(plan, rows)}.", duration(plan)]
    if plan.doubts:
        paragraphs.append(order(plan))
    if not journaled:
        paragraphs.append("Without a journal it cannot be continued or undone later if this program is killed.")
    return paragraphs


def count_writes(rows: Iterable[Row]) -> str:
    """`5 changes`."""
    number = sum(row.writes for row in rows)
    return f"{number} change{'' if number == 1 else 's'}"


def count_done(rows: Iterable[Row]) -> str:
    """`2 of 5 changes are made.`"""
    written = [row for row in rows if row.writes]
    done = sum(row.state is RowState.DONE for row in written)
    return f"{done} of {len(written)} changes {'is' if done == 1 else 'are'} made."


def ending(rows: Iterable[Row], *, has_values: bool) -> str:
    """What has been achieved. A run without values was only continued to remove an older client secret."""
    if has_values:
        return "Everything is created, and the test sign-in worked."
    still_shown = [row.reason for row in rows if row.state is RowState.ACCEPTED]
    return f"Client secret: {still_shown[0]}." if still_shown else "The older client secret is removed."
