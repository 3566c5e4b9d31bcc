"""Put the rooms together and run the interface."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeops_tui.cli.later import LaterConnector
from pipeops_tui.cli.parser import USAGE_ERROR
from pipeops_tui.cli.plain_typing import plain_typing
from pipeops_tui.cli.streams import outlive_the_terminal
from pipeops_tui.secret import forbid_core_dumps
from pipeops_tui.settings import Settings
from pipeops_tui.signals import hang_up, watch_terminals

if TYPE_CHECKING:
    from pipeops_tui.app import PipeOpsApp
    from pipeops_tui.ports import Connector

NOT_A_TERMINAL = (
    "pipeops-tui: this needs a terminal on its input and output, so it cannot run in a pipe or from a file.\n"
)


def launch(settings: Settings) -> int:
    """Run the interface with `settings` until it ends, print its receipt, and return the exit code."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        sys.stderr.write(NOT_A_TERMINAL)
        return USAGE_ERROR
    forbid_core_dumps()
    # A terminal that is closed ends the program in order: nothing that it still writes may fail or wait.
    outlive_the_terminal(on_loss=hang_up)
    watch_terminals(sys.stdin.fileno(), sys.stdout.fileno(), sys.stderr.fileno())
    # Collecting garbage is a tenth of the time to the first frame, after which the application turns it on again.
    gc.disable()
    # Textual reads this when it is imported. A second frame then follows the first after 8 ms instead of 16; without
    # changes nothing is painted, so that neither rest nor a spinner costs more.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    with _state_dir(settings) as state_dir:
        with plain_typing():
            app = _application(settings, state_dir)
        app.run()
        if app.receipt:
            sys.stdout.write(f"{app.receipt}\n")
        return app.exit_code


def _application(settings: Settings, state_dir: Path) -> PipeOpsApp:
    from pipeops_tui.app import PipeOpsApp
    from pipeops_tui.clock import SystemClock

    connector = LaterConnector(lambda: _connector(settings))
    return PipeOpsApp(settings, connector, clock=SystemClock(), state_dir=state_dir)


def _connector(settings: Settings) -> Connector:
    """What reaches Azure: the real one, a private cloud, or (with `demo`) one that brings its own."""
    from pipeops_tui.azure_cloud import AzureConnector
    from pipeops_tui.clock import SystemClock

    def connect(resource_manager: str | None, ca_file: Path | None) -> Connector:
        return AzureConnector(
            cloud=settings.cloud,
            resource_manager=resource_manager,
            ca_file=ca_file,
            client_id=settings.client_id,
            tenant=settings.tenant,
            log_file=settings.log_file,
            clock=SystemClock(),
        )

    if settings.demo is None:
        return connect(settings.resource_manager, settings.ca_file)
    from pipeops_tui.cli.demo import DemoConnector

    return DemoConnector(settings.demo, settings.faults, connect)


@contextlib.contextmanager
def _state_dir(settings: Settings) -> Iterator[Path]:
    """Where journals lie: the platform's state directory, or for a demo a folder that goes with it."""
    if settings.demo is not None:
        with tempfile.TemporaryDirectory(prefix="pipeops-tui-demo-") as folder:
            yield Path(folder)
        return
    from platformdirs import user_state_path

    yield user_state_path("pipeops-tui", appauthor=False)
