"""Lists of resources (Azure REST API "Resources - List", 2021-04-01) with `$filter`, `$expand` and `$top`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from pipeops_tui.simulator.arm.access_checks import readable_groups
from pipeops_tui.simulator.arm.arm_errors import invalid_option
from pipeops_tui.simulator.arm.arm_service import group_of, page_size, paged, subscription_of
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply

_KEPT = (
    "id", "name", "type", "sku", "kind", "managedBy", "location", "identity", "zones", "plan", "createdTime",
    "changedTime", "provisioningState", "tags",
)  # fmt: skip
"""What a list shows of a resource, in the order of the wire: never its properties."""
_EXPANDABLE = ("createdTime", "changedTime", "provisioningState")
_COMPARABLE = frozenset({
    "location", "resourcetype", "name", "resourcegroup", "identity", "identity/principalid", "plan", "plan/publisher",
    "plan/product", "plan/name", "plan/version", "plan/promotioncode", "tagname", "tagvalue",
})  # fmt: skip
_SEARCHABLE = frozenset({"name", "resourcegroup"})
_TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|([A-Za-z/]+)|([(),]))")

_Resource = Mapping[str, Json]
_Test = Callable[[_Resource], bool]


@handles("listGroupResources")
def list_group_resources(call: Call) -> Reply:
    """The resources of a group."""
    return _listed(call, group_of(call).resources)


@handles("listResources")
def list_resources(call: Call) -> Reply:
    """The resources of all groups of a subscription."""
    groups = readable_groups(call, call.world.groups.of(subscription_of(call).subscription_id))
    return _listed(call, [resource for group in groups for resource in group.resources])


def _listed(call: Call, resources: Sequence[_Resource]) -> Reply:
    text = call.request.argument("$filter")
    test = _Filter(text).test() if text else None
    expanded = _expanded(call.request.argument("$expand"))
    shown = [_shown(item, expanded) for item in resources if test is None or test(item)]
    return paged(call, shown, page_size(call))


def _expanded(text: str | None) -> list[str]:
    asked = [name.strip() for name in (text or "").split(",") if name.strip()]
    known = {name.lower(): name for name in _EXPANDABLE}
    if text and any(name.lower() not in known for name in asked):
        raise invalid_option("Expand", text)
    return [known[name.lower()] for name in asked]


def _shown(item: _Resource, expanded: Sequence[str]) -> dict[str, Json]:
    all_values = {**item, "provisioningState": _state(item)}
    return {key: all_values[key] for key in _KEPT if key in all_values and (key not in _EXPANDABLE or key in expanded)}


def _state(item: _Resource) -> Json:
    properties = item.get("properties")
    return properties.get("provisioningState", "Succeeded") if isinstance(properties, Mapping) else "Succeeded"


class _Filter:
    """One `$filter`: comparisons with eq and ne and substringof, joined by and/or. Raises ServiceError (400)."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        end = 0
        while text[end:].strip():
            found = _TOKEN.match(text, end)
            if found is None:
                raise self._error()
            kind = ("text", "word", "mark")[(found.lastindex or 1) - 1]
            self._tokens.append((kind, found[found.lastindex or 1]))
            end = found.end()

    def test(self) -> _Test:
        """Whether a resource is meant."""
        result = self._either()
        if self._at < len(self._tokens):
            raise self._error()
        return result

    def _either(self) -> _Test:
        tests = [self._both()]
        while self._take("word", "or"):
            tests.append(self._both())
        return lambda item: any(test(item) for test in tests)

    def _both(self) -> _Test:
        tests = [self._one()]
        while self._take("word", "and"):
            tests.append(self._one())
        return lambda item: all(test(item) for test in tests)

    def _one(self) -> _Test:
        if self._take("mark", "("):
            inner = self._either()
            self._expect("mark", ")")
            return inner
        if self._take("word", "substringof"):
            self._expect("mark", "(")
            part = self._next("text").lower()
            self._expect("mark", ",")
            name = self._property(_SEARCHABLE)
            self._expect("mark", ")")
            return lambda item: any(part in value for value in _values(item, name))
        name = self._property(_COMPARABLE)
        operator = self._next("word").lower()
        wanted = self._next("text").lower()
        if operator == "eq":
            return lambda item: wanted in _values(item, name)
        if operator == "ne":
            return lambda item: wanted not in _values(item, name)
        raise self._error()

    def _property(self, known: frozenset[str]) -> str:
        name = self._next("word").lower()
        if name not in known:
            raise self._error()
        return name

    def _next(self, kind: str) -> str:
        if self._at >= len(self._tokens) or self._tokens[self._at][0] != kind:
            raise self._error()
        self._at += 1
        return self._tokens[self._at - 1][1].replace("''", "'")

    def _take(self, kind: str, text: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at][0] == kind
        if not found or self._tokens[self._at][1].lower() != text:
            return False
        self._at += 1
        return True

    def _expect(self, kind: str, text: str) -> None:
        if not self._take(kind, text):
            raise self._error()

    def _error(self) -> Exception:
        return invalid_option("Filter", self._text)


def _values(item: _Resource, name: str) -> list[str]:
    """The values of a filterable property, in lower case."""
    tags = item.get("tags")
    match name:
        case "resourcetype":
            found: Sequence[Json] = [item.get("type")]
        case "resourcegroup":
            found = [str(item.get("id")).split("/")[4]]
        case "tagname":
            found = list(tags) if isinstance(tags, Mapping) else []
        case "tagvalue":
            found = list(tags.values()) if isinstance(tags, Mapping) else []
        case _:
            value: Json = item
            for part in name.split("/"):
                keys = {key.lower(): key for key in value} if isinstance(value, Mapping) else {}
                value = value[keys[part]] if isinstance(value, Mapping) and part in keys else None
            found = [value]
    return [value.lower() for value in found if isinstance(value, str)]
