"""The private attributes that tests read, of the program and of Textual: each is named here and nowhere else.

A test that needs another one asks for it by what it is ("the last crash"), not by its name.
"""

from __future__ import annotations

import gc
import importlib
import inspect
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

from rich import cells, segment
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

# Textual: what is drawn


def drawn_strips(screen: Screen[Any]) -> list[Strip]:
    """The lines of a screen as they are painted, with their styles."""
    return list(screen._compositor.render_strips())


def drawn_lines(screen: Screen[Any]) -> list[str]:
    """The lines of a screen as text, without trailing spaces."""
    return [strip.text.rstrip() for strip in drawn_strips(screen)]


def paint_now(screen: Screen[Any]) -> None:
    """Paints what has changed, which a timer would do a moment later."""
    screen._on_timer_update()


# Textual: the application


def is_closing(app: App[Any]) -> bool:
    """Whether the application was told to exit."""
    return app._exit


def crash_of(app: App[Any]) -> BaseException | None:
    """The exception that ended the application."""
    return app._exception


def exit_messages(app: App[Any]) -> list[Any]:
    """What the application prints when it has left the screen, such as a traceback; it grows until then."""
    return app._exit_renderables


def notices(app: App[Any]) -> list[str]:
    """The texts of the notifications that are shown."""
    return [note.message for note in app._notifications]


def driver_of(app: App[Any]) -> Driver | None:
    """The driver of the application's terminal."""
    return app._driver


def as_active_app(app: App[Any]) -> AbstractContextManager[None]:
    """Makes `app` the active application of the code inside, as it is in its message handlers."""
    return app._context()


def resize_is_due(app: App[Any]) -> bool:
    """Whether the terminal has another size that the screens have not been told yet."""
    return app._resize_event is not None


def pretend_size(app: App[Any], size: Size) -> None:
    """Sets the size that the application believes its terminal to have."""
    app._size = size


def set_internal_clipboard(app: App[Any], text: str) -> None:
    """Sets Textual's own clipboard, from which ctrl+v pastes."""
    app._clipboard = text


def internal_clipboard(app: App[Any]) -> str:
    """What Textual's own clipboard holds."""
    return app._clipboard


def source_of_crash_handler() -> str:
    """The code with which Textual takes an exception that ends the application."""
    return inspect.getsource(App._handle_exception)


def source_of_the_driver() -> str:
    """The code of Textual's driver for terminals of Linux and macOS."""
    return Path(importlib.import_module("textual.drivers.linux_driver").__file__ or "").read_text("utf-8")


def parameters_of_private_methods() -> list[Iterable[str]]:
    """The parameters of each private method of Textual that the program calls or replaces."""
    return [inspect.signature(method).parameters for method in (App._fatal_error, App._close_messages_no_wait)]


def keys_bound_by(widget: Widget) -> set[str]:
    """The keys that the bindings of `widget` itself take while it has the focus."""
    return {key for node, keys in widget.screen._binding_chain for key in keys.key_to_bindings if node is widget}


def has_running_timer(widget: Widget) -> bool:
    """Whether a timer of the widget still ticks."""
    return any(timer._task and not timer._task.done() for timer in widget._timers)


# The program


def set_browser(app: Any, open_url: Callable[[str], bool]) -> None:
    """Opens pages with `open_url`, which says whether there was a browser."""
    app._open_in_browser = open_url


def show_step(app: App[Any]) -> None:
    """Shows the screen of the wizard's step."""
    cast("Any", app)._show()


def is_typing_answered(app: App[Any]) -> bool:
    """Whether no key and no paste waits for its turn or has still to have its effect."""
    typed = cast("Any", app)._typed_ahead
    return not typed._waiting and typed._expected is None


def secret_field(screen: Screen[Any]) -> Any:
    """The secret field of the Credentials screen."""
    return cast("Any", screen)._rows.secret


def keys_shown(bar: Widget) -> list[Any]:
    """The keys that fit into a key bar."""
    return list(cast("Any", bar)._fitting())


def readers_of(feed: Any) -> int:
    """How many readers a feed keeps."""
    return len(feed._readers)


async def regions_of_type(reads: Any, subscription: Any, namespace: str, kind: str) -> frozenset[str] | None:
    """The regions in which a resource provider offers a type of resource, as the reads of resources find them."""
    found: frozenset[str] | None = await reads._type_locations(subscription, namespace, kind)
    return found


def held_tokens(session: Any) -> list[str]:
    """The access tokens that a session of the real connector holds."""
    return [held.token.token for held in session._clients.tokens._tokens.values()]


# What libraries keep


def reactive_values(widget: Widget) -> dict[str, object]:
    """The values of a widget's reactive attributes by name."""
    return {name: getattr(widget, name) for name in widget._reactives}


def texts_cached_by_rich() -> list[str]:
    """The texts in the caches in which Rich keeps what it measured."""
    caches = (cells.cached_cell_len, segment.Segment._split_cells)
    return [text for cache in caches for text in gc.get_referents(cache) if isinstance(text, str)]
