"""One recording against the simulated Azure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.conformity.headers import check, rules_of
from tests.conformity.recordings import Recording, expected_headers, local, shape_of
from tests.conformity.relations import broken, places
from tests.conformity.shapes import Aspect, Difference, Json, differences
from tests.conformity.situations import Situation, ask_for
from tests.conformity.stage import Answer, Ask, Stage
from tests.conformity.tolerances import reason_for

_LOCATIONS = re.compile(r"/locations$")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result for a recording: differences that count, and those that are tolerated, each with its reason."""

    name: str
    differences: tuple[str, ...]
    tolerated: tuple[tuple[str, str], ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing that counts differs."""
        return not self.differences


def compare(stage: Stage, recording: Recording, situation: Situation) -> Comparison:
    """Prepares the situation, sends the recorded request, and compares the answers."""
    try:
        ask = ask_for(stage, recording, situation.prepare(stage, recording))
        answer = stage.ask(ask)
    except LookupError as error:
        return Comparison(recording.name, (str(error),))
    finally:
        stage.azure.clear_faults()
    counted: list[str] = []
    tolerated: list[tuple[str, str]] = []
    for difference in found_differences(stage, recording, ask, answer):
        reason = reason_for(recording, difference)
        if reason is None:
            counted.append(str(difference))
        else:
            tolerated.append((str(difference), reason))
    return Comparison(recording.name, tuple(counted), tuple(tolerated))


def found_differences(stage: Stage, recording: Recording, ask: Ask, answer: Answer) -> Iterator[Difference]:
    """Everything that differs, tolerable or not."""
    if answer.status != recording.status:
        yield Difference("status", Aspect.STATUS, f"{recording.status} expected, {answer.status} found")
    headers = expected_headers(recording)
    yield from check(rules_of(headers, is_graph=recording.api == "graph"), answer.headers)
    body = localised(answer.body, *stage.addresses)
    if isinstance(recording.body, str):
        yield from _page(recording, recording.body, answer)
    else:
        shape = recording.shape if recording.shape is not None else shape_of(recording.body)
        yield from differences(shape, body)
    recorded = places(recording.request_headers, headers, recording.body)
    yield from broken(recorded, places(ask.headers, dict(answer.headers), body))
    if _LOCATIONS.search(recording.path_template) and recording.status == 200:
        yield from _locations(recording.body, body)


def _page(recording: Recording, page: str, answer: Answer) -> Iterator[Difference]:
    """An HTML page: it begins as recorded, as far as the recording goes, and has the recorded length."""
    beginning = page.partition("…")[0]
    if not isinstance(answer.body, str) or not answer.body.startswith(beginning):
        yield Difference("", Aspect.VALUE, "does not begin as recorded")
    length = recording.headers.get("content-length")
    if isinstance(answer.body, str) and length not in (None, str(len(answer.body.encode()))):
        yield Difference("", Aspect.VALUE, f"{length} bytes expected, {len(answer.body.encode())} found")


def _locations(recorded: Json, found: Json) -> Iterator[Difference]:
    """Locations are facts: every recorded one is there as it was, in the recorded order."""
    wanted, actual = _by_name(recorded), _by_name(found)
    for name, item in wanted.items():
        if name in actual and actual[name] != item:
            yield Difference(f"value[{name}]", Aspect.VALUE, "is not as recorded")
    order = [name for name in actual if name in wanted]
    if order != list(wanted):
        yield Difference("value", Aspect.ORDER, f"locations expected in the order {', '.join(wanted)}")


def _by_name(body: Json) -> dict[str, Json]:
    items = body.get("value") if isinstance(body, Mapping) else None
    found = items if isinstance(items, list) else []
    return {str(item["name"]): _without_subscription(item) for item in found if isinstance(item, Mapping)}


def _without_subscription(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _without_subscription(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_subscription(inner) for inner in value]
    return re.sub(r"^/subscriptions/[^/]+", "", value) if isinstance(value, str) else value


def localised(value: Json, *addresses: str) -> Json:
    """The value with the addresses of the services, public or simulated, replaced by one placeholder."""
    if isinstance(value, Mapping):
        return {key: localised(inner, *addresses) for key, inner in value.items()}
    if isinstance(value, list):
        return [localised(inner, *addresses) for inner in value]
    return local(value, *addresses) if isinstance(value, str) else value
