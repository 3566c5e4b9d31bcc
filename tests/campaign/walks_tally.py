"""What a campaign of walks counts, and the table it prints."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

from tests.campaign.walks_meter import Frame

SLOWEST_FRAME = 0.25
"""Seconds."""


@dataclass(frozen=True, slots=True)
class WalkResult:
    """What came of one walk."""

    number: int
    actions: int = 0
    starts: int = 0
    delivered: int = 0
    crashes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    frame: Frame = field(default_factory=Frame)
    """The slowest."""
    slowest: str = ""
    """What was done when it was painted."""
    once: Frame | None = None
    """The slowest when it was walked for the first time, of a walk that had to be repeated."""
    seconds: float = 0.0
    processor_seconds: float = 0.0

    @property
    def slow(self) -> bool:
        """Whether a frame took too long."""
        return self.frame.own > SLOWEST_FRAME

    @property
    def unconfirmed(self) -> bool:
        """Whether it has to be walked again, to tell a slow program from a disturbed one."""
        return self.slow and self.once is None

    def confirming(self, first: WalkResult) -> WalkResult:
        """This result of walking again, with what went wrong when it was walked `first`."""
        return replace(self, once=first.frame, crashes=(*first.crashes, *self.crashes), lost=(*first.lost, *self.lost))

    @property
    def stories(self) -> list[str]:
        """What went wrong."""
        slow = [f"a frame of {self.frame}: {self.slowest}"] if self.slow else []
        return [*self.crashes, *self.lost, *slow]

    def as_line(self) -> str:
        """For a file that keeps one result a line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_line(cls, line: str) -> Self:
        """What `as_line` gave; raises `ValueError` or `TypeError` for anything else, such as half a line."""
        kept = json.loads(line)
        for name in ("crashes", "lost"):
            kept[name] = tuple(kept[name])
        for name in ("frame", "once"):
            kept[name] = kept[name] and Frame(**kept[name])
        return cls(**kept)


@dataclass
class WalkTally:
    """Figures of a campaign of walks."""

    results: list[WalkResult] = field(default_factory=list)

    @property
    def walks(self) -> int:
        """How many there were."""
        return len(self.results)

    @property
    def actions(self) -> int:
        """How many were taken."""
        return sum(result.actions for result in self.results)

    @property
    def slowest(self) -> WalkResult:
        """The walk with the slowest frame; raises `ValueError` when there is none."""
        return max(self.results, key=lambda result: result.frame.own)

    @property
    def clean(self) -> bool:
        """Whether nothing broke, was lost or stalled."""
        return not any(result.stories for result in self.results)

    def table(self) -> str:
        """The figures as text, and the stories behind them."""
        every = self.results
        lines = [
            f"{label:<20}{value:>7}"
            for label, value in (
                ("walks", self.walks),
                ("actions", self.actions),
                ("program starts", sum(result.starts for result in every)),
                ("ends delivered", sum(result.delivered for result in every)),
                ("crashes", sum(len(result.crashes) for result in every)),
                ("lost inputs", sum(len(result.lost) for result in every)),
                ("walks with a stall", sum(result.slow for result in every)),
                ("stalls seen once", sum(result.once is not None and not result.slow for result in every)),
            )
        ]
        if every:
            slowest = self.slowest
            lines.append(f"{'slowest frame':<20}{slowest.frame}: walk {slowest.number}, {slowest.slowest}")
        return "\n".join([*lines, *(f"walk {result.number}: {story}" for result in every for story in result.stories)])


def kept_results(file: Path) -> dict[int, WalkResult]:
    """Results by number, from a file of lines; what cannot be read was not finished, and is left out."""
    found = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        try:
            result = WalkResult.from_line(line)
        except (ValueError, TypeError, KeyError):
            continue
        found[result.number] = result
    return found


def in_order(results: Iterable[WalkResult]) -> WalkTally:
    """The tally of `results`, by their numbers."""
    return WalkTally(sorted(results, key=lambda result: result.number))
