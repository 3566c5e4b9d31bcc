"""A message to an administrator stands on its own, and asks for nothing wider than what is needed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pipeops_tui.core.model import Lock, PolicyFinding, SecretPolicy, SubscriptionState
from pipeops_tui.core.problem import GUIDE
from pipeops_tui.core.wizard import Choices
from tests.checks.test_checks import check
from tests.checks.world import CONTRIBUTOR, EXISTING, NEW, READER, SUBSCRIPTION, world

GROUP_SCOPE = SUBSCRIPTION.scope_of(NEW.group_name)
DISABLED = replace(NEW, subscription=replace(SUBSCRIPTION, state=SubscriptionState.DISABLED))


@pytest.mark.parametrize(
    ("key", "answers", "choices", "asks"),
    [
        ("create-group", {"permissions": [READER]}, NEW, f"create the resource group {NEW.group_name}"),
        ("assign-roles", {"permissions": [CONTRIBUTOR]}, NEW, "Role Based Access Control Administrator"),
        ("assign-roles", {"permissions/data-rg": [CONTRIBUTOR]}, EXISTING, "Role Based Access Control Administrator"),
        ("register-applications", {"users_may_register": False}, NEW, "Application Developer"),
        ("client-secrets", {"secret_policy": SecretPolicy(forbidden=True)}, NEW, "exempt one application"),
        ("owned-applications", {"owned_application_count": 250}, NEW, "no longer used"),
        ("group-policies", {"policy_findings": [PolicyFinding("tags", "tags.Cost")]}, NEW, "create it and exempt it"),
        ("locks", {"locks": [Lock("freeze", "ReadOnly", GROUP_SCOPE)]}, NEW, "remove the lock"),
        ("assignment-limit", {"role_assignment_count": 4000}, NEW, "remove some"),
        ("subscription", {}, DISABLED, "reactivate"),
    ],
)
async def test_every_message_stands_on_its_own(
    key: str, answers: dict[str, object], choices: Choices, asks: str
) -> None:
    message = (await check(key, world(**answers), choices)).message
    for part in (
        asks,
        "PipeOps (https://pipeops.io) is a deployment platform",
        "Contributor on one resource group and nothing else",
        SUBSCRIPTION.subscription_id,
        "My account: ",
        GUIDE,
    ):
        assert part in message


@pytest.mark.parametrize(
    ("key", "answers", "choices"),
    [
        ("create-group", {"permissions": [READER]}, NEW),
        ("assign-roles", {"permissions": [CONTRIBUTOR]}, NEW),
        ("assign-roles", {"permissions/data-rg": [CONTRIBUTOR]}, EXISTING),
    ],
)
async def test_a_role_is_asked_for_on_one_group_only_and_not_for_good(
    key: str, answers: dict[str, object], choices: Choices
) -> None:
    found = await check(key, world(**answers), choices)
    assert "on nothing else" in found.message
    assert "remove it again as soon as PipeOps is connected" in found.message
    assert "In the Azure portal: Resource groups → " in found.message
    assert found.problem is not None
    assert found.problem.command in found.message
    scopes = re.findall(r"--scope (\S+)", found.message)
    assert len(scopes) == 1
    assert "/resourceGroups/" in scopes[0]


async def test_a_lock_is_not_to_be_removed_for_a_moment_only() -> None:
    found = await check("locks", world(locks=[Lock("freeze", "ReadOnly", GROUP_SCOPE)]))
    assert found.problem is not None
    assert "removed for good" in found.problem.remedy
    assert "For good: " in found.message
    assert f"Resource groups → {NEW.group_name} → Locks → freeze → Delete" in found.message
    assert "until" not in found.message
