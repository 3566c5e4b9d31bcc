"""Token buckets for rate limits."""

from __future__ import annotations

_KEPT = 10_000


class Buckets:
    """Buckets by key, full when first used; the oldest are forgotten beyond ten thousand."""

    def __init__(self) -> None:
        self._levels: dict[tuple[str, str, str], tuple[float, float]] = {}

    def take(self, key: tuple[str, str, str], size: int, refill: int, now: float) -> int:
        """Takes one token from a bucket of `size` that regains `refill` a second; how many whole ones are left."""
        level, at = self._levels.pop(key, (float(size), now))
        level = max(min(size, level + max(now - at, 0) * refill) - 1, 0)
        self._levels[key] = (level, now)
        if len(self._levels) > _KEPT:
            del self._levels[next(iter(self._levels))]
        return int(level)
