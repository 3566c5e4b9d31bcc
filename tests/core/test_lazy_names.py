"""Packages that load a module when one of its names is first used offer the names that type checkers see."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest


@pytest.mark.parametrize("package", ["pipeops_tui.core.model", "pipeops_tui.provisioning"])
def test_every_name_that_type_checkers_see_is_there_and_no_other(package: str) -> None:
    module = import_module(package)
    assert module.__file__ is not None
    block = next(node for node in ast.parse(Path(module.__file__).read_text()).body if isinstance(node, ast.If))
    seen = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert len(seen) > 30
    for name, home in seen.items():
        assert getattr(module, name) is getattr(import_module(str(home)), name)
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
