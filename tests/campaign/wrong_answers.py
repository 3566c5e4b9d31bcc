"""Answers that Azure never gives, or that come from something else on the way: what the answers campaign sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeops_tui.simulator.faults import Fault, parse_fault
from pipeops_tui.simulator.given_answers import GivenAnswer
from pipeops_tui.simulator.wire import Reply, encode

_PORTAL = "https://portal.example/sign-in"
_PAGE = "<!DOCTYPE html><html><title>Sign in to the network</title><form action='/login'>Password</form></html>"
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_HOSTILE = "A\x1b]52;c;cHduZWQ=\x07\x1b[2J\x9b1m\u202eB\r\n\x00[bold red]$(touch pwned)[/]"
_IDS = ("id", "appId", "keyId", "name", "secretText", "access_token", "properties", "value")
_NAMES = frozenset({"displayName", "name", "message", "error_description", "user_code", "userPrincipalName", "tags"})
_MIB_OF_TEXT = {"body": "x" * 65_536, "repeat": 2_048}
"""128 MiB."""
_BOMB = {"body": "\0" * 65_536, "repeat": 16_384}
"""1 GiB, which gzip packs into 1 MiB."""


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """One way to answer wrongly, whatever the operation."""

    name: str
    description: dict[str, Any]
    """As `/_simulator/faults` takes it; empty for texts that are hostile."""
    only_names: bool = True
    """Whether only what people name is hostile, or every text."""

    @property
    def carries_out(self) -> bool:
        """Whether the request is always carried out."""
        return "set" in self.description or not self.description

    def fault(self, operation: str, when: str, *, effect: bool) -> Fault:
        """Answers `operation` like this; `when` is empty for once, `@*` for always."""
        text = f"{operation}{when}:answer"
        if not self.description:
            once = parse_fault(text, {})
            return Fault(once.operation, once.kind, None, once.nth, once.always, None, HostileTexts(self.only_names))
        return parse_fault(text, self.description if self.carries_out else self.description | {"effect": effect})


class HostileTexts(GivenAnswer):
    """The real answer with control characters in its texts."""

    __slots__ = ("_only_names",)

    def __init__(self, only_names: bool) -> None:
        super().__init__(takes_effect=True)
        object.__setattr__(self, "_only_names", only_names)

    def reply(self, real: Reply | None) -> Reply:
        """`real`, hostile."""
        assert real is not None
        try:
            body = encode(self._hostile(json.loads(real.body), named=not self._only_names))  # type: ignore[attr-defined]
        except ValueError:
            body = real.body
        return Reply(real.status, body, real.headers, real.chunked, real.cookies)

    def _hostile(self, value: Any, *, named: bool) -> Any:
        if isinstance(value, dict):
            return {key: self._hostile(item, named=named or key in _NAMES) for key, item in value.items()}
        if isinstance(value, list):
            return [self._hostile(item, named=named) for item in value]
        return value + _HOSTILE if isinstance(value, str) and named else value


def wrong_answers(base_url: str) -> tuple[WrongAnswer, ...]:
    """All of them, for a simulated Azure at `base_url`."""
    return tuple(_all(base_url))


def _all(base_url: str) -> Iterator[WrongAnswer]:
    for status in (300, 301, 302, 303, 304, 307, 308):
        moved = {"status": status, "headers": {"Location": _PORTAL, **_HTML}, "body": _PAGE}
        yield WrongAnswer(str(status), moved)
        yield WrongAnswer(f"{status} to itself", {"status": status, "headers": {"Location": f"{base_url}/loop"}})
    for status in (200, 403, 407, 511):
        yield WrongAnswer(f"{status} html", {"status": status, "headers": _HTML, "body": _PAGE})
    for status in (200, 201, 202, 203, 204, 205, 206, 226, 299, 400, 404, 409, 410, 418, 451, 501, 599):
        yield WrongAnswer(f"{status} empty", {"status": status})
    bodies: tuple[Any, ...] = (
        {},
        [],
        None,
        7,
        True,
        [None],
        {"value": {}},
        {"value": [None, 1, "x", [], {}]},
        {"error": []},
        {"id": 5},
    )
    for body in bodies:
        yield WrongAnswer(f"200 {json.dumps(body)}", {"body": body})
    yield WrongAnswer('200 "text"', {"headers": {"Content-Type": "application/json"}, "body": '"text"'})
    for status in (400, 403, 404, 409, 500):
        yield WrongAnswer(f"{status} {{}}", {"status": status, "body": {}})
        yield WrongAnswer(f"{status} odd error", {"status": status, "body": {"error": {"code": 7, "message": []}}})
    yield WrongAnswer("429 for ever", {"status": 429, "headers": {"Retry-After": "99999999999999"}, "body": {}})
    yield WrongAnswer("429 nonsense", {"status": 429, "headers": {"Retry-After": "\x7fsoon"}, "body": {}})
    odd: tuple[Any, ...] = (7, [], {}, None, "", "../../x?y#z", "00000000-0000-0000-0000-000000000001")
    for value in odd:
        changes = [[place + name, value] for name in _IDS for place in ("", "value[*].", "properties.")]
        yield WrongAnswer(f"ids are {json.dumps(value)}", {"set": changes})
    yield WrongAnswer("no ids", {"set": [[f"{at}-{name}", 0] for name in _IDS for at in ("", "value[*].")]})
    for name in _IDS:
        yield WrongAnswer(f"no {name}", {"set": [[f"-{name}", 0], [f"value[*].-{name}", 0]]})
    yield WrongAnswer("huge", _MIB_OF_TEXT)
    yield WrongAnswer("huge refusal", _MIB_OF_TEXT | {"status": 403})
    for status in (200, 400, 503):
        yield WrongAnswer(f"{status} bomb", _BOMB | {"status": status, "headers": {"Content-Encoding": "gzip"}})
    yield WrongAnswer("no gzip", {"headers": {"Content-Encoding": "gzip"}, "body": "not gzip"})
    yield WrongAnswer("deep", {"body": "[", "repeat": 1_000_000})
    yield WrongAnswer("no text", {"body_base64": "//79/AA=", "headers": {"Content-Type": "application/json"}})
    yield WrongAnswer("next link to itself", _next(f"{base_url}/loop"))
    yield WrongAnswer("next link to another host", _next("https://elsewhere.example/loop"))
    yield WrongAnswer("next link that is none", _next("javascript:alert(1)"))
    yield WrongAnswer("next link of another type", _next({"a": [1]}))
    yield WrongAnswer("hostile names", {})
    yield WrongAnswer("hostile texts", {}, only_names=False)
    for status in (400, 403, 409, 500):
        error = {"code": f"Odd{_HOSTILE}", "message": _HOSTILE * 50, "details": [{"message": _HOSTILE}]}
        headers = {"x-ms-correlation-request-id": "\x1b[2J", "request-id": "\x9b2J"}
        body = {"error": error, "error_description": _HOSTILE}
        yield WrongAnswer(f"{status} hostile", {"status": status, "headers": headers, "body": body})


def _next(link: Any) -> dict[str, Any]:
    return {"set": [["nextLink", link], ["@odata.nextLink", link]]}


def loop_fault(base_url: str) -> Fault:
    """Serves an endless list where the links of some wrong answers lead."""
    link = f"{base_url}/loop"
    page: dict[str, Any] = {"path": "^/loop", "body": {"value": [], "nextLink": link, "@odata.nextLink": link}}
    return parse_fault("*@*:answer", page)
