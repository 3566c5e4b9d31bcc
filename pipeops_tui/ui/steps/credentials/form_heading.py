"""What is said about the five values: title, what was created, sentence, rows, and a note on the last copy."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from pipeops_tui.provisioning import RowState, Run
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.steps.credentials.new_secret import BackgroundStatus
from pipeops_tui.ui.steps.credentials.pipeops_form import (
    AS_ONE_TEXT,
    CONSOLE,
    PLACE,
    WATCH_NEXT,
    WATCHED_NOW,
    FormProgress,
    FormWords,
    created_words,
    form_words,
)
from pipeops_tui.ui.steps.credentials.server_watch import ServerWatch
from pipeops_tui.ui.widgets.showing import link, mount_into, say

_ROOM_FOR_BOTH = 80
"""Columns of the terminal from which it is said on two lines what to do, and what to ignore."""


class FormHeading:
    """Belongs to the Credentials screen, and puts the note where that has room for it."""

    def __init__(self, screen: StepScreen, background: BackgroundStatus, watch: ServerWatch) -> None:
        self._screen = screen
        self._background = background
        self._watch = watch
        self._created = Static(id="created", classes="step", markup=False)

    async def mount(self) -> None:
        """Give what was created its line below the title."""
        await mount_into(self._screen.query_one("#frame"), self._created, after=self._screen.query_one("#question"))

    def show(self, run: Run, progress: FormProgress, note: str) -> None:
        """Show the state of `run`, what to do next, and `note`."""
        screen, tested = self._screen, _is_tested(run)
        words = form_words(run.state, simulated=screen.journey.settings.demo is not None)
        # On the smallest screens there is no line below the rows: the note replaces the sentence.
        tight = screen.has_class("-narrow") and screen.has_class("-short")
        self._background.show(
            run.rows,
            "" if tight else note,
            server=self._watch.row,
            remark=self._watch.remark,
            roomy=not screen.has_class("-low"),
        )
        screen.set_class(tight and bool(note), "-noted")
        created = created_words(run.plan, run.state)
        say(self._created, created)
        self._created.set_class(not created, "-empty")
        sentence = note if tight and note else self._what_to_do(words, progress)
        say(screen.query_one("#sentence", Static), self._watch.closing or sentence)
        question = screen.query_one("#question", Static)
        say(question, self._watch.title or (words.ready if tested else words.title))
        # Not on the screen: that would match the styles of all its widgets again.
        question.set_class(tested, "-tested")
        question.set_class(not created, "-alone")

    def _what_to_do(self, words: FormWords, progress: FormProgress) -> Text:
        """The sentence below the title; a click on the place opens it."""
        if progress.next is not None:
            brief = words.brief and self._screen.app.size.width < _ROOM_FOR_BOTH
            before, _, after = (words.brief if brief else words.how).partition(PLACE)
            return Text.assemble(before, link(CONSOLE, PLACE), after)
        if progress.as_one_text:
            return Text(AS_ONE_TEXT)
        if self._watch.row is None:
            return Text(words.through)
        return Text(f"{words.through}\n{WATCHED_NOW if self._watch.watching else WATCH_NEXT}")


def _is_tested(run: Run) -> bool:
    """Whether everything is created and the test sign-in worked."""
    return all(row.state in (RowState.DONE, RowState.ACCEPTED) for row in run.rows)
