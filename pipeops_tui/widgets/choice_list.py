"""A few choices, each with a title and a line or two about it: ways to sign in, lifetimes of a secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice. `badge` is a word after the title, e.g. `recommended`."""

    key: str
    title: str
    detail: str = ""
    enabled: bool = True
    badge: str = ""


class ChoiceList(Widget, can_focus=True):
    """Up and Down move between choices that can be taken; those that cannot stay visible with their reason."""

    COMPONENT_CLASSES = {
        "choice-list--mark",
        "choice-list--title",
        "choice-list--detail",
        "choice-list--disabled",
        "choice-list--badge",
    }
    ALLOW_SELECT = False
    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("home,pageup", "move(-999)", show=False),
        Binding("end,pagedown", "move(999)", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceList {
        height: auto;
        pointer: pointer;
        & > .choice-list--mark { color: $primary; }
        & > .choice-list--title { color: $text; }
        & > .choice-list--detail { color: $text-muted; }
        & > .choice-list--disabled { color: $text-disabled; }
        & > .choice-list--badge { color: $text-primary; }
        &:focus > .choice-list--title { text-style: bold underline; }
    }
    """

    choices: reactive[tuple[Choice, ...]] = reactive((), layout=True)
    selected_key: reactive[str | None] = reactive(None)
    empty_text = reactive("")
    """What is said while there are no choices."""

    @dataclass
    class Selected(Message):
        """Another choice is selected. `twice` when it was double-clicked, which means to go on with it."""

        list: ChoiceList
        choice: Choice
        twice: bool = False

        @property
        def control(self) -> ChoiceList:
            """For `@on` selectors."""
            return self.list

    def __init__(self, choices: Sequence[Choice] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.touched = False
        """Whether the person has moved or clicked."""
        self.set_reactive(ChoiceList.choices, tuple(choices))

    @property
    def selected(self) -> Choice | None:
        """The choice that Continue would take; None when it cannot be taken."""
        return next((c for c in self.choices if c.key == self.selected_key and c.enabled), None)

    def action_move(self, steps: int) -> None:
        """Select another choice, past those that cannot be taken."""
        enabled = [choice for choice in self.choices if choice.enabled]
        if not enabled:
            return
        keys = [choice.key for choice in enabled]
        at = keys.index(self.selected_key) if self.selected_key in keys else -1
        self._select(enabled[min(max(at + steps, 0), len(enabled) - 1)])

    def on_click(self, event: events.Click) -> None:
        """Select what was clicked."""
        line = event.y
        for choice in self.choices:
            height = len(self._lines(choice))
            if 0 <= line < height:
                if choice.enabled:
                    self._select(choice, twice=event.chain == 2)
                return
            line -= height + self._gap

    def _select(self, choice: Choice, *, twice: bool = False) -> None:
        self.touched = True
        self.selected_key = choice.key
        self.post_message(self.Selected(self, choice, twice))

    def render(self) -> Text:
        """Title and detail of each; without blank lines, then in one line each, where that is too high."""
        if not self.choices:
            return Text(self.empty_text, self._style("detail"))
        return Text("\n" * (1 + self._gap)).join(Text("\n").join(self._lines(choice)) for choice in self.choices)

    @property
    def _height(self) -> int:
        return sum(len(self._full_lines(choice)) for choice in self.choices)

    @property
    def _gap(self) -> int:
        roomy = self.styles.is_auto_height or self._height + len(self.choices) - 1 <= self.size.height
        return 1 if roomy else 0

    @property
    def _is_tight(self) -> bool:
        return not self.styles.is_auto_height and self._height > self.size.height

    def _lines(self, choice: Choice) -> list[Text]:
        lines = self._full_lines(choice)
        if not self._is_tight:
            return lines
        line = lines[0].append(f"  {choice.detail}", self._style("detail" if choice.enabled else "disabled"))
        line.truncate(self.size.width, overflow="ellipsis")
        return [line]

    def _full_lines(self, choice: Choice) -> list[Text]:
        selected = choice.key == self.selected_key
        mark = Text("▌ " if selected else "  ", self._style("mark"))
        title = self._style(("title" if selected else "detail") if choice.enabled else "disabled")
        first = Text.assemble(mark, (choice.title, title))
        if choice.badge:
            first.append(f"  {choice.badge}", self._style("badge" if choice.enabled else "disabled"))
        detail = Text(choice.detail, self._style("detail" if choice.enabled else "disabled"))
        width = max(10, self.size.width - 2)
        wrapped = list(detail.wrap(self.app.console, width)) if choice.detail else []
        return [first, *(Text.assemble(mark if selected else "  ", line) for line in wrapped)]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"choice-list--{name}", partial=True)
