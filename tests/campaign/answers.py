"""The answers campaign: every operation meets every wrong answer, once and lasting, carried out and not.

Each run must end in success, or in a problem from which Continue leads to one of everything and Undo to nothing; what
is not its own stays as it is, every journal can be read, and no raw control character reaches the screen.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import resource
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from pipeops_tui.core.problem import Problem
from pipeops_tui.provisioning.events import Event, RowChanged, RunEnded, UndoEnded
from pipeops_tui.provisioning.journal.codec import complete_lines, read_state
from pipeops_tui.simulator.operations import OPERATIONS
from tests.campaign.answers_screen import UNPRINTABLE, ScreenPlay
from tests.campaign.faults import RARE_PATH, UNDO_PATH, Play, Script, requests_of_a_run
from tests.campaign.stage import Stage
from tests.campaign.tally import Tally
from tests.campaign.wrong_answers import WrongAnswer, loop_fault, wrong_answers

MOST_GROWTH = 150.0
"""MiB that this process, with the program and the simulated Azure in it, may hold more than when the campaign began,
which is with about 70 when it is started alone."""
_OF_FIVE_ON_SCREEN = 1
"""The others play the run alone, which takes a tenth of the time."""
_ENDLESS = 300.0
"""Seconds of real time after which a run counts as endless."""
_OF_SIGN_IN = (
    "getMetadataEndpoints", "getOpenIdConfiguration", "discoverInstance", "requestDeviceCode", "redeemDeviceCode",
    "redeemRefreshToken",
)  # fmt: skip
_OF_STEPS = (
    "listSubscriptions", "listTenants", "listResourceGroups", "listLocations", "getProvider", "listProviders",
    "listOrganization", "getMe", "listMyDirectoryRoles", "listMyObjects", "listMyApplications", "listApplications",
    "getAuthorizationPolicy", "getDefaultAppManagementPolicy", "listPermissions", "listRoleAssignments",
    "listRoleEligibilities", "listDenyAssignments", "listLocks", "checkPolicyRestrictions", "listUsages", "getUser",
    "listSkus", "queryResourceGraph", "getSubscription",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """One operation that is answered wrongly."""

    operation: str
    when: str
    answer: str
    """Name of a `WrongAnswer`."""
    effect: bool
    on_screen: bool
    """Whether the whole program is played, or only the run."""


async def run_campaign(numbers: Iterable[int], seed: int, file: Path | None = None) -> Tally:
    """The runs of these `numbers`. With `file` results are kept there, and what it holds already is not run again."""
    kept = _kept(file)
    wanted, before = list(numbers), peak_memory()
    missing = [number for number in wanted if number not in kept]
    if missing:
        scenes = await _scenes(seed)
        chosen = [(number, _scene(number, scenes)) for number in missing]
        for group in (False, True):
            await _play([pair for pair in chosen if pair[1].on_screen is group], seed, kept, file)
    total = _sum([kept[number] for number in wanted])
    if (grown := peak_memory() - before) > MOST_GROWTH:
        total.stories.append(f"memory grew by {grown:.0f} MiB")
    return total


def peak_memory() -> float:
    """The most MiB that this process has ever held."""
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _scene(number: int, scenes: Sequence[Sequence[Scene]]) -> Scene:
    """The scene of a number: the order of both sorts is kept, however many are played."""
    fifth, place = divmod(number, 5)
    of_run, on_screen = scenes
    if place < _OF_FIVE_ON_SCREEN:
        return on_screen[(fifth * _OF_FIVE_ON_SCREEN + place) % len(on_screen)]
    return of_run[(fifth * (5 - _OF_FIVE_ON_SCREEN) + place - _OF_FIVE_ON_SCREEN) % len(of_run)]


async def _scenes(seed: int) -> tuple[list[Scene], list[Scene]]:
    """Every operation with every wrong answer, in an order that `seed` decides: those of a run, and on screen."""
    async with Stage("happy", seed) as stage:
        path = list(dict.fromkeys(name for name, _ in await requests_of_a_run(stage)))
        answers = wrong_answers(stage.azure.base_url)
    of_run = list(dict.fromkeys([*path, *UNDO_PATH, *RARE_PATH]))
    of_screen = [*_OF_SIGN_IN, *_OF_STEPS, *path]
    assert {*of_run, *of_screen} <= OPERATIONS
    chance = random.Random(seed)
    return _shuffled(of_run, answers, chance, on_screen=False), _shuffled(of_screen, answers, chance, on_screen=True)


def _shuffled(
    operations: Sequence[str], answers: Sequence[WrongAnswer], chance: random.Random, *, on_screen: bool
) -> list[Scene]:
    scenes = [
        Scene(operation, when, answer.name, effect, on_screen)
        for operation in operations
        for answer in answers
        for when in ("", "@*")
        for effect in ((True,) if answer.carries_out else (False,) if on_screen else (False, True))
    ]
    chance.shuffle(scenes)
    return scenes


async def _play(chosen: Sequence[tuple[int, Scene]], seed: int, kept: dict[int, Tally], file: Path | None) -> None:
    left = list(chosen)
    while left:
        if left[0][1].on_screen:
            number, scene = left.pop(0)
            tally = Tally()
            script = _script(number, scene, "https://localhost", seed)
            await _within_reason(ScreenPlay(script, seed, tally).perform(), script, tally)
            gc.unfreeze()  # each start of the program keeps for good what exists, the earlier starts among it
            gc.collect()
            _keep(number, tally, kept, file)
            continue
        async with Stage("happy", seed) as stage:
            while left and not stage.worn:
                number, scene = left.pop(0)
                tally = Tally()
                script = _script(number, scene, stage.azure.base_url, seed)
                play = Play(stage, script, seed, tally)
                await _within_reason(play.perform(), script, tally)
                _look_at(play, script, tally)
                _keep(number, tally, kept, file)
                if tally.crashes:
                    break  # what a failed run leaves behind is not the next one's


async def _within_reason(playing: object, script: Script, tally: Tally) -> None:
    try:
        async with asyncio.timeout(_ENDLESS):
            await playing  # type: ignore[misc]
    except TimeoutError:
        tally.crashes += 1
        tally.stories.append(f"{script.name}: it never ended")


def _script(number: int, scene: Scene, base_url: str, seed: int) -> Script:
    chance = random.Random(f"{seed}:{number}")
    answer = _answer(scene.answer, base_url)
    faults = (answer.fault(scene.operation, scene.when, effect=scene.effect), loop_fault(base_url))
    effect = "" if answer.carries_out else ", carried out" if scene.effect else ", not carried out"
    how = "on screen" if scene.on_screen else "run"
    restarts, undoes, stay = (chance.random() < 0.5 for _ in range(3))
    then = "Undo" if undoes else "Continue"
    name = f"#{number} {how}, {scene.operation}{scene.when} answers {scene.answer}{effect}; then {then}"
    return Script(number, faults, restarts, undoes, stay, name)


def _answer(name: str, base_url: str) -> WrongAnswer:
    return next(answer for answer in wrong_answers(base_url) if answer.name == name)


def _look_at(play: Play, script: Script, tally: Tally) -> None:
    """What must hold of the journal and of every text of a run."""
    try:
        read_state(complete_lines(play.journal.text))
    except ValueError as error:
        tally.stories.append(f"{script.name}: its journal cannot be read: {error!r}")
    texts = [text for watcher in play.watchers for event in watcher.events for text in _texts(event)]
    if raw := [text for text in texts if UNPRINTABLE.search(text.replace("\n", ""))]:
        tally.stories.append(f"{script.name}: raw characters in {raw[0]!r}")


def _texts(event: Event) -> list[str]:
    """Every text of an event that a person may see."""
    match event:
        case RowChanged(row=row):
            return [row.title, row.detail, row.reason, row.equivalent, *_lines(row.problem)]
        case RunEnded(failed=problem):
            return _lines(problem)
        case UndoEnded(left=left, kept=kept):
            return [text for item in (*left, *kept) for text in (item.what, item.why, item.command)]
    return []


def _lines(problem: Problem | None) -> list[str]:
    return [] if problem is None else [problem.as_text()]


def _keep(number: int, tally: Tally, kept: dict[int, Tally], file: Path | None) -> None:
    kept[number] = tally
    if file is not None:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(f"{json.dumps({'number': number} | asdict(tally))}\n")


def _kept(file: Path | None) -> dict[int, Tally]:
    lines = file.read_text("utf-8").splitlines() if file is not None and file.exists() else []
    results = [json.loads(line) for line in lines if line.endswith("}")]
    return {result.pop("number"): Tally(**result) for result in results}


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        for item in fields(Tally):
            setattr(total, item.name, getattr(total, item.name) + getattr(tally, item.name))
    return total
