"""Removing a connection, and forgetting an unfinished run, without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeops_tui.connections.connection import Connection
from pipeops_tui.connections.forgetting import find_command, how_to_find
from pipeops_tui.connections.group_contents import group_contents
from pipeops_tui.connections.removal_words import RemovalWords, nothing_added, removal_words
from pipeops_tui.connections.searched_tenant import asked
from pipeops_tui.core.model import Subscription
from pipeops_tui.plain.conversation import Conversation, GoBack, in_order
from pipeops_tui.plain.told_problem import tell_problem
from pipeops_tui.provisioning import Event, Extent, Leftover, Origin, Run, UndoEnded, leftovers

if TYPE_CHECKING:
    from pipeops_tui.journey.journey import Journey
    from pipeops_tui.plain.plain_creation import PlainCreation


class PlainRemoval:
    """Its coroutines raise as `Conversation.ask` does, and `CloudError`."""

    def __init__(self, journey: Journey, talk: Conversation, creation: PlainCreation) -> None:
        self._journey = journey
        self._talk = talk
        self._creation = creation
        self._extent = Extent.EVERYTHING

    async def remove(self, run: Run, subscription: Subscription) -> None:
        """Say what is removed, have the application named, remove it, and say what is left. Raises `GoBack` when the
        person does not want it."""
        group = run.plan.group_name
        self._talk.say(f"Reading what is in {group}.")
        contents, _ = await asked(group_contents(self._journey.lookups.reads, subscription, group))
        if run.state.origin is Origin.ADOPTED and not run.undo_rows(Extent.EVERYTHING):
            title, paragraphs, _ = nothing_added(run, contents)
            self._talk.say(f"{title}.")
            self._tell_with_commands(paragraphs)
            return
        words = removal_words(run, contents, self._journey.clock.now())
        self._extent = Extent.EVERYTHING if words.purges else Extent.BUT_FOR_DELETED
        self._talk.say(words.title)
        self._talk.say(words.sentence)
        steps = [lambda: self._name_it(words)]
        if any(row.key == "undo:application" for row in run.undo_rows(Extent.EVERYTHING)):
            steps.insert(0, self._ask_to_purge)
        self._tell_rows(run)
        await in_order(self._talk, steps)
        await self._work(run, words)

    async def forget(self, connection: Connection) -> None:
        """List an unfinished run no more, and say what stays in Azure."""
        if connection.recorded is None:
            return
        state = connection.recorded.state
        self._talk.say("It will not be listed any more. This stays in Azure:")
        for item in leftovers(state):
            self._tell_left(item)
        if state.application.may_exist:
            self._talk.say(how_to_find(state))
        if command := find_command(state):
            self._talk.write(command)
        if not await self._talk.confirm("Forget it?", explain="Nothing in Azure is changed by that."):
            raise GoBack
        await (await self._journey.earlier_runs()).forget(connection.recorded)
        self._talk.say("It is forgotten.")

    async def _ask_to_purge(self) -> None:
        answer = await self._talk.pick(
            "Delete the application permanently, not kept for 30 days? Type yes or no",
            ("yes", "no"),
            "yes" if self._extent is Extent.EVERYTHING else "no",
            explain="A deleted application can be restored by an administrator for 30 days, unless it is deleted "
            "permanently.",
        )
        self._extent = Extent.EVERYTHING if answer == "yes" else Extent.BUT_FOR_DELETED

    async def _name_it(self, words: RemovalWords) -> None:
        await self._talk.ask(
            f"Type {words.typed} to {words.verb.lower()}",
            explain='Nothing has been removed yet. The name makes sure that the right one is removed; "back" removes '
            "nothing.",
            wrong=lambda answer: "" if answer == words.typed else f"That is not {words.typed}. Nothing was removed.",
        )

    async def _work(self, run: Run, words: RemovalWords) -> None:
        ends: list[UndoEnded] = []

        def hear(event: Event) -> None:
            if isinstance(event, UndoEnded):
                ends.append(event)

        unsubscribe = run.subscribe(hear)
        try:
            while await self._creation.at_work(run).undo(self._extent):
                self._tell_end(ends[-1])
                answer = await self._talk.pick(
                    'What now? "again" removes the rest, "later" leaves it',
                    ("again", "later"),
                    "again",
                    explain="The journal knows what is left: the list of connections can remove it later.",
                )
                if answer == "later":
                    return
        finally:
            unsubscribe()
        for item in ends[-1].kept:
            self._tell_left(item)
        self._talk.say(f"{words.done}. {words.after}")

    def _tell_end(self, ended: UndoEnded) -> None:
        if ended.error is not None:
            tell_problem(self._talk, ended.error.problem)
        for item in ended.left:
            self._tell_left(item)
        is_accepted = all(item.accepted for item in ended.left)
        self._talk.say("Removal accepted, Azure still shows a part." if is_accepted else "Not everything was removed.")

    def _tell_rows(self, run: Run) -> None:
        for number, row in enumerate(run.undo_rows(Extent.BUT_FOR_DELETED), 1):
            self._talk.say(f"{number:>3}  {row.title}: {row.detail}")

    def _tell_left(self, item: Leftover) -> None:
        why = f" ({item.why.rstrip('.')})" if item.why else ""
        self._talk.say(f"Still there: {item.what}{why}.")
        if item.command:
            self._talk.write(item.command)

    def _tell_with_commands(self, paragraphs: Sequence[str]) -> None:
        for line in (line for paragraph in paragraphs for line in paragraph.splitlines()):
            if line.startswith("az "):
                self._talk.write(line)
            else:
                self._talk.say(line)
