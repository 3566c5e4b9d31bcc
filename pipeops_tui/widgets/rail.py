"""The steps of the journey: a column on roomy screens, one line on small ones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Mark(StrEnum):
    """How a step stands; the value is its glyph."""

    DONE = "✓"
    CURRENT = "●"
    TO_COME = "○"
    BLOCKED = "!"


@dataclass(frozen=True, slots=True)
class RailStep:
    """One line of the rail. `reachable` steps can be clicked."""

    name: str
    mark: Mark
    current: bool = False
    reachable: bool = False

    @property
    def style(self) -> str:
        """The component class that colours it."""
        if self.mark is Mark.BLOCKED:
            return "rail--blocked"
        if self.current:
            return "rail--current"
        return "rail--done" if self.mark is Mark.DONE else "rail--to-come"


class _Steps(Widget):
    """What both shapes share: the steps, and their colours."""

    COMPONENT_CLASSES = {"rail--done", "rail--current", "rail--to-come", "rail--blocked"}
    DEFAULT_CSS = """
    _Steps {
        color: $text-muted;
        & > .rail--done { color: $text-success; }
        & > .rail--current { color: $text-primary; text-style: bold; }
        & > .rail--to-come { color: $text-muted; }
        & > .rail--blocked { color: $text-error; }
    }
    """

    steps: reactive[tuple[RailStep, ...]] = reactive(())

    def _styled(self, text: str, step: RailStep) -> tuple[str, object]:
        return text, self.get_component_rich_style(step.style, partial=True)


class Rail(_Steps):
    """The column: glyph and name of each step."""

    DEFAULT_CSS = """
    Rail { height: 8; width: 1fr; }
    """

    @dataclass
    class StepClicked(Message):
        """A reachable step was clicked; `index` counts from 0."""

        index: int

    def render(self) -> Text:
        """One line a step; names of steps to come and done are in the quiet colour."""
        rail = Text(no_wrap=True)
        for step in self.steps:
            mark_style = self.get_component_rich_style(step.style, partial=True)
            rail.append(f"{step.mark} ", mark_style)
            rail.append(f"{step.name}\n", mark_style if step.current or step.mark is Mark.BLOCKED else "")
        rail.rstrip()
        return rail

    def on_click(self, event: events.Click) -> None:
        """Tell which step was clicked, where going there makes sense."""
        if 0 <= event.y < len(self.steps) and self.steps[event.y].reachable:
            self.post_message(self.StepClicked(event.y))


class ProgressLine(_Steps):
    """The one line: `Step 2 of 8 · Subscription`, and what is blocked ahead."""

    DEFAULT_CSS = """
    ProgressLine { height: 1; width: 1fr; }
    """

    def render(self) -> Text:
        """Number and name of the current step, then the names of blocked ones."""
        current = next((index for index, step in enumerate(self.steps) if step.current), None)
        if current is None:
            return Text()
        step = self.steps[current]
        line = Text(f"Step {current + 1} of {len(self.steps)} · ", no_wrap=True, overflow="ellipsis")
        line.append(step.name, self.get_component_rich_style("rail--current", partial=True))
        for other in self.steps:
            if other.mark is Mark.BLOCKED:
                line.append(f" · ! {other.name} blocked", self.get_component_rich_style("rail--blocked", partial=True))
        return line
