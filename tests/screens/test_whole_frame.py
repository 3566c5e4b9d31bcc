"""A new screen is drawn once, with everything that is known when it comes."""

from __future__ import annotations

from rich.console import RenderableType
from textual.app import App, ComposeResult
from textual.events import ScreenResume
from textual.screen import Screen
from textual.widgets import Button, Static

from pipeops_tui.screens.whole_frame import WholeFrame


class CountingApp(App[None]):
    """Notes what each frame of a `Greeting` showed."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[str] = []

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if isinstance(screen, Greeting) and renderable is not None and not self._batch_count:
            self.frames.append(str(screen.query_one(Static).content))
        super()._display(screen, renderable)


class Greeting(WholeFrame[None]):
    """Has something to say that is known at once, but only to a worker."""

    AUTO_FOCUS = "Button"

    def compose(self) -> ComposeResult:
        yield Static("nothing yet")
        yield Button("Go on", compact=True)

    def on_screen_resume(self, _event: ScreenResume) -> None:
        self.hold_frame()
        self.run_worker(self._greet())

    async def _greet(self) -> None:
        self.query_one(Static).update("hello")


async def test_the_first_frame_is_whole_and_the_only_one() -> None:
    app = CountingApp()
    async with app.run_test() as pilot:
        await app.push_screen(Greeting())
        while not app.frames:
            await pilot.pause(0.01)
        await pilot.pause(0.05)
        assert app.frames == ["hello"]
