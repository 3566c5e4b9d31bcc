"""Cuts what a program writes into the frames a terminal shows."""

from __future__ import annotations

from dataclasses import dataclass

_BEGIN = b"\x1b[?2026h"
_END = b"\x1b[?2026l"


@dataclass(frozen=True, slots=True)
class Frame:
    """What appears at once. `at` is when its last byte arrived, in seconds of `time.perf_counter`."""

    at: float
    data: bytes


class FrameCutter:
    """Synchronised updates (mode 2026) are shown when they end; everything else when it arrives."""

    def __init__(self) -> None:
        self._held = b""

    def cut(self, at: float, data: bytes) -> list[Frame]:
        """The frames that are complete with `data`, which arrived at `at`."""
        data = self._held + data
        frames: list[Frame] = []
        while True:
            begin = data.find(_BEGIN)
            if begin < 0:
                kept = _longest_beginning_at_the_end(data)
                plain, self._held = data[: len(data) - kept], data[len(data) - kept :]
                return [*frames, Frame(at, plain)] if plain else frames
            if begin > 0:
                frames.append(Frame(at, data[:begin]))
                data = data[begin:]
            end = data.find(_END)
            if end < 0:
                self._held = data
                return frames
            frames.append(Frame(at, data[: end + len(_END)]))
            data = data[end + len(_END) :]


def _longest_beginning_at_the_end(data: bytes) -> int:
    """How many of the last bytes may be the first of an update's begin."""
    return next((size for size in range(len(_BEGIN) - 1, 0, -1) if data.endswith(_BEGIN[:size])), 0)
