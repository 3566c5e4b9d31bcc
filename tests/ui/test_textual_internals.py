"""Private names of Textual: those that are used are as they were, and no others are used."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App
from textual.driver import Driver
from textual.message_pump import MessagePump

import pipeops_tui.ui
from pipeops_tui.ui.base import textual_internals
from pipeops_tui.ui.base.textual_internals import SecretSafeApp
from tests.support import inside

FOLDER = Path(pipeops_tui.ui.__file__).parent
ALLOWED = Path(textual_internals.__file__)
FILES = sorted(path for path in FOLDER.rglob("*.py") if path != ALLOWED)


def test_textual_still_has_the_names_that_are_used() -> None:
    app: App[None] = App()
    assert "self._fatal_error()" in inside.source_of_crash_handler(), "a crash is reported there"
    assert "self._exception = error" in inside.source_of_crash_handler()
    assert inside.exit_messages(app) == []
    assert inside.crash_of(app) is None
    assert inside.internal_clipboard(app) == ""
    assert inside.driver_of(app) is None
    assert list(inspect.signature(Driver.write).parameters) == ["self", "data"]
    assert [list(parameters) for parameters in inside.parameters_of_private_methods()] == [["self"], ["self"]]


def test_the_driver_of_the_terminal_is_ours_and_textual_s_still_works_as_it_expects() -> None:
    driver = textual_internals.TerminalDriver
    assert SecretSafeApp().driver_class is driver
    source = inside.source_of_the_driver()
    assert "self.run_input_thread()" in source, "what ours replaces is what the thread runs"
    assert "self._app.panic" in source, "an error of that thread ends the application there"
    assert "XTermParser(" in source
    assert "feed(unicode_data)" in source
    assert "in tick()" in source
    for name in ("_enable_mouse_support", "_enable_bracketed_paste"):
        assert f"def {name}(self) -> None" in source
    assert "self._writer_thread: WriterThread | None = None" in source
    assert "self._file = sys.__stderr__" in source


def test_what_was_cut_is_where_it_is_emptied() -> None:
    app: App[None] = App()
    app.copy_to_clipboard("cut")
    assert inside.internal_clipboard(app) == app.clipboard == "cut"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_private_name_of_textual_is_used_elsewhere(path: Path) -> None:
    assert list(private_uses(ast.parse(path.read_text("utf-8")))) == []


def test_no_private_method_of_textual_is_overridden_elsewhere() -> None:
    found = [
        f"{cls.__module__}.{cls.__name__}.{name}"
        for cls in our_classes()
        if cls.__module__ != textual_internals.__name__
        for name in vars(cls)
        if is_private(name) and name not in ON_EVERY_SUBCLASS and any(name in vars(base) for base in textuals(cls))
    ]
    assert found == []


def test_what_is_looked_for_would_be_found() -> None:
    source = "from textual._x import y\nsuper()._a()\nself.app._b\nself.screen._c = 1\nself.app.app._d\nself._own\n"
    assert len(list(private_uses(ast.parse(source)))) == 5


ON_EVERY_SUBCLASS = set(vars(type("Empty", (App,), {})))
"""Textual itself puts these there."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def private_uses(tree: ast.AST) -> Iterator[str]:
    """Imports of private modules of Textual, and private names of something that is no object of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            yield from (f"{node.lineno}: {name}" for name in names if name.startswith("_"))
        elif isinstance(node, ast.Attribute) and is_private(node.attr) and is_textuals(node.value):
            yield f"{node.lineno}: {ast.unparse(node)}"


def is_textuals(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id == "super"
    name = value.attr if isinstance(value, ast.Attribute) else (value.id if isinstance(value, ast.Name) else "")
    return name in {"app", "screen", "pipeops", "parent", "stylesheet", "driver"}


def our_classes() -> list[type]:
    for module in pkgutil.walk_packages(pipeops_tui.ui.__path__, "pipeops_tui.ui."):
        importlib.import_module(module.name)
    found: list[type] = []
    queue: list[type] = [MessagePump]
    while queue:
        cls = queue.pop()
        if cls.__module__.startswith("pipeops_tui.") and cls not in found:
            found.append(cls)
        queue += cls.__subclasses__()
    return found


def textuals(cls: type) -> list[type]:
    return [base for base in cls.__mro__ if base.__module__.startswith("textual.")]
