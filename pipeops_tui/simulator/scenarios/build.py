"""From a scenario's name to its world."""

from __future__ import annotations

from collections.abc import Callable

from pipeops_tui.simulator.scenarios.base import plain
from pipeops_tui.simulator.world.world import World

_BUILDERS: dict[str, Callable[[int], World]] = {
    "happy": lambda seed: plain(seed).world,
}


def build(name: str, seed: int) -> World:
    """The world of the scenario `name`. Raises KeyError for a name that is not in the catalog."""
    return _BUILDERS[name](seed)
