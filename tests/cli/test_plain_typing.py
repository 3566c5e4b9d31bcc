"""`typing` stands in for `typing_extensions` only while Textual is imported, and only for the names it has."""

from __future__ import annotations

import importlib
import sys
import typing

import pytest

from pipeops_tui.cli.plain_typing import plain_typing

NAME = "typing_extensions"


@pytest.fixture(autouse=True)
def _not_imported_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, NAME, raising=False)


def test_names_come_from_typing_and_nothing_is_loaded() -> None:
    with plain_typing():
        stand_in = importlib.import_module(NAME)
        assert stand_in.Self is typing.Self
        assert not hasattr(stand_in, "__file__")
    assert NAME not in sys.modules


def test_a_name_that_typing_does_not_have_comes_from_the_real_module() -> None:
    with plain_typing():
        from typing_extensions import Doc

        assert Doc.__module__ == NAME
        assert sys.modules[NAME].__file__
    assert sys.modules[NAME].Doc is Doc


def test_later_imports_get_the_real_module() -> None:
    with plain_typing():
        importlib.import_module(NAME)
    assert importlib.import_module(NAME).__file__


def test_a_module_that_is_there_already_stays() -> None:
    real = importlib.import_module(NAME)
    with plain_typing():
        assert importlib.import_module(NAME) is real
    assert sys.modules[NAME] is real
