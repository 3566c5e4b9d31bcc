"""The problem card in place of a step: what failed, with buttons for what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.screen import Screen
from textual.widget import Widget

from pipeops_tui.core.problem import Problem
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.services import Services
from pipeops_tui.ui.widgets.action_buttons import Action
from pipeops_tui.ui.widgets.problem_card import ProblemCard
from pipeops_tui.ui.widgets.showing import mount_into
from pipeops_tui.ui.widgets.status_line import StatusLine


class ProblemPanel:
    """Shows one problem at a time on a screen that composes a container with the id `frame`.

    The screen has the class `-problem` meanwhile. Where the focus was is remembered, and restored afterwards.
    """

    def __init__(
        self,
        screen: Screen[None],
        journey: Journey,
        services: Services,
        status: StatusLine,
        *,
        go_back: Callable[[], None],
        out_of_sight: Callable[[], bool],
    ) -> None:
        """`go_back` is what the button *Go back* does; `out_of_sight` says whether the focus must stay hidden."""
        self._screen = screen
        self._journey = journey
        self._services = services
        self._status = status
        self._go_back = go_back
        self._out_of_sight = out_of_sight
        self._focused_before: Widget | None = None
        self.problem: Problem | None = None
        """The problem on screen."""

    @property
    def shown(self) -> bool:
        """Whether a problem is shown instead of the step."""
        return self.problem is not None

    def show(
        self,
        problem: Problem,
        retry: Callable[[], object] | None,
        extra: Sequence[Action] = (),
        first: Sequence[Action] = (),
    ) -> None:
        """Show `problem` with the buttons `first`, *Try again* (if `retry` is given), `extra`, and those of every
        problem."""
        actions = [*first]
        if retry is not None:
            actions.append(Action("Try again", lambda: self.close_and(retry)))
        actions += [*extra, *self._common_actions(problem)]
        if not self.shown:
            self.remember_focus()
        self.problem = problem
        self._screen.add_class("-problem")
        (self._status.stopped if problem.wanted else self._status.failed)(problem.title)
        self._screen.call_next(self._present, problem, actions)
        self._screen.refresh_bindings()

    def _common_actions(self, problem: Problem) -> list[Action]:
        actions = []
        if problem.command:
            copy_command = lambda: self._services.copy(problem.command, "Command")  # noqa: E731
            actions.append(Action("Copy command", copy_command, key="c"))
        if problem.link and not problem.link.startswith("https://"):
            actions.append(Action("Read more", lambda: self._read_more(problem)))
        if self._services.can_go_back:
            actions.append(Action("Go back", self._go_back))
        actions.append(Action("Copy details", lambda: self._copy_details(problem)))
        actions.append(Action("Quit", lambda: self._screen.app.run_worker(self._services.action_quit())))
        return actions

    def _read_more(self, problem: Problem) -> None:
        from pipeops_tui.ui.dialogs.section_dialog import SectionDialog

        self._screen.app.push_screen(SectionDialog(problem.link))

    async def _present(self, problem: Problem, actions: Sequence[Action]) -> None:
        # The application may be closed before this, or while the card is mounted.
        for frame in self._screen.query("#frame"):
            card = next(iter(frame.query(ProblemCard)), None) or ProblemCard(id="problem")
            if not card.is_attached:
                await mount_into(frame, card)
            if card.is_attached:
                await card.present(problem, actions)

    def _copy_details(self, problem: Problem) -> None:
        from pipeops_tui.core.problem import report

        self._services.copy(report(problem, self._journey.clock.now()), "Details")

    def close_and(self, act: Callable[[], object]) -> None:
        """Show the step again, then do `act`."""
        self.clear()
        act()

    def clear(self) -> None:
        """Show the step again, with the focus where it was."""
        if self.shown:
            self.problem = None
            self._screen.remove_class("-problem")
            self._status.say("")
            self._screen.set_focus(None)  # not on a button of the card, which would still be pressed unseen
            self.restore_focus()
            self._screen.refresh_bindings()

    # The focus, while the widget that has it is hidden

    def remember_focus(self) -> None:
        """Note which widget has the focus, for `restore_focus`."""
        self._focused_before = self._screen.focused or self._focused_before

    def restore_focus(self) -> None:
        """Give the focus back, once that widget is drawn again."""
        self._screen.call_after_refresh(self._refocus)

    def _refocus(self) -> None:
        # Another problem, or another resize, may have come since this was asked for.
        before = self._focused_before
        if before is not None and before.is_attached and not self._out_of_sight():
            self._focused_before = None
            before.focus()
