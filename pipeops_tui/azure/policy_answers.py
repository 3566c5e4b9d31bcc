"""Reads what Azure Policy says about itself: which policy refused something, for which tag or field, and whether a
policy refuses anything at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipeops_tui.azure.json_values import Document, as_dict, as_dicts, parse, text_at

_TAG: Final = re.compile(r"tags(?:\.(.+)|\['(.+)'\]|\[(.+)\])", re.IGNORECASE)
_IDENTIFIERS: Final = re.compile(r"Policy identifiers: '(\[.*\])'", re.DOTALL)
_NAMES: Final = ("policyAssignmentDisplayName", "policyAssignmentName", "policyDefinitionDisplayName")
_REFUSING: Final = ("", "deny", "denyaction")
_SECOND_FACTOR: Final = "sys.mfa-"
"""How Microsoft names its assignments that demand multifactor authentication of people who make changes."""


@dataclass(frozen=True, slots=True)
class PolicyViolation:
    """A policy that a refusal names in its `additionalInfo`."""

    assignment: str
    """Its display name, or its name."""
    field: str = ""
    """What it looked at, e.g. `tags[costCenter]`, where the answer says so."""


def violations_in(errors: Iterable[Document], message: str) -> tuple[PolicyViolation, ...]:
    """The policies in the `additionalInfo` of an error and of its details, each once; without any, those in the list,
    JSON in quotes, that the message then ends with."""
    found = [
        PolicyViolation(next(filter(None, (text_at(info, name) for name in _NAMES)), ""), _field(info))
        for error in errors
        for entry in as_dicts(error.get("additionalInfo"))
        if text_at(entry, "type") == "PolicyViolation"
        for info in [as_dict(entry.get("info"))]
    ]
    if not found and (listed := _IDENTIFIERS.search(message)):
        named = [as_dict(one.get("policyAssignment")) for one in as_dicts(parse(listed.group(1)))]
        found = [PolicyViolation(text_at(one, "name") or text_at(one, "id").rpartition("/")[2]) for one in named]
    return tuple(dict.fromkeys(one for one in found if one.assignment))


def in_words(violations: Iterable[PolicyViolation]) -> str:
    """Which policies refused, and what each of them wants, as sentences."""
    demands: dict[str, list[str]] = {}
    for one in violations:
        demands.setdefault(one.assignment, []).append(_demand(one.field))
    return " ".join(f"The policy “{name}” {' and '.join(dict.fromkeys(wanted))}." for name, wanted in demands.items())


def _demand(field: str) -> str:
    if tag := required_tag(field):
        return f"requires the tag {tag}"
    return "does not allow this region" if field.casefold() == "location" else "does not allow it"


def required_tag(field: str) -> str:
    """The tag's name in a field of Azure Policy: `tags.name`, `tags['name']` or `tags[name]` (Microsoft Learn, "Azure
    Policy definition structure", fields); empty for any other field."""
    found = _TAG.fullmatch(field)
    return next((name for name in found.groups() if name), "") if found else ""


def refuses(assignment: str, effect: str = "") -> bool:
    """Whether a policy with this assignment's name and this effect (empty: not said) refuses what it finds. One that
    only audits does not; and what `sys.mfa-write` wants is another sign-in, not another resource."""
    return effect.casefold() in _REFUSING and not assignment.casefold().startswith(_SECOND_FACTOR)


def _field(info: Document) -> str:
    expressions = as_dicts(as_dict(info.get("evaluationDetails")).get("evaluatedExpressions"))
    fields = [one for one in expressions if text_at(one, "expressionKind") == "Field"]
    return next((text_at(one, "path") or text_at(one, "expression") for one in fields), "")
