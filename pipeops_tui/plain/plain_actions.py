"""What a person does with one connection without a screen: renew it, check it, remove it, continue it and the like."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeops_tui.connections.connection import Connection, ConnectionState
from pipeops_tui.connections.connection_actions import ConnectionAction, available_actions, run_actions
from pipeops_tui.connections.reminder import reminder_of
from pipeops_tui.connections.taking_over import take_up
from pipeops_tui.core.clock import spell_day
from pipeops_tui.core.model import Subscription
from pipeops_tui.core.ports import Topic
from pipeops_tui.core.problem import CloudError
from pipeops_tui.plain.action_words import TYPED_AS, WHAT_IT_DOES
from pipeops_tui.plain.conversation import Conversation, GoBack
from pipeops_tui.plain.plain_connections import PlainConnections
from pipeops_tui.plain.plain_copying import copy_text
from pipeops_tui.plain.plain_removal import PlainRemoval
from pipeops_tui.plain.plain_renewal import PlainRenewal
from pipeops_tui.plain.plain_sign_in import PlainSignIn
from pipeops_tui.plain.told_connection import tell_connection
from pipeops_tui.plain.told_problem import tell_problem
from pipeops_tui.provisioning import JournalUnavailable, Run

if TYPE_CHECKING:
    from pipeops_tui.journey.journey import Journey
    from pipeops_tui.plain.plain_creation import PlainCreation

_REMIND: Final = ("remind", "writes a file for your calendar")
_COPY: Final = ("copy", "copies a value")
_BACK: Final = ("back", "shows the list")
Check = Callable[[Connection], Awaitable[object]]


class PlainActions:
    """Carries out what is decided. Its coroutines raise as `Conversation.ask` does; a refusal of Azure is told."""

    def __init__(
        self,
        journey: Journey,
        talk: Conversation,
        sign_in: PlainSignIn,
        connections: PlainConnections,
        creation: PlainCreation,
        check: Check,
    ) -> None:
        """`check` examines a connection as doctor does."""
        self._journey = journey
        self._talk = talk
        self._sign_in = sign_in
        self._connections = connections
        self._creation = creation
        self._renewal = PlainRenewal(journey, talk, creation)
        self._removal = PlainRemoval(journey, talk, creation)
        self._check = check

    async def open(self, connection: Connection) -> bool:
        """Tell what is known, ask what to do, and do it until it has changed something, which gives True. Raises
        `GoBack`."""
        return await self._ask(await self._tell(connection))

    async def start(self, answer: str, connection: Connection) -> bool:
        """Tell what is known, and do what the word `answer` stands for; where that cannot be done now, or is refused,
        ask as `open` does. Raises `GoBack`."""
        connection = await self._tell(connection)
        if answer not in dict(self._words(connection)):
            self._talk.say(f"To {answer} it is not possible now.")
        elif await self.do(answer, connection):
            return True
        return await self._ask(connection)

    async def _tell(self, connection: Connection) -> Connection:
        connection = await self._connections.with_owners(connection)
        tell_connection(self._talk, connection, self._journey.clock.now())
        return connection

    async def _ask(self, connection: Connection) -> bool:
        words = self._words(connection)
        while True:
            self._talk.say_words(words)
            answer = await self._talk.pick(
                "What now?",
                tuple(word for word, _ in words),
                words[0][0] if words[0][0] == "continue" else "back",
                explain="Nothing is changed before you have confirmed it.",
            )
            if answer == "back":
                raise GoBack
            try:
                if await self.do(answer, connection):
                    return True
            except GoBack:
                continue

    async def _renew(self, connection: Connection) -> bool:
        async with self._taken_up(connection) as (run, subscription):
            await self._renewal.renew(connection, run, subscription)
        return True

    async def _remove(self, connection: Connection) -> bool:
        async with self._taken_up(connection) as (run, subscription):
            await self._removal.remove(run, subscription)
        return True

    def _words(self, connection: Connection) -> list[tuple[str, str]]:
        """What can be done, with its word and what it does."""
        session = self._journey.session
        account = session.account if session is not None else None
        if connection.state is ConnectionState.UNFINISHED:
            actions = run_actions(connection)
            undoing = connection.recorded is not None and connection.recorded.state.undoing
            # Enter never creates again what was being undone.
            actions = sorted(actions, key=lambda one: undoing and one is ConnectionAction.CONTINUE)
        else:
            actions = list(available_actions(connection, account))
        words = [(TYPED_AS.get(one, one.value), WHAT_IT_DOES[one]) for one in actions if one in WHAT_IT_DOES]
        reminds = connection.state is not ConnectionState.UNFINISHED and reminder_of(connection) is not None
        return [*words, *([_REMIND] if reminds else []), _COPY, _BACK]

    async def do(self, answer: str, connection: Connection) -> bool:
        """Do what the word `answer` stands for; whether something can have changed. Raises `GoBack`."""
        try:
            return await self._decided(answer, connection)
        except CloudError as error:
            tell_problem(self._talk, error.problem)
        except JournalUnavailable as unavailable:
            tell_problem(self._talk, unavailable.problem)
        return False

    async def _decided(self, answer: str, connection: Connection) -> bool:
        match answer:
            case "copy":
                await self._copy(connection)
                return False
            case "remind":
                await self._remind(connection)
                return False
            case "check":
                await self._check(connection)
                return False
            case "forget":
                await self._removal.forget(connection)
                return True
            case "renew":
                return await self._renew(connection)
            case "remove":
                return await self._remove(connection)
        async with self._taken_up(connection) as (run, subscription):
            match answer:
                case "continue":
                    await self._renewal.go_on(run, subscription)
                case "undo":
                    await self._creation.undo(run)
                case "old":
                    await self._renewal.remove_old(connection, run)
                case "restore":
                    await self._renewal.restore(connection, run, subscription)
        return True

    @asynccontextmanager
    async def _taken_up(self, connection: Connection) -> AsyncIterator[tuple[Run, Subscription]]:
        """The run of a connection and its subscription; it is left as it is then, so that it can be taken up again.
        Raises `CloudError` and `JournalUnavailable`."""
        run, subscription = await take_up(self._journey, connection, self._sign_in.show_code)
        try:
            yield run, subscription
        finally:
            if self._journey.run is run:
                self._journey.leave_run()
            run.close()
            self._journey.lookups.forget(Topic.CONNECTIONS, Topic.GROUP)

    # What changes nothing in Azure

    async def _remind(self, connection: Connection) -> None:
        reminder = reminder_of(connection)
        if reminder is None:
            return
        self._talk.say(f"One event on {spell_day(reminder.expires)}, with reminders before. It holds no secret.")
        name = await self._talk.ask(
            "Name of the calendar file",
            reminder.file_name,
            explain="The file (.ics) is written into this folder. Open it with your calendar.",
        )
        path = await asyncio.to_thread(Path(name).expanduser)
        try:
            await asyncio.to_thread(reminder.write, path, self._journey.clock.now())
        except FileExistsError:
            self._talk.say(f"Not written: {path.name} is there already. Use another name.")
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            self._talk.say(f"{path.name} could not be written: {reason}.")
        else:
            self._talk.say("Written:")
            self._talk.write(str(path.absolute()))

    async def _copy(self, connection: Connection) -> None:
        values = {
            "group": ("Resource Group Name", connection.group_name),
            "tenant": ("Tenant ID", connection.tenant_id),
            "client": ("Client ID", connection.client_id),
            "subscription": ("Subscription ID", connection.subscription_id),
        }
        there = {word: value for word, value in values.items() if value[1]}
        answer = await self._talk.pick(
            f"Copy which value? {', '.join(there)}",
            tuple(there),
            next(iter(there)),
            explain="The client secret cannot be copied: Azure shows it only when it is made.",
        )
        label, value = there[answer]
        await copy_text(self._talk, self._journey.clock, value, label)
