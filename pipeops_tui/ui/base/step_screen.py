"""The frame and the keys that all eight steps share.

A step gives its words as class attributes and its content in `compose_body`; `opened` is called each time the person
arrives at it, `missing` says why Continue cannot be pressed yet, `record` notes the choices. What takes time is begun
with `work.begin`, where a failure becomes a problem with *Try again*, *Go back* and *Quit* (`background_work.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.events import Resize, ScreenResume
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Static
from textual.worker import Worker

from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.background_work import BackgroundWork
from pipeops_tui.ui.base.frame import (
    LEAST_HEIGHT,
    LEAST_WIDTH,
    HeaderLine,
    ProgressLine,
    Rail,
    Slip,
    TooSmall,
    rail_steps,
    slip_values,
)
from pipeops_tui.ui.base.problem_panel import ProblemPanel
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.widgets.key_bar import KeyBar
from pipeops_tui.ui.widgets.showing import mount_into, relabel
from pipeops_tui.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from pipeops_tui.core.retry import Wait
    from pipeops_tui.ui.widgets.fields import TextEntry


class ContinueButton(Button, inherit_bindings=False):
    """Enter on it is the screen's own Enter, so that the key bar says the same wherever the focus is."""


class StepScreen(Screen[None]):
    """One step of the journey."""

    STEP: Step
    QUESTION: str
    """The title: what the person does here."""
    SENTENCE: ClassVar[str]
    """One sentence on what this is for, for someone who has never met a service principal."""
    CONTINUE: ClassVar[str] = "Continue"
    """What the button says: a verb."""

    AUTO_FOCUS = "#body *, #continue"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny-x"), (LEAST_WIDTH, "-narrow"), (76, "-roomy"), (104, "-wide"), (150, "-vast")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny-y"), (LEAST_HEIGHT, "-short"), (22, "-tall"), (32, "-lofty")]
    BINDINGS = [
        Binding("enter", "continue", "Continue", key_display="⏎"),
        Binding("escape", "back", "Back", key_display="esc"),
        Binding("f2", "toggle_slip", "Values", key_display="F2"),
        # Before the widgets, none of which has a use for it, so that it need not pass them all first.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("up", "scroll_body(-1)", show=False),
        Binding("down", "scroll_body(1)", show=False),
        Binding("pageup", "scroll_body(-8)", show=False),
        Binding("pagedown", "scroll_body(8)", show=False),
    ]

    LEAVE: ClassVar[str] = "Quit"
    """What leaving the program from here is called."""
    secret_visible = False
    """Guards the screenshot command: true while a secret can be read on this screen."""

    class Arrived(Message, bubble=False):
        """This step is in front. Sent to a new screen, it is handled after everything that makes the screen."""

    def __init__(self, journey: Journey, services: Services) -> None:
        super().__init__()
        self.journey = journey
        self.services = services
        self.status = StatusLine(journey.clock.monotonic, id="status")
        self.problems = ProblemPanel(
            self,
            journey,
            services,
            self.status,
            go_back=lambda: self.action_back(),
            out_of_sight=lambda: self.troubled or self._is_too_small,
        )
        self.work = BackgroundWork(self, journey, services, self.status, self.problems)
        self.arriving = False
        """Whether the application shows this step, which does not know it yet."""
        self._is_new = True

    # What a step gives

    def compose_body(self) -> Iterable[Widget]:
        """The step's own widgets."""
        raise NotImplementedError

    def about(self) -> About:
        """What F1 shows."""
        raise NotImplementedError

    def opened(self) -> None:
        """The person has arrived here, for the first time or again."""

    def missing(self) -> str:
        """Why Continue cannot be pressed yet, as a sentence; empty when it can."""
        return self.journey.wizard.missing(self.STEP)

    def record(self) -> None:
        """Note the choices; called just before going on."""

    def proceed(self) -> None:
        """What Continue does when nothing is missing. A step that needs time first overrides this."""
        self.record()
        self.services.forward()

    def restarted(self, greeting: str) -> None:
        """The account was dropped: start over on the next arrival, with `greeting` on the status line."""

    async def may_quit(self) -> bool:
        """Whether to quit now; a step where something would be lost asks first. Runs as a worker."""
        return True

    def conceal(self) -> None:
        """Hide a secret at once, before anything pictures the screen."""

    def wipe(self) -> None:
        """Hide a secret before the terminal is given back, when no other frame will be drawn."""

    def commands(self) -> Iterable[SystemCommand]:
        """Commands of this step for the palette."""
        return ()

    # Work and problems

    @property
    def busy(self) -> bool:
        """While true Enter does nothing."""
        return self.work.busy

    @busy.setter
    def busy(self, busy: bool) -> None:
        self.work.busy = busy

    @property
    def troubled(self) -> bool:
        """Whether a problem is shown instead of the step."""
        return self.problems.shown

    @on(Worker.StateChanged)
    def _work_ended(self, event: Worker.StateChanged) -> None:
        self.work.ended(event)

    # The frame

    @property
    def read_only(self) -> bool:
        """Whether this is an earlier step looked at after Create was pressed."""
        return self.journey.wizard.locked and STEPS.index(self.STEP) < STEPS.index(Step.CREATE)

    def compose(self) -> ComposeResult:
        """Header, rail and slip, the step, status, keys."""
        # Else Textual would set the breakpoints' classes after the first layout, and style everything once more.
        self.add_class(*self._breakpoints, update=False)
        # One container around all parts: each more would be passed by every key and drawn in every frame.
        with Vertical(id="frame"):
            yield HeaderLine(id="header")
            yield KeyBar(id="keys")
            yield self.status
            with Vertical(id="side"):
                yield Rail(id="rail")
                yield Slip(id="slip")
            yield ProgressLine(id="progress")
            yield Static(self.QUESTION, id="question", classes="step", markup=False)
            yield Static(self.SENTENCE, id="sentence", classes="step", markup=False)
            with Vertical(id="body", classes="step"):
                yield from self.compose_body()
            with Horizontal(id="actions", classes="step"):
                yield ContinueButton(self.CONTINUE, id="continue", variant="primary", compact=True)
        if self._is_too_small:
            yield TooSmall()

    @property
    def _breakpoints(self) -> Iterator[str]:
        """The classes for the terminal's size."""
        size = self.app.size
        for length, classes in ((size.width, self.HORIZONTAL_BREAKPOINTS), (size.height, self.VERTICAL_BREAKPOINTS)):
            yield next(name for least, name in reversed(classes) if length >= least)

    @on(ScreenResume)
    def _keep_new_styles(self, event: ScreenResume) -> None:
        # What has just been mounted has been styled.
        event.refresh_styles = event.refresh_styles and not self._is_new
        self._is_new = False

    def on_screen_resume(self) -> None:
        """Bring the frame up to date: at an arrival, and at the end of a dialog."""
        if self._is_composed:
            self.refresh_frame()
            self.journey.watch_waits(self._show_waits)

    def arrive(self) -> None:
        """Call `opened` as soon as this screen is composed; for the application, once this step is in front."""
        self.arriving = True
        self.post_message(self.Arrived())

    @on(Arrived)
    def _arrived(self) -> None:
        if self.arriving and self._is_composed:
            self.refresh_frame()
            self.query_one("#body").disabled = self.read_only
            self.opened()
        self.arriving = False

    def _show_waits(self, waits: tuple[Wait, ...]) -> None:
        self.status.waits = waits

    @property
    def _is_composed(self) -> bool:
        """Whether all parts are there: not yet while they are mounted one after the other, and never where the
        application is closing and composes nothing any more."""
        return self.is_mounted and bool(self.query("#frame"))

    def refresh_frame(self) -> None:
        """Redraw what depends on the journey: header, rail, slip, keys. Does nothing before they are there: an arrival
        does it then."""
        if not self._is_composed:
            return
        steps = rail_steps(self.journey, self.STEP)
        header = self.query_one(HeaderLine)
        header.who, header.demo = self.journey.who, self.journey.settings.demo is not None
        self.query_one(Rail).steps = steps
        self.query_one(ProgressLine).steps = steps
        self.query_one(Slip).values = slip_values(self.journey)
        self.refresh_bindings()

    def relabel(self, name: str, label: str) -> None:
        """Let the button with the id `name` say `label`."""
        relabel(self.query_one(f"#{name}", Button), label)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now is shown; the place of what is about to work is kept."""
        if self._is_too_small and action in ("continue", "back", "toggle_slip"):
            return False
        match action:
            case "continue":
                return False if self.troubled else (None if self.busy else True)
            case "back":
                return self.slip_open or self.troubled or self.services.can_go_back
            case "toggle_slip":
                return self.has_class("-narrow") or self.has_class("-short")
        return True

    def action_continue(self) -> None:
        """Go on, or say what is missing."""
        if self.busy or self.troubled:
            return
        if self.read_only:
            self.services.show_furthest()
        elif reason := self.missing():
            self.status.warn(reason)
        else:
            self.proceed()

    @property
    def slip_open(self) -> bool:
        """Whether the values lie over the step on a small screen."""
        return self.has_class("-slip") and (self.has_class("-narrow") or self.has_class("-short"))

    def action_back(self) -> None:
        """Close the values where they lie over the step, else one step back; everything entered stays."""
        if self.slip_open:
            self.action_toggle_slip()
            return
        self.problems.clear()
        self.services.back()

    def action_toggle_slip(self) -> None:
        """Show or hide the slip on a small screen."""
        self.toggle_class("-slip")
        self.refresh_bindings()

    def action_scroll_body(self, lines: int) -> None:
        """Scroll what does not fit on a small screen."""
        for target in self.query("#problem > VerticalScroll" if self.troubled else "#body"):
            target.scroll_relative(y=lines, animate=False)

    @on(Button.Pressed, "#continue")
    def _continue_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_continue()

    def on_text_entry_paste_cut(self, event: TextEntry.PasteCut) -> None:
        """Say that only part of the paste was taken."""
        event.stop()
        self.status.warn(event.sentence)

    @on(Rail.StepClicked)
    def _step_clicked(self, event: Rail.StepClicked) -> None:
        event.stop()
        self.services.show_step(STEPS[event.index])

    # Too small

    @property
    def _is_too_small(self) -> bool:
        return self.app.size.width < LEAST_WIDTH or self.app.size.height < LEAST_HEIGHT

    def on_resize(self, _event: Resize) -> None:
        """While the terminal is too small nothing has the focus, so that no key acts unseen."""
        if self._is_too_small:
            if not self.query(TooSmall):
                mount_into(self, TooSmall())
            if self.focused is not None:
                self.problems.remember_focus()
                self.set_focus(None)
        elif self.focused is None and not self.troubled:
            self.problems.restore_focus()
        self.refresh_bindings()
