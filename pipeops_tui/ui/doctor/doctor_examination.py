"""The examination that a screen of doctor drives: what Azure is asked, and what the person's own account adds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from textual.screen import Screen
from textual.worker import Worker

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.retry import Wait
from pipeops_tui.doctor.finding import Diagnosis
from pipeops_tui.doctor.five_values import FiveValues
from pipeops_tui.doctor.own_account import needs_account
from pipeops_tui.doctor.persons_account import PersonsAccount
from pipeops_tui.doctor.question import Question, QuestionChanged, Tell
from pipeops_tui.ui.doctor.account_work import AccountWork
from pipeops_tui.ui.doctor.shown_state import question_rows, say_how_it_stands, say_what_is_asked
from pipeops_tui.ui.services import Services
from pipeops_tui.ui.widgets.check_rows import CheckRows
from pipeops_tui.ui.widgets.status_line import StatusLine

Examine = Callable[[FiveValues, Tell, Callable[[Sequence[Wait]], None]], Awaitable[Diagnosis]]
_GROUP = "examine"


class Examination:
    """Runs in workers of `screen`, one at a time. Keeps what was asked and found until it is forgotten."""

    def __init__(
        self,
        screen: Screen[Any],
        ask: Examine,
        *,
        account: PersonsAccount,
        clock: Clock,
        services: Services,
        status: StatusLine,
        values: Callable[[], FiveValues],
        forgotten: Callable[[], None],
        found: Callable[[Diagnosis], None],
    ) -> None:
        """`ask`, `account` as in `DoctorScreen`. `values` gives those to examine; `forgotten` is called when what was
        found holds no longer, because something was mended, `found` when an examination has ended."""
        self._screen = screen
        self._ask = ask
        self._account, self._clock, self._services = account, clock, services
        self._status = status
        self._values = values
        self._forgotten, self._found = forgotten, found
        self.diagnosis: Diagnosis | None = None
        """What was found; None before, and while Azure is being asked."""
        self.asked: dict[Question, QuestionChanged] = {}

    @property
    def is_running(self) -> bool:
        """Whether Azure is being asked."""
        workers = self._screen.workers
        return any(one.is_running for one in workers if one.node is self._screen and one.group == _GROUP)

    def begin(self) -> None:
        """Ask Azure about the values."""
        self.forget()
        self._account.forget()
        self._status.running("Examining the five values")
        self._run(self._examine())

    def stop(self) -> None:
        """Ask nothing more."""
        self._screen.workers.cancel_group(self._screen, _GROUP)

    def forget(self) -> None:
        """Forget what was asked and found: it was about other values."""
        self.diagnosis, self.asked = None, {}

    def is_account_wanted(self, diagnosis: Diagnosis) -> bool:
        """Whether the person's own account would find out more, and has not signed in yet."""
        return needs_account(diagnosis) and not self._account.is_there(diagnosis.values)

    def sign_in(self) -> None:
        """Sign in, and look closer at what was found."""

        async def work(diagnosis: Diagnosis) -> None:
            if await self._own.sign_in(diagnosis.values, self._status, self._say_how_it_stands):
                await self._look_closer(diagnosis)

        self._with_found(work)

    def give_role(self) -> None:
        """Give the role that is missing, and examine again."""

        async def work(diagnosis: Diagnosis) -> None:
            if await self._own.give_role(diagnosis, self._status):
                await self._again()

        self._with_found(work)

    def register(self) -> None:
        """Register the providers that are missing, and examine again."""

        async def work(diagnosis: Diagnosis) -> None:
            if await self._own.register_providers(diagnosis, self._status):
                await self._again()

        self._with_found(work)

    async def _examine(self) -> None:
        await self._look_closer(await self._ask(self._values(), self._tell, self._show_waits))

    async def _again(self) -> None:
        self._account.forget()
        self.forget()
        self._forgotten()
        await self._examine()

    async def _look_closer(self, diagnosis: Diagnosis) -> None:
        """Add what the person's own account knows, where it has signed in."""
        if self._account.is_there(diagnosis.values) and needs_account(diagnosis):
            self._status.running("Looking closer with your account")
            diagnosis = await self._account.look_closer(diagnosis, self._tell, self._show_waits)
        self.diagnosis = diagnosis
        self._found(diagnosis)

    def _tell(self, change: QuestionChanged) -> None:
        self.asked[change.question] = change
        self._screen.query_one(CheckRows).show(question_rows(self.asked))
        say_what_is_asked(self._status, self.asked)

    def _show_waits(self, waits: Sequence[Wait]) -> None:
        self._status.waits = tuple(waits)

    def _say_how_it_stands(self) -> None:
        say_how_it_stands(self._status, self._values(), self.diagnosis)

    @property
    def _own(self) -> AccountWork:
        return AccountWork(self._screen.app, self._account, self._services, self._clock)

    def _with_found(self, work: Callable[[Diagnosis], Coroutine[Any, Any, None]]) -> None:
        if self._screen.is_active and not self.is_running and self.diagnosis is not None:
            self._run(work(self.diagnosis))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        _worker: Worker[None] = self._screen.run_worker(work, group=_GROUP, exit_on_error=False)
