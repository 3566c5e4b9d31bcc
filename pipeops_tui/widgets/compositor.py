"""What a frame is put together from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region, Size
from textual.strip import Strip


class FrugalCompositor(Compositor):
    """Textual's compositor, asking widgets only for the lines in which something has changed and they can be seen.

    Textual 8.2 asks every widget whose *container* touches the smallest rectangle around all changes for all its lines,
    which on a step is each of them, for each key. A version of Textual that asks in another way is not held up by this:
    then it is as fast as it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._changed: tuple[Region, ...] = ()

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed since the last frame; None when nothing has."""
        self._changed = _bands(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = ()

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        wanted = self._changed or (() if crop is None else (crop,))
        bare = _BareLines(self.size)
        # From the front to the back: what is covered by now stays covered.
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            for part in wanted or (seen,):
                if seen.overlaps(part):
                    # Whole lines: what is beside a change may be drawn with it.
                    for rows in bare.seen_of(Region(seen.x, part.y, seen.width, part.height).intersection(seen)):
                        strips = widget.render_lines(rows.translate(-region.offset))
                        bare.cover(rows, strips)
                        yield region, rows, strips


class _BareLines:
    """Which cells nothing has been drawn into yet: of each line, a number with a bit for each cell."""

    def __init__(self, size: Size) -> None:
        self._lines = [(1 << size.width) - 1] * size.height

    def seen_of(self, region: Region) -> Iterator[Region]:
        """The lines of `region` that show some of it, as few regions as they make."""
        cells = _cells(region)
        top: int | None = None
        for y in region.line_range:
            if self._lines[y] & cells:
                top = y if top is None else top
            elif top is not None:
                yield Region(region.x, top, region.width, y - top)
                top = None
        if top is not None:
            yield Region(region.x, top, region.width, region.bottom - top)

    def cover(self, region: Region, strips: Sequence[Strip]) -> None:
        """`strips` have been drawn there. One that is too short, of a widget that has just gone, covers nothing."""
        cells = _cells(region)
        for y, strip in zip(region.line_range, strips, strict=False):
            if strip.cell_length >= region.width:
                self._lines[y] &= ~cells


def _cells(region: Region) -> int:
    return ((1 << region.width) - 1) << region.x


def _bands(regions: Iterable[Region]) -> tuple[Region, ...]:
    """`regions` by lines: those that share one become one, so that no line is asked for twice."""
    bands: list[Region] = []
    for region in sorted(regions, key=lambda region: region.y):
        if bands and region.y < bands[-1].bottom:
            bands[-1] = bands[-1].union(region)
        else:
            bands.append(region)
    return tuple(bands)
