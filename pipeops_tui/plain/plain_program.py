"""What the command line asked for, as a conversation: a journey, the connections, one of them, or doctor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pipeops_tui.core.problem import CloudError
from pipeops_tui.journey.outcome import has_succeeded
from pipeops_tui.plain.conversation import Conversation, GoBack, InputEndedError, OutputEndedError, Quit
from pipeops_tui.plain.plain_journey import PlainJourney
from pipeops_tui.plain.plain_sign_in import PlainSignIn
from pipeops_tui.plain.standard_output import tell
from pipeops_tui.plain.told_problem import tell_problem
from pipeops_tui.plain.told_waits import ToldWaits
from pipeops_tui.provisioning import JournalUnavailable

if TYPE_CHECKING:
    from pipeops_tui.connections.connection import Connection
    from pipeops_tui.journey.journey import Journey
    from pipeops_tui.plain.plain_actions import PlainActions
    from pipeops_tui.plain.plain_connections import PlainConnections
    from pipeops_tui.plain.plain_creation import PlainCreation
    from pipeops_tui.plain.plain_doctor import PlainDoctor

DONE: Final = 0
NOT_DONE: Final = 1
_GREETING: Final = (
    "pipeops-tui: everything PipeOps needs to deploy into your Azure subscription.",
    'Answer each question and press Enter. An empty answer takes the default in square brackets. "?" explains, "back" '
    'goes back, "quit" ends. Nothing is created before you confirm it.',
)
_ENDED: Final = "the input has ended."
_RESUMABLE: Final = "What was created stays. The next start of pipeops-tui can continue or undo it."


class PlainProgram:
    """One call of the program over `talk`."""

    def __init__(self, journey: Journey, talk: Conversation) -> None:
        self._journey = journey
        self._talk = talk
        self._sign_in = PlainSignIn(journey, talk)

    # Loaded when they are needed: the first question needs none of them.

    @cached_property
    def _creation(self) -> PlainCreation:
        from pipeops_tui.plain.plain_creation import PlainCreation

        return PlainCreation(self._journey, self._talk)

    @cached_property
    def _connections(self) -> PlainConnections:
        from pipeops_tui.plain.plain_connections import PlainConnections

        return PlainConnections(self._journey, self._talk, self._sign_in)

    @cached_property
    def _actions(self) -> PlainActions:
        from pipeops_tui.plain.plain_actions import PlainActions

        return PlainActions(self._journey, self._talk, self._sign_in, self._connections, self._creation, self._check)

    @cached_property
    def _doctor(self) -> PlainDoctor:
        from pipeops_tui.plain.plain_doctor import PlainDoctor

        return PlainDoctor(self._journey, self._talk, self._sign_in, self._renew)

    def stop(self) -> bool:
        """Let the running request finish and start no other; False where nothing is running."""
        return self._creation.stop()

    async def run(self) -> int:
        """Talk until the person is done; the exit code."""
        try:
            for line in _GREETING:
                self._talk.say(line)
            self._journey.watch_waits(ToldWaits(self._talk).note)
            await self._what_was_asked_for()()
        except (GoBack, Quit):
            pass
        except InputEndedError as ended:
            is_left = any(run.state.unfinished and not run.state.empty for run in self._journey.opened)
            # Who quits a pager knows that the output has ended.
            said = [*([] if isinstance(ended, OutputEndedError) else [_ENDED]), *([_RESUMABLE] if is_left else [])]
            if said:
                tell(f"pipeops-tui: {' '.join(said)}")
            return self._code if self._is_about_a_secret else NOT_DONE
        except CloudError as error:
            tell_problem(self._talk, error.problem)
            return NOT_DONE
        except JournalUnavailable as unavailable:
            tell_problem(self._talk, unavailable.problem)
            return NOT_DONE
        return self._code

    @property
    def _is_about_a_secret(self) -> bool:
        """Whether the exit code says whether a client secret was delivered, or a connection removed."""
        opens = self._journey.settings.opens
        return not self._journey.settings.doctor and (opens is None or opens.action != "list")

    @property
    def _code(self) -> int:
        if self._journey.settings.doctor:
            return self._doctor.verdict.exit_code
        return DONE if not self._is_about_a_secret or has_succeeded(self._journey) else NOT_DONE

    def _what_was_asked_for(self) -> Callable[[], Awaitable[None]]:
        if self._journey.settings.doctor:
            return self._examine
        opens = self._journey.settings.opens
        match opens.action if opens is not None else "":
            case "list":
                return self._browse
            case "renew":
                return lambda: self._with_one("renew")
            case "remove":
                return lambda: self._with_one("remove")
        return PlainJourney(
            self._journey,
            self._talk,
            self._sign_in,
            lambda: self._creation,
            take_up=self._take_up,
            connections=self._browse,
            doctor=self._examine,
        ).run

    async def _examine(self) -> None:
        await self._journey.prepare()
        await self._doctor.run()

    async def _take_up(self, action: str, connection: Connection) -> bool:
        return await self._actions.do(action, connection)

    async def _browse(self) -> None:
        await self._journey.prepare()
        await self._connections.browse(self._actions.open)

    async def _with_one(self, action: str) -> None:
        """Do it with the connection that the command line names, or with those that the person chooses until it is
        done."""
        await self._journey.prepare()
        opens = self._journey.settings.opens
        client_id = opens.client_id if opens is not None else ""
        while True:
            connection = await self._connections.find(client_id, f"{action.capitalize()} which connection?")
            try:
                await self._actions.start(action, connection)
                return
            except GoBack:
                if client_id:
                    self._talk.say("Nothing more was changed.")
                    return

    async def _renew(self, client_id: str) -> None:
        await self._actions.start("renew", await self._connections.find(client_id, "Renew which connection?"))

    async def _check(self, connection: Connection) -> None:
        from pipeops_tui.doctor.five_values import FiveValues

        await self._doctor.examine(
            FiveValues(
                group_name=connection.group_name,
                tenant_id=connection.tenant_id,
                client_id=connection.client_id,
                subscription_id=connection.subscription_id,
            )
        )
