"""Each check: what it says about each answer, and that it never says no without one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeops_tui.checks import ALL_CHECKS, CheckSpec, Registrations, checks_for, registrations, required_providers
from pipeops_tui.checks.provider_checks import USEFUL_PROVIDERS
from pipeops_tui.checks.spec import ASSIGN_ROLES
from pipeops_tui.core.model import (
    Application,
    Check,
    CheckOutcome,
    CloudEndpoints,
    DenyAssignment,
    Directory,
    EligibleRole,
    Lock,
    Permission,
    PolicyFinding,
    Provider,
    Region,
    ResourceGroup,
    RoleGrant,
    SecretPolicy,
    SubscriptionState,
    TokenFacts,
)
from pipeops_tui.core.problem import FailureKind
from pipeops_tui.core.wizard import Choices, Step
from tests.checks.world import (
    CONTRIBUTOR,
    EXISTING,
    GROUP,
    NEW,
    READER,
    REGION,
    SUBSCRIPTION,
    TENANT,
    World,
    refusal,
    world,
)

OK, WARNING, BLOCKED, UNKNOWN = CheckOutcome.OK, CheckOutcome.WARNING, CheckOutcome.BLOCKED, CheckOutcome.UNKNOWN
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
RBAC_ADMIN = "f58310d9-a9f6-439a-9e8d-f62e7b41a168"
ADMINISTRATOR = frozenset({"158c047a-c907-4556-b7ef-446551a6b5f7"})
DEVELOPER = frozenset({"cf1c38e5-3621-4004-a7cb-879624dced7c"})
GUEST = Directory(TENANT, "Contoso", "contoso.com", "Guest")


def spec(key: str) -> CheckSpec:
    return next(one for one in ALL_CHECKS if one.key == key)


async def check(key: str, reads: World, choices: Choices = NEW) -> Check:
    assert spec(key).ready(choices)
    return await spec(key).run(reads, choices)


@pytest.mark.parametrize("choices", [NEW, EXISTING], ids=["new group", "existing group"])
@pytest.mark.parametrize("key", [one.key for one in ALL_CHECKS])
async def test_all_is_well(key: str, choices: Choices) -> None:
    if not spec(key).ready(choices):
        assert key in (("group-policies", "create-group") if choices is EXISTING else ("group-content",))
        return
    found = await check(key, world(), choices)
    assert found.outcome is OK
    assert found.detail
    assert found.problem is None


READS = {
    "subscription": (),
    "clock": (),
    "cloud": (),
    "group-name": ("resource_group",),
    "region": ("regions",),
    "group-content": ("resource_count",),
    "group-policies": ("policy_findings",),
    "register-applications": ("directory_roles", "users_may_register", "directory"),
    "client-secrets": ("secret_policy",),
    "same-name": ("applications_named",),
    "owned-applications": ("owned_application_count",),
    "create-group": ("permissions",),
    "assign-roles": ("permissions",),
    "resource-providers": ("providers",),
    "locks": ("locks",),
    "deny-assignments": ("deny_assignments",),
    "assignment-limit": ("role_assignment_count",),
    "second-factor": ("token_facts",),
}


@pytest.mark.parametrize(("kind", "status"), [(kind, status) for kind in FailureKind for status in (None, 403, 500)])
@pytest.mark.parametrize("key", [key for key, reads in READS.items() if reads])
async def test_a_refused_check_is_unknown(key: str, kind: FailureKind, status: int | None) -> None:
    choices = EXISTING if key == "group-content" else NEW
    found = await check(key, world(**dict.fromkeys(READS[key], refusal(kind, status))), choices)
    assert found.outcome is UNKNOWN
    assert found.detail.startswith("could not be checked: ")
    assert found.problem is None


def test_every_check_is_covered_here_and_has_a_name() -> None:
    assert set(READS) == {one.key for one in ALL_CHECKS}
    assert len({one.key for one in ALL_CHECKS}) == len(ALL_CHECKS)
    assert all(one.title for one in ALL_CHECKS)


@pytest.mark.parametrize(
    ("key", "answers", "choices", "outcome", "words"),
    [
        ("group-name", {"resource_group": GROUP}, NEW, BLOCKED, "exists in westeurope"),
        ("group-name", {"resource_group": ResourceGroup("PipeOpsRG", "x", "Deleting")}, NEW, WARNING, "being deleted"),
        ("group-name", {"resource_group": None}, EXISTING, BLOCKED, "gone"),
        (
            "group-name",
            {"resource_group": ResourceGroup("data-rg", "x", "Deleting")},
            EXISTING,
            BLOCKED,
            "is being deleted",
        ),
        ("region", {"regions": [replace(REGION, has_kubernetes=False)]}, NEW, WARNING, "no managed Kubernetes"),
        ("region", {"regions": [replace(REGION, has_kubernetes=None)]}, NEW, UNKNOWN, "did not say"),
        ("region", {"regions": [Region("eastus", "East US", "US", True, True)]}, NEW, BLOCKED, "not open"),
        ("region", {"regions": []}, EXISTING, UNKNOWN, "westeurope"),
        ("group-content", {}, EXISTING, OK, "empty"),
        ("group-content", {"resource_count": 1}, EXISTING, WARNING, "1 resource: PipeOps can change and delete it"),
        ("group-content", {"resource_count": 12}, EXISTING, WARNING, "12 resources"),
        ("group-content", {"resource_count": refusal()}, EXISTING, UNKNOWN, "no permission"),
        (
            "group-policies",
            {"policy_findings": [PolicyFinding("tags", "tags['Cost']", ("1", "2"))]},
            NEW,
            BLOCKED,
            "tags['Cost'] = 1 or 2",
        ),
        ("group-policies", {"policy_findings": [PolicyFinding("")]}, NEW, BLOCKED, "a policy"),
        ("register-applications", {"users_may_register": False}, NEW, BLOCKED, "not allowed in this tenant"),
        ("register-applications", {"directory": GUEST}, NEW, BLOCKED, "guest"),
        ("register-applications", {"users_may_register": None}, NEW, UNKNOWN, "no permission to read"),
        ("register-applications", {"users_may_register": refusal()}, NEW, UNKNOWN, "no permission to read"),
        (
            "register-applications",
            {"directory_roles": refusal(), "users_may_register": False},
            NEW,
            UNKNOWN,
            "no permission to read",
        ),
        ("register-applications", {"directory_roles": refusal()}, NEW, OK, "allows all its users"),
        ("client-secrets", {"secret_policy": SecretPolicy(forbidden=True)}, NEW, BLOCKED, "does not allow"),
        ("client-secrets", {"secret_policy": SecretPolicy(longest_days=90)}, NEW, WARNING, "at most 90 days"),
        ("client-secrets", {"secret_policy": SecretPolicy(longest_days=180)}, NEW, OK, "up to 180 days"),
        ("client-secrets", {"secret_policy": SecretPolicy(longest_days=179)}, NEW, WARNING, "at most 179 days"),
        ("client-secrets", {"secret_policy": SecretPolicy(longest_days=365)}, NEW, OK, "up to 365 days"),
        (
            "same-name",
            {"applications_named": [Application("o", "a", "PipeOps")]},
            NEW,
            WARNING,
            "1 application of this name",
        ),
        ("owned-applications", {"owned_application_count": 199}, NEW, OK, "199 of 250"),
        ("owned-applications", {"owned_application_count": 200}, NEW, WARNING, "allows 250"),
        ("owned-applications", {"owned_application_count": 250}, NEW, BLOCKED, "250"),
        ("owned-applications", {"owned_application_count": 250, "directory_roles": ADMINISTRATOR}, NEW, OK, "no limit"),
        ("owned-applications", {"owned_application_count": 250, "directory_roles": DEVELOPER}, NEW, BLOCKED, "250"),
        ("owned-applications", {"owned_application_count": 250, "directory_roles": refusal()}, NEW, BLOCKED, "250"),
        ("create-group", {"permissions": [READER]}, NEW, BLOCKED, "missing"),
        ("assign-roles", {"permissions": [CONTRIBUTOR]}, NEW, BLOCKED, "missing"),
        ("assign-roles", {"permissions/data-rg": [CONTRIBUTOR]}, EXISTING, BLOCKED, "missing"),
        ("assign-roles", {"permissions": [READER]}, EXISTING, OK, "yes"),
        ("locks", {"locks": [Lock("freeze", "ReadOnly", "/subscriptions/1")]}, NEW, BLOCKED, "freeze"),
        ("locks", {"locks": [Lock("keep", "CanNotDelete", "/subscriptions/1")]}, NEW, WARNING, "keep"),
        ("deny-assignments", {"deny_assignments": [DenyAssignment("stack", "/")]}, NEW, WARNING, "stack"),
        ("assignment-limit", {"role_assignment_count": 3899}, NEW, OK, "3899 of 4000"),
        ("assignment-limit", {"role_assignment_count": 3900}, NEW, WARNING, "almost full"),
        ("assignment-limit", {"role_assignment_count": 4000}, NEW, BLOCKED, "full"),
        ("second-factor", {"token_facts": TokenFacts(False, True)}, NEW, BLOCKED, "second factor"),
        ("second-factor", {"token_facts": TokenFacts(None, True)}, NEW, UNKNOWN, "does not say"),
        ("second-factor", {"token_facts": TokenFacts(False, False)}, NEW, OK, "service principal"),
    ],
)
async def test_what_each_answer_means(
    key: str, answers: dict[str, object], choices: Choices, outcome: CheckOutcome, words: str
) -> None:
    found = await check(key, world(**answers), choices)
    assert found.outcome is outcome
    assert words in found.detail
    assert (found.problem is not None) >= (outcome is BLOCKED)


@pytest.mark.parametrize(
    ("state", "spending_limit", "home", "outcome"),
    [
        (SubscriptionState.ENABLED, "Off", TENANT, OK),
        (SubscriptionState.ENABLED, "On", TENANT, WARNING),
        (SubscriptionState.WARNED, "Off", TENANT, WARNING),
        (SubscriptionState.PAST_DUE, "Off", TENANT, WARNING),
        (SubscriptionState.DISABLED, "Off", TENANT, BLOCKED),
        (SubscriptionState.DELETED, "Off", TENANT, BLOCKED),
        (SubscriptionState.ENABLED, "Off", "another", BLOCKED),
        (SubscriptionState.ENABLED, "Off", "", OK),
    ],
)
async def test_which_subscriptions_can_be_used(
    state: SubscriptionState, spending_limit: str, home: str, outcome: CheckOutcome
) -> None:
    subscription = replace(SUBSCRIPTION, state=state, spending_limit=spending_limit, home_tenant_id=home)
    found = await check("subscription", world(), replace(NEW, subscription=subscription))
    assert found.outcome is outcome
    assert (outcome is BLOCKED) is bool(subscription.unusable)
    if outcome is BLOCKED:
        assert found.problem is not None
        # Nobody can bring a deleted one back.
        assert bool(found.problem.who) is (state is not SubscriptionState.DELETED)
        assert (SUBSCRIPTION.subscription_id in found.message) is (state is not SubscriptionState.DELETED)


async def test_a_service_principal_is_told_what_it_needs_to_register() -> None:
    found = await check("register-applications", world(token_facts=TokenFacts(None, False), users_may_register=False))
    assert found.outcome is UNKNOWN
    assert "Application.ReadWrite.OwnedBy" in found.detail
    unreadable = await check("register-applications", world(token_facts=refusal()))
    assert unreadable.outcome is OK


@pytest.mark.parametrize(
    ("skew", "outcome", "words"),
    [
        (None, UNKNOWN, ""),
        (119.0, OK, ""),
        (-120.0, OK, ""),
        (600.0, WARNING, "10 min ahead of"),
        (-660.0, WARNING, "11 min behind"),
    ],
)
async def test_the_clock(skew: float | None, outcome: CheckOutcome, words: str) -> None:
    found = await check("clock", World(clock_skew=skew))
    assert found.outcome is outcome
    assert words in found.detail


async def test_other_clouds_are_warned_about_and_need_no_second_factor_yet() -> None:
    government = CloudEndpoints("AzureUSGovernment", "https://l", "https://m", "s", "https://g", "s", "https://p")
    there = World(endpoints=government, answers={"token_facts": TokenFacts(False, True)})
    assert (await check("cloud", there)).outcome is WARNING
    assert (await check("second-factor", there)).outcome is OK
    custom = World(endpoints=replace(government, name="Private", discovered=True))
    found = await check("cloud", custom)
    assert (found.outcome, "Private is not the public Azure cloud" in found.detail) == (WARNING, True)
    assert (await check("cloud", World())).outcome is OK


async def test_applications_of_the_same_name_are_dated_by_the_newest() -> None:
    twins = [
        Application("1", "1", "PipeOps", datetime(2025, 3, 1, tzinfo=UTC)),
        Application("2", "2", "PipeOps", datetime(2026, 4, 22, tzinfo=UTC)),
    ]
    found = await check("same-name", world(applications_named=twins))
    assert "2 applications" in found.detail
    assert "22 April 2026" in found.detail


@pytest.mark.parametrize(
    ("grants", "outcome"),
    [
        ([], OK),
        ([RoleGrant(f"/x/roleDefinitions/{OWNER}", "/s")], OK),
        ([RoleGrant(f"/x/roleDefinitions/{RBAC_ADMIN.upper()}", "/s", "some condition")], BLOCKED),
        ([RoleGrant(f"/x/roleDefinitions/{RBAC_ADMIN}", "/s", "c"), RoleGrant(f"/x/{OWNER}", "/s")], OK),
        ([RoleGrant("/x/roleDefinitions/custom", "/s", "about blobs")], OK),
        ([RoleGrant("/x/roleDefinitions/custom", "/s", f"!(ActionMatches{{'{ASSIGN_ROLES}'}})")], BLOCKED),
    ],
)
async def test_a_condition_on_the_giving_role(grants: list[RoleGrant], outcome: CheckOutcome) -> None:
    found = await check("assign-roles", world(own_roles=grants))
    assert found.outcome is outcome
    assert found.may_try_anyway is (outcome is BLOCKED)
    assert (await check("assign-roles", world(own_roles=refusal()))).outcome is OK


@pytest.mark.parametrize(("key", "role", "activates"), [
    ("create-group", "Contributor", True),
    ("create-group", "Owner", True),
    ("create-group", "Reader", False),
    ("assign-roles", "Owner", True),
    ("assign-roles", "User Access Administrator", True),
    ("assign-roles", "Contributor", False),
])  # fmt: skip
async def test_an_eligible_role_is_to_be_activated(key: str, role: str, activates: bool) -> None:
    reads = world(permissions=[READER], eligible_roles=[EligibleRole(role, "/s"), EligibleRole(role, "/s")])
    found = await check(key, reads)
    assert found.outcome is BLOCKED
    assert found.problem is not None
    assert (found.problem.title == "Activate your role first") is activates
    unreadable = world(permissions=[READER], eligible_roles=refusal())
    assert (await check(key, unreadable)).outcome is BLOCKED


async def test_providers_that_are_missing() -> None:
    some = [Provider(namespace, "Registered") for namespace in required_providers()[2:]]
    may = await check("resource-providers", world(providers=some))
    assert may.outcome is OK
    assert "ContainerService, Compute" in may.detail

    may_not = await check("resource-providers", world(providers=some, permissions=[READER]))
    assert may_not.outcome is WARNING
    assert may_not.problem is not None
    assert may_not.problem.command.count("az provider register --subscription ") == 2
    for namespace in required_providers()[:2]:
        assert (
            f"az provider register --subscription {SUBSCRIPTION.subscription_id} --namespace {namespace}"
            in may_not.message
        )
    unreadable = await check("resource-providers", world(providers=some, permissions=refusal()))
    assert unreadable.outcome is UNKNOWN
    assert "not registered yet" in unreadable.detail

    one = Permission((f"{required_providers()[0]}/register/action",), ())
    half = await check("resource-providers", world(providers=some, permissions=[one]))
    assert half.outcome is WARNING
    assert half.detail.endswith(": Compute")


async def test_a_plan_registers_what_it_can_and_offers_what_is_not_known() -> None:
    missing = [Provider("Microsoft.Compute", "NotRegistered")]
    everything = (*required_providers(), *USEFUL_PROVIDERS)
    compute = Permission(("Microsoft.Compute/register/action",), ())
    assert await registrations(world(providers=missing), SUBSCRIPTION) == Registrations(everything, certain=True)
    assert await registrations(world(), SUBSCRIPTION) == Registrations()
    some = await registrations(world(providers=missing, permissions=[compute]), SUBSCRIPTION)
    assert some == Registrations(("Microsoft.Compute",), certain=True)
    assert (await registrations(world(providers=missing, permissions=[READER]), SUBSCRIPTION)).namespaces == ()
    assert await registrations(world(providers=refusal()), SUBSCRIPTION) == Registrations()
    unreadable = world(providers=missing, permissions=refusal())
    assert await registrations(unreadable, SUBSCRIPTION) == Registrations(everything, certain=False)


async def test_useful_providers_are_asked_for_only_where_a_needed_one_is_missing() -> None:
    well = world()
    assert await registrations(well, SUBSCRIPTION) == Registrations()
    assert well.asked == ["providers"]
    found = await check("resource-providers", well)
    assert found.detail == "all that a PipeOps server needs are registered"


@pytest.mark.parametrize(
    ("role", "outcome"),
    [("cf1c38e5-3621-4004-a7cb-879624dced7c", OK), ("88d8e3e3-8f55-4a1e-953a-9b9898b8876b", BLOCKED)],
)
async def test_a_directory_role_settles_it_for_guests_too(role: str, outcome: CheckOutcome) -> None:
    found = await check(
        "register-applications", world(directory=GUEST, users_may_register=False, directory_roles=frozenset({role}))
    )
    assert found.outcome is outcome


def test_checks_belong_to_steps_and_wait_for_their_inputs() -> None:
    nothing = Choices()
    assert [one.key for one in checks_for(Step.SIGN_IN, nothing)] == ["clock", "cloud"]
    assert checks_for(Step.ACCESS, nothing) == ()
    assert [one.key for one in checks_for(Step.SUBSCRIPTION, NEW)] == ["subscription"]
    assert [one.key for one in checks_for(Step.RESOURCE_GROUP, NEW)] == ["group-name", "region"]
    assert [one.key for one in checks_for(Step.RESOURCE_GROUP, replace(NEW, region=None))] == ["group-name"]
    assert [one.key for one in checks_for(Step.TENANT, NEW)] == [
        "register-applications",
        "client-secrets",
        "owned-applications",
    ]
    assert [one.key for one in checks_for(Step.APPLICATION, NEW)] == ["same-name"]
    assert checks_for(Step.APPLICATION, replace(NEW, application_name=" ")) == ()
    assert {"create-group", "assign-roles", "resource-providers", "second-factor"} <= {
        one.key for one in checks_for(Step.ACCESS, NEW)
    }
    assert "create-group" not in {one.key for one in checks_for(Step.ACCESS, EXISTING)}
    assert checks_for(Step.CREDENTIALS, NEW) == ()
