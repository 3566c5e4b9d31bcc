"""Build the application and run it, on streams that outlive the terminal."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pipeops_tui.cli.arguments import USAGE_ERROR
from pipeops_tui.cli.state_folder import state_folder
from pipeops_tui.core.plain_text import plain_lines
from pipeops_tui.core.process import hang_up, watch_terminals
from pipeops_tui.core.secret import forbid_core_dumps
from pipeops_tui.core.settings import Settings
from pipeops_tui.plain.standard_output import are_terminals, tell

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from pipeops_tui.core.clock import Clock
    from pipeops_tui.core.model import CloudEndpoints, DeviceCode, SignInMethod, SignInOption
    from pipeops_tui.core.ports import Connector, Examiner, Session
    from pipeops_tui.ui.app import PipeOpsApp

NOT_A_TERMINAL = (
    "pipeops-tui: this needs a terminal on its input and output, so it cannot run in a pipe or from a file. "
    "With --plain it asks line by line; 'pipeops-tui create --yes' asks nothing."
)
DUMB_TERMINAL = (
    "pipeops-tui: TERM is set to dumb, which means a terminal that cannot draw a screen. If yours can, set its real "
    "type, for example: TERM=xterm-256color pipeops-tui"
)


class _ToATerminal(io.FileIO):
    """Discards what is written after the terminal is gone, instead of raising `OSError`."""

    def __init__(self, descriptor: int, on_loss: Callable[[], None]) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._on_loss = on_loss
        self._lost = False

    def write(self, data: ReadableBuffer, /) -> int:
        if not self._lost:
            try:
                return super().write(data)
            except OSError:
                self._lost = True
                self._on_loss()
        return memoryview(data).nbytes


def outlive_the_terminal(on_loss: Callable[[], None]) -> None:
    """From now on, writing to the standard streams never fails. The first write that is lost calls `on_loss`, in
    the thread that wrote; not for `sys.stdout`, which is only used at the end.

    To the end of the process, because Python flushes them last. Textual 8.2 writes to `sys.__stderr__`, in a thread
    that an `OSError` would end; its queue would then fill, and block the next frame. Not on Windows, where a
    console is no file to Python.
    """
    if os.name == "posix":
        sys.stdout = _outliving(sys.stdout, lambda: None)
        sys.stderr = sys.__stderr__ = _outliving(sys.stderr, on_loss)  # type: ignore[misc] # final to typeshed alone


def _outliving(stream: TextIO, on_loss: Callable[[], None]) -> io.TextIOWrapper:
    stream.flush()
    raw = io.BufferedWriter(_ToATerminal(stream.fileno(), on_loss))
    return io.TextIOWrapper(raw, encoding=stream.encoding, errors=stream.errors, line_buffering=True)


class LazyConnector:
    """`ports.Connector` in front of the one that `make` returns, which is called once and off the event loop."""

    def __init__(self, make: Callable[[], Connector]) -> None:
        self._make = make
        self._making = asyncio.Lock()
        self._made: Connector | None = None

    async def prepare(self) -> CloudEndpoints:
        return await (await self._connector()).prepare()

    async def sign_in_options(self) -> AsyncIterator[Sequence[SignInOption]]:
        async for ways in (await self._connector()).sign_in_options():
            yield ways

    async def sign_in(self, method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> Session:
        return await (await self._connector()).sign_in(method, show_code)

    async def examiner(self) -> Examiner:
        return await (await self._connector()).examiner()

    async def example(self) -> str:
        return await (await self._connector()).example()

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()

    async def _connector(self) -> Connector:
        async with self._making:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
            return self._made


def launch(settings: Settings) -> int:
    """Run the interface with `settings` until it ends, print its receipt, and return the exit code."""
    if not are_terminals(sys.stdin, sys.stdout, sys.stderr):
        tell(NOT_A_TERMINAL)
        return USAGE_ERROR
    if os.environ.get("TERM") == "dumb":
        tell(DUMB_TERMINAL)
        return USAGE_ERROR
    forbid_core_dumps()
    # When the terminal is closed, the program ends in order; its last writes may neither fail nor wait.
    outlive_the_terminal(on_loss=hang_up)
    watch_terminals(sys.stdin.fileno(), sys.stdout.fileno(), sys.stderr.fileno())
    # A tenth of the time to the first frame. `PipeOpsApp` enables it again when everything is loaded, or has failed to.
    gc.disable()
    # Textual reads both of these when it is imported. With 120 frames a second at most, the answer to a second key
    # comes after 8 ms instead of 16; nothing is painted while nothing changes.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    # Milliseconds after which a lone escape character is the Escape key and not the start of another; Textual's default
    # of 100 can be felt. A terminal sends a key's characters in one piece.
    os.environ.setdefault("ESCDELAY", "50")
    with state_folder(settings) as state_dir:
        app = _application(settings, state_dir)
        app.run()
        if app.receipt:
            from pipeops_tui.ui.base.terminal_glyphs import of_the_terminal

            sys.stdout.write(f"{of_the_terminal().plain(plain_lines(app.receipt))}\n")
        return app.exit_code


def _application(settings: Settings, state_dir: Path) -> PipeOpsApp:
    from pipeops_tui.core.clock import SystemClock
    from pipeops_tui.ui.app import PipeOpsApp

    connector = LazyConnector(lambda: azure_connector(settings, state_dir))
    return PipeOpsApp(settings, connector, clock=SystemClock(), state_dir=state_dir)


def azure_connector(settings: Settings, state_dir: Path, clock: Clock | None = None) -> Connector:
    """The connector to the real Azure, to a private cloud, or (with `demo`) to a simulated one, which writes journals
    of what was made there into `state_dir`. `clock` is another one than the machine's."""
    from pipeops_tui.azure import AzureConnector
    from pipeops_tui.core.clock import SystemClock

    def connect(resource_manager: str | None, ca_file: Path | None) -> Connector:
        return AzureConnector(
            cloud=settings.cloud,
            resource_manager=resource_manager,
            ca_file=ca_file,
            client_id=settings.client_id,
            tenant=settings.tenant,
            log_file=settings.log_file,
            clock=clock or SystemClock(),
        )

    if settings.demo is None:
        return connect(settings.resource_manager, settings.ca_file)
    from pipeops_tui.cli.demo import DemoConnector

    return DemoConnector(settings.demo, settings.faults, connect, state_dir)
