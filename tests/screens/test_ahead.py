"""What is loaded while the first step is read."""

from __future__ import annotations

from textual.css.stylesheet import Stylesheet

from pipeops_tui import theme
from pipeops_tui.screens.ahead import read_styles


async def test_a_new_kind_of_widget_has_no_other_stylesheet_parsed_anew() -> None:
    stylesheet = Stylesheet(variables=theme.DARK.to_color_system().generate() | theme.own_variables(theme.DARK))
    await read_styles(stylesheet)
    for number in range(100):
        stylesheet.add_source(f"Widget{number} {{ height: {number}; }}")
    parsed = list(stylesheet.rules)
    stylesheet.add_source("OneMore { height: 1; }")
    assert all(rule is before for rule, before in zip(stylesheet.rules, parsed, strict=False))
    assert len(stylesheet.rules) == len(parsed) + 1
