"""What all eight steps share: the frame around them, and the keys.

A step gives its words as class attributes and its content in `compose_body`; `opened` is called each time the person
arrives at it, `missing` says why Continue cannot be pressed yet, `record` notes the choices. Whatever takes time runs
in `begin`, where a failure becomes a problem card with Retry, Back and Quit (`working.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.events import Resize, ScreenResume
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.journey import Journey
from pipeops_tui.screens.about import About
from pipeops_tui.screens.standing import rail_steps, slip_values
from pipeops_tui.screens.working import WorkingScreen
from pipeops_tui.widgets.button import Button
from pipeops_tui.widgets.compositor import FrugalCompositor
from pipeops_tui.widgets.header import HeaderLine
from pipeops_tui.widgets.key_bar import KeyBar
from pipeops_tui.widgets.mounting import mount_into
from pipeops_tui.widgets.rail import ProgressLine, Rail
from pipeops_tui.widgets.slip import Slip
from pipeops_tui.widgets.too_small import LEAST_HEIGHT, LEAST_WIDTH, TooSmall
from pipeops_tui.wizard import STEPS, Step

if TYPE_CHECKING:
    from pipeops_tui.widgets.fields import TextEntry


class ContinueButton(Button, inherit_bindings=False):
    """Enter on it is the screen's own Enter, so that the key bar says the same wherever the focus is."""


class StepScreen(WorkingScreen):
    """One step of the journey."""

    STEP: ClassVar[Step]
    QUESTION: ClassVar[str]
    """The title: what is asked of the person."""
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

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self._compositor = FrugalCompositor()
        self.arriving = False
        """Set by the application just before it shows this step."""
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
        self.pipeops.forward()

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
        """Bring the frame up to date; tell the step when it is an arrival and not the end of a dialog."""
        if not self.query("#frame"):
            return  # the application is closing, and composes nothing any more
        self.refresh_frame()
        self.journey.waits_changed = self._show_waits
        self._show_waits()
        if self.arriving:
            self.arriving = False
            self.query_one("#body").disabled = self.read_only
            if self.STEP is not STEPS[0]:  # whose first frame shows that the program has started
                self.hold_frame()
            self.opened()

    def _show_waits(self) -> None:
        self.status.waits = self.journey.waits

    def refresh_frame(self) -> None:
        """Redraw what depends on the journey: header, rail, slip, keys."""
        steps = rail_steps(self.journey, self.STEP)
        self.query_one(HeaderLine).who = self.journey.who
        self.query_one(Rail).steps = steps
        self.query_one(ProgressLine).steps = steps
        self.query_one(Slip).values = slip_values(self.journey)
        self.refresh_bindings()

    def relabel(self, name: str, label: str) -> None:
        """Let the button with the id `name` say `label`."""
        button = self.query_one(f"#{name}", Button)
        if str(button.label) != label:
            button.label = label
            button.refresh(layout=True)  # which a label alone does not ask for

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now is shown; the place of what is about to work is kept."""
        if self._is_too_small and action in ("continue", "back", "toggle_slip"):
            return False
        match action:
            case "continue":
                return False if self.troubled else (None if self.busy else True)
            case "back":
                return self.troubled or self.pipeops.can_go_back
            case "toggle_slip":
                return self.has_class("-narrow") or self.has_class("-short")
        return True

    def action_continue(self) -> None:
        """Go on, or say what is missing."""
        if self.busy or self.troubled:
            return
        if self.read_only:
            self.pipeops.show_furthest()
        elif reason := self.missing():
            self.status.warn(reason)
        else:
            self.proceed()

    def action_back(self) -> None:
        """One step back; everything entered stays."""
        self.clear_problem()
        self.pipeops.back()

    def action_toggle_slip(self) -> None:
        """Show or hide the slip on a small screen."""
        self.toggle_class("-slip")

    def action_scroll_body(self, lines: int) -> None:
        """Scroll what does not fit on a small screen."""
        for target in self.query("#problem" if self.troubled else "#body"):
            target.scroll_relative(y=lines, animate=False)

    @on(Button.Pressed, "#continue")
    def _continue_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_continue()

    def on_text_entry_paste_cut(self, event: TextEntry.PasteCut) -> None:
        """Nothing is lost unsaid."""
        event.stop()
        self.status.warn(event.sentence)

    @on(Rail.StepClicked)
    def _step_clicked(self, event: Rail.StepClicked) -> None:
        event.stop()
        self.pipeops.show_step(STEPS[event.index])

    # Too small

    @property
    def out_of_sight(self) -> bool:
        return super().out_of_sight or self._is_too_small

    @property
    def _is_too_small(self) -> bool:
        return self.app.size.width < LEAST_WIDTH or self.app.size.height < LEAST_HEIGHT

    def on_resize(self, _event: Resize) -> None:
        """While the terminal is too small nothing has the focus, so that no key acts unseen."""
        if self._is_too_small:
            if not self.query(TooSmall):
                mount_into(self, TooSmall())
            if self.focused is not None:
                self.remember_focus()
                self.set_focus(None)
        elif self.focused is None and not self.troubled:
            self.restore_focus()
        self.refresh_bindings()
