"""Textual's button without the styles of its many looks, which are most of what showing or focusing one costs."""

from __future__ import annotations

from textual import widgets


class Button(widgets.Button, inherit_css=False):
    """One line, in one of two looks (app.tcss)."""

    DEFAULT_CSS = """
    Button {
        width: auto;
        height: auto;
        background: transparent;
        line-pad: 1;
        text-align: center;
        content-align: center middle;
        pointer: pointer;
        &.-active { tint: $background 30%; }
        &:ansi.-active { tint: transparent; }
        &:disabled { pointer: not-allowed; }
    }
    """

    def watch_has_focus(self, has_focus: bool) -> None:
        """Textual's would match all styles anew, for how the words of one line look."""
        if has_focus:
            self.styles.text_style = "bold underline"
        else:
            self.styles.clear_rule("text_style")
        self.notify_style_update()
