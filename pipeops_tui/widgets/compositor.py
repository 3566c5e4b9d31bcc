"""What a frame is put together from."""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class FrugalCompositor(Compositor):
    """Textual's compositor, asking only those widgets for lines that lie where something has changed.

    Textual 8.2 asks every widget whose *container* touches the smallest rectangle around all changes, which on a step
    is each of them, for each key. A version of Textual that asks in another way is not held up by this: then it is as
    fast as it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._changed: tuple[Region, ...] = ()

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed since the last frame; None when nothing has."""
        self._changed = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = ()

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        wanted = self._changed or (() if crop is None else (crop,))
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            if seen and (not wanted or any(seen.overlaps(part) for part in wanted)):
                yield region, clip, widget.render_lines(seen.translate(-region.offset))
