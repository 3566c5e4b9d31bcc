"""`python -m tests.screenshots` regenerates every picture in screenshots/ from the demo's world.

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
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.support.clocks import RealTimeClock
from tests.support.pictures import TODAY, WORLD, azure_of_today, make_plain, still_clock

if TYPE_CHECKING:
    from tests.support.person import Person

FOLDER = Path(__file__).parent.parent / "screenshots"
SIZE = (100, 30)


async def pictures(size: tuple[int, int] = SIZE) -> AsyncIterator[tuple[str, str]]:
    """Walk the journey with every default; yields (file name, SVG) for each screen and for what is worth seeing."""
    from pipeops_tui.core.wizard import STEPS, Step
    from tests.support.person import PROVED, person_at

    with azure_of_today() as azure:
        async with person_at(azure, size=size, clock=still_clock()) as person:
            await person.walks_to(Step.APPLICATION)
            await person.settles()
            await person.presses("f1")
            await person.sees("esc")
            yield "help", person.picture()

    with azure_of_today() as azure:
        async with person_at(azure, size=size, clock=still_clock()) as person:
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

    with azure_of_today(replace(WORLD, scenario="slow-replication")) as azure:
        async with person_at(azure, size=size, clock=still_clock()) as person:
            await person.walks_to(Step.CREATE)
            await person.presses("enter")
            await person.sees("Create now")
            await person.presses("enter")
            await person.sees("Resource group +done", "Application +done", "Waiting for Microsoft Entra")
            yield "7-create-live", person.picture()


async def connection_pictures(size: tuple[int, int]) -> AsyncIterator[tuple[str, str]]:
    """The list of connections half a year later, a renewal, and the question before a removal, in one size."""
    from pipeops_tui.cli.demo_journals import remember_prepared
    from pipeops_tui.core.settings import ConnectionToOpen, Settings
    from tests.support.person import person_at

    suffix = f"{size[0]}x{size[1]}"
    with azure_of_today(replace(WORLD, scenario="six-months-later")) as azure:
        client_ids = {one.kind: one.client_id for one in azure.prepared()}
        kinds = [kind for kind in client_ids if kind != "unfinished"]
        with TemporaryDirectory() as folder:
            # What this computer knows has an order; what Azure adds comes as it is found.
            await remember_prepared(Path(folder), azure, kinds)
            async with person_at(azure, size=size, clock=still_clock(), state_dir=Path(folder)) as person:
                yield f"connections-{suffix}", await _picture_of_list(person)
        for action, kind, key, seen in (
            ("renew", "expires-soon", "n", "Renew +Not now"),
            ("remove", "in-use", "x", "cost money"),
        ):
            settings = Settings(demo="six-months-later", opens=ConnectionToOpen(action, client_ids[kind]))
            async with person_at(azure, size=size, settings=settings, clock=still_clock()) as person:
                await person.sees("✓ Ready")
                await person.presses("enter")
                await person.sees("3 Client ID")
                await person.presses(key)
                await person.sees(seen)
                await _rests(person)
                yield f"{action}-{suffix}", person.picture()
                if action == "renew":
                    await person.presses("enter")
                    await person.sees("The new client secret works", "next: c")
                    await _rests(person)
                    yield f"renewed-{suffix}", person.picture()


async def doctor_picture(size: tuple[int, int]) -> str:
    """Five values of which one is wrong, and what doctor found."""
    from textual.events import Paste

    from pipeops_tui.core.settings import Settings
    from tests.support.person import person_at

    with azure_of_today(replace(WORLD, scenario="six-months-later")) as azure:
        told = azure.announcement
        owner: dict[str, str] = told["owner"]  # type: ignore[assignment]
        settings = Settings(demo="six-months-later", doctor=True)
        async with person_at(azure, size=size, settings=settings, clock=still_clock()) as person:
            await person.sees("Why does PipeOps say no")
            values = (
                f"Resource Group Name: pipeops-stagin\nTenant ID: {told['tenant_id']}\n"
                f"Client ID: {owner['client_id']}\nClient Secret: {owner['client_secret']}\n"
                f"Subscription ID: {told['subscription_id']}"
            )
            person.app.post_message(Paste(values))
            await person.sees("All five are there")
            await person.presses("x")
            await person.sees("✗ Not yet")
            await _rests(person)
            return person.picture()


async def last_pictures(size: tuple[int, int]) -> AsyncIterator[tuple[str, str]]:
    """The last screen with PipeOps' form, and what it says when PipeOps is refused a server."""
    from tests.support.person import person_at

    suffix = f"{size[0]}x{size[1]}"
    with azure_of_today(replace(WORLD, scenario="pipeops-refused")) as azure:
        # Ahead of Azure by three minutes, in which PipeOps is refused what it asks for.
        clock = RealTimeClock(TODAY + timedelta(minutes=3), still=True)
        async with person_at(azure, size=size, clock=clock) as person:
            await person.accepts_everything()
            await person.presses("c")
            await person.sees("Tenant ID .*next: c")
            await _rests(person)
            yield f"credentials-{suffix}", person.picture()
            await person.presses("c", "c", "c", "c")
            await person.sees("press Connect Account")
            azure.advance_clock(300)
            await person.presses("w")
            await person.sees("Azure has refused something")
            await _rests(person)
            yield f"watch-refused-{suffix}", person.picture()


async def _picture_of_list(person: Person) -> str:
    await person.sees("✓ Ready")
    await person.presses("enter")
    await person.sees("Choose the subscription", r"✓ \d+ subscription")
    await person.presses("escape")
    await person.sees("Choose how to sign in")
    await person.presses("l")
    await person.sees(r"✓ \d+ connections")
    await _rests(person)
    return person.picture()


async def _rests(person: Person) -> None:
    """Wait until nothing changes any more, also below a dialog."""
    seen, calm = person.screen, 0
    while calm < 20:
        await person.pilot.pause(0.02)
        seen, calm = (seen, calm + 1) if person.screen == seen else (person.screen, 0)


def file_name(step: str) -> str:
    """`Resource group` as a file is named: `resource-group`."""
    return step.lower().replace(" ", "-")


async def _all() -> AsyncIterator[tuple[str, str]]:
    async for picture in pictures():
        yield picture
    for size in ((80, 24), (120, 36)):
        async for picture in connection_pictures(size):
            yield picture
        yield f"doctor-{size[0]}x{size[1]}", await doctor_picture(size)
        async for picture in last_pictures(size):
            yield picture


async def run(*, check: bool) -> int:
    """Make all pictures; returns the number of stale ones when `check`, else 0 after writing them."""
    stale = []
    FOLDER.mkdir(exist_ok=True)
    async for name, svg in _all():
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
