"""A whole journey of the real program in a real terminal, in which Azure's texts are ones on which terminals act.

    python -m tests.journeys.hostile_journey [--part K/N] [--together COUNT]

forges every text of every answer, the ids and addresses too, one a journey or a few together, and looks at every byte
that the program writes: to the terminal, its clipboard and title, the log and the receipt. `test_hostile_texts` does it
for all names in one journey.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.support.hostile import Field, Forger, assert_harmless, endless, hostile
from tests.support.terminal import WITH_DEFAULTS, Terminal

_LEFT_THE_SCREEN = b"\x1b[?1049l"
_STUCK = 20.0
"""Seconds after which a screen is not going to be ready any more: the journey ends there."""
_LONG_NAME = r"✓ Contoso.*…$"
"""The status line of a step that is ready, where the name in it leaves no room for more."""
_CANNOT_GO_ON = re.compile(r"✗|Try again|Copy details|No subscription|could not be read", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Written:
    """All that the program has written, and how far it came."""

    terminal: bytes
    log: str
    steps: int
    """Of the steps of `WITH_DEFAULTS`, and one for the five values."""
    screens: tuple[str, ...]
    exit_code: int

    def check(self) -> None:
        """Fail where a text of Azure's acts on the terminal or on who reads the log."""
        receipt = self.terminal.rpartition(_LEFT_THE_SCREEN)[2].decode()
        assert_harmless(self.terminal, self.log, re.sub(r"\x1b\[\??[0-9;]*[a-zA-Z]|\r", "", receipt))


def travel(
    azure: RunningSimulator, folder: Path, *, patience: float = 60.0, env: dict[str, str] | None = None
) -> Written:
    """Accept every default, as far as that leads; copy everything and the details; leave."""
    log = folder / "requests.log"
    command = [sys.executable, "-m", "pipeops_tui", "--auth", "device-code", "--log-file", str(log)]
    command += ["--resource-manager", azure.base_url, "--ca-file", str(azure.ca_file)]
    variables = {"XDG_STATE_HOME": str(folder / "state"), "SSH_CONNECTION": "1 2 3 4", **(env or {})}
    screens: list[str] = []
    with Terminal(command, columns=100, lines=40, env=variables) as terminal:
        steps = 0
        for patterns in (*WITH_DEFAULTS, ("Client Secret", "Signed in and read")):
            if not _arrives(terminal, patterns, patience):
                break
            screens.append(terminal.screen)
            steps += 1
            terminal.press("a" if patterns[0] == "Client Secret" else "enter")
        if steps > len(WITH_DEFAULTS):
            terminal.wait_for("could not be checked")
        else:
            # Focus rests on a button of the problem: its keys and the palette copy what there is.
            terminal.press("d", "c")
        _settle(terminal)
        screens.append(terminal.screen)
        exit_code = _leave(terminal)
        return Written(
            bytes(terminal.written), log.read_text() if log.exists() else "", steps, tuple(screens), exit_code
        )


def _arrives(terminal: Terminal, patterns: tuple[str, ...], patience: float) -> bool:
    found = [re.compile(pattern, re.MULTILINE) for pattern in patterns]

    def there(screen: str) -> bool:
        title, *rest = (pattern.search(screen) for pattern in found)
        return bool(title and (all(rest) or re.search(_LONG_NAME, screen, re.MULTILINE)))

    try:
        screen = terminal.wait_until(
            lambda screen: there(screen) or bool(_CANNOT_GO_ON.search(screen)), f"{patterns}", seconds=patience
        )
    except AssertionError:
        return False
    return there(screen)


def _settle(terminal: Terminal) -> None:
    """Read until nothing has been written for a moment."""
    seen, calm = len(terminal.written), 0
    deadline = time.monotonic() + 5.0

    def quiet(_screen: str) -> bool:
        nonlocal seen, calm
        calm = calm + 1 if len(terminal.written) == seen else 0
        seen = len(terminal.written)
        return calm > 3 or time.monotonic() > deadline

    terminal.wait_until(quiet, "quiet", seconds=10)


def _leave(terminal: Terminal) -> int:
    """End it from outside: the receipt is the same, and no question is asked."""
    terminal.signal(signal.SIGTERM)
    return terminal.wait_exit(60)


def forged(
    chosen: Callable[[Field], bool], change: Callable[[str], str], patience: float = 60.0
) -> tuple[Forger, Written]:
    """A journey with those texts changed in that way."""
    config = SimulatorConfig(auto_approve_device_codes=True)
    with start_simulator(config) as azure, tempfile.TemporaryDirectory() as folder:
        forger = Forger(azure, chosen, change)
        return forger, travel(azure, Path(folder), patience=patience)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="1/1", metavar="K/N", help="only every N-th field, from the K-th on")
    parser.add_argument("--together", type=int, default=1, metavar="COUNT", help="texts forged in one journey")
    given = parser.parse_args()
    part, parts = map(int, given.part.split("/"))
    known, _ = forged(lambda field: False, hostile)
    fields = sorted(known.seen)[part - 1 :: parts]
    failures = 0
    for number in range(0, len(fields), given.together):
        few = fields[number : number + given.together]
        change = endless if number // given.together % 2 else hostile
        _, written = forged(few.__contains__, change, _STUCK)
        try:
            written.check()
            outcome = "harmless"
        except AssertionError as error:
            failures += 1
            outcome = f"FAILED: {str(error)[:300]!r}"
        names = ", ".join(" ".join(field) for field in few)
        print(f"{number + len(few)}/{len(fields)} {outcome} ({written.steps} steps): {names}", flush=True)
    print(f"{len(fields)} texts, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    sys.exit(main())
