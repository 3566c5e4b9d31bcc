"""What is said before a connection, or what a run created, is removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeops_tui.connections.group_contents import GroupContents, contents_in_words
from pipeops_tui.core.clock import spell_day
from pipeops_tui.provisioning import Extent, Origin, Run

_RESTORABLE = timedelta(days=30)
"""How long a deleted application can be restored (Microsoft Learn, "Restore or remove a recently deleted
application")."""
_TOKENS = "Tokens issued with its client secret work for up to 90 more minutes."


@dataclass(frozen=True, slots=True)
class RemovalWords:
    """What a removal is called, and what it removes."""

    title: str
    sentence: str
    verb: str
    working: str
    done: str
    """The title when nothing of it is left."""
    keep: str = "Keep everything"
    typed: str = ""
    """What has to be typed first; empty where nothing has."""
    extent: Extent | None = None
    """How much is removed; None for what the run itself takes for its undo."""
    after: str = ""
    """What to know once it is removed."""
    lists_rest: bool = False
    """Whether the commands are shown that remove what stays on purpose; otherwise they can only be copied."""
    purges: bool = True
    """Whether the application is deleted permanently, unless the person decides otherwise."""


def undo_words(run: Run) -> RemovalWords:
    """Undo of what `run` created; of a renewal, only its secret goes."""
    if run.discards:
        return RemovalWords(
            "Discard the new client secret?",
            "Only the client secret that this renewal has added is removed. The one in use stays, and PipeOps "
            "continues to use it.",
            "Discard",
            "Discarding",
            "The new client secret is removed",
            keep="Keep it",
        )
    return RemovalWords(
        "Undo what was created?",
        "Only what pipeops-tui created is removed, newest first:",
        "Undo",
        "Undoing",
        "Nothing that was created is left",
        typed=run.plan.application_name,
    )


def removal_words(run: Run, contents: GroupContents | None, now: datetime) -> RemovalWords:
    """The words about removing `run`; `contents` is what its resource group contains, None where that is not known.
    While something is in it, its name is typed, otherwise that of the application."""
    plan = run.plan
    found = contents_in_words(contents) if contents is not None else (_unknown(plan.group_name),)
    typed = plan.group_name if found else plan.application_name
    if run.state.origin is Origin.ADOPTED:
        return RemovalWords(
            f"Remove what pipeops-tui added to {plan.application_name}?",
            " ".join([*found, "The application was made by hand. Only what pipeops-tui added is removed:"]),
            "Remove",
            "Removing",
            "What pipeops-tui added is removed",
            typed=plan.application_name,
            extent=Extent.EVERYTHING,
            after=_TOKENS,
            lists_rest=True,
        )
    return RemovalWords(
        f"Remove {plan.application_name}?",
        " ".join([*found, "Only what pipeops-tui created is removed, newest first:"]),
        "Remove",
        "Removing",
        "The connection is removed",
        typed=typed,
        extent=Extent.EVERYTHING,
        after=f"An administrator can restore the application until {spell_day(now + _RESTORABLE)}, unless it was "
        f"deleted permanently. It then needs a new client secret and its role. {_TOKENS}",
        purges=False,
    )


def nothing_added(run: Run, contents: GroupContents | None) -> tuple[str, Sequence[str], str]:
    """About an application that was made by hand, and to which pipeops-tui has added nothing: a title, sentences, and
    the commands that remove it."""
    plan = run.plan
    found = contents_in_words(contents) if contents is not None else (_unknown(plan.group_name),)
    commands = "\n".join(left.command for left in run.leftovers())
    sentences = [
        "The application was made by hand, so pipeops-tui does not remove it. You can remove it in the portal, or with "
        "these commands:",
        commands,
    ]
    return (
        f"pipeops-tui added nothing to {plan.application_name}",
        [" ".join(found), *sentences] if found else sentences,
        commands,
    )


def _unknown(group: str) -> str:
    return f"What {group} contains could not be read. Servers in it continue to run and to cost money."
