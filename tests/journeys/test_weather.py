"""Worlds in which Azure is slow, strict or unwell: from launch to the five values, with the reasons on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.world.rules import Replication
from tests.journeys.holdings import Holdings, writes
from tests.journeys.test_happy_path import assert_exactly_one_of_everything
from tests.journeys.witness import Witness, witness_of
from tests.support.clocks import hurried_clock
from tests.support.person import person_at

SIZE = (120, 36)


@asynccontextmanager
async def weather(scenario: str, seed: int = 0) -> AsyncIterator[tuple[Witness, RunningSimulator]]:
    """Somebody at the start, for whom and for whose Azure time passes quickly."""
    with start_simulator(SimulatorConfig(scenario=scenario, seed=seed, auto_approve_device_codes=True)) as azure:
        async with person_at(azure, clock=hurried_clock(azure), size=SIZE) as person, witness_of(person) as witness:
            yield witness, azure


async def arrives(witness: Witness, azure: RunningSimulator) -> None:
    """To the end, with exactly one of everything."""
    before = Holdings.of(azure)
    await witness.insists()
    assert_exactly_one_of_everything(Holdings.of(azure).new_since(before), group="PipeOpsRG")


async def test_a_throttled_azure_is_waited_for_as_long_as_it_asks() -> None:
    async with weather("throttled") as (witness, azure):
        await arrives(witness, azure)
        assert witness.saw(r"! Azure is limiting requests. Retrying in \d s"), "on the status line, for a read"
        assert witness.saw(r"Azure is limiting requests \(try 2\)"), "on a row of Create, for a write"
        assert witness.cards == 0


async def test_what_is_new_is_waited_for_until_every_part_of_azure_knows_it() -> None:
    """Up to a minute in the world's own time."""
    async with weather("slow-replication") as (witness, azure):
        slow = azure.call(lambda server: server.world.rules.replication)
        slowest = max(getattr(slow, name) for name in Replication.__slots__)
        times = {name: getattr(slow, name) * 60 / slowest for name in Replication.__slots__}
        azure.call(lambda server: setattr(server.world.rules, "replication", replace(slow, **times)))
        await arrives(witness, azure)
        assert max(times.values()) == 60
        assert witness.saw(r"Waiting for Microsoft Entra to copy the new application \(try \d\)")
        assert witness.saw(r"Waiting for Microsoft Entra to accept the new client secret|Azure may need up to 10 min")
        assert witness.cards == 0


async def test_applications_are_made_where_the_repeatable_way_is_refused() -> None:
    async with weather("upsert-refused") as (witness, azure):
        await arrives(witness, azure)
        assert witness.cards == 0
        assert writes(azure).count("createApplication") == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_flaky_azure_is_overcome_by_who_tries_again(seed: int) -> None:
    async with weather("flaky", seed) as (witness, azure):
        await arrives(witness, azure)
        faults = [request for request in azure.requests() if request["fault"]]
        assert faults, "nothing was flaky"
        assert not witness.saw("Traceback|Something unexpected")
