"""Lets a package offer names of its modules, each of which is imported when one of its names is first asked for.

A package's `__init__` is run whenever one of its modules is imported: what it imports itself, everyone waits for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_names(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """A `__getattr__` (PEP 562) for `package`; `homes` are its modules, each with its names separated by blanks.

    For type checkers the package imports the same names under `TYPE_CHECKING`.
    """
    modules = {name: module for module, names in homes.items() for name in names.split()}

    def find(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return find
