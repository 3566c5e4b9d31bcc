"""`python -m tests.screenshots` makes every picture in screenshots/ anew: the journey's, from the demo's world, and the
house's, from the code.

The same code and the same pinned tools give the same bytes; `--check` compares instead of writing, and ends with 1 when
a picture is stale.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from tests.pictures import WORLD, StillClock, make_plain

FOLDER = Path(__file__).parent.parent / "screenshots"
SIZE = (100, 30)


async def pictures(size: tuple[int, int] = SIZE) -> AsyncIterator[tuple[str, str]]:
    """Walk the journey with every default; yields (file name, SVG) for each screen and for what is worth seeing."""
    from pipeops_tui.simulator import start_simulator
    from pipeops_tui.wizard import STEPS, Step
    from tests import house
    from tests.person import PROVED, person_at

    yield "house", house.picture()

    with start_simulator(WORLD) as azure:
        async with person_at(azure, size=size, clock=StillClock()) as person:
            await person.walks_to(Step.APPLICATION)
            await person.settles()
            await person.presses("f1")
            await person.sees("esc")
            yield "help", person.picture()

    with start_simulator(WORLD) as azure:
        async with person_at(azure, size=size, clock=StillClock()) as person:
            for number, step in enumerate(STEPS[:-1], start=1):
                await person.walks_to(step)
                await person.settles()
                yield f"{number}-{file_name(step)}", person.picture()
            await person.presses("enter")
            await person.sees("Create now")
            yield "7-create-confirm", person.picture()
            await person.presses("enter")
            await person.sees("Client Secret", PROVED)
            await person.settles()
            yield f"8-{file_name(Step.CREDENTIALS)}", person.picture()

    with start_simulator(replace(WORLD, scenario="slow-replication")) as azure:
        async with person_at(azure, size=size, clock=StillClock()) as person:
            await person.walks_to(Step.CREATE)
            await person.presses("enter")
            await person.sees("Create now")
            await person.presses("enter")
            await person.sees("Resource group +done", "Application +done", "Waiting for Microsoft Entra")
            yield "7-create-live", person.picture()


def file_name(step: str) -> str:
    """`Resource group` as a file is named: `resource-group`."""
    return step.lower().replace(" ", "-")


async def run(*, check: bool) -> int:
    """Make all pictures; returns the number of stale ones when `check`, else 0 after writing them."""
    stale = []
    FOLDER.mkdir(exist_ok=True)
    async for name, svg in pictures():
        path = FOLDER / f"{name}.svg"
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != svg:
                stale.append(path.name)
        else:
            path.write_text(svg, encoding="utf-8")
            print(path.name)
    if stale:
        print(f"stale: {', '.join(stale)}; run python -m tests.screenshots", file=sys.stderr)
    return len(stale)


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    make_plain(os.environ)
    return 1 if asyncio.run(run(check=parser.parse_args().check)) else 0


if __name__ == "__main__":
    sys.exit(main())
