"""Changes in the JSON of a real answer: values are put in or taken out at a path such as `value[0].displayName`.

    value[0].displayName    a member of the first item
    value[*].limit          of every item
    value[1].-state         takes the member away; the value given with it does not matter
    @odata.nextLink         names that begin with @ keep their dot
    tags["a.b"]             any other name, written as a JSON text

What a path does not reach stays as it is, so that one list of changes fits answers of several shapes.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pipeops_tui.simulator.wire import Json, encode

_STEP = re.compile(
    r"(?P<dot>\.)?(?P<removed>-)?(?P<name>@\w+\.\w+|[^.\[\]\"@-][^.\[\]\"]*)"
    r"|\[(?P<index>\d+)\]|\[(?P<each>\*)\]|\[(?P<taken>-)?(?P<quoted>\"(?:[^\"\\]|\\.)*\")\]"
)


class _EachItem:
    """Stands for every item of an array."""


_Step: TypeAlias = "str | int | type[_EachItem]"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is set, or one member that is removed."""

    path: tuple[_Step, ...]
    value: Json
    removes: bool


def parse_changes(given: Json) -> tuple[Change, ...]:
    """The changes that `[[PATH, VALUE], …]` lists. Raises ValueError, in one sentence, for anything else."""
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        raise ValueError("An answer's 'set' must be a list of pairs of a path and a value.")
    changes = []
    for pair in given:
        if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2 or not isinstance(pair[0], str):
            raise ValueError("An answer's 'set' must be a list of pairs of a path and a value.")
        changes.append(_parse(pair[0], pair[1]))
    return tuple(changes)


def changed(body: bytes, changes: Sequence[Change]) -> bytes:
    """`body` with the changes; as it is where it is no JSON."""
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        return body
    for change in changes:
        _apply(document, change.path, change)
    return encode(document)


def _parse(text: str, value: Json) -> Change:
    path: list[_Step] = []
    removes, end = False, 0
    while end < len(text) and not removes:
        step = _STEP.match(text, end)
        if step is None or (step["name"] is not None and (step["dot"] is None) != (end == 0)):
            break
        end = step.end()
        removes = step["removed"] is not None or step["taken"] is not None
        if step["name"] is not None:
            path.append(step["name"])
        elif step["index"] is not None:
            path.append(int(step["index"]))
        else:
            path.append(_EachItem if step["each"] else json.loads(step["quoted"]))
    if not path or end < len(text):
        raise ValueError(f"{text!r} is not the path of a change, such as value[0].displayName or value[0].-state.")
    return Change(tuple(path), value, removes)


def _apply(place: Any, path: Sequence[_Step], change: Change) -> None:
    step, rest = path[0], path[1:]
    if step is _EachItem:
        indexes = range(len(place)) if isinstance(place, list) else ()
        for index in indexes:
            _apply(place, (index, *rest), change)
    elif isinstance(step, str) and isinstance(place, dict):
        if rest:
            _apply(place.get(step), rest, change)
        elif change.removes:
            place.pop(step, None)
        else:
            place[step] = copy.deepcopy(change.value)
    elif isinstance(step, int) and isinstance(place, list) and step < len(place):
        if rest:
            _apply(place[step], rest, change)
        else:
            place[step] = copy.deepcopy(change.value)
