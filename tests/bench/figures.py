"""What a figure is, and how figures become a table and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """How much to measure, and where programs may leave files."""

    folder: Path
    """Temporary; goes when the benchmark ends."""
    runs: int | None = None
    quick: bool = False

    def repetitions(self, normal: int, quick: int) -> int:
        """How often to measure something that is usually measured `normal` times."""
        return self.runs or (quick if self.quick else normal)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    target: str
    """In words; empty for a figure without one."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a row."""

    row: Row
    measured: str
    """In words, with its yardstick."""
    met: bool | None = None
    """None for a figure without a target, and for one that could not be measured."""
    failed: bool = False
    """Whether it could not be measured; `measured` says why."""
    values: Mapping[str, float] = field(default_factory=dict)
    """Names end with the unit: `_ms`, `_s`, `_mib`, `_percent`, `_ratio`, or nothing for counts."""
    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """Figures that are measured together, and the name that `--only` takes."""

    name: str
    rows: tuple[Row, ...]
    measure: Callable[[Options], Iterable[Result]]
    """Yields at most one result a row; a row without one could not be measured."""


def at_most(row: Row, value: float, limit: float, measured: str, samples: Mapping[str, Sequence[float]]) -> Result:
    """A result that is met when `value` is at most `limit`, both in the same unit."""
    values = {"value": round(value, 4), "limit": round(limit, 4)}
    return Result(row, measured, value <= limit, values=values, samples=samples)


def below(row: Row, value: float, limit: float, measured: str, samples: Mapping[str, Sequence[float]]) -> Result:
    """A result that is met when `value` is less than `limit`, both in the same unit."""
    values = {"value": round(value, 4), "limit": round(limit, 4)}
    return Result(row, measured, value < limit, values=values, samples=samples)


def as_markdown(results: Iterable[Result]) -> str:
    """The table."""
    lines = ["| | measured | target | |", "| --- | --- | --- | --- |"]
    verdicts = {True: "✓ met", False: "✗ missed", None: ""}
    lines += [f"| {r.row.name} | {r.measured} | {r.row.target or '–'} | {verdicts[r.met]} |" for r in results]
    return "\n".join(lines)


def as_json(results: Iterable[Result]) -> list[dict[str, object]]:
    """One object a row."""
    return [
        {
            "name": result.row.name,
            "target": result.row.target,
            "measured": result.measured,
            "met": result.met,
            "values": dict(result.values),
            "samples": {name: list(values) for name, values in result.samples.items()},
        }
        for result in results
    ]
