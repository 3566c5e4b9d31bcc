"""Puts texts on which a terminal acts into the answers of a running simulated Azure, and looks for them in bytes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from pipeops_tui.simulator import RunningSimulator

HOSTILE = "\x1b]52;c;cHduZWQ=\x07\x1b[7777b\x1bP7777\x1b\\\x9b7777b\x7f\u202ednetsevil\u2066\u200b[@click=app.quit]q[/]"
"""Sets the clipboard, clears cells, opens a control string, turns the direction of reading, and is markup."""
RAW = tuple(
    text.encode() for text in ("\x1b]52;c;cHdu", "\x1b[7777", "\x1bP7777", "\x9b", "\x7f", "\u202e", "\u2066", "\u200b")
)
_COPIES = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")

Field = tuple[str, str]
"""An operation, and where in its answer a text stands, such as `value[*].displayName`."""


def hostile(text: str) -> str:
    """A text that begins like the real one."""
    return f"{text[:12]}{HOSTILE}"


def endless(text: str) -> str:
    """The same with 10 kB more."""
    return f"{hostile(text)}{'x' * 10_000}"


class Forger:
    """Changes the texts of every answer that `chosen` picks, headers too, and remembers which texts there are."""

    def __init__(self, azure: RunningSimulator, chosen: Callable[[Field], bool], change: Callable[[str], str]) -> None:
        self.seen: set[Field] = set()
        self.changed: set[Field] = set()
        self._chosen, self._change = chosen, change
        azure.call(self._install)

    def _install(self, simulated: Any) -> None:
        answer = simulated.answer

        def forged(request: Any, match: Any) -> Any:
            reply = answer(request, match)
            operation = match.operation.name if match else "unknown"
            try:
                document = json.loads(reply.body)
            except ValueError:
                return reply
            reply.body = json.dumps(self._forge(operation, "", document)).encode()
            for name in [name for name in reply.headers if name.lower().endswith("request-id")]:
                if self._chosen((operation, f"header {name}")):
                    # No HTTP stack takes more than this in a header.
                    reply.headers[name] = "\x9b7777b\u202eé"
            return reply

        simulated.answer = forged

    def _forge(self, operation: str, path: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._forge(operation, f"{path}.{key}".lstrip("."), one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._forge(operation, f"{path}[*]", one) for one in value]
        if not isinstance(value, str):
            return value
        self.seen.add((operation, path))
        if not self._chosen((operation, path)):
            return value
        self.changed.add((operation, path))
        return self._change(value)


def copied_in(written: bytes) -> Iterator[str]:
    """The texts that were sent to the terminal's clipboard."""
    for encoded in _COPIES.findall(written):
        yield base64.b64decode(encoded).decode()


def assert_harmless(written: bytes, *texts: str) -> None:
    """Nothing of `HOSTILE` is in what was written to a terminal, or in other `texts`, as it was sent."""
    found = [raw for raw in RAW if raw in written]
    assert found == []
    copies = list(copied_in(written))
    for text in [*copies, *texts]:
        bad = [one for one in text if not one.isprintable() and one != "\n"]
        assert bad == [], text
        assert "pwned" not in text
