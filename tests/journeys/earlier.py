"""Starting again: journeys that end in the middle, and the next start that finds what they left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.base.step_screen import StepScreen
from tests.support.clocks import hurried_clock
from tests.support.person import Person, person_at


@dataclass
class Machine:
    """One person's computer: a state directory that outlives each start of the program."""

    azure: RunningSimulator
    state_dir: Path
    settings: Settings = field(init=False)
    """Those of a private cloud: what is left after the end can be gone on with."""

    def __post_init__(self) -> None:
        self.clock = hurried_clock(self.azure)
        self.settings = Settings(resource_manager=self.azure.base_url)

    @asynccontextmanager
    async def starts(
        self, settings: Settings | None = None, size: tuple[int, int] = (100, 30)
    ) -> AsyncIterator[Person]:
        """The program, started anew."""
        settings = settings or self.settings
        async with person_at(
            self.azure, size=size, settings=settings, clock=self.clock, state_dir=self.state_dir
        ) as person:
            yield person

    async def is_interrupted(self, operation: str, settings: Settings | None = None) -> Person:
        """A run whose every request for `operation` loses its answer, until the person quits; the world is sound again
        afterwards."""
        async with self.starts(settings) as person:
            if "not finished" in await person.waits_until(
                lambda screen: "✓ Ready" in screen or "not finished" in screen, "the start"
            ):
                await offered(person)
                await person.presses("escape")
            await person.walks_to(Step.CREATE)
            await person.presses("enter")
            await person.sees("Create now")
            self.azure.add_fault(f"{operation}@*:drop-response")
            await person.presses("enter")
            await person.waits_until(lambda _: any(r["fault"] for r in self.azure.requests()), "a lost answer")
            await person.presses("ctrl+q")
            await person.sees("Stop and quit")
            await person.presses("tab", "enter")
            await person.waits_until(lambda _: not person.app.is_running, "the end")
        self.azure.clear_faults()
        return person

    async def finishes(self, settings: Settings | None = None) -> Person:
        """A run to its end, everything copied."""
        async with self.starts(settings) as person:
            await person.accepts_everything()
            await person.presses("a")
            await person.waits_until(lambda _: person.app.journey.delivered, "the copy")
            await person.presses("ctrl+q")
            if "clipboard still holds" in await person.waits_until(
                lambda screen: "clipboard still holds" in screen or not person.app.is_running, "an end"
            ):
                await person.presses("enter")
        return person


def below(person: Person) -> StepScreen:
    """The step in front, which a dialog may cover."""
    return next(screen for screen in reversed(person.app.screen_stack) if isinstance(screen, StepScreen))


async def offered(person: Person) -> str:
    """The list of unfinished runs, and the screen below it ready; returns what stands there."""
    await person.sees("not finished")
    return await person.waits_until(lambda _: not below(person).busy, "a step that is ready")


async def signs_in(person: Person) -> None:
    """Enter, on the way that is selected."""
    await person.sees("(?s)sign in.*with an.*that.*can manage")
    await person.presses("enter")


async def undoes(person: Person) -> None:
    """Undo, from its question to the end of it."""
    await person.sees("Undo what was created|Remove PipeOps", "Type PipeOps")
    await person.types("PipeOps")
    await person.presses("enter")
    await person.sees("Nothing that was created is left|The connection is removed")
