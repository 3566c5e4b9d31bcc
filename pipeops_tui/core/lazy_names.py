"""Lets a package offer names of its modules, each of which is imported when one of its names is first used.

A package's `__init__` runs whenever one of its modules is imported, so all that it imports is loaded each time. For
`pipeops-tui list`, that would be twice the processor time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_names(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """A `__getattr__` (PEP 562) for `package`; `homes` are its modules, each with its names separated by blanks.

    For type checkers the package imports the same names under `TYPE_CHECKING`, and pyproject.toml lets other modules
    import them from there (`implicit_reexport` of mypy, F401 of ruff).
    """
    modules = {name: module for module, names in homes.items() for name in names.split()}

    def find(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return find
