"""Textual's input without the styles of its other looks, which are most of what moving the focus to one costs."""

from __future__ import annotations

from typing import ClassVar

from textual import widgets


class LineInput(widgets.Input, inherit_css=False):
    """One line without a border. Called otherwise than Textual's, whose styles the palette brings along."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*widgets.Input.COMPONENT_CLASSES}
    DEFAULT_CSS = """
    LineInput {
        width: 100%;
        height: 1;
        padding: 0 1;
        overflow: auto auto;
        scrollbar-size-horizontal: 0;
        pointer: text;
        background: $surface;
        color: $text;

        & > .input--cursor {
            background: $input-cursor-background;
            color: $input-cursor-foreground;
            text-style: $input-cursor-text-style;
        }
        & > .input--selection { background: $input-selection-background; color: $input-selection-foreground; }
        & > .input--placeholder { color: $text-disabled; }

        &:ansi {
            background: ansi_default;
            color: ansi_default;
            & > .input--cursor { background: ansi_white; color: ansi_black; }
            & > .input--placeholder { color: ansi_default; text-style: dim; }
        }
    }
    """

    def on_mount(self) -> None:
        """Follow the theme, also where it is not the style sheet that does."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._show_focus())

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Textual's would match all styles of the entry and of its parts anew, for one colour of one line."""
        self._show_focus()

    def _show_focus(self) -> None:
        if self.has_focus:
            self.styles.background = self.app.theme_variables["row"]
        else:
            self.styles.clear_rule("background")
        self.notify_style_update()
