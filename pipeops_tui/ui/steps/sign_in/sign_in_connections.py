"""Connections on the Sign in screen: the list, and carrying out what the person decides there.

The journals are read after the first frame and off the event loop, and the modules for that are loaded then. A decision
to continue or to undo waits until an account has signed in that can see the run's subscription; after any failure the
run stays in the list. The list can be opened over every step before Create; what is decided there is carried out here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.wizard import Step
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.widgets.action_buttons import Action

if TYPE_CHECKING:
    from pipeops_tui.connections.connection import Connection
    from pipeops_tui.connections.connection_actions import ConnectionAction, ConnectionDecision
    from pipeops_tui.connections.known_connections import KnownConnections
    from pipeops_tui.core.model import DeviceCode, Subscription
    from pipeops_tui.core.ports import Session
    from pipeops_tui.core.settings import ConnectionToOpen
    from pipeops_tui.doctor.five_values import FiveValues
    from pipeops_tui.provisioning import Run, Survey
    from pipeops_tui.ui.connections.connection_work import ConnectionWork

_FIRST_SIGN_IN = "Sign in to look for the connection with an account that can manage it."
_VERBS = {
    "continue": "finish",
    "undo": "undo",
    "new_secret": "renew the client secret of",
    "remove_old": "remove the old client secret of",
    "restore": "restore",
    "remove": "remove",
    "add_owner": "add an owner to",
}


class SignInConnections:
    """Belongs to the Sign in screen, which calls it when an account has signed in."""

    def __init__(self, screen: StepScreen, *, changed: Callable[[], None], begin: Callable[[], None]) -> None:
        """`changed` is called when `decision` or `notes` have changed; `begin` carries the decision out with the
        signed-in account."""
        self._screen = screen
        self._changed = changed
        self._begin = begin
        self._survey: Survey | None = None
        self._due = ""
        """Which client secret expires soon, as a sentence."""
        self._offer_due = False
        self._refused: Session | None = None
        self.decision: ConnectionDecision | None = None
        """What to do once an account has signed in."""
        self._work: ConnectionWork | None = None
        self._opening: ConnectionToOpen | None = screen.journey.settings.opens
        """What the command line asked for, until it is shown."""

    # What there is

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the start screen: client secrets that are due, journals that cannot be used, runs that are
        open elsewhere."""
        if self._survey is None:
            return ()
        from pipeops_tui.journey.earlier_runs import name_of

        open_elsewhere = (
            f"Another pipeops-tui is working on {name_of(run.state.plan)} now." for run in self._survey.in_use
        )
        due = (self._due,) if self._due else ()
        return (*due, *self._survey.set_aside, *open_elsewhere)

    @property
    def sentence(self) -> str:
        """Why to sign in, while there is a decision to carry out; empty otherwise."""
        if self.decision is None:
            return _FIRST_SIGN_IN if self._opening is not None else ""
        connection = self.decision.connection
        return (
            f"To {_VERBS[self.decision.action]} {_name_of(connection)}, sign in with an account of "
            f"{connection.tenant_name} that can manage it. Press Escape to decide later."
        )

    async def look(self) -> None:
        """Read the journals, once, and show the list if a run is unfinished."""
        if self._survey is None:
            await self._read()
            if not self._open_journaled():
                self._offer_due = self._offer_due or self._unfinished
                self.arrive()

    def open(self, wanted: ConnectionToOpen) -> None:
        """Begin what was asked for elsewhere, once the account that it takes has signed in."""
        self._opening = wanted
        if self._survey is not None and not self._open_journaled() and self._screen.journey.session is not None:
            self.offer()

    def _open_journaled(self) -> bool:
        """Begin what the command line asked for, where the journals know which connection is meant."""
        if self._opening is None:
            return False
        from pipeops_tui.connections.connection_actions import ConnectionAction, ConnectionDecision

        wanted = self._opening.client_id.lower()
        known = [one for one in self._known().connections if wanted in ("", one.client_id.lower())]
        if len(known) == 1:
            action = ConnectionAction.REMOVE if self._opening.action == "remove" else ConnectionAction.NEW_SECRET
            self._opening = None
            self.begin(ConnectionDecision(action, known[0]))
            return True
        self._changed()
        return False

    @property
    def _unfinished(self) -> bool:
        return self._survey is not None and bool(self._survey.unfinished)

    def arrive(self) -> None:
        """Show the list if that is due, once no dialog lies over the screen."""
        if self._offer_due and self._screen.is_active:
            self._offer_due = False
            self.offer()

    async def _read(self) -> None:
        journey = self._screen.journey
        endpoints = await journey.prepare()
        found = await (await journey.earlier_runs()).survey(endpoints.resource_manager)
        # Unusable journals are found only once; their notes stay.
        set_aside = (*(self._survey.set_aside if self._survey else ()), *found.set_aside)
        self._survey = replace(found, set_aside=tuple(dict.fromkeys(set_aside)))
        known = self._known()
        from pipeops_tui.connections.connection_words import due_sentence

        self._due = due_sentence(known.connections, journey.clock.now())
        self._changed()

    def _known(self) -> KnownConnections:
        from pipeops_tui.connections.known_connections import known_connections
        from pipeops_tui.provisioning import Survey

        return known_connections(self._survey or Survey(), self._screen.journey.clock.now())

    # Deciding

    def offer(self) -> None:
        """Show the list over the step in front, as soon as the journals are read."""
        if self._survey is None and self._screen.busy:
            self._offer_due = True
            return
        if self._survey is None or (self._work is not None and self._work.release()):
            self._screen.work.begin(self._read_and_offer, group="earlier")
            return
        from pipeops_tui.connections.connection_search import search_of
        from pipeops_tui.ui.connections.connections_screen import ConnectionsScreen

        journey, known = self._screen.journey, self._known()
        search = search_of(journey, known.all)
        opens, copy = "", self._screen.services.copy
        if search is not None and self._opening is not None:
            opens, self._opening = self._opening.client_id, None
            self._changed()
        screen = ConnectionsScreen(
            known, self, clock=journey.clock, copy=copy, search=search, opens=opens, portal=journey.portal
        )
        self._screen.app.push_screen(screen, self._decided)

    async def _read_and_offer(self) -> None:
        """Show the list once the journals say what there is, and what a failed attempt has done."""
        self._screen.problems.clear()
        await self._read()
        self.offer()

    def available(self, connection: Connection) -> Collection[ConnectionAction]:
        """What can be done with an opened connection, also one that a colleague made."""
        from pipeops_tui.connections.connection_actions import available_actions

        session = self._screen.journey.session
        return available_actions(connection, session.account if session is not None else None)

    def begin(self, decision: ConnectionDecision) -> None:
        """Carry out what was decided in the list, on this screen."""
        from pipeops_tui.connections.connection_actions import ConnectionAction

        if decision.action is ConnectionAction.CHECK:
            self._screen.services.show_doctor(_values_of(decision.connection))
            return
        self._screen.services.show_step(Step.SIGN_IN)
        if decision.action is ConnectionAction.FORGET:
            self._screen.work.begin(lambda: self._forget(decision.connection), group="earlier")
            return
        self.decision, self._refused = decision, None
        self._screen.status.say("")
        self._changed()
        if self._screen.journey.session is not None:
            self._screen.call_later(self._begin)  # where it was not in front, once it has arrived

    def _decided(self, decision: ConnectionDecision | None) -> None:
        if decision is not None:
            self.begin(decision)

    def drop(self) -> None:
        """Leave the run for later."""
        self.decision = None
        self._changed()
        self._screen.status.say("It stays in the list of connections (l).")

    # Continuing and undoing

    @property
    def needs_other_account(self) -> bool:
        """Whether the signed-in account cannot do it."""
        session = self._screen.journey.session
        return session is not None and session is self._refused

    async def take_up(self, show_code: Callable[[DeviceCode], None]) -> Callable[[], None] | None:
        """Resume the run with the signed-in account. Returns a function that shows the outcome, to be called when the
        screen shows its methods again; None without a decision."""
        from pipeops_tui.connections.taking_over import take_up
        from pipeops_tui.provisioning import JournalUnavailable

        decision = self.decision
        if decision is None:
            return None if self._opening is None else self.offer
        self._screen.status.running(f"Looking for {_name_of(decision.connection)}")
        try:
            run, subscription = await take_up(self._screen.journey, decision.connection, show_code)
        except CloudError as error:
            refused = error
            return lambda: self._refuse_account(refused)
        except JournalUnavailable as unavailable:
            problem = unavailable.problem
            return lambda: self._refuse(problem)
        return lambda: self._carry_out(decision, run, subscription)

    def _refuse(self, problem: Problem) -> None:
        self._screen.problems.show(problem, self._begin, [self._later()])

    def _refuse_account(self, error: CloudError) -> None:
        """Show what Azure refused, with a new sign-in or another account as the way out."""
        other = Action("Use another account", self._use_other_account)
        if error.kind is FailureKind.SIGN_IN:
            self._screen.work.show_demand(error, self._again, "earlier", [other, self._later()])
        elif error.kind is FailureKind.REFUSED:
            self._refused = self._screen.journey.session
            self._screen.problems.show(error.problem, None, [other, self._later()])
        else:
            self._refuse(error.problem)

    async def _again(self) -> None:
        self._begin()

    def _later(self) -> Action:
        return Action("Decide later", self._not_now)

    def _use_other_account(self) -> None:
        self._refused = self._screen.journey.session
        self._screen.problems.clear()
        self._screen.status.say("Choose how to sign in.")

    def _not_now(self) -> None:
        self._screen.problems.clear()
        self.drop()

    def _carry_out(self, decision: ConnectionDecision, run: Run, subscription: Subscription) -> None:
        self.decision = None
        self._changed()
        self._the_work.begin(decision, run, subscription)

    @property
    def _the_work(self) -> ConnectionWork:
        if self._work is None:
            from pipeops_tui.ui.connections.connection_work import ConnectionWork

            self._work = ConnectionWork(self._screen, changed=self._read_again)
        return self._work

    def _read_again(self) -> None:
        self._screen.work.begin(self._read, group="earlier")

    async def may_quit(self) -> bool:
        """Whether to quit now; asks while something is being removed."""
        return self._work is None or await self._work.may_quit()

    # Forgetting

    async def _forget(self, connection: Connection) -> None:
        from pipeops_tui.provisioning import JournalUnavailable

        if connection.recorded is None:
            return
        try:
            await (await self._screen.journey.earlier_runs()).forget(connection.recorded)
        except JournalUnavailable as unavailable:
            self._refuse(unavailable.problem)
            return
        await self._read()
        self._screen.status.done(f"Forgotten: {_name_of(connection)}")
        if self._unfinished:
            self.offer()


def _name_of(connection: Connection) -> str:
    """As people see it, e.g. `PipeOpsRG in Pay-As-You-Go`."""
    return f"{connection.group_name} in {connection.subscription_name}"


def _values_of(connection: Connection) -> FiveValues:
    from pipeops_tui.doctor.five_values import FiveValues

    return FiveValues(
        connection.group_name, connection.tenant_id, connection.client_id, None, connection.subscription_id
    )
