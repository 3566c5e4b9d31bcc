"""`$filter` expressions: the part of OData 4.01 that Microsoft Graph's directory objects know.

Grammar: comparisons (`eq ne gt ge lt le`), `in`, `startswith`, `endswith`, `any` over collections, `and or not` and
parentheses. Property paths can have segments (`web/homePageUrl`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeops_tui.simulator.wire import Json

Predicate = Callable[[Mapping[str, Json]], bool]
_ADVANCED = {"endswith": "endsWith", "ne": "ne", "not": "not"}
"""Operators that only advanced queries know, as Graph writes them (Microsoft Learn, "Advanced query capabilities on
Microsoft Entra ID objects")."""

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<time>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?)|(?P<number>-?\d+(?:\.\d+)?(?![\w-]))"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})|(?P<word>[A-Za-z_@.][\w@./]*)|(?P<mark>[(),:]))"
)
_DEEPEST = 50
_MOST_VALUES = 15
"""Values that `in` takes (Microsoft Learn, "Use the $filter query parameter")."""
_ORDER: dict[str, Callable[[str, str], bool]] = {
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}


class FilterError(ValueError):
    """The filter is not one this parser, or Graph, understands."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was understood: `properties` of the entity it looks at, and the operators it has that only advanced
    queries know."""

    predicate: Predicate
    properties: frozenset[str]
    advanced: tuple[str, ...]


def parse_filter(text: str) -> Filter:
    """The filter over an entity's JSON that a text means. Raises FilterError."""
    parser = _Parser(_tokens(text))
    predicate = parser.disjunction()
    parser.end()
    return Filter(predicate, frozenset(parser.properties), tuple(dict.fromkeys(parser.advanced)))


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise FilterError(f"Syntax error at position {at} in '{text}'.")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._variable = ""
        self.properties: set[str] = set()
        self.advanced: list[str] = []

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise FilterError(f"Syntax error: '{self._tokens[self._at][1]}' is not expected.")

    def disjunction(self) -> Predicate:
        left = self._conjunction()
        while self._take_word("or"):
            left = _either(left, self._conjunction())
        return left

    def _conjunction(self) -> Predicate:
        left = self._negation()
        while self._take_word("and"):
            left = _both(left, self._negation())
        return left

    def _negation(self) -> Predicate:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError("The filter is nested too deeply.")
        try:
            if self._take_word("not"):
                self._note("not")
                inner = self._negation()
                return lambda item: not inner(item)
            if self._take("mark", "("):
                inner = self.disjunction()
                self._expect(")")
                return inner
            return self._term()
        finally:
            self._depth -= 1

    def _term(self) -> Predicate:
        name = self._next("word")
        if name.lower() in ("startswith", "endswith") and self._take("mark", "("):
            return self._text_function(name.lower())
        if name.endswith("/any") and self._take("mark", "("):
            return self._any(name.removesuffix("/any"))
        return self._comparison(name)

    def _note(self, operator: str) -> None:
        if operator in _ADVANCED:
            self.advanced.append(_ADVANCED[operator])

    def _text_function(self, function: str) -> Predicate:
        self._note(function)
        path = self._next("word")
        self._expect(",")
        wanted = str(self._literal()).lower()
        self._expect(")")
        get = self._getter(path)
        if function == "startswith":
            return lambda item: str(get(item) or "").lower().startswith(wanted)
        return lambda item: str(get(item) or "").lower().endswith(wanted)

    def _any(self, path: str) -> Predicate:
        get = self._getter(path)
        outer, self._variable = self._variable, self._next("word")
        self._expect(":")
        inner = self.disjunction()
        self._expect(")")
        self._variable = outer

        def predicate(item: Mapping[str, Json]) -> bool:
            members = get(item)
            if not isinstance(members, Sequence) or isinstance(members, str):
                return False
            return any(inner(member if isinstance(member, Mapping) else {"": member}) for member in members)

        return predicate

    def _comparison(self, path: str) -> Predicate:
        get, operator = self._getter(path), self._next("word").lower()
        self._note(operator)
        if operator == "in":
            self._expect("(")
            wanted = [_folded(self._literal())]
            while self._take("mark", ","):
                wanted.append(_folded(self._literal()))
            self._expect(")")
            if len(wanted) > _MOST_VALUES:
                raise FilterError(
                    "Too many child clauses specified in search filter expression containing 'OR' operators: "
                    f"{len(wanted)}. Max allowed: {_MOST_VALUES}."
                )
            return lambda item: _folded(get(item)) in wanted
        value = self._literal()
        if operator == "eq":
            return lambda item: _folded(get(item)) == _folded(value)
        if operator == "ne":
            return lambda item: _folded(get(item)) != _folded(value)
        if operator in _ORDER:
            compare, limit = _ORDER[operator], str(value)
            return lambda item: get(item) is not None and compare(str(get(item)), limit)
        raise FilterError(f"The operator '{operator}' is not known.")

    def _getter(self, path: str) -> Callable[[Mapping[str, Json]], Json]:
        if path == self._variable:
            return lambda item: item.get("")
        inside = bool(self._variable) and path.startswith(f"{self._variable}/")
        names = path.removeprefix(f"{self._variable}/").split("/") if inside else path.split("/")
        if not inside:
            self.properties.add(names[0])

        def get(item: Mapping[str, Json]) -> Json:
            value: Json = item
            for name in names:
                value = _member(value, name) if isinstance(value, Mapping) else None
            return value

        return get

    def _literal(self) -> Json:
        if self._at >= len(self._tokens):
            raise FilterError("A value is missing at the end.")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "word" and text in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text]
        if kind == "number":
            return float(text)
        if kind in ("time", "guid"):
            return text
        raise FilterError(f"'{text}' is no value.")

    def _next(self, kind: str) -> str:
        if self._at >= len(self._tokens) or self._tokens[self._at][0] != kind:
            raise FilterError("Syntax error in the filter.")
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _take(self, kind: str, text: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == (kind, text):
            self._at += 1
            return True
        return False

    def _take_word(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at][1].lower() == word:
            return self._take(*self._tokens[self._at])
        return False

    def _expect(self, text: str) -> None:
        if not self._take("mark", text):
            raise FilterError(f"'{text}' is expected in the filter.")


def _member(value: Mapping[str, Json], name: str) -> Json:
    """A property by its name in any case."""
    if name in value:
        return value[name]
    return next((inner for key, inner in value.items() if key.lower() == name.lower()), None)


def _folded(value: Json) -> Json:
    return value.lower() if isinstance(value, str) else value


def _either(left: Predicate, right: Predicate) -> Predicate:
    return lambda item: left(item) or right(item)


def _both(left: Predicate, right: Predicate) -> Predicate:
    return lambda item: left(item) and right(item)
