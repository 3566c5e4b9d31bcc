"""The Textual application: themes, the palette, and which screen comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.events import Event, Key, Paste
from textual.screen import Screen

from pipeops_tui.core import process
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui import steps, theme
from pipeops_tui.ui.base.background_work import problem_of
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.base.typed_ahead import Passed, TypedAhead
from pipeops_tui.ui.clipboard_and_browser import ClipboardApp
from pipeops_tui.ui.services import Explained

if TYPE_CHECKING:
    from pipeops_tui.clipboard import Clipboard
    from pipeops_tui.core.ports import Connector
    from pipeops_tui.doctor.finding import Verdict
    from pipeops_tui.doctor.five_values import FiveValues
    from pipeops_tui.ui.widgets.fields import TextEntry

INTERRUPTED = 130


class PipeOpsApp(ClipboardApp):
    """The application for one journey. After its end, `exit_code` and `receipt` give the result."""

    TITLE = "pipeops-tui"
    CSS_PATH = ["app.tcss", "base/step_screen.tcss", "steps/sign_in/screen.tcss"]
    COMMAND_PALETTE_BINDING = "ctrl+p"
    # Terminals select and copy by themselves (Shift or Option and the mouse). Textual's own selection marks what no key
    # would copy, redraws the screen for each click, and crashes on a widget that was just removed (8.2).
    ALLOW_SELECT = False
    BINDINGS = [
        Binding("f1", "help", "What is this?", key_display="F1"),
        Binding("question_mark", "help", "What is this?", show=False),
        Binding("ctrl+p", "command_palette", "Palette", key_display="^p", priority=True),
        Binding("ctrl+q", "quit", "Quit", key_display="^q", priority=True),
        Binding("ctrl+c", "interrupt", "Quit", show=False),
    ]

    def __init__(
        self,
        settings: Settings,
        connector: Connector,
        *,
        clock: Clock,
        state_dir: Path,
        open_url: Callable[[str], object] | None = None,
        clipboard: Clipboard | None = None,
    ) -> None:
        """`state_dir` keeps the journals of runs; `open_url` (by default the system's browser) may block briefly."""
        super().__init__(clock, open_url=open_url, clipboard=clipboard)
        self.journey = Journey(settings, connector, clock, state_dir)
        self.receipt = ""
        """Text for the normal screen once the interface has closed; empty when nothing was created."""
        self._state_dir = state_dir
        self._interrupted = False
        self._asking_to_quit = False
        self._verdict: Verdict | None = None
        """What doctor has come to, the last time."""
        self._typed_ahead = TypedAhead(self, super().on_event)
        self.register_theme(theme.DARK)
        self.register_theme(theme.LIGHT)
        chosen = theme.default_theme(state_dir)
        # Not by assignment: that would parse every stylesheet again before the first frame, or do nothing where Textual
        # has taken the name of a theme that it did not know yet from the same variable.
        self.set_reactive(App.theme, chosen if self.get_theme(chosen) else theme.DARK.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(self.has_few_colors, "-few-colours")

    @property
    def exit_code(self) -> int:
        """0 done, 1 not (or a crash, even after that: what happened is not known), 130 interrupted."""
        from pipeops_tui.journey.outcome import has_succeeded

        if self.journey.settings.doctor and self.journey.run is None and not (self.crashed or self._interrupted):
            from pipeops_tui.doctor.finding import Verdict

            return (self._verdict or Verdict.UNKNOWN).exit_code
        if self.crashed or not has_succeeded(self.journey):
            return INTERRUPTED if self._interrupted and not self.crashed else 1
        return 0

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our stylesheets' own variables, for themes that are not ours."""
        return theme.own_variables(self.current_theme)

    def watch_theme(self, before: str, chosen: str) -> None:
        """Remember the theme that was chosen."""
        if chosen != before:
            theme.remember_theme(chosen, self._state_dir)

    # Which screen comes next

    def on_mount(self) -> None:
        """Show the first step; install signal handlers when running on a real terminal."""
        screen = self._step_screen()
        screen.arriving = True  # until the first frame is painted: what it asks for loads what is slow
        self.push_screen(screen)
        if not self.is_headless:
            self._install_signal_handlers()

    def on_ready(self) -> None:
        """Load what is slow, and start the demo's Azure, once the first frame is painted."""
        self.call_after_refresh(self._warm_up)

    def forward(self) -> None:
        """Show the next step, and check in the background what the choices mean for the later ones."""
        self.journey.wizard.forward()
        self._show()
        self.call_after_refresh(self.journey.look_ahead, self.refresh_frame)

    def back(self) -> None:
        """Show the step before, where that is allowed."""
        if self.journey.wizard.back() is not None:
            self._show()

    def show_step(self, step: Step) -> None:
        """Show a step that was reached already."""
        wizard = self.journey.wizard
        if step is not wizard.step and STEPS.index(step) <= STEPS.index(wizard.reached):
            wizard.step = step
            self._show()

    def start_over(self, greeting: str) -> None:
        """Show Sign in as on arrival, with `greeting`, even when it is on screen already; rebuild the other steps."""
        self._step_screen().restarted(greeting)
        self._show()
        self.rebuild_other_steps()

    def rebuild_other_steps(self) -> None:
        """Build every step that is not on screen again when it is next shown, because its choices were replaced."""
        for step in STEPS:
            if self.is_screen_installed(step.name) and (screen := self.get_screen(step.name)) not in self.screen_stack:
                self.uninstall_screen(step.name)
                screen.remove()

    def show_connections(self) -> None:
        """Show the list of connections over the step in front, where Create was not pressed yet."""
        from pipeops_tui.ui.steps.sign_in.screen import SignInScreen

        screen = self._screen_of(Step.SIGN_IN)
        if not self.journey.wizard.locked and isinstance(screen, SignInScreen):
            screen.action_connections()

    def show_doctor(self, values: FiveValues | None = None, *, leaves: Callable[[], None] | None = None) -> None:
        """Show doctor over the step in front, with `values` in it. `leaves` is called instead of going back there."""
        from pipeops_tui.ui.doctor.opening import doctor_screen

        before = self.journey.session

        def closed(renews: str | None) -> None:
            if self.journey.session is not before:
                self._signed_in_meanwhile()
            self._doctor_closed(renews)

        self.push_screen(doctor_screen(self.journey, self, self._judged, values, leaves), closed)

    def _judged(self, verdict: Verdict) -> None:
        self._verdict = verdict

    def _signed_in_meanwhile(self) -> None:
        """What was chosen with another account, or without one, is chosen again."""
        if not self.journey.wizard.locked:
            self.journey.wizard.start_over()
            self.rebuild_other_steps()
            self._show()

    def _doctor_closed(self, renews: str | None) -> None:
        from pipeops_tui.ui.steps.sign_in.screen import SignInScreen

        screen = self._screen_of(Step.SIGN_IN)
        if renews and not self.journey.wizard.locked and isinstance(screen, SignInScreen):
            screen.open_connection(renews)

    def show_furthest(self) -> None:
        """Show the furthest step reached."""
        self.show_step(self.journey.wizard.reached)

    @property
    def can_go_back(self) -> bool:
        """Whether Escape leads to an earlier step."""
        return not self.journey.wizard.locked and self.journey.wizard.step is not STEPS[0]

    def _show(self) -> None:
        screen = self._step_screen()
        # Whatever lies over the step (a dialog that a finished worker found open) goes with it. At the bottom lies
        # Textual's own empty screen, which is never seen.
        while len(self.screen_stack) > 2:
            self.pop_screen()
        self.switch_screen(screen)  # which does nothing where it is in front already
        screen.arrive()

    def _step_screen(self) -> StepScreen:
        """The screen of the wizard's step; every screen stays alive once it was built."""
        return self._screen_of(self.journey.wizard.step)

    def _screen_of(self, step: Step) -> StepScreen:
        if not self.is_screen_installed(step.name):
            self.install_screen(steps.build(step, self.journey, self), step.name)
        screen = self.get_screen(step.name)
        assert isinstance(screen, StepScreen)  # noqa: S101 - nothing else is installed
        return screen

    def refresh_frame(self) -> None:
        """Redraw header, rail and values of the step in front, because the journey has changed."""
        if isinstance(self.screen, StepScreen):
            self.screen.refresh_frame()

    async def on_event(self, event: Event) -> None:
        """Answer what is typed in order, each key by the screen that it meets."""
        if not isinstance(event, Key | Paste):
            await super().on_event(event)
        elif event.is_forwarded:  # by this application: it comes back where no widget has stopped it
            await super().on_event(event)
            await self._typed_ahead.had_effect(event)
        else:
            await self._typed_ahead.take(event)

    async def on_passed(self, message: Passed) -> None:
        """Answer what was typed next."""
        await self._typed_ahead.passed(message)

    def on_text_entry_paste_cut(self, event: TextEntry.PasteCut) -> None:
        """Say what was left out of a paste, in a dialog too."""
        self.notify(event.sentence, severity="warning", markup=False)

    # What every screen offers

    def action_command_palette(self) -> None:
        """Open the palette: every command of this screen, by name."""
        from pipeops_tui.ui.palette import Palette

        if not any(isinstance(screen, Palette) for screen in self.screen_stack):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """Let the person choose a theme, in our palette."""
        from textual.theme import ThemeProvider

        from pipeops_tui.ui.palette import Palette

        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def action_help(self) -> None:
        """Explain what is on screen: a dialog that has no words of its own has those of what is below it."""
        about = next((screen.about() for screen in reversed(self.screen_stack) if isinstance(screen, Explained)), None)
        if about is not None:
            from pipeops_tui.ui.dialogs.help import HelpScreen
            from pipeops_tui.ui.widgets.key_bar import hints_of

            self.push_screen(HelpScreen(about, hints_of(self.screen), self.visit, self.copy))

    async def action_quit(self) -> None:
        """End the journey, asking first where something would be lost."""
        if not self._asking_to_quit:
            self.run_worker(self._quit(), exit_on_error=False, group="quit")

    async def action_interrupt(self) -> None:
        """Ctrl+C: end the journey like Ctrl+Q, but say so in the exit code."""
        self._interrupted = True
        await self.action_quit()

    async def _quit(self) -> None:
        self._asking_to_quit = True
        try:
            step = self._top_step()
            if step is None or await step.may_quit():
                self.exit()
            else:
                self._interrupted = False
        finally:
            self._asking_to_quit = False

    def _top_step(self) -> StepScreen | None:
        """The screen that knows what would be lost: the step in front, or the furthest step once Create was pressed."""
        wizard = self.journey.wizard
        if wizard.locked and self.is_screen_installed(wizard.reached.name):
            screen = self.get_screen(wizard.reached.name)
            return screen if isinstance(screen, StepScreen) else None
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, StepScreen)), None)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return the palette's commands: those of this step or dialog, then those of every screen."""
        leave = screen.LEAVE if isinstance(screen, StepScreen) else StepScreen.LEAVE
        from pipeops_tui.ui.palette import commands_of

        yield from (command for command in commands_of(screen) if command.title != leave)
        yield SystemCommand("Theme and colours", "Change the colours", self.action_change_theme)
        yield SystemCommand(leave, "Leave pipeops-tui", self.action_quit)

    # Beginning and end

    def _warm_up(self) -> None:
        self._step_screen().arrive()
        if self.journey.settings.doctor:
            self.show_doctor(leaves=self.exit)
        self.run_worker(self._load_the_rest(), exit_on_error=False, group="load")

    async def _load_the_rest(self) -> None:
        from pipeops_tui.ui import preloading

        await preloading.load_the_rest(self.stylesheet, self.journey.prepare)

    def take_screenshot(self) -> None:
        """Save the screen as a picture."""
        # Not before the palette has closed.
        self.set_timer(0.1, self.deliver_screenshot)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """Return the screen as SVG. A visible secret is hidden first."""
        for screen in self.screen_stack:
            if isinstance(screen, StepScreen):
                screen.conceal()
        return super().export_screenshot(title=title, simplify=simplify)

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End the interface. A visible secret is hidden first, and what was cut or copied in entries is forgotten."""
        self.conceal_secrets()
        self.forget_cut_text()
        super().exit(result, return_code, message)

    def _install_signal_handlers(self) -> None:
        # When asked to end, give the terminal back first. The next start can continue what was created.
        process.on_ending(self._interrupt, lambda: self.exit_code and INTERRUPTED)
        process.around_suspending(self.before_suspending, self.refresh)

    def _interrupt(self) -> None:
        # Once only: the end of a terminal is reported more than once, and an application that has ended has no screens.
        if self.return_code is None:
            self._interrupted = True
            self.exit()

    async def on_unmount(self) -> None:
        """Close connections and stop what was started."""
        await self.journey.close()

    def conceal_secrets(self) -> None:
        """Hide a secret in sight before the terminal is given back."""
        for screen in self.screen_stack:
            if isinstance(screen, StepScreen):
                screen.wipe()

    def crash_sentence(self, error: BaseException | None) -> str:
        """The title of the problem and the kind of the error, without its words, which might quote a secret."""
        if error is None:
            return super().crash_sentence(error)
        problem = problem_of(error, self.journey.clock.now())
        return f"{self.TITLE}: {problem.title}. ({type(error).__name__})"
