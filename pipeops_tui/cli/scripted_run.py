"""A run without a screen: each of its events is told as one line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pipeops_tui.cli.script import in_one_line
from pipeops_tui.provisioning import Event, RetriesExhausted, RollbackStarted, Row, RowChanged, RowState, Run, RunEnded

Tell = Callable[[str], None]
"""Shows one line of progress."""


@dataclass(frozen=True, slots=True)
class RunEnding:
    """How a part of a run ended."""

    why: str = ""
    """Why it is not done, as sentences whose last one has no period; empty where all of it is."""
    code: str = ""
    """The code with which Azure refused it; empty where there was none."""
    rolled_back: bool = False
    """Whether what had been created was removed again."""


class ScriptedRun:
    """Drives one run. Nobody can be asked whether to wait on: when its budget of retries is used up, it stops."""

    def __init__(self, run: Run, tell: Tell) -> None:
        self.run = run
        self._tell = tell
        self._told = ""
        self._working = False
        self._exhausted: Row | None = None
        run.subscribe(self._note)

    def stop(self) -> bool:
        """Let the running request finish and start no other; False where nothing is running."""
        if self._working:
            self.run.stop()
        return self._working

    async def perform(self, work: Callable[[], Awaitable[None]]) -> RunEnding:
        """Do a part of the run, e.g. `run.execute`, to its end."""
        ends: list[Event] = []
        unsubscribe, self._working = self.run.subscribe(ends.append), True
        try:
            await work()
        finally:
            self._working = False
            unsubscribe()
        ended = next(event for event in ends if isinstance(event, RunEnded))
        if ended.failed is None and not ended.stopped and all(row.state is RowState.DONE for row in ended.rows):
            return RunEnding()
        code = ended.error.code if ended.error is not None else ""
        return RunEnding(self._why(ended), code, ended.rolled_back)

    def _why(self, ended: RunEnded) -> str:
        if ended.failed is not None:
            return in_one_line(ended.failed)
        waiting = next((row for row in ended.rows if row.state is RowState.ACCEPTED), None) or self._exhausted
        return f"{waiting.title}: {waiting.reason}" if waiting is not None else "it was stopped"

    def _note(self, event: Event) -> None:
        match event:
            case RowChanged(row) if row.state is not RowState.WAITING:
                reason = f" ({row.reason})" if row.reason else ""
                line = f"{row.title}, {row.detail}: {row.state}{reason}"
                if line != self._told:
                    self._told = line
                    self._tell(line)
            case RetriesExhausted(row):
                self._exhausted = row
                self.run.stop()
            case RollbackStarted():
                self._tell("Azure has refused it. What was created for it is removed again")
