"""Every answer has the status, the headers, the keys, their order and the kinds of values it has in Azure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.conformity.compare import localised
from tests.conformity.headers import check
from tests.conformity.shapes import Aspect, Difference, differences
from tests.conformity.situations import ask_for, situation_for
from tests.conformity.stage import Stage
from tests.simulator.expected import Expected, arm, entra, graph

NewStage = Callable[[str], Stage]


@pytest.fixture(scope="module")
def stage_of() -> Iterator[NewStage]:
    """One simulated Azure for each scenario."""
    with ExitStack() as exits:
        stages: dict[str, Stage] = {}

        def stage_of(scenario: str) -> Stage:
            if scenario not in stages:
                stages[scenario] = exits.enter_context(Stage(scenario))
            return stages[scenario]

        yield stage_of


def found_differences(stage_of: NewStage, api: str, expected: Expected) -> list[str]:
    recording = expected.recording(api)
    situation = situation_for(recording)
    assert situation is not None, "no situation fits"
    stage = stage_of(situation.scenario)
    try:
        answer = stage.ask(ask_for(stage, recording, situation.prepare(stage, recording)))
    finally:
        stage.azure.clear_faults()
    status = Difference("status", Aspect.STATUS, f"{expected.status} expected, {answer.status} found")
    found = [status] if answer.status != expected.status else []
    found += check(expected.rules, answer.headers)
    found += differences(expected.shape, localised(answer.body, *stage.addresses))
    return [str(item) for item in found]


@pytest.mark.parametrize("expected", arm.ANSWERS, ids=lambda item: item.name)
def test_resource_manager(stage_of: NewStage, expected: Expected) -> None:
    assert found_differences(stage_of, "arm", expected) == []


@pytest.mark.parametrize("expected", graph.ANSWERS, ids=lambda item: item.name)
def test_graph(stage_of: NewStage, expected: Expected) -> None:
    assert found_differences(stage_of, "graph", expected) == []


@pytest.mark.parametrize("expected", entra.ANSWERS, ids=lambda item: item.name)
def test_entra(stage_of: NewStage, expected: Expected) -> None:
    assert found_differences(stage_of, "entra", expected) == []
