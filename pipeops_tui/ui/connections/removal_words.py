"""What the dialog says that removes a connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeops_tui.connections.group_contents import GroupContents, contents_in_words
from pipeops_tui.core.clock import spell_day
from pipeops_tui.provisioning import Extent, Origin, Run
from pipeops_tui.ui.dialogs.undo_dialog import RemovalWords

_RESTORABLE = timedelta(days=30)
"""How long a deleted application can be restored (Microsoft Learn, "Restore or remove a recently deleted
application")."""
_TOKENS = "Tokens issued with its client secret work for up to 90 more minutes."


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
