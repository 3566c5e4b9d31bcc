"""Who walks: takes the actions one after another through the program, and looks at what each did."""

from __future__ import annotations

import asyncio
import gc
import random
import time
import traceback
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from textual import events
from textual.command import CommandPalette
from textual.geometry import Offset, Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input

from pipeops_tui.core.secret import MASK
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.base.frame import is_covered
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.undo_dialog import UndoDialog
from pipeops_tui.ui.widgets.choice_list import ChoiceList
from pipeops_tui.ui.widgets.device_code import DeviceCodeCard
from pipeops_tui.ui.widgets.fields import TextEntry, tidy, unwrapped
from pipeops_tui.ui.widgets.picker_list import PickerList
from tests.campaign.walks_actions import Action, Kind, click, key_event, typing, wander
from tests.campaign.walks_app import WalkedApp, Watch, start
from tests.campaign.walks_terminal import RestSelector, Window
from tests.campaign.walks_typed import Typed, brief, describe, expected_after
from tests.support.clocks import RealTimeClock, hurried_clock
from tests.support.inside import as_active_app

_REST_SECONDS = 0.3
"""How long a walk waits for a screen to get ready."""
_PATIENCE_SECONDS = 10.0
"""How long typed text may take to appear before it is lost."""
_TOLD = 6
"""Actions told of with a failure."""


class Walker:
    """Walks through one world, starting the program again whenever it has ended."""

    def __init__(self, azure: RunningSimulator, folder: Path, selector: RestSelector, chance: random.Random) -> None:
        self.crashes: list[str] = []
        self.lost: list[str] = []
        self.done = 0
        self.starts = 0
        self.delivered = 0
        self.slowest = ""
        """What was done when the slowest frame was painted."""
        self._azure = azure
        self._folder = folder
        self._selector = selector
        self._chance = chance
        self._recent: deque[str] = deque(maxlen=_TOLD)
        self._secrets: set[str] = set()

    async def walk(self, plan: Sequence[Action]) -> None:
        """Take every action of `plan`."""
        left = deque(plan)
        while left and not self.crashes:
            await self._run_once(left)

    async def _run_once(self, left: deque[Action]) -> None:
        """One start of the program, until it ends or there is nothing left to do."""
        self.starts += 1
        # What was started before must not cost this one's frames: the program itself starts in a process of its own.
        gc.collect()
        gc.freeze()
        clock, watch = hurried_clock(self._azure), Watch(lambda: self._selector.rests)
        app = start(self._azure, self._folder, clock, self._selector.meter, self._chance)
        async with app.run_test(headless=False, size=(100, 30), tooltips=True, notifications=True, message_hook=watch):
            visit = _Visit(Window(app, self._selector), app, self._azure, clock)
            await visit.window.settle()
            self._selector.meter.runs = True
            while left and not visit.window.closed and not watch.failed and not visit.window.unhandled:
                await self._take(left.popleft(), visit)
            self._selector.meter.runs = False
            self._learn_secret(app)
            for error in (*watch.failed, *visit.window.unhandled):
                self.crashed("".join(traceback.format_exception(error)))
        self.delivered += app.journey.delivered

    async def _take(self, action: Action, visit: _Visit) -> None:
        self._recent.append(str(action))
        slowest = self._selector.meter.slowest
        where = type(visit.app.screen).__name__
        await visit.take(action)
        self._learn_secret(visit.app)
        self.done += 1
        if self._selector.meter.slowest is not slowest:
            self.slowest = f"{action} on {where}"
        if not visit.window.closed:
            self.lost += [self._told(line) for line in visit.lost()]

    def crashed(self, what: str) -> None:
        """Note a crash; `what` is a traceback without the values of variables."""
        self.crashes.append(self._told(what))

    def _told(self, what: str) -> str:
        told = f"{what.rstrip()}\n    after {self.done} actions: {', '.join(self._recent)}"
        for secret in self._secrets:
            told = told.replace(secret, MASK)
        return told

    def _learn_secret(self, app: WalkedApp) -> None:
        """So that no failure can ever quote it."""
        run = app.journey.run
        if run is not None and run.credentials is not None and not run.credentials.client_secret.forgotten:
            self._secrets.add(run.credentials.client_secret.reveal())


class _Visit:
    """The program between one start and its end."""

    def __init__(self, window: Window, app: WalkedApp, azure: RunningSimulator, clock: RealTimeClock) -> None:
        self.window = window
        self.app = app
        self._azure = azure
        self._clock = clock
        self._typed = Typed()
        self._story: list[str] = []
        self._lookups: object = None

    def lost(self) -> list[str]:
        """Lines about texts that are not where they were typed; each is told once."""
        story, self._story = self._story, []
        return [*story, *self._typed.lost()]

    async def take(self, action: Action) -> None:
        """Do it, and let it be answered."""
        self._forget_what_a_command_may_clear(action)
        match action.kind:
            case Kind.KEY:
                await self._press(action.text)
            case Kind.TYPE:
                await self._type(action.text)
            case Kind.PASTE:
                await self._paste(action.text)
            case Kind.CLICK:
                self._typed.forget_on(self.app.screen)
                await self.window.answers(*click(self._aim(action), button=1 if action.chance < 0.9 else 3))
            case Kind.MOUSE:
                self._typed.forget_on(self.app.screen)
                await self.window.answers(*wander(self._point(action.place), action.chance))
            case Kind.RESIZE:
                await self.window.resize(Size(*action.size))
            case Kind.SUSPEND:
                await self._suspend(action.seconds)
            case Kind.BLUR:
                await self.window.answers(events.AppBlur())
                await self.window.answers(events.AppFocus())
            case Kind.REST:
                await self._rest()
            case Kind.ADVANCE:
                await self._rest()
                if not self.window.closed:
                    await self._go_on()
        self._forget_what_the_program_clears()

    # Text

    async def _press(self, key: str) -> None:
        if len(key) == 1:
            await self._type(key)
            return
        if not is_covered(self.app.screen):
            self._typed.expect_key(key, self.app.screen)
        await self.window.answers(key_event(key))

    async def _type(self, text: str) -> None:
        shown = "".join(character for character in text if character.isprintable())
        await self._enter(shown, *typing(text))

    async def _paste(self, text: str) -> None:
        entry = self.app.focused
        first = text.splitlines()[0] if text else ""
        if isinstance(entry, TextEntry) and entry.id == "tags-entry":
            self._typed.forget_on(self.app.screen)  # takes all lines, a tag each
            await self.window.answers(events.Paste(text))
            return
        if isinstance(entry, TextEntry):
            first = next((line for line in text.splitlines() if line.strip()), first)
            if entry.room == entry.MOST_PASTED:
                first, _ = unwrapped(first)
            first = first[: entry.room]
        elif isinstance(entry, Input) and len(expected_after(entry, first)) > (entry.max_length or len(first)):
            await self.window.answers(events.Paste(text))  # refused with a bell
            return
        await self._enter(first, events.Paste(text))

    async def _enter(self, text: str, *arriving: Message) -> None:
        entry = self.app.focused
        if is_covered(self.app.screen):
            await self.window.answers(*arriving)  # nothing takes them: no key acts unseen
            return
        if not isinstance(entry, Input) or not entry.is_on_screen:
            self._typed.forget_on(self.app.screen)  # letters are keys here
            await self.window.answers(*arriving)
            return
        expected = expected_after(entry, text) if text else entry.value
        if isinstance(entry, TextEntry):
            expected = tidy(expected)
        self._typed.about_to_type(entry)
        await self.window.answers(*arriving)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while entry.is_running and entry.value != expected and time.monotonic() < deadline and not self.window.closed:
            await asyncio.sleep(0.01)
        if entry.is_running and entry.value != expected and not self.window.closed:
            self._story.append(f"{brief(text)} into {describe(entry)} gave {brief(entry.value)}, not {brief(expected)}")
        self._typed.remember(entry, entry.value)

    def _forget_what_a_command_may_clear(self, action: Action) -> None:
        """What is chosen in the palette may be a filter's own Escape."""
        chooses = action.kind in (Kind.CLICK, Kind.ADVANCE) or action.text == "enter"
        if chooses and isinstance(self.app.screen, CommandPalette):
            self._typed.forget_on(self.app.screen_stack[-2], filters_only=True)

    def _forget_what_the_program_clears(self) -> None:
        """Another account has another list, and a region's filter is only for choosing one."""
        session = self.app.journey.session
        if session is not self._lookups:
            self._lookups = session
            self._typed.forget("SubscriptionScreen")
        if (focused := self.app.focused) is not None and focused.id == "name":
            self._typed.forget("ResourceGroupScreen", "region")

    # Mouse

    def _point(self, place: tuple[float, float]) -> Offset:
        width, height = self.app.size
        return Offset(min(int(place[0] * width), width - 1), min(int(place[1] * height), height - 1))

    def _aim(self, action: Action) -> Offset:
        """Mostly at something that is there to be clicked."""
        targets = [one for one in self.app.screen.query("*") if _is_target(one)]
        if not targets or action.chance < 0.3:
            return self._point(action.place)
        region = targets[int(action.chance * 1000) % len(targets)].region
        return region.offset + Offset(int(action.place[0] * region.width), int(action.place[1] * region.height))

    # Time

    async def _suspend(self, seconds: float) -> None:
        with as_active_app(self.app), self.app.suspend():
            self._clock.skip(seconds)
        await self.window.settle()

    async def _rest(self) -> None:
        """Wait a moment for the screen to get ready, entering a code where one is shown."""
        deadline = time.monotonic() + _REST_SECONDS
        while not self.window.closed and time.monotonic() < deadline:
            for card in self.app.screen.query(DeviceCodeCard):
                if card.code is not None:
                    self._azure.approve_device_code(card.code.user_code)
            step = self.app.screen
            if not (isinstance(step, StepScreen) and step.busy):
                break
            await asyncio.sleep(0.02)
        await self.window.settle()

    async def _go_on(self) -> None:
        """What leads further: Enter, and in the dialog that asks for it the name."""
        dialog, covered = self.app.screen, is_covered(self.app.screen)
        if isinstance(dialog, UndoDialog) and isinstance(self.app.focused, Input) and not covered:
            self._typed.about_to_type(self.app.focused)
            await self.window.answers(*typing(self.app.journey.choices.application_name))
        await self._press("enter")


def _is_target(widget: Widget) -> bool:
    return isinstance(widget, Button | Input | ChoiceList | PickerList) or (
        widget.can_focus or type(widget).__name__ in ("Rail", "KeyBar", "Pills", "ValueRow", "SecretRow", "Tick")
    )
