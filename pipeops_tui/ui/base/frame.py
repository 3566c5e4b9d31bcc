"""The frame of every step: header, rail and slip with what the journey knows, and the notice that covers them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rich.align import Align
from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.widgets.showing import shorten

NAME = "pipeops-tui"
DEMO = " DEMO "
HEADING = "For PipeOps"
EMPTY = "–"
_LABELS = ("Resource group", "Tenant ID", "Client ID", "Client secret", "Subscription")
_LABEL_WIDTH = 16
LEAST_WIDTH = 60
LEAST_HEIGHT = 16


class HeaderLine(Widget):
    """`pipeops-tui` at the left, with DEMO beside it in a demo; account · tenant · cloud at the right."""

    COMPONENT_CLASSES = {"header-line--who", "header-line--demo"}
    DEFAULT_CSS = """
    HeaderLine {
        height: 1;
        color: $text-primary;
        text-style: bold;

        & > .header-line--who {
            color: $text-muted;
            text-style: not bold;
        }
        & > .header-line--demo { color: $background; background: $warning; }
    }
    """

    who = reactive("")
    demo = reactive(False)
    """Whether everything shown is made up."""

    def on_click(self, event: events.Click) -> None:
        """The name is the palette's place for the mouse: the line of keys has no room for everything."""
        if event.x < len(NAME):
            self.app.action_command_palette()

    def render(self) -> Text:
        """One line, never wider than the screen: the account is shortened first, the cloud's name stays."""
        line = Text(NAME, no_wrap=True, end="")
        if self.demo:
            line.append(" ")
            line.append(DEMO, self.get_component_rich_style("header-line--demo", partial=True))
        who = shorten_middle_parts(self.who, max(0, self.size.width - line.cell_len - 2))
        line.append(" " * max(2, self.size.width - line.cell_len - Text(who).cell_len))
        line.append(who, self.get_component_rich_style("header-line--who", partial=True))
        return line


def shorten_middle_parts(who: str, room: int) -> str:
    """`who` in at most `room` cells: parts before the last are dropped or cut, because the last names the cloud."""
    parts = who.split(" · ")
    while len(parts) > 1 and Text(" · ".join(parts)).cell_len > room:
        spare = room - Text(" · ".join(parts[1:])).cell_len - 3
        if spare >= 8:
            parts[0] = parts[0][: spare - 1] + "…"
            break
        parts.pop(0)
    return shorten(" · ".join(parts), room)


class StepMark(StrEnum):
    """The state of a step; the value is its glyph."""

    DONE = "✓"
    CURRENT = "●"
    TO_COME = "○"
    BLOCKED = "!"


@dataclass(frozen=True, slots=True)
class RailStep:
    """One line of the rail. `reachable` steps can be clicked."""

    name: str
    mark: StepMark
    current: bool = False
    reachable: bool = False

    @property
    def style(self) -> str:
        """The component class that colours it."""
        if self.mark is StepMark.BLOCKED:
            return "rail--blocked"
        if self.current:
            return "rail--current"
        return "rail--done" if self.mark is StepMark.DONE else "rail--to-come"


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
        """One line a step; names of steps to come and done are in the muted colour."""
        rail = Text(no_wrap=True)
        for step in self.steps:
            mark_style = self.get_component_rich_style(step.style, partial=True)
            rail.append(f"{step.mark} ", mark_style)
            rail.append(f"{step.name}\n", mark_style if step.current or step.mark is StepMark.BLOCKED else "")
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
            if other.mark is StepMark.BLOCKED:
                line.append(f" · ! {other.name} blocked", self.get_component_rich_style("rail--blocked", partial=True))
        return line


@dataclass(frozen=True, slots=True)
class SlipValues:
    """What is known so far; empty texts where nothing is. `client_secret` says that there is one, never which."""

    resource_group: str = ""
    tenant_id: str = ""
    client_id: str = ""
    client_secret: str = ""
    subscription: str = ""

    def in_order(self) -> tuple[str, ...]:
        """The values in the order of the labels."""
        return (self.resource_group, self.tenant_id, self.client_id, self.client_secret, self.subscription)


class Slip(Widget):
    """Heading and five rows; a value that does not fit ends with an ellipsis."""

    COMPONENT_CLASSES = {"slip--heading", "slip--label", "slip--value"}
    DEFAULT_CSS = """
    Slip {
        height: 6;
        color: $text-muted;
        & > .slip--heading { color: $text-muted; text-style: bold; }
        & > .slip--label { color: $text-muted; }
        & > .slip--value { color: $text; }
    }
    """

    values: reactive[SlipValues] = reactive(SlipValues())

    def render(self) -> Text:
        """Heading, then label and value a line."""
        label_style = self.get_component_rich_style("slip--label", partial=True)
        value_style = self.get_component_rich_style("slip--value", partial=True)
        slip = Text(no_wrap=True)
        slip.append(f"{HEADING}\n", self.get_component_rich_style("slip--heading", partial=True))
        for label, value in zip(_LABELS, self.values.in_order(), strict=True):
            slip.append(label.ljust(_LABEL_WIDTH), label_style)
            shown = shorten(value, self.size.width - _LABEL_WIDTH)
            slip.append(f"{shown or EMPTY}\n", value_style if value else label_style)
        slip.rstrip()
        return slip


class TooSmall(Widget):
    """Covers its screen, on a layer of its own, while the terminal is smaller than 60x16."""

    DEFAULT_CSS = """
    TooSmall {
        layer: too-small;
        dock: top;
        width: 100%;
        height: 100%;
        display: none;
        background: $background;
        color: $text;
    }
    """

    def render(self) -> Align:
        """One sentence in the middle; nothing that was entered is lost meanwhile."""
        size = f"{self.app.size.width}×{self.app.size.height}"
        sentence = f"Please make the terminal larger: {LEAST_WIDTH}×{LEAST_HEIGHT} at least, it is {size}."
        return Align.center(Text(sentence, justify="center"), vertical="middle", height=self.size.height)


def is_covered(screen: Screen[Any]) -> bool:
    """Whether nothing else can be seen of `screen`."""
    return any(notice.display for notice in screen.query_children(TooSmall))


def rail_steps(journey: Journey, shown: Step) -> tuple[RailStep, ...]:
    """The rail as it is drawn beside the step `shown`."""
    reached = STEPS.index(journey.wizard.reached)

    def mark(index: int, step: Step) -> StepMark:
        if step in journey.blocked:
            return StepMark.BLOCKED
        if step is shown:
            return StepMark.CURRENT
        return StepMark.DONE if index < reached else StepMark.TO_COME

    return tuple(
        RailStep(step.value, mark(index, step), current=step is shown, reachable=index <= reached)
        for index, step in enumerate(STEPS)
    )


def slip_values(journey: Journey) -> SlipValues:
    """The five values as far as they are known."""
    choices, run = journey.choices, journey.run
    credentials = run.credentials if run is not None else None
    subscription = choices.subscription
    return SlipValues(
        resource_group=choices.existing_group.name if choices.existing_group else choices.group_name,
        tenant_id=subscription.tenant_id if subscription else "",
        client_id=run.state.client_id if run is not None else "",
        client_secret="made" if credentials else "",
        subscription=subscription.subscription_id if subscription else "",
    )
