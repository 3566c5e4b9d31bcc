"""A check and the rule for the same refusal on the wire show the same text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeops_tui.core.model import Lock, PolicyFinding, RoleGrant, SecretPolicy, SubscriptionState, TokenFacts
from pipeops_tui.core.wizard import Choices
from tests.azure.test_errors import by_rule, judged
from tests.checks.test_checks import RBAC_ADMIN, check
from tests.checks.world import CONTRIBUTOR, EXISTING, GROUP, NEW, READER, SUBSCRIPTION, world

DISABLED = replace(NEW, subscription=replace(SUBSCRIPTION, state=SubscriptionState.DISABLED))
DELEGATED = replace(NEW, subscription=replace(SUBSCRIPTION, home_tenant_id="another"))


@pytest.mark.parametrize(
    ("key", "answers", "choices", "rule"),
    [
        ("subscription", {}, DISABLED, "subscription disabled"),
        ("subscription", {}, DELEGATED, "other organization"),
        ("group-name", {"resource_group": GROUP}, NEW, "group elsewhere"),
        ("region", {"regions": []}, NEW, "region closed"),
        ("group-policies", {"policy_findings": [PolicyFinding("tags", "tags.Cost")]}, NEW, "policy"),
        ("register-applications", {"users_may_register": False}, NEW, "no permission to register applications"),
        ("client-secrets", {"secret_policy": SecretPolicy(forbidden=True)}, NEW, "secrets forbidden"),
        ("owned-applications", {"owned_application_count": 250}, NEW, "own quota"),
        ("create-group", {"permissions": [READER]}, NEW, "no permission to create a group"),
        ("assign-roles", {"permissions/data-rg": [CONTRIBUTOR]}, EXISTING, "no permission to assign"),
        ("assign-roles", {"own_roles": [RoleGrant(f"/x/{RBAC_ADMIN}", "/s", "c")]}, NEW, "condition"),
        ("locks", {"locks": [Lock("freeze", "ReadOnly", "/subscriptions/1")]}, NEW, "locked"),
        ("assignment-limit", {"role_assignment_count": 4000}, NEW, "assignment limit"),
        ("second-factor", {"token_facts": TokenFacts(False, True)}, NEW, "second factor for changes"),
    ],
)
async def test_what_a_check_foresees_reads_like_what_azure_refuses(
    key: str, answers: dict[str, object], choices: Choices, rule: str
) -> None:
    foreseen, refused = (await check(key, world(**answers), choices)).problem, judged(by_rule(rule)).problem
    assert foreseen is not None
    assert (foreseen.title, foreseen.why, foreseen.link) == (refused.title, refused.why, refused.link)
    assert foreseen.who.split(" in ")[0] == refused.who.split(" in ")[0]
