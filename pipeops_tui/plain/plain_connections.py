"""The connections without a screen: a numbered list, what is known about one, and what can be done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipeops_tui.connections.connection import Connection
from pipeops_tui.connections.connection_search import search_of
from pipeops_tui.connections.connection_sections import OPEN_ELSEWHERE, ConnectionSection, ConnectionSections
from pipeops_tui.connections.known_connections import known_connections
from pipeops_tui.core.ports import Topic
from pipeops_tui.core.problem import CloudError
from pipeops_tui.plain.conversation import Conversation, Entry, GoBack
from pipeops_tui.plain.plain_sign_in import PlainSignIn, until_it_works
from pipeops_tui.plain.told_connection import entry_text, place_of

if TYPE_CHECKING:
    from pipeops_tui.journey.journey import Journey

_OTHERS: Final = "others"
_AGAIN: Final = "again"
Open = Callable[[Connection], Awaitable[bool]]
"""Does what the person wants with a connection; whether the list can have changed."""


class PlainConnections:
    """The list with the signed-in account. Its coroutines raise as `Conversation.ask` does."""

    def __init__(self, journey: Journey, talk: Conversation, sign_in: PlainSignIn) -> None:
        self._journey = journey
        self._talk = talk
        self._sign_in = sign_in
        self._sections = ConnectionSections()
        self._others = False

    async def browse(self, open_: Open) -> None:
        """Let the person choose connections until they go back."""
        await until_it_works(self._talk, self._load)
        while True:
            try:
                connection = await self._choose()
            except GoBack:
                return
            if connection is not None:
                with suppress(GoBack):
                    if await open_(connection):
                        await until_it_works(self._talk, self._load_again)

    async def find(self, client_id: str, question: str) -> Connection:
        """The connection with this client ID; where none is given, or it is not found, the one that the person
        chooses as an answer to `question`. Raises `GoBack`."""
        await until_it_works(self._talk, self._load)
        if client_id and self._sections.key_of_client(client_id) is None:
            self._others = True
            await until_it_works(self._talk, self._load)
        key = self._sections.key_of_client(client_id) if client_id else None
        found = self._sections.get(key) or self._other(client_id)
        if client_id and found is None:
            self._talk.say(f"No connection with the client ID {client_id} was found.")
        while found is None:
            found = await self._choose(question)
        return found

    def _other(self, client_id: str) -> Connection | None:
        others = self._sections.of(ConnectionSection.OTHERS)
        return next((one for one in others if client_id and one.client_id.lower() == client_id.lower()), None)

    # What there is

    async def _load_again(self) -> None:
        self._journey.lookups.forget(Topic.CONNECTIONS, Topic.GROUP)
        await self._load()

    async def _load(self) -> None:
        """Read the journals, and ask the tenants. Raises `CloudError` too."""
        await self._sign_in.make_sure()
        session = self._journey.session
        here = session.endpoints.resource_manager if session is not None else ""
        survey = await (await self._journey.earlier_runs()).survey(here)
        for complaint in survey.set_aside:
            self._talk.say(complaint)
        known = known_connections(survey, self._journey.clock.now())
        if known.remark:
            self._talk.say(known.remark)
        self._sections = sections = ConnectionSections()
        sections.add(known.all)
        sections.add_in_use(known.in_use)
        self._talk.say("Asking Azure about your connections.")
        search = search_of(self._journey, known.all)
        if search is not None:
            async for found in search.ask(self._others):
                sections.add(found.connections)
                sections.add(found.others, others=True)
                for sentence in (*found.refusals, *found.notes):
                    self._talk.say(sentence)
        number = len(sections.of(ConnectionSection.CONNECTIONS))
        self._talk.say(f"{number} connection{'' if number == 1 else 's'} found." if number else "No connection found.")

    async def with_owners(self, connection: Connection) -> Connection:
        """`connection` with its owners, where they can be read."""
        search = search_of(self._journey, ())
        if search is not None and connection.object_id and not connection.owners:
            with suppress(CloudError):
                connection = replace(connection, owners=tuple(await search.owners(connection)))
                self._sections.replace(connection)
        return connection

    # The list

    async def _choose(self, question: str = "Which connection?") -> Connection | None:
        """The one that is chosen; None where the list is another one then."""
        key = await self._talk.choose(
            question,
            self._entries(),
            self._sections.first_key(self._journey.clock.now()) or _AGAIN,
            explain="A connection is an application that was prepared for PipeOps. Choosing one shows what is known "
            "about it, and what can be done; nothing is changed by that.",
        )
        if key == _OTHERS:
            self._others = not self._others
        if key in (_OTHERS, _AGAIN):
            await until_it_works(self._talk, self._load_again)
            return None
        return self._sections.get(key)

    def _entries(self) -> list[Entry]:
        now, sections = self._journey.clock.now(), self._sections
        shown = [ConnectionSection.UNFINISHED, ConnectionSection.CONNECTIONS]
        shown += [ConnectionSection.OTHERS] if self._others else []
        entries = [
            Entry(key, entry_text(one, now), also=f"{one.client_id} {one.tenant_name}")
            for section in shown
            for key, one in sections.by_key(section).items()
        ]
        entries += [Entry(key, place_of(one), OPEN_ELSEWHERE) for key, one in sections.open_elsewhere().items()]
        verb = "Hide" if self._others else "Look for"
        entries.append(Entry(_OTHERS, f"{verb} others that look like PipeOps': made by hand, or with only our tag"))
        entries.append(Entry(_AGAIN, "Ask Azure again"))
        return entries
