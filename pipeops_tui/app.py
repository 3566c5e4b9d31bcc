"""The Textual application: themes, palette, and which screen comes next. Everything else is in its screens."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.segment import Segment, Segments
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.events import Event, Key, Paste
from textual.screen import Screen

from pipeops_tui import screens, signals, theme
from pipeops_tui.clock import Clock
from pipeops_tui.journey import Journey
from pipeops_tui.keys_first import keys_first
from pipeops_tui.screens.outward import OutwardApp
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.screens.typed_ahead import TypedAhead
from pipeops_tui.screens.working import problem_of
from pipeops_tui.settings import Settings
from pipeops_tui.wizard import STEPS, Step

if TYPE_CHECKING:
    from pipeops_tui.clipboard import Clipboard
    from pipeops_tui.ports import Connector
    from pipeops_tui.widgets.fields import TextEntry

INTERRUPTED = 130


class PipeOpsApp(OutwardApp):
    """Runs one journey. After it has ended, `exit_code` and `receipt` say what came of it."""

    TITLE = "pipeops-tui"
    CSS_PATH = ["app.tcss", "screens/step_screen.tcss", "screens/sign_in.tcss"]
    COMMAND_PALETTE_BINDING = "ctrl+p"
    # Terminals select by themselves (Shift or Option and the mouse), and copy. Textual marks what no key would copy,
    # redraws everything for each click, and stumbles over a widget that has just gone (8.2).
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
        """`state_dir` keeps the journals of runs; `open_url` (the system's browser by default) may block a moment."""
        super().__init__(clock, open_url=open_url, clipboard=clipboard)
        self.journey = Journey(settings, connector, clock, state_dir)
        self.receipt = ""
        """Text for the normal screen once the interface has closed; empty when nothing was created."""
        self._interrupted = False
        self._asking_to_quit = False
        self._typed_ahead = TypedAhead(self, super().on_event)
        self.register_theme(theme.DARK)
        self.register_theme(theme.LIGHT)
        chosen = theme.default_theme()
        if self.get_theme(chosen) and chosen != theme.DARK.name:
            self.theme = chosen
        else:
            # Quietly: a change would parse every stylesheet anew before the first frame.
            self.set_reactive(App.theme, theme.DARK.name)
            self.stylesheet.set_variables(self.get_css_variables())

    @property
    def exit_code(self) -> int:
        """0 delivered, 1 not, 130 interrupted."""
        if self.journey.delivered:
            return 0
        return INTERRUPTED if self._interrupted else 1

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our stylesheets' own variables, for themes that are not ours."""
        return theme.own_variables(self.current_theme)

    # Which screen comes next

    def get_default_screen(self) -> StepScreen:
        """The first step, without an empty screen of Textual's below it."""
        screen = self._step_screen()
        # As `push_screen` does: `switch_screen` expects it of every screen, of the default one too (Textual 8.2).
        screen._push_result_callback(screen, None)
        return screen

    def on_mount(self) -> None:
        """What the terminal's owner can ask for without a key."""
        if not self.is_headless:
            self._heed_signals()

    def on_ready(self) -> None:
        """The first frame is painted: load what is slow, and start the demo's Azure."""
        self.call_after_refresh(self._warm_up)

    def forward(self) -> None:
        """Show the next step, and look ahead at what the choices mean for those to come."""
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

    def begin_anew(self) -> None:
        """Show the wizard's step as on arrival, even when it is on screen already; the others are built anew."""
        before = self.screen
        self._show()
        if self.screen is before and isinstance(before, StepScreen):
            before.on_screen_resume()
        screens.forget_built(self)

    def show_furthest(self) -> None:
        """Show the furthest step reached."""
        self.show_step(self.journey.wizard.reached)

    @property
    def can_go_back(self) -> bool:
        """Whether Escape leads to an earlier step."""
        return not self.journey.wizard.locked and self.journey.wizard.step is not STEPS[0]

    def _show(self) -> None:
        screen = self._step_screen()
        # Whatever lies over the step (a dialog that a finished worker found open) goes with it.
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.switch_screen(screen)

    def _step_screen(self) -> StepScreen:
        """The screen of the wizard's step, about to be shown; every screen stays alive once it was built."""
        step = self.journey.wizard.step
        if not self.is_screen_installed(step.name):
            self.install_screen(screens.build(step, self.journey), step.name)
        screen = self.get_screen(step.name)
        assert isinstance(screen, StepScreen)  # noqa: S101 - nothing else is installed
        screen.arriving = True
        return screen

    def refresh_frame(self) -> None:
        """Redraw header, rail and slip of the step on screen, because the journey has changed."""
        if isinstance(self.screen, StepScreen):
            self.screen.refresh_frame()

    async def on_event(self, event: Event) -> None:
        """Keep what is typed for a screen that is about to come."""
        if isinstance(event, Key | Paste):
            self.import_gate.close()
            await self._typed_ahead.take(event)
        else:
            await super().on_event(event)

    def on_text_entry_paste_cut(self, event: TextEntry.PasteCut) -> None:
        """Nothing is lost unsaid, in a dialog either."""
        self.notify(event.sentence, severity="warning", markup=False)

    # What every screen offers

    def action_command_palette(self) -> None:
        """Everything that can be done here, by name."""
        from pipeops_tui.screens.palette import Palette

        if not any(isinstance(screen, Palette) for screen in self.screen_stack):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """As Textual's, in our palette."""
        from textual.theme import ThemeProvider

        from pipeops_tui.screens.palette import Palette

        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def action_help(self) -> None:
        """Explain the step on screen."""
        if isinstance(self.screen, StepScreen):
            from pipeops_tui.screens.help import HelpScreen
            from pipeops_tui.widgets.key_bar import hints_of

            self.push_screen(HelpScreen(self.screen.about(), hints_of(self.screen), self.visit, self.copy))

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
            step = self._guardian()
            if step is None or await step.may_quit():
                self.exit()
            else:
                self._interrupted = False
        finally:
            self._asking_to_quit = False

    def _guardian(self) -> StepScreen | None:
        """The screen that knows what would be lost: once Create was pressed, not an earlier one that is read again."""
        wizard = self.journey.wizard
        if wizard.locked and self.is_screen_installed(wizard.reached.name):
            screen = self.get_screen(wizard.reached.name)
            return screen if isinstance(screen, StepScreen) else None
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, StepScreen)), None)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: what this step offers, then what is offered everywhere."""
        if isinstance(screen, StepScreen):
            from pipeops_tui.screens.offers import offers

            yield from offers(screen)
        yield SystemCommand("Theme and colours", "Change the colours", self.action_change_theme)
        leave = screen.LEAVE if isinstance(screen, StepScreen) else StepScreen.LEAVE
        yield SystemCommand(leave, "Leave pipeops-tui", self.action_quit)

    # Beginning and end

    def _warm_up(self) -> None:
        self.run_worker(self._load_the_rest(), exit_on_error=False, group="load")

    async def _load_the_rest(self) -> None:
        from pipeops_tui.screens import ahead

        await ahead.read_styles(self.stylesheet)
        with keys_first(self.import_gate):
            # Whoever needs what could not be prepared asks again, and hears why.
            await asyncio.gather(self.journey.prepare(), return_exceptions=True)
            # Not beside it: the event loop would have to wait for its turn behind two.
            await asyncio.to_thread(ahead.import_screens)
        # Whoever launched may have had it rest from the first line on.
        gc.enable()

    def take_screenshot(self) -> None:
        """Save the screen as a picture."""
        # Not before the palette has closed.
        self.set_timer(0.1, self.deliver_screenshot)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG, whoever asks for it; a secret in sight is hidden first."""
        for screen in self.screen_stack:
            if isinstance(screen, StepScreen):
                screen.conceal()
        return super().export_screenshot(title=title, simplify=simplify)

    def _before_suspending(self) -> None:
        # Textual's own handler tells nobody when it was not the application that asked for it.
        self._wipe()
        self.app_suspend_signal.publish(self)

    def _wipe(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, StepScreen):
                screen.wipe()

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End the interface, whoever asks; a secret in sight goes first, and what was cut or copied in entries."""
        self._wipe()
        self._clipboard = ""
        super().exit(result, return_code, message)

    def _heed_signals(self) -> None:
        # Asked to end, give the terminal back first. What was created can be gone on with.
        signals.on_ending(self._interrupt, lambda: 0 if self.journey.delivered else INTERRUPTED)
        signals.around_suspending(self._before_suspending, self.refresh)

    def _interrupt(self) -> None:
        # Once only: a terminal that goes is told of more than once, and what has ended has no screens to wipe.
        if self.return_code is None:
            self._interrupted = True
            self.exit()

    async def on_unmount(self) -> None:
        """Close connections and stop what was started."""
        await self.journey.close()

    def _fatal_error(self) -> None:
        with contextlib.suppress(Exception):
            self._wipe()
        # Textual would print a traceback with the values of local variables, and those might be secret.
        error = self._exception
        problem = problem_of(error, self.journey.clock.now()) if error is not None else None
        sentence = f"{self.TITLE}: {problem.title}." if problem else f"{self.TITLE} stopped."
        self._exit_renderables.append(Segments([Segment(f"{sentence} ({type(error).__name__})\n")]))
        self._close_messages_no_wait()
