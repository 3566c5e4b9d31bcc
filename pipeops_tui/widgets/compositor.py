"""What a frame is put together from."""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class FrugalCompositor(Compositor):
    """Textual's compositor, asking only those widgets for lines that lie where something has changed.

    Textual 8.2 asks every widget whose *container* touches the changed part, which on a step is all of them, for each
    key. A version of Textual that asks in another way is not held up by this: then it is as fast as it is.
    """

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            if seen and (crop is None or crop.overlaps(seen)):
                yield region, clip, widget.render_lines(seen.translate(-region.offset))
