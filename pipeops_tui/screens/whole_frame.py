"""Screens whose first frame is whole: what they were sent with their arrival is answered before anything is drawn.

Textual (8.2) would draw a new screen when it is laid out, once more when its widgets know their sizes, and once more
when each of them has asked to be drawn; what is known already would come in a fourth frame.
"""

from __future__ import annotations

from typing import TypeVar

from textual.screen import Screen

ResultT = TypeVar("ResultT")

_SECONDS = 0.004
"""Enough for what needs no answer from elsewhere: all of that is in front of a timer on the event loop."""


class WholeFrame(Screen[ResultT]):
    """Subclasses call `hold_frame` when they arrive."""

    def hold_frame(self) -> None:
        """Draw nothing for a moment, and then everything."""
        self.app.delay_update(_SECONDS)

    def _compositor_refresh(self) -> None:
        # Textual makes a frame also while updates are held back, only to drop it.
        if not self.app._batch_count:
            super()._compositor_refresh()

    def _on_timer_update(self) -> None:
        if self.is_current and self.app._batch_count:
            return  # until the timer comes again: what waits for a frame waits for its layout
        if self._layout_required and self._repaint_required:
            # Textual draws what the layout has changed, and then everything: the second frame has all of it.
            self._dirty_widgets.add(self)
            self._repaint_required = False
        super()._on_timer_update()
