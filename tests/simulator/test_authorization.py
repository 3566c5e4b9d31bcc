"""Who is allowed to do what: patterns, inheritance and conditions, without a server."""

from __future__ import annotations

import pytest

from pipeops_tui.simulator.world.roles import (
    CONTRIBUTOR,
    OWNER,
    RBAC_ADMINISTRATOR,
    READER,
    USER_ACCESS_ADMINISTRATOR,
    built_in_roles,
    covers,
    fulfilled,
)

WRITE_GROUP = "Microsoft.Resources/subscriptions/resourceGroups/write"
ASSIGN = "Microsoft.Authorization/roleAssignments/write"
READ_ASSIGNMENTS = "microsoft.authorization/ROLEASSIGNMENTS/read"
REGISTER = "Microsoft.Compute/register/action"


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (OWNER, {WRITE_GROUP, ASSIGN, READ_ASSIGNMENTS, REGISTER}),
        (CONTRIBUTOR, {WRITE_GROUP, READ_ASSIGNMENTS, REGISTER}),
        (READER, {READ_ASSIGNMENTS}),
        (USER_ACCESS_ADMINISTRATOR, {ASSIGN, READ_ASSIGNMENTS}),
        (RBAC_ADMINISTRATOR, {ASSIGN, READ_ASSIGNMENTS}),
    ],
)
def test_built_in_roles_allow_what_their_actions_say(role: str, allowed: set[str]) -> None:
    permissions = built_in_roles()[role].permissions
    asked = (WRITE_GROUP, ASSIGN, READ_ASSIGNMENTS, REGISTER)
    assert {action for action in asked if any(held.allows(action) for held in permissions)} == allowed


@pytest.mark.parametrize(
    ("assigned", "scope", "expected"),
    [
        ("/", "/subscriptions/a", True),
        ("/subscriptions/A", "/subscriptions/a/resourceGroups/g", True),
        ("/subscriptions/a/resourceGroups/g", "/subscriptions/a", False),
        ("/subscriptions/a/resourceGroups/g", "/subscriptions/a/resourceGroups/g2", False),
        ("/subscriptions/a/resourcegroups/G/", "/subscriptions/a/resourceGroups/g", True),
    ],
)
def test_assignments_are_inherited_downwards_only(assigned: str, scope: str, expected: bool) -> None:
    assert covers(assigned, scope) is expected


ROLE = "Microsoft.Authorization/roleAssignments:RoleDefinitionId"


class TestConditions:
    ONLY_READER = (
        "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
        f"(@Request[{ROLE}] ForAnyOfAnyValues:GuidEquals {{{READER}}}))"
    )
    NOT_OWNER = (
        "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
        f"(@Request[{ROLE}] ForAnyOfAllValues:GuidNotEquals {{{OWNER}}}))"
    )

    def test_listed_values_pass(self) -> None:
        assert fulfilled(self.ONLY_READER, ASSIGN, {"RoleDefinitionId": READER})
        assert not fulfilled(self.ONLY_READER, ASSIGN, {"RoleDefinitionId": CONTRIBUTOR})
        assert not fulfilled(self.ONLY_READER, ASSIGN, {})

    def test_excluded_values_do_not(self) -> None:
        assert fulfilled(self.NOT_OWNER, ASSIGN, {"RoleDefinitionId": CONTRIBUTOR})
        assert not fulfilled(self.NOT_OWNER, ASSIGN, {"RoleDefinitionId": OWNER})

    def test_actions_the_condition_does_not_name_are_free(self) -> None:
        delete = "Microsoft.Authorization/roleAssignments/delete"
        assert fulfilled(self.ONLY_READER, delete, {"RoleDefinitionId": OWNER})
