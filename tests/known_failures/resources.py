"""The resource group, and what PipeOps does with it next."""

from __future__ import annotations

from dataclasses import replace

from pipeops_tui.azure.errors.evidence import AzureOperation as Op
from pipeops_tui.core.model import Lock, PolicyFinding, Provider, RegionRestriction, ResourceGroup
from tests.azure.wire import arm
from tests.checks.world import EXISTING, GROUP, NEW, READER, REGION
from tests.known_failures.answers import Situation, blocked, design, rule, unmet, warned, when

_MISSING = [Provider("Microsoft.Compute", "NotRegistered")]

GROUPS: tuple[Situation, ...] = (
    when(
        "Azure does not take the name",
        rule("bad group name"),
        design("core/test_names.py::test_a_group_name_passes_exactly_when_every_rule_holds"),
    ),
    when(
        "a group of this name lies elsewhere",
        rule("group elsewhere"),
        blocked("group-name", resource_group=GROUP),
        design("ui/test_resource_group.py::test_a_name_that_exists_in_any_case_is_offered_where_it_lies"),
    ),
    when(
        "an existing group holds what belongs to others",
        warned("group-content", EXISTING, resource_count=3),
    ),
    when(
        "a group of this name exists in the same region",
        design("journeys/test_happy_path.py::test_an_existing_resource_group_is_used_and_left_as_it_is"),
    ),
    when(
        "a group of this name is still being deleted",
        rule("group being deleted"),
        warned("group-name", resource_group=ResourceGroup("PipeOpsRG", "westeurope", "Deleting")),
        blocked("group-name", EXISTING, resource_group=ResourceGroup("data-rg", "westeurope", "Deleting")),
    ),
    when(
        "the region takes no resource groups",
        rule("region closed"),
        blocked("region", regions=[replace(REGION, name="eastus")]),
        design("journeys/test_mended.py::test_a_region_that_takes_no_groups_is_changed_where_creating_failed"),
    ),
    when(
        "Microsoft has closed the region to the subscription",
        rule("closed by Microsoft"),
        warned(
            "region",
            region_restrictions=[RegionRestriction("sys.regionrestriction", allowed=("uksouth",), by_microsoft=True)],
        ),
        design("journeys/test_closed_regions.py::test_a_student_starts_on_an_open_region_without_another_enter"),
    ),
    when(
        "the list of regions holds some that nobody can use",
        design("azure/test_session.py::test_regions_are_physical_recommended_first_and_know_kubernetes"),
    ),
    when(
        "a policy demands a tag, a region or a name",
        rule("policy"),
        blocked("group-policies", policy_findings=[PolicyFinding("tags", "tags.costCenter", tag="costCenter")]),
        design("journeys/test_mended.py::test_a_tag_that_nobody_knew_of_is_added_where_creating_failed"),
    ),
    when(
        "a lock forbids it",
        rule("locked"),
        blocked("locks", locks=[Lock("freeze", "ReadOnly", "/subscriptions/1")]),
        warned("locks", locks=[Lock("keep", "CanNotDelete", "/subscriptions/1")]),
    ),
    when("Resource Manager asks to slow down", rule("throttled")),
    when(
        "the subscription is full of resource groups",
        rule(
            "group quota",
            arm("", Op.PUT_GROUP, 409, "ResourceGroupQuotaExceeded", "Quota exceeded for resource groups"),
        ),
    ),
)

NEXT: tuple[Situation, ...] = (
    when(
        "a resource provider is not registered",
        rule("provider not registered"),
        design("checks/test_checks.py::test_providers_that_are_missing"),
    ),
    when(
        "rights on the group alone do not allow registering",
        rule("no permission to register providers"),
        warned("resource-providers", providers=_MISSING, permissions=[READER]),
    ),
    when("registering takes minutes", design("provisioning/test_run.py::test_no_registration_is_waited_for")),
    when(
        "a tool reads at the subscription, where the application has no role",
        unmet("It is PipeOps that would read there; its guide asks for Contributor on the resource group only."),
    ),
    when(
        "Contributor cannot assign roles to what a cluster brings along",
        unmet("It is PipeOps that would assign them; its guide asks for Contributor only."),
    ),
    when(
        "the quota of cores is too small",
        unmet(
            "No server is created here; what is left of the quota is shown, and a subscription on credit warned about."
        ),
        design("journeys/test_room.py::test_a_region_without_quota_is_a_warning_and_others_are_named"),
        warned("subscription", replace(NEW, subscription=replace(NEW.subscription, spending_limit="On"))),  # type: ignore[type-var]
    ),
    when(
        "the region has no machines of the kind, or no managed Kubernetes",
        design("journeys/test_room.py::test_no_answer_blocks_or_asks_for_anything"),
        warned("region", regions=[replace(REGION, has_kubernetes=False)]),
    ),
    when(
        "policies about tags hit what a cluster creates beside the group",
        unmet("That group does not exist yet; what policies demand of this one is asked for."),
        blocked("group-policies", policy_findings=[PolicyFinding("tags", "tags.costCenter", tag="costCenter")]),
    ),
)
