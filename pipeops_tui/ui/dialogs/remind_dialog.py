"""A reminder of the day on which a client secret expires: a file for any calendar, or a link to a new event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.text import Text
from textual import on
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from pipeops_tui.clipboard import TerminalEnvironment
from pipeops_tui.connections.reminder import DAYS_BEFORE, Reminder
from pipeops_tui.core.clock import Clock, spell_day
from pipeops_tui.ui.base.background_work import problem_of
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons


class RemindDialog(Dialog[None]):
    """Writes the file into the current folder, never over another one, or copies a link. No link is opened."""

    CSS_PATH = ["dialogs.tcss", "remind_dialog.tcss"]
    AUTO_FOCUS = "ActionButtons Button"

    def __init__(
        self, reminder: Reminder, clock: Clock, copy: Callable[[str, str], None], *, over_ssh: bool | None = None
    ) -> None:
        """`copy` takes a text and what it is called. `over_ssh` is whether the calendar is on another computer than
        this folder, by default what the environment says."""
        super().__init__()
        self._reminder, self._clock, self._copy = reminder, clock, copy
        self._links_first = TerminalEnvironment.of_this_process().over_ssh if over_ssh is None else over_ssh
        self._path = Path.cwd() / reminder.file_name

    def compose_card(self) -> Iterable[Widget]:
        """What is reminded of, the ways, and what came of one."""
        days = ", ".join(str(days) for days in DAYS_BEFORE[:-1]) + f" and {DAYS_BEFORE[-1]}"
        yield Static(Text("Remind me before the client secret expires"), id="dialog-title")
        day = spell_day(self._reminder.expires)
        what = f"One event on {day}, with reminders {days} days before. It holds no secret."
        yield Static(Text(what), classes="paragraph")
        yield Static(Text(f"The file: {self._path}"), classes="paragraph")
        yield ActionButtons(self._ways())
        yield Static(id="remind-outcome", markup=False)

    def _ways(self) -> list[Action]:
        file = Action("Write the file", self._write)
        google, outlook = self._reminder.google_link, self._reminder.outlook_link
        links = [
            Action("Copy link for Google", lambda: self._copy(google, "Link for Google's calendar")),
            Action("Copy link for Outlook", lambda: self._copy(outlook, "Link for Outlook's calendar")),
        ]
        return [*links, file] if self._links_first else [file, *links]

    def _write(self) -> None:
        async def work() -> None:
            await self._write_file()

        _worker: Worker[None] = self.run_worker(work, group="remind", exclusive=True, exit_on_error=False)

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        """Say it where something fails that the disk has not refused: a mistake in this program."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            problem = problem_of(event.worker.error, self._clock.now())
            self.query_one("#remind-outcome", Static).update(f"✗ {problem.title}. {problem.what}")

    async def _write_file(self) -> None:
        outcome = self.query_one("#remind-outcome", Static)
        try:
            await asyncio.to_thread(self._reminder.write, self._path, self._clock.now())
        except FileExistsError:
            outcome.update(f"! Not written: {self._path.name} is there already.")
        except OSError as error:
            outcome.update(f"✗ {self._path.name} could not be written: {error.strerror or error}.")
        else:
            outcome.update(f"✓ Written: {self._path}. Open it with your calendar.")
