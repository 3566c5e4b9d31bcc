"""A few choices, each with a title and one or two lines about it: ways to sign in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.visual import Visual, visualize
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice. `badge` is a word after the title, e.g. `recommended`."""

    key: str
    title: str
    detail: str = ""
    enabled: bool = True
    badge: str = ""


@dataclass(frozen=True, slots=True)
class _Measure:
    gap: int
    """Blank lines between choices."""
    tight: bool
    """Whether there is only one line for each."""


_MARK = "▌ "
_NO_MARK = "  "
_BETWEEN = " · "


class ChoiceList(Widget, can_focus=True):
    """Up and Down move between the choices; one that cannot be taken can be reached too, and says why.

    Textual's OptionList and RadioSet have neither: no badge beside a title, no details that give up their lines where
    there is no room, and Enter belongs to them instead of to the screen.
    """

    COMPONENT_CLASSES = {
        "choice-list--mark",
        "choice-list--title",
        "choice-list--focused",
        "choice-list--detail",
        "choice-list--disabled",
        "choice-list--badge",
    }
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
        & > .choice-list--focused { color: $text; text-style: bold underline; }
    }
    """

    choices: reactive[tuple[Choice, ...]] = reactive((), layout=True)
    selected_key: reactive[str | None] = reactive(None)
    empty_text = reactive("")
    """Shown while there are no choices."""

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
        self._drawn: dict[object, list[Strip]] = {}
        """The lines as they look with and without the focus."""
        super().__init__(id=id)
        self.touched = False
        """Whether the person has moved or clicked."""
        self._wraps: dict[str, list[str]] = {}
        self._wrap_width = 0
        self.set_reactive(ChoiceList.choices, tuple(choices))

    @property
    def selected(self) -> Choice | None:
        """The choice that Continue would take; None when it cannot be taken."""
        return next((c for c in self.choices if c.key == self.selected_key and c.enabled), None)

    def action_move(self, steps: int) -> None:
        """Select another choice; also one that cannot be taken, so that a screen reader and a magnifier reach it."""
        if self.choices:
            keys = [choice.key for choice in self.choices]
            at = keys.index(self.selected_key) if self.selected_key in keys else -1
            self._select(self.choices[min(max(at + steps, 0), len(keys) - 1)])

    def on_click(self, event: events.Click) -> None:
        """Select what was clicked."""
        line, measured = event.y, self._measure()
        for choice in self.choices:
            height = 1 if measured.tight else self._height(choice)
            if 0 <= line < height:
                self._select(choice, twice=event.chain == 2)
                return
            line -= height + measured.gap

    def watch_choices(self) -> None:
        """Forget how the old texts were wrapped."""
        self._wraps.clear()

    def _select(self, choice: Choice, *, twice: bool = False) -> None:
        self.touched = True
        self.selected_key = choice.key
        self.post_message(self.Selected(self, choice, twice))

    def notify_style_update(self) -> None:
        """Draw again, in other colours."""
        self._drawn.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """A line; what was drawn before is kept, since the focus comes and goes more often than anything changes."""
        shown = (self.choices, self.selected_key, self.empty_text, self.has_focus, self.size)
        if shown not in self._drawn:
            if len(self._drawn) > 1:
                self._drawn.clear()
            width, height = self.size
            self._drawn[shown] = Visual.to_strips(
                self, visualize(self, self.render()), width, height, self.visual_style
            )
        lines = self._drawn[shown]
        return lines[y] if y < len(lines) else Strip.blank(self.size.width, self.visual_style.rich_style)

    def render(self) -> Text:
        """Title and detail of each; without blank lines, then in one line each, where that is too high."""
        if not self.choices:
            return Text(self.empty_text, self._style("detail"))
        measured = self._measure()
        drawn = (self._tight_line(one) if measured.tight else self._lines(one) for one in self.choices)
        return Text("\n" * (1 + measured.gap)).join(drawn)

    def _measure(self) -> _Measure:
        """How the choices fit into the height there is."""
        if self.styles.is_auto_height:
            return _Measure(gap=1, tight=False)
        height = sum(self._height(choice) for choice in self.choices)
        roomy = height + len(self.choices) - 1 <= self.size.height
        return _Measure(gap=1 if roomy else 0, tight=height > self.size.height)

    def _height(self, choice: Choice) -> int:
        return 1 + len(self._wrapped(choice.detail))

    def _wrapped(self, detail: str) -> list[str]:
        """`detail` in lines, kept because wrapping is most of what drawing costs."""
        width = max(10, self.size.width - 2)
        if width != self._wrap_width:
            self._wrap_width = width
            self._wraps.clear()
        if (lines := self._wraps.get(detail)) is None:
            wrapped = Text(_broken(detail, width)).wrap(self.app.console, width) if detail else ()
            lines = self._wraps[detail] = [line.plain for line in wrapped]
        return lines

    def _first_line(self, choice: Choice) -> Text:
        selected = choice.key == self.selected_key
        title = self._style(self._look(selected) if choice.enabled else "disabled")
        first = Text.assemble((_MARK if selected else _NO_MARK, self._style("mark")), (choice.title, title))
        if choice.badge:
            first.append(f"  {choice.badge}", self._style("badge" if choice.enabled else "disabled"))
        return first

    def _look(self, selected: bool) -> str:
        if not selected:
            return "detail"
        return "focused" if self.has_focus else "title"

    def _lines(self, choice: Choice) -> Text:
        mark, style = self._style("mark"), self._style("detail" if choice.enabled else "disabled")
        text = self._first_line(choice)
        for line in self._wrapped(choice.detail):
            text.append("\n")
            text.append(_MARK if choice.key == self.selected_key else _NO_MARK, mark)
            text.append(line, style)
        return text

    def _tight_line(self, choice: Choice) -> Text:
        line = self._first_line(choice)
        line.append(f"  {choice.detail}", self._style("detail" if choice.enabled else "disabled"))
        line.truncate(self.size.width, overflow="ellipsis")
        return line

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"choice-list--{name}", partial=True)


def _broken(detail: str, width: int) -> str:
    """`detail` with a new line for each part, between middle dots, that would not end on the line before."""
    lines: list[str] = []
    for part in detail.split(_BETWEEN):
        if lines and cell_len(longer := f"{lines[-1]}{_BETWEEN}{part}") <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return "\n".join(lines)
