"""Noise on the line: 64 KiB of random bytes from the terminal, on every screen and dialog, end nothing.

A run is one place of the program and one seed. Left out are the bytes that are meant to end the program or that stop
it: Ctrl+C, Ctrl+Q, Ctrl+Z and Ctrl+\\. What the bytes themselves do there (they can choose *Quit*) is not counted, but
does not end the program either: a run is to see all of its bytes.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import RenderableType

import pipeops_tui.ui.app
from pipeops_tui.core.problem import Problem
from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.ui.app import PipeOpsApp
from pipeops_tui.ui.base.textual_internals import TerminalInput
from pipeops_tui.ui.dialogs.problem_dialog import ProblemDialog
from tests.support.inside import crash_of, driver_of, is_typing_answered
from tests.support.pictures import make_plain
from tests.ui.memory import Stage, at

SIZE = 65536
_LEFT_OUT = bytes((0x03, 0x11, 0x1A, 0x1C))
_SEQUENCES = (
    *(b"\x1b[", b"\x1b[M", b"\x1b[MC\xa02", b"\x1b[<0;", b"\x1b[200~", b"\x1b[201~", b"\x1bO", b"\x1b]52;c;"),
    *(b"\x1b[48;0;0;0;0t", b"\x1b[?2048;1$y", b"\x1b[1114112u", b"\x1b[97;1:3u", b"\x1b[I", b"\x1b[O", b"\r", b"\x1b"),
)
_LONGEST_PIECE = 512
PATIENCE = 120.0
"""Seconds after which a program that does not answer counts as ended."""


@dataclass(frozen=True, slots=True)
class NoiseResult:
    """What came of one run; `wrong` is empty when the program still answers."""

    place: str
    seed: int
    read: int
    wrong: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """Which run it was."""
        return self.place, self.seed


@dataclass
class NoiseTally:
    """Figures of a campaign."""

    results: list[NoiseResult] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether no run ended the program."""
        return not any(result.wrong for result in self.results)

    def table(self) -> str:
        """The figures as text, and what went wrong."""
        wrong = [f"{one.place}, seed {one.seed}: {one.wrong}" for one in self.results if one.wrong]
        places = len({one.place for one in self.results})
        figures = f"runs {len(self.results)} in {places} places, bytes {sum(one.read for one in self.results):,}"
        return "\n".join([f"{figures}, went wrong {len(wrong)}", *wrong])


def noise(chance: random.Random, size: int) -> Iterator[bytes]:
    """`size` bytes, beginnings of sequences among them, in pieces that end anywhere."""
    data = bytearray()
    while len(data) < size:
        data += chance.choice(_SEQUENCES) if chance.random() < 0.1 else chance.randbytes(chance.randrange(1, 40))
    data = bytearray(bytes(data).translate(None, _LEFT_OUT)[:size])
    while data:
        end = chance.randrange(1, _LONGEST_PIECE)
        yield bytes(data[:end])
        del data[:end]


def run_campaign(
    seeds: Iterable[int], *, places: Iterable[str] = (), size: int = SIZE, file: Path | None = None, tell: bool = False
) -> NoiseTally:
    """One run for each of `seeds` in each of `places` (all by default). With `file` results are kept there, and what it
    holds already is not run again."""
    kept = _kept(file)
    wanted = [(place, seed) for seed in seeds for place in (places or PLACES)]
    before = dict(os.environ)
    make_plain(os.environ)
    try:
        for place, seed in wanted:
            if (place, seed) in kept:
                continue
            result = asyncio.run(_run(place, seed, size))
            kept[result.key] = result
            if file is not None:
                with file.open("a", encoding="utf-8") as lines:
                    lines.write(f"{json.dumps(asdict(result))}\n")
            if tell:
                print(f"{place}, seed {seed}: {result.wrong or 'answers'}", flush=True)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return NoiseTally([kept[one] for one in wanted])


def _kept(file: Path | None) -> dict[tuple[str, int], NoiseResult]:
    lines = file.read_text("utf-8").splitlines() if file is not None and file.exists() else []
    results = [NoiseResult(**json.loads(line)) for line in lines if line.endswith("}")]
    return {result.key: result for result in results}


class NoisyApp(PipeOpsApp):
    """Stays when it is told to quit."""

    CSS_PATH = [Path(pipeops_tui.ui.app.__file__).parent / path for path in PipeOpsApp.CSS_PATH]

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        if crash_of(self) is not None:
            super().exit(result, return_code, message)

    def deliver_screenshot(self, *_: object, **__: object) -> None:
        self.export_screenshot()


async def _run(place: str, seed: int, size: int) -> NoiseResult:
    read = 0
    try:
        async with _opened(place) as stage:
            read = await _hears(stage, random.Random(f"{place}:{seed}"), size)
    except Exception:
        return NoiseResult(place, seed, read, traceback.format_exc(limit=-6))
    return NoiseResult(place, seed, read)


async def _hears(stage: Stage, chance: random.Random, size: int) -> int:
    """Let the noise in; how much was read. Raises `AssertionError` when the program does not answer any more."""
    driver, reader, read, now = driver_of(stage.app), TerminalInput(), 0, 0.0
    assert driver is not None
    for piece in noise(chance, size):
        now += 1.0
        pause = reader.rested(now + TerminalInput.UNFINISHED_PASTE_SECONDS) if chance.random() < 0.1 else ()
        for message in (*reader.messages(piece, now), *pause):
            driver.process_message(message)
        await _answered(stage)
        read += len(piece)
    return read


async def _answered(stage: Stage) -> None:
    """Everything that was typed has had its effect."""
    deadline = time.monotonic() + PATIENCE
    while True:
        come_round = asyncio.Event()
        stage.app.call_later(come_round.set)
        await asyncio.wait_for(come_round.wait(), PATIENCE)
        if is_typing_answered(stage.app):
            return
        assert time.monotonic() < deadline, f"it does not answer; the screen is:\n{stage.screen}"
        stage.clock.advance(0.05)
        await asyncio.sleep(0.001)


@asynccontextmanager
async def _opened(place: str) -> Any:
    step, opens = PLACES[place]
    async with at(step, app_class=NoisyApp) as stage:
        await opens(stage)
        yield stage


async def _as_it_is(stage: Stage) -> None:
    await stage.pilot.pause()


async def _created(stage: Stage) -> None:
    await stage.creates()


def _key(key: str, words: str, *, created: bool = False) -> Callable[[Stage], Awaitable[None]]:
    async def opens(stage: Stage) -> None:
        if created:
            await stage.creates()
        await stage.presses(key)
        await stage.sees(words)

    return opens


async def _undoing(stage: Stage) -> None:
    await stage.creates()
    stage.app.screen.action_undo()  # type: ignore[attr-defined]
    await stage.sees("Undo what was created")


async def _stopping(stage: Stage) -> None:
    await stage.presses("enter")
    await stage.sees("Create now")
    await stage.presses("enter")
    await stage.until(lambda: bool(stage.world.requests), "the first request")
    await stage.presses("escape")
    await stage.sees("Stop")


async def _problem(stage: Stage) -> None:
    stage.app.push_screen(ProblemDialog(Problem("A title", "What has happened."), stage.app.copy))
    await stage.sees("A title")


async def _doctor(stage: Stage) -> None:
    stage.app.show_doctor()
    await stage.sees("Why does PipeOps say no")


async def _typing_a_secret(stage: Stage) -> None:
    await _doctor(stage)
    await stage.presses("down", "down", "down", "enter")
    await stage.sees("Azure shows it once")


PLACES: Final[dict[str, tuple[Step, Callable[[Stage], Awaitable[None]]]]] = {
    **{step.name.lower(): (step, _as_it_is) for step in STEPS[:-1]},
    "credentials": (Step.CREATE, _created),
    "help": (Step.ACCESS, _key("f1", "esc Close")),
    "palette": (Step.ACCESS, _key("ctrl+p", "Search")),
    "confirm": (Step.CREATE, _key("enter", "Create now")),
    "stop": (Step.CREATE, _stopping),
    "finish": (Step.CREATE, _key("escape", "Finish", created=True)),
    "new secret": (Step.CREATE, _key("n", "new secret", created=True)),
    "undo": (Step.CREATE, _undoing),
    "problem": (Step.ACCESS, _problem),
    "doctor": (Step.TENANT, _doctor),
    "typing a secret": (Step.TENANT, _typing_a_secret),
}
"""Every screen, and the dialogs that a key opens, by name: the step and what is done there first."""
