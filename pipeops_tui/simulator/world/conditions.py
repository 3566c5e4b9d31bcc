"""Conditions on role assignments that constrain which roles may be delegated to whom.

Microsoft Learn, "Delegate Azure role assignment management to others with conditions": the templates compare
`RoleDefinitionId`, `PrincipalType` and `PrincipalId` of the request (or of the resource, when deleting) with lists.
"""

from __future__ import annotations

import re

_COMPARISON = re.compile(
    r"@(?P<source>Request|Resource)\[Microsoft\.Authorization/roleAssignments:(?P<attribute>\w+)\]\s*"
    r"ForAnyOfA(?:ny|ll)Values:(?P<operator>\w+)\s*\{(?P<values>[^}]*)\}",
    re.IGNORECASE,
)


def fulfilled(condition: str, action: str, attributes: dict[str, str]) -> bool:
    """Whether `condition` lets `action` happen to a role assignment with these attributes.

    `attributes` has `RoleDefinitionId` (the GUID), `PrincipalType` and `PrincipalId`. Actions that the condition does
    not speak about are not constrained.
    """
    if action.lower() not in condition.lower():
        return True
    source = "Request" if action.lower().endswith("/write") else "Resource"
    for found in _COMPARISON.finditer(condition):
        if found["source"].lower() != source.lower():
            continue
        listed = {value.strip().strip("'").lower() for value in found["values"].split(",")}
        held = attributes.get(found["attribute"], "").lower() in listed
        if held == ("not" in found["operator"].lower()):
            return False
    return True
