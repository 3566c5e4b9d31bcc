"""What blocks says who can fix it, with which role, and has a message to copy for that person."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pipeops_tui.checks import ALL_CHECKS
from pipeops_tui.core.model import (
    CheckOutcome,
    EligibleRole,
    Lock,
    PolicyFinding,
    RoleGrant,
    SecretPolicy,
    SubscriptionState,
    TokenFacts,
)
from pipeops_tui.core.wizard import Choices
from tests.checks.test_checks import GUEST, RBAC_ADMIN, check
from tests.checks.world import CONTRIBUTOR, EXISTING, GROUP, NEW, READER, SUBSCRIPTION, TENANT, world

BLOCKED = CheckOutcome.BLOCKED


async def test_who_may_not_assign_gets_a_message_with_all_an_owner_needs() -> None:
    found = await check("assign-roles", world(**{"permissions/data-rg": [CONTRIBUTOR]}), EXISTING)
    assert found.problem is not None
    assert "Owner" in found.problem.who
    assert found.problem.command in found.message
    for fact in (SUBSCRIPTION.subscription_id, TENANT, "you@contoso.com", "data-rg", "Contoso"):
        assert fact in found.message


async def test_who_owns_a_delegated_subscription_gets_the_line_to_run() -> None:
    delegated = replace(SUBSCRIPTION, home_tenant_id="0d7b-their-tenant")
    found = await check("subscription", world(), replace(NEW, subscription=delegated))
    line = f"pipeops-tui --tenant 0d7b-their-tenant --subscription {SUBSCRIPTION.subscription_id}"
    assert found.problem is not None
    assert found.problem.command == line
    assert line in found.message
    assert "0d7b-their-tenant" in found.problem.who


async def test_whoever_could_fix_a_billing_problem_gets_a_message_too() -> None:
    found = await check(
        "subscription", world(), replace(NEW, subscription=replace(SUBSCRIPTION, state=SubscriptionState.PAST_DUE))
    )
    assert "billing problem" in found.message


BLOCKING: dict[str, tuple[dict[str, object], Choices]] = {
    "another's subscription": ({}, replace(NEW, subscription=replace(SUBSCRIPTION, home_tenant_id="x"))),
    "disabled": ({}, replace(NEW, subscription=replace(SUBSCRIPTION, state=SubscriptionState.DISABLED))),
    "users may not register": ({"users_may_register": False}, NEW),
    "guest": ({"directory": GUEST}, NEW),
    "no secrets": ({"secret_policy": SecretPolicy(forbidden=True)}, NEW),
    "quota": ({"owned_application_count": 250}, NEW),
    "policy": ({"policy_findings": [PolicyFinding("tags", "tags.Cost")]}, NEW),
    "may not create": ({"permissions": [READER]}, NEW),
    "no permission to assign": ({"permissions": [CONTRIBUTOR]}, NEW),
    "may not assign in the group": ({"permissions/data-rg": [CONTRIBUTOR]}, EXISTING),
    "condition": ({"own_roles": [RoleGrant(f"/x/{RBAC_ADMIN}", "/s", "c")]}, NEW),
    "lock": ({"locks": [Lock("freeze", "ReadOnly", "/subscriptions/1")]}, NEW),
    "full": ({"role_assignment_count": 4000}, NEW),
}
"""What another person has to grant."""


@pytest.mark.parametrize("obstacle", BLOCKING)
async def test_what_blocks_says_who_can_fix_it_and_has_a_message_to_them(obstacle: str) -> None:
    answers, choices = BLOCKING[obstacle]
    reads = world(**answers)
    found = [await one.run(reads, choices) for one in ALL_CHECKS if one.ready(choices)]
    blocked = [one for one in found if one.outcome is BLOCKED]
    assert blocked
    for one in blocked:
        assert one.problem is not None
        assert re.search("Owner|Administrator|Contributor", one.problem.who), one.problem.who
        assert one.message.startswith("Hello,")
        assert reads.account.name in one.message
        assert one.problem.command in one.message
        assert one.problem.link.startswith("https://")


async def test_what_the_person_can_do_alone_names_no_one_else() -> None:
    itself = world(resource_group=GROUP, token_facts=TokenFacts(False, True), regions=[])
    eligible = world(permissions=[READER], eligible_roles=[EligibleRole("Owner", "/s")])
    found = [await check("group-name", itself), await check("region", itself), await check("second-factor", itself)]
    found += [await check("create-group", eligible), await check("assign-roles", eligible)]
    for one in found:
        assert one.outcome is BLOCKED
        assert one.problem is not None
        assert (one.problem.who, one.message) == ("", "")
        assert one.problem.remedy
