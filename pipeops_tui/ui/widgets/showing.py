"""How widgets show something: an address, a text that has changed or is too long, a late widget, facts in columns."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual.reactive import reactive
from textual.widget import AwaitMount, Widget
from textual.widgets import Button, Static

_GAP = 2


def link(url: str, text: str = "") -> Text:
    """`url`, or `text` in its place, to be selected like any text. A click has the application open it (its action
    `visit`)."""
    return Text(text or url, Style(underline=True, meta={"@click": f"app.visit({url!r})"}))


def say(static: Static, text: str | Text, *, same_size: bool = False) -> None:
    """Have `static` show `text`, if it is another one: an update lays out the whole screen. With `same_size` nothing is
    laid out again."""
    if static.content != text:
        static.update(text, layout=not same_size)


def remark(static: Static, text: str, mood: str) -> None:
    """Have `static` show what is to be said of an entry, in the colours of `mood` (step_screen.tcss)."""
    static.set_classes(f"remark -{mood}")
    say(static, text)


def shorten(text: str, room: int) -> str:
    """`text` in at most `room` cells, ending with … where it was cut."""
    if cell_len(text) <= room:
        return text
    return set_cell_size(text, max(0, room - 1)).rstrip() + "…" if room > 0 else ""


def is_in_front(widget: Widget) -> bool:
    """Whether no dialog lies over the screen of `widget`."""
    return widget.is_attached and widget.screen.is_active


def show_time(widget: Widget) -> None:
    """Draw `widget` again because time has passed. Not below a dialog: with each change there Textual draws the whole
    screen again, which is 9 kB at 80x24, ten times a second."""
    if is_in_front(widget):
        widget.refresh()


def mount_into(parent: Widget, *widgets: Widget, after: Widget | None = None) -> AwaitMount:
    """Mount `widgets` as Textual does, but leave it where `parent` is gone or the application about to close: Textual
    takes that for a mistake (`MountError`), and a message that was on its way then would end in a crash."""
    return parent.mount(*widgets, after=after) if parent.is_attached else AwaitMount(parent, [])


class Facts(Widget):
    """Labels in the muted colour, values in the normal one, which can be selected and copied."""

    COMPONENT_CLASSES = {"facts--label", "facts--value"}
    DEFAULT_CSS = """
    Facts {
        height: auto;
        & > .facts--label { color: $text-muted; }
        & > .facts--value { color: $text; }
    }
    """

    facts: reactive[tuple[tuple[str, str], ...]] = reactive((), layout=True)

    def render(self) -> Text:
        """One line a fact."""
        width = max((len(label) for label, _ in self.facts), default=0) + _GAP
        lines = Text()
        for label, value in self.facts:
            lines.append(label.ljust(width), self.get_component_rich_style("facts--label", partial=True))
            lines.append(f"{value}\n", self.get_component_rich_style("facts--value", partial=True))
        lines.rstrip()
        return lines


def relabel(button: Button, label: str) -> None:
    """Let `button` say `label`, in the width that this takes."""
    if str(button.label) != label:
        button.label = label
        button.refresh(layout=True)  # which a label alone does not ask for
