"""No scenario of the simulated Azure is without a journey through it."""

from __future__ import annotations

import ast
from pathlib import Path

from pipeops_tui.simulator.config import SCENARIOS


def test_every_world_has_its_journey() -> None:
    journeys = [ast.parse(path.read_text()) for path in Path(__file__).parent.glob("*.py") if path != Path(__file__)]
    named = {
        node.value
        for tree in journeys
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(SCENARIOS) - named == set()
