"""Decides what of the Credentials screen there is room for: PipeOps' form, blank lines between the values."""

from __future__ import annotations

from textual.screen import Screen

FORM_WIDTH = 120
"""Columns of the terminal from which PipeOps' form is drawn beside the values."""
_AIRY, _AIRY_FORM, _AIRY_WATCHED = 34, 36, 44
"""Lines of the terminal from which there is a blank line between the values: without the form, with it, and beside what
is said about a server."""
_LOW, _LOWEST = 28, 24
"""Lines of the terminal below which less is said beside the values, and least."""


def fit(screen: Screen[None], *, with_form: bool, watched: bool) -> bool:
    """Give `screen` the classes for the terminal's size (`screen.tcss`); returns whether the form is drawn.

    `with_form` says whether there is one to draw, `watched` whether something is said about a server.
    """
    size = screen.app.size
    form = with_form and size.width >= FORM_WIDTH and not screen.has_class("-short")
    least = _AIRY_WATCHED if watched else (_AIRY_FORM if form else _AIRY)
    for name, applies in (
        ("-form", form),
        ("-watched", watched),
        ("-airy", size.height >= least),
        ("-low", size.height < _LOW),
        ("-lowest", size.height < _LOWEST),
    ):
        screen.set_class(applies, name)
    return form
