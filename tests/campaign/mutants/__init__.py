"""Small mistakes in the lines that matter most, each with the tests that must notice it.

The lists are the TOML files beside this one; `campaign.py` runs them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LISTS = ("provisioning", "azure", "doctor", "plain", "interface")


@dataclass(frozen=True, slots=True)
class Mutant:
    """Replaces `old`, which stands in `file` exactly once, by `new`."""

    name: str
    file: str
    """Below `pipeops_tui/`."""
    old: str
    new: str
    tests: tuple[str, ...]
    """Below `tests/`: files or node ids, of which at least one test must fail."""


def _read() -> Iterator[Mutant]:
    for name in _LISTS:
        for file, table in tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8")).items():
            tests = tuple(table.pop("tests"))
            yield from (Mutant(name, file, old, new, tests) for name, (old, new) in table.items())


MUTANTS: tuple[Mutant, ...] = tuple(_read())
"""All of them."""
