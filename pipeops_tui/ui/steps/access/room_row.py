"""The row *Room for a server* of the Access step: asked beside the checks, which never wait for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeops_tui.checks.room import Room, read_room
from pipeops_tui.checks.room_words import ROOM_TITLE, room_check
from pipeops_tui.core.model import Check
from pipeops_tui.core.wizard import Choices
from pipeops_tui.ui.base.step_screen import StepScreen


class RoomRow:
    """Belongs to one screen; `changed` is called when Azure has answered."""

    def __init__(self, screen: StepScreen, changed: Callable[[], None]) -> None:
        self._screen = screen
        self._changed = changed
        self._asked = False
        self.room: Room | None = None
        """What Azure says; None before it has."""

    @property
    def rows(self) -> Sequence[Check | str]:
        """The row, or its title while Azure is asked; none where no region is known."""
        if self.room is not None:
            return (room_check(self.room),)
        return (ROOM_TITLE,) if self._asked else ()

    def begin(self) -> None:
        """Ask about the region that is chosen now. What was asked on the step before is not asked again."""
        self.room = None
        self._asked = bool(location_of(self._screen.journey.choices))
        self._screen.work.begin(self._read, group="room")

    async def _read(self) -> None:
        choices = self._screen.journey.choices
        location, subscription = location_of(choices), choices.subscription
        if location and subscription is not None:
            place = choices.region.display_name if choices.region is not None else location
            self.room = await read_room(self._screen.journey.lookups.reads, subscription, location, place)
            self._changed()


def location_of(choices: Choices) -> str:
    """The `name` of the region that was chosen with the resource group; empty before."""
    if choices.existing_group is not None:
        return choices.existing_group.location
    return choices.region.name if choices.region is not None else ""
