"""What a frame is put together from."""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class FrugalCompositor(Compositor):
    """Textual's compositor, asking widgets only for the lines in which something has changed.

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
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            for part in wanted or (seen,):
                if seen.overlaps(part):
                    # Whole lines: what is beside a change may be drawn with it.
                    rows = seen.intersection(Region(seen.x, part.y, seen.width, part.height))
                    yield region, rows, widget.render_lines(rows.translate(-region.offset))


def _bands(regions: Iterable[Region]) -> tuple[Region, ...]:
    """`regions` by lines: those that share one become one, so that no line is asked for twice."""
    bands: list[Region] = []
    for region in sorted(regions, key=lambda region: region.y):
        if bands and region.y < bands[-1].bottom:
            bands[-1] = bands[-1].union(region)
        else:
            bands.append(region)
    return tuple(bands)
