"""The few statistics the benchmark needs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence


def median(values: Sequence[float]) -> float:
    """The middle; raises `ValueError` when there is none."""
    if not values:
        raise ValueError("nothing was measured")
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all are not above; raises `ValueError` when there is none."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def milliseconds(values: Sequence[float]) -> list[float]:
    """Seconds as milliseconds with two digits."""
    return [round(value * 1000, 2) for value in values]


def interleaved(
    rounds: int, measure: Mapping[str, Callable[[], float]], *, warm: bool = True
) -> dict[str, list[float]]:
    """Each of `measure` once a round, every other round in reverse, so that a busy machine is equally unfair to all.

    With `warm` a round that is not counted comes first: it fills the caches.
    """
    results: dict[str, list[float]] = {name: [] for name in measure}
    for number in range(-1 if warm else 0, rounds):
        for name in measure if number % 2 == 0 else reversed(list(measure)):
            value = measure[name]()
            if number >= 0:
                results[name].append(value)
    return results
