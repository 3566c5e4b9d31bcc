"""Buttons side by side, in as many rows as they need: what can be done next, the first one first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.layout import ArrangeResult, Layout
from textual.layouts.horizontal import HorizontalLayout
from textual.widget import Widget
from textual.widgets import Button


@dataclass(frozen=True, slots=True)
class Action:
    """A button: a verb, and what it does."""

    label: str
    run: Callable[[], object]
    key: str = ""
    """The key that does it as well: `c`, or none."""


class _Wrapping(HorizontalLayout):
    """From left to right, then on the next line, as words are: none of Textual's layouts does that."""

    name = "wrapping"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Where each child stands; all are one line high."""
        placements, left, line = [], 0, 0
        for placement in super().arrange(parent, children, size, greedy):
            if placement.region.right - left > size.width and placement.region.x > left:
                left, line = placement.region.x, line + 1
            placements.append(placement._replace(region=placement.region.translate((-left, line))))
        return placements


class ActionButtons(Container):
    """Shows a button for each action; the first one is bright."""

    DEFAULT_CSS = """
    ActionButtons {
        height: auto;
        & Button { width: auto; min-width: 4; padding: 0; margin-right: 1; }
    }
    """

    def __init__(self, actions: Sequence[Action] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._actions = tuple(actions)
        self._wrapping = _Wrapping()

    @property
    def layout(self) -> Layout:
        """Rows as needed."""
        return self._wrapping

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return self._actions

    def show(self, actions: Sequence[Action], *, focus: bool = False) -> None:
        """Replace the buttons; where only what they do has changed, they stay. `focus` puts the focus on the first."""
        before, self._actions = self._actions, tuple(actions)
        if [action.label for action in before] != [action.label for action in self._actions]:
            self.call_later(self._replace)
        if focus:
            self.call_later(self.focus_first)

    async def _replace(self) -> None:
        focused = next((str(button.label) for button in self.query(Button) if button.has_focus), None)
        await self.recompose()
        if focused is not None:
            buttons = list(self.query(Button))
            same = [button for button in buttons if str(button.label) == focused]
            for button in (same or buttons)[:1]:
                button.focus()

    def focus_first(self) -> None:
        """Put the focus on the first button that there is."""
        if buttons := self.query(Button):
            buttons.first().focus()

    def press(self, key: str) -> None:
        """Do what belongs to `key`."""
        for action in self._actions:
            if action.key == key:
                action.run()

    def compose(self) -> ComposeResult:
        """All of them."""
        for index, action in enumerate(self._actions):
            yield Button(action.label, compact=True, variant="default" if index else "primary")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the pressed button says, unless it belonged to what was shown before."""
        event.stop()
        for action in self._actions:
            if action.label == str(event.button.label):
                action.run()
                return
