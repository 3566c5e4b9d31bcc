"""Packages that load a module when one of its names is first used still offer every name."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest


@pytest.mark.parametrize("package", ["pipeops_tui.core.model", "pipeops_tui.provisioning"])
def test_every_name_is_there_and_no_other(package: str) -> None:
    module = import_module(package)
    for name in module.__all__:
        assert getattr(module, name) is getattr(module, name)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = module.Nothing


def test_reading_journals_loads_little() -> None:
    script = (
        "import sys; from pipeops_tui.provisioning import peek;"
        "late = {'asyncio', 'filelock', 'pipeops_tui.provisioning.run', 'pipeops_tui.core.model.resources'};"
        "sys.exit(repr(late & set(sys.modules)) if late & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
