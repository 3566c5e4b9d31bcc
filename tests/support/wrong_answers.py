"""Puts a case of `tests/support/cases` into a running simulated Azure.

put_case(azure, "group-refused-by-azure")
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

_FOLDER = Path(__file__).parent / "cases"
CASES: tuple[str, ...] = tuple(sorted(file.stem for file in _FOLDER.glob("*.json")))
"""The names of all cases."""


class Faulty(Protocol):
    """A simulated Azure, in this process or another."""

    base_url: str

    def add_fault(self, text: str, answer: Any = None) -> None: ...


def put_case(azure: Faulty, name: str) -> None:
    """Let `azure` answer as the case `name` says, until its faults are cleared."""
    put_entries(azure, json.loads((_FOLDER / f"{name}.json").read_text("utf-8")))


def put_entries(azure: Faulty, entries: Sequence[Mapping[str, Any]]) -> None:
    """Let `azure` answer as `entries`, in the form of the case files, say."""
    other = f"https://127.0.0.1:{urlsplit(azure.base_url).port}/"
    for entry in entries:
        azure.add_fault(*fault_of(entry, other))


def fault_of(entry: Mapping[str, Any], other: str) -> tuple[str, dict[str, Any]]:
    """The fault that does what one entry says: its text, and the description of its answer."""
    description: dict[str, Any] = {
        ours: entry[theirs]
        for theirs, ours in (("method", "method"), ("path", "path"), ("body", "request_body"))
        if theirs in entry
    }
    if "set" in entry:
        description["set"] = [[path, other if value == "$OTHER" else value] for path, value in entry["set"]]
    answer = entry.get("answer")
    if answer is not None:
        description |= {name: answer[name] for name in ("status", "headers") if name in answer}
        for name in ("json", "text", "body"):
            if name in answer:
                description["body"] = answer[name]
    return f"*@{entry.get('nth', '*')}:answer", description
