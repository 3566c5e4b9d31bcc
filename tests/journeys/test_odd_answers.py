"""Answers that are not in the form that Microsoft documents: a check says "unknown", and no step stops."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeops_tui.core.wizard import Step
from tests.journeys.holdings import Holdings
from tests.journeys.test_known_before import reaches, world
from tests.support.person import person_at

SIZE = (120, 40)
OF_CHECKS = (
    *("getProvider", "listOrganization", "getMe", "listMyDirectoryRoles", "getAuthorizationPolicy"),
    *("getDefaultAppManagementPolicy", "listMyApplications", "listApplications", "listPermissions", "listLocks"),
    *("listRoleAssignments", "listDenyAssignments", "listRoleEligibilities", "checkPolicyRestrictions"),
    *("listUsages", "listSkus"),
)
"""The reads of which a check needs the answer, and nothing else does."""
WITHOUT_ZONE = {
    "isEnabled": True,
    "applicationRestrictions": {
        "passwordCredentials": [
            {
                "restrictionType": "passwordLifetime",
                "maxLifetime": "P90D",
                "restrictForAppsCreatedAfterDateTime": "2020-01-01T00:00:00",
                "state": "enabled",
            }
        ]
    },
}


async def test_a_policy_s_date_without_a_zone_limits_the_secret_and_stops_nothing() -> None:
    """As Microsoft Graph has answered (the zone's letter is missing)."""
    with world("happy") as azure:
        changes: list[Any] = [[name, value] for name, value in WITHOUT_ZONE.items()]
        azure.add_fault("getDefaultAppManagementPolicy@*:answer", {"set": changes})
        async with person_at(azure, size=SIZE) as person:
            await reaches(person, Step.TENANT)
            assert "? unknown" not in await person.sees("Applications you own", "90 days")
            await reaches(person, Step.APPLICATION)
            await person.sees(r"●90\b")


@pytest.mark.parametrize(
    "body", ["[]", "null", '{"value": 7}', '{"value": {"id": []}}', '"text"', '{"value": [[], 7]}', '{"value": [{}]}']
)
async def test_answers_that_cannot_be_understood_are_unknown_and_stop_nobody(body: str) -> None:
    with world("happy") as azure:
        before = Holdings.of(azure)
        for operation in OF_CHECKS:
            azure.add_fault(f"{operation}@*:answer", {"status": 200, "body": json.loads(body)})
        async with person_at(azure, size=SIZE) as person:
            await reaches(person, Step.TENANT)
            assert "✗" not in await person.sees("Applications you own")
            await reaches(person, Step.ACCESS)
            assert "✗" not in await person.sees("Number of role assignments")
            await person.accepts_everything()
        new = Holdings.of(azure).new_since(before)
        assert {kind: len(items) for kind, items in new.items()} == {
            "resource_groups": 1,
            "applications": 1,
            "service_principals": 1,
            "role_assignments": 1,
        }


async def test_subscriptions_that_cannot_be_read_are_not_called_missing() -> None:
    """To a person who has some, "create one" would be wrong advice."""
    with world("happy") as azure:
        azure.add_fault("listSubscriptions@*:answer", {"set": [["value[*].-subscriptionId", 0]]})
        async with person_at(azure, size=SIZE) as person:
            await person.walks_to(Step.SUBSCRIPTION)
            screen = await person.sees(
                r"No subscription found, but \d of \d tenants could not be read", "Enter tries again"
            )
            assert "azure.microsoft.com/free" not in screen
            azure.clear_faults()
            await person.presses("f5")
            await person.sees(r"✓ \d+ subscriptions in \d tenants")


async def test_subscriptions_with_holes_can_be_chosen() -> None:
    with world("happy") as azure:
        holes: list[Any] = [
            ["value[0].displayName", None],
            ["value[1].-tenantId", 0],
            ["value[2].displayName", ""],
            ["value[0].-state", 0],
        ]
        azure.add_fault("listSubscriptions@*:answer", {"set": holes})
        azure.add_fault(
            "listTenants@*:answer", {"set": [["value[0].displayName", None], ["value[0].-defaultDomain", 0]]}
        )
        async with person_at(azure, size=SIZE) as person:
            await person.walks_to(Step.SUBSCRIPTION)
            assert "could not be read" not in await person.sees(r"✓ \d+ subscriptions in \d tenants")
            await reaches(person, Step.RESOURCE_GROUP)
