"""Keys go before imports in threads."""

from __future__ import annotations

import gc
import importlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeops_tui.keys_first import ImportGate, keys_first

MODULE = "imported_beside_keys"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module that nobody has imported yet."""
    (tmp_path / f"{MODULE}.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop(MODULE, None)


def importing(happened: list[str]) -> threading.Thread:
    def work() -> None:
        importlib.import_module(MODULE)
        happened.append("imported")

    thread = threading.Thread(target=work)
    thread.start()
    return thread


@pytest.mark.usefixtures("module")
def test_a_thread_imports_once_the_key_is_answered() -> None:
    gate = ImportGate(longest=60)
    happened: list[str] = []
    with keys_first(gate):
        gate.close()
        thread = importing(happened)
        happened.append("answered")
        gate.open()
        thread.join()
    assert happened == ["answered", "imported"]


@pytest.mark.usefixtures("module")
def test_a_thread_does_not_wait_for_ever_for_an_answer() -> None:
    gate = ImportGate(longest=0.01)
    happened: list[str] = []
    with keys_first(gate):
        gate.close()
        importing(happened).join()
    assert happened == ["imported"]


@pytest.mark.usefixtures("module")
def test_the_thread_that_answers_keys_does_not_wait_for_itself() -> None:
    gate = ImportGate(longest=threading.TIMEOUT_MAX)
    with keys_first(gate):
        gate.close()
        importlib.import_module(MODULE)


def test_everything_is_as_before_when_loading_failed() -> None:
    before = (list(sys.meta_path), gc.isenabled(), sys.getswitchinterval())
    with pytest.raises(ImportError), keys_first(ImportGate()):
        importlib.import_module("there_is_no_such_module")
    assert (list(sys.meta_path), gc.isenabled(), sys.getswitchinterval()) == before
