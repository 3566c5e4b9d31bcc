"""What a campaign of walks counts, and the table it prints."""

from __future__ import annotations

from dataclasses import dataclass, field

SLOWEST_FRAME = 0.25
"""Seconds of processor time."""


@dataclass
class WalkTally:
    """Figures of a campaign of walks."""

    walks: int = 0
    actions: int = 0
    starts: int = 0
    delivered: int = 0
    crashes: int = 0
    lost_inputs: int = 0
    slowest_frame: float = 0.0
    slowest_walk: str = ""
    stories: list[str] = field(default_factory=list)
    """What went wrong, and how to repeat it."""

    @property
    def clean(self) -> bool:
        """Whether nothing broke, was lost or stalled."""
        return not self.crashes and not self.lost_inputs and self.slowest_frame <= SLOWEST_FRAME

    def table(self) -> str:
        """The figures as text, and the stories behind them."""
        lines = [
            f"{label:<16}{value:>7}"
            for label, value in (
                ("walks", self.walks),
                ("actions", self.actions),
                ("program starts", self.starts),
                ("ends delivered", self.delivered),
                ("crashes", self.crashes),
                ("lost inputs", self.lost_inputs),
            )
        ]
        slow = f"{'slowest frame':<16}{self.slowest_frame * 1000:>7.0f} ms ({self.slowest_walk})"
        return "\n".join([*lines, slow, *self.stories])
