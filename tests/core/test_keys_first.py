"""Loading in threads leaves the interpreter as it was."""

from __future__ import annotations

import gc
import importlib
import sys

import pytest

from pipeops_tui.core.process import keys_first


def test_everything_is_as_before_when_loading_failed() -> None:
    before = (gc.isenabled(), sys.getswitchinterval())
    with pytest.raises(ImportError), keys_first():
        importlib.import_module("there_is_no_such_module")
    assert (gc.isenabled(), sys.getswitchinterval()) == before
