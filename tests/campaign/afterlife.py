"""One death of the real program, and what comes after it: started again, the run is continued or undone."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeops_tui.provisioning.journal.codec import read_state
from pipeops_tui.provisioning.journal.run_state import RunState
from tests.campaign.holdings import Holdings, belongings
from tests.campaign.simulation import Simulation
from tests.campaign.tally import Tally
from tests.support.terminal import Terminal

PROVED = "Signed in and read"
_PATIENCE = 300.0
"""Seconds for what follows a death: undo looks for more than a minute for what may still turn up."""


class Afterlife:
    """A play in one simulated Azure, with a state directory that outlives the program."""

    def __init__(self, azure: Simulation, state_home: Path, name: str, tally: Tally, *, undoes: bool) -> None:
        """`name` is what the tally calls it; `undoes` says that the run is undone and not continued."""
        self.azure = azure
        self._state_home = state_home
        self._name = name
        self._tally = tally
        self._undoes = undoes

    # What a play gives

    auth: str
    """The way to sign in, as `--auth` names it."""

    def die(self, terminal: Terminal) -> None:
        """Walk the program, which has just started, to the point of death."""
        raise NotImplementedError

    def signs_in(self, terminal: Terminal) -> None:
        """From Enter on Sign in to being signed in, where more is to be done."""

    def after_death(self) -> None:
        """What happens in the world before the program is started again."""

    def continued(self, terminal: Terminal) -> None:
        """What has to happen for a run that goes on to come to its end."""

    # How it goes

    def perform(self) -> None:
        """Die, start again, and add what came of it to the tally."""
        before = belongings(self.azure.state())
        with self._program() as terminal:
            terminal.wait_for("Choose how to sign in", "✓ Ready")
            self.die(terminal)
            terminal.signal(signal.SIGKILL)
            if terminal.wait_exit() != -signal.SIGKILL:
                self._tell("it had ended before it was killed")
        self.after_death()
        state = self.journaled()
        if state is None or not state.unfinished:
            self._tally.at_once += 1  # it died before anything was begun
            self._expect_nothing()
        else:
            with self._program() as terminal:
                terminal.wait_for("not finished", "Decide later")
                self._undo(terminal) if self._undoes else self._continue(terminal)
        if belongings(self.azure.state()) != before:
            self._tally.foreign_touched += 1
            self._tell("touched what is not its own")

    def journaled(self) -> RunState | None:
        """What its journal tells of the dead."""
        (journal,) = (self._state_home / "pipeops-tui").glob("*.journal")
        return read_state(journal.read_bytes())

    def walk(self, terminal: Terminal, steps: Sequence[tuple[str, str]]) -> None:
        """From Sign in on, an Enter for each of `steps`: the question that comes next, and what says it is ready."""
        terminal.press("enter")
        self.signs_in(terminal)
        for number, (question, ready) in enumerate(steps):
            if number:
                terminal.press("enter")
            terminal.wait_for(question, ready)

    def _program(self) -> Terminal:
        environment = {**self.azure.environment, "XDG_STATE_HOME": str(self._state_home), "SSH_CONNECTION": "1 2 3 4"}
        argv = [sys.executable, "-m", "pipeops_tui", *self.azure.options, "--auth", self.auth]
        return Terminal(argv, columns=100, lines=30, env=environment)

    def _continue(self, terminal: Terminal) -> None:
        self._take_up(terminal, "enter")
        self.continued(terminal)
        terminal.wait_for("Client Secret", re.escape(PROVED), seconds=_PATIENCE)
        self._tally.after_continue += 1
        holdings = Holdings.of(self.azure.state())
        holdings.count_duplicates(self._tally)
        if not holdings.one_of_everything:
            self._tell(f"not one of everything: {holdings}")

    def _undo(self, terminal: Terminal) -> None:
        self._take_up(terminal, "u")
        terminal.wait_for("Undo what was created", "Type PipeOps to undo")
        terminal.press(*"PipeOps", "enter")
        terminal.wait_for("Undoing|Nothing that was created is left|Not everything was removed")
        terminal.wait_until(self._is_undone, "the end of undo", seconds=_PATIENCE)
        self._tally.undone += 1
        self._expect_nothing()

    def _take_up(self, terminal: Terminal, key: str) -> None:
        terminal.press(key)
        terminal.wait_for(r"To \w+ PipeOpsRG", "Environment variables")
        terminal.press("enter")
        self.signs_in(terminal)

    def _is_undone(self, screen: str) -> bool:
        """Whether undo has ended. Deleting a group takes a while, which is spared by moving the world's clock."""
        if "Azure is deleting it" in screen:
            self.azure.advance_clock(60)
        return "Nothing that was created is left" in screen or "Not everything was removed" in screen

    def _expect_nothing(self) -> None:
        if not (holdings := Holdings.of(self.azure.state())).nothing:
            self._tally.left_behind += 1
            self._tell(f"left behind: {holdings}")

    def _tell(self, what: str) -> None:
        self._tally.stories.append(f"{self._name}: {what}")
