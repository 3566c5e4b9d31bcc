"""`pipeops-tui simulate`: one line on stdout, then silence until it is told to stop."""

from __future__ import annotations

import json
import signal
import sys
import threading
from types import FrameType

from pipeops_tui.simulator import SimulatorConfig, SimulatorError, start_simulator

_STARTED, _INTERRUPTED, _CANNOT_START = 0, 130, 2


def run(config: SimulatorConfig) -> int:
    """Serves until SIGINT (130) or SIGTERM (0); 2, with one sentence on stderr, when it cannot start."""
    stopped = threading.Event()
    received: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        stopped.set()

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with start_simulator(config) as azure:
            sys.stdout.write(json.dumps(azure.announcement) + "\n")
            sys.stdout.flush()
            stopped.wait()
    except SimulatorError as error:
        sys.stderr.write(f"{error}\n")
        return _CANNOT_START
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return _INTERRUPTED if received == [signal.SIGINT] else _STARTED
