"""The text of a run's journal: one JSON object a line, and what may be believed of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Protocol, TypeVar, cast

from pipeops_tui.model import Plan, Write
from pipeops_tui.names import is_guid
from pipeops_tui.problem import Problem
from pipeops_tui.provisioning.entries import (
    Amended,
    Begun,
    Closed,
    Delivered,
    Entry,
    Gone,
    Intended,
    Made,
    Outcome,
    Removing,
    Subject,
)
from pipeops_tui.provisioning.replay import begin, replay
from pipeops_tui.provisioning.state import RunState

FORMAT = "pipeops-tui run"
_PLAIN, _HANDED_OVER = 1, 2
_VERSIONS = (_PLAIN, _HANDED_OVER)
"""A journal carries the oldest version whose programs understand it: one that knows nothing of hand-offs would assign
the role itself."""

_KINDS: dict[str, type[Entry]] = {
    "begun": Begun,
    "intended": Intended,
    "made": Made,
    "removing": Removing,
    "gone": Gone,
    "delivered": Delivered,
    "closed": Closed,
    "amended": Amended,
}
_NAMES = {type_: kind for kind, type_ in _KINDS.items()}


class JournalUnavailable(Exception):  # noqa: N818 - named for what is the case
    """The journal cannot be written (full disk, no permission, in use). `problem` says so for the person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class ForeignJournalError(ValueError):
    """The text was not written by this program, or by a version of it whose journals are not understood."""

    def __init__(self, reason: str, *, from_other_version: bool = False) -> None:
        super().__init__(reason)
        self.from_other_version = from_other_version


class CorruptJournalError(ValueError):
    """The text began as a journal of ours, but cannot be trusted."""


class Journal(Protocol):
    """Where one run's entries go. One process at a time holds it."""

    async def append(self, entry: Entry) -> None:
        """Returns when `entry` would survive a power cut; raises `JournalUnavailable` when it could not be written."""

    def close(self) -> None:
        """Let go of it. Idempotent."""


def to_line(entry: Entry) -> str:
    """`entry` as one line, newline included. The first line of a journal also names the format and its version."""
    head: dict[str, object] = {"kind": _NAMES[type(entry)]}
    if isinstance(entry, Begun):
        version = _HANDED_OVER if entry.plan.owner_assigns else _PLAIN
        head = {"format": FORMAT, "version": version} | head
    return json.dumps(head | _encoded(entry), ensure_ascii=False) + "\n"


def complete_lines(text: bytes) -> bytes:
    """`text` without the torn line a crash can leave at its end. What was torn was never acted on: a request is sent
    only after its line, newline and all, is on disk."""
    return text[: text.rfind(b"\n") + 1]


def read_state(text: bytes) -> RunState | None:
    """The state a journal's bytes give; None when not even its first line is whole.

    Raises `ForeignJournalError` or `CorruptJournalError`, whose texts are sentences for the person.
    """
    lines = complete_lines(text).splitlines()
    if not lines:
        return None
    first = _object(lines[0])
    if first is None or first.get("format") != FORMAT:
        raise ForeignJournalError("it was not written by pipeops-tui")
    if first.get("version") not in _VERSIONS:
        raise ForeignJournalError("it was written by another version of pipeops-tui", from_other_version=True)
    entries = [_entry(number, _object(line)) for number, line in enumerate(lines, start=1)]
    return _checked(entries)


def _checked(entries: Sequence[Entry]) -> RunState:
    try:
        return replay(entries) or begin(entries[0])
    except ValueError as error:
        raise CorruptJournalError(f"its lines contradict each other: {error}") from error


def _entry(number: int, line: dict[str, object] | None) -> Entry:
    try:
        if line is None:
            raise ValueError("not a JSON object")
        entry = _decoded(_KINDS[_text(line.get("kind"))], line)
        _check_ids(entry)
    except (ValueError, KeyError) as error:
        raise CorruptJournalError(f"line {number} cannot be read") from error
    return entry


def _object(line: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _check_ids(entry: Entry) -> None:
    """Refuse ids that are no GUIDs: they end up in the paths of requests that delete."""
    ids: tuple[str, ...] = ()
    match entry:
        case Begun(run_id=run_id, plan=plan):
            ids = (run_id, plan.tenant_id, plan.subscription_id)
        case Made(subject=Subject.APPLICATION, id=object_id, client_id=client_id):
            ids = (object_id, client_id)
        case Made(subject=Subject.PRINCIPAL, id=object_id):
            ids = (object_id,)
        case Made(subject=Subject.SECRET, name=name, id=key_id):
            ids = (name, key_id)
        case (
            Intended(subject=Subject.ASSIGNMENT | Subject.SECRET | Subject.GRANT, name=name)
            | Made(subject=Subject.ASSIGNMENT | Subject.GRANT, name=name)
        ):
            ids = (name,)
    if not all(map(is_guid, ids)):
        raise ValueError("not a GUID")


# Encoding and decoding go by the fields' annotations, so that an entry's class is its only description.


def _encoded(value: object) -> dict[str, object]:
    assert is_dataclass(value)  # noqa: S101 - narrows the type
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return _encoded(value) if is_dataclass(value) else value


T = TypeVar("T", Entry, Plan)


def _decoded(type_: type[T], value: dict[str, object]) -> T:
    arguments: dict[str, object] = {}
    for field in fields(type_):
        if field.name in value:
            arguments[field.name] = _DECODERS[cast("str", field.type)](value[field.name])
        elif field.default is MISSING:
            raise ValueError(f"{field.name} is missing")
    return cast("Callable[..., T]", type_)(**arguments)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return tuple(_text(item) for item in value)


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    pairs = [_texts(item) for item in value]
    return tuple((name, content) for name, content in pairs)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not a whole number")
    return value


def _instant(value: object) -> datetime:
    instant = datetime.fromisoformat(_text(value))
    if instant.tzinfo is None:
        raise ValueError("an instant without its time zone")
    return instant


def _plan(value: object) -> Plan:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return _decoded(Plan, value)


_DECODERS: dict[str, Callable[[object], object]] = {
    "str": _text,
    "bool": _truth,
    "int": _number,
    "datetime": _instant,
    "datetime | None": lambda value: None if value is None else _instant(value),
    "tuple[str, ...]": _texts,
    "tuple[tuple[str, str], ...]": _pairs,
    "Subject": lambda value: Subject(_text(value)),
    "Outcome": lambda value: Outcome(_text(value)),
    "Plan": _plan,
    "tuple[Write, ...]": lambda value: tuple(map(Write, _texts(value))),
}
