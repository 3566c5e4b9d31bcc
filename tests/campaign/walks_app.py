"""The program as a walk starts it: the whole application, and nothing that would reach beyond the walk."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from textual.message import Message
from textual.worker import Worker, WorkerState

import pipeops_tui.ui.app
from pipeops_tui.clipboard import Clipboard
from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.settings import Settings
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.app import PipeOpsApp
from tests.campaign.walks_meter import FrameMeter, SpinGuard
from tests.campaign.walks_terminal import WalkTerminal
from tests.clipboard.support import MemoryRunner, desktop, remote
from tests.support.clocks import RealTimeClock
from tests.support.person import connector_to


class WalkedApp(PipeOpsApp):
    """Its pictures are dropped, its signals are the walk's own, and every frame is measured."""

    CSS_PATH = [Path(pipeops_tui.ui.app.__file__).parent / path for path in PipeOpsApp.CSS_PATH]
    meter: FrameMeter

    def deliver_screenshot(self, *_: object, **__: object) -> None:
        self.export_screenshot()

    def post_display_hook(self) -> None:
        self.meter.end()

    def _install_signal_handlers(self) -> None:
        return


def start(
    azure: RunningSimulator, folder: Path, clock: RealTimeClock, meter: FrameMeter, chance: random.Random
) -> WalkedApp:
    """The program, about to run, on a desktop or at the far end of an SSH connection, with journals in `folder`."""
    app = WalkedApp(
        Settings(demo=str(azure.announcement["scenario"])),
        connector_to(azure, clock),
        clock=clock,
        state_dir=folder,
        open_url=lambda _url: None,
        clipboard=Clipboard(
            lambda _text: None,
            environment=desktop() if chance.random() < 0.5 else remote(),
            runner=MemoryRunner({"xclip"}),
            clock=clock,
        ),
    )
    app.driver_class = WalkTerminal
    app.meter = meter
    return app


class Watch:
    """A message hook that notices work which has failed for no reason that Azure gave, and a loop that never rests."""

    def __init__(self, rests: Callable[[], int]) -> None:
        """`rests` says how often the event loop has come to rest so far."""
        self.failed: list[BaseException] = []
        self._spinning = SpinGuard(rests)

    def __call__(self, message: Message) -> None:
        self._spinning.count(message)
        if isinstance(message, Worker.StateChanged) and message.state is WorkerState.ERROR:
            error = message.worker.error
            if error is not None and not isinstance(error, CloudError) and error not in self.failed:
                self.failed.append(error)
