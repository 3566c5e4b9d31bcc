"""Checks whether Azure will accept the resource group: its name, its region, policies about it."""

from __future__ import annotations

from pipeops_tui.checks.admin_messages import AdminRequest, ask_for, group_name
from pipeops_tui.checks.closed_regions import find_closed_regions, why_closed
from pipeops_tui.checks.spec import CheckSpec, CheckVerdict, blocked, ok, subscription_check, unknown, warning
from pipeops_tui.core import refusals
from pipeops_tui.core.model import PolicyFinding, ResourceGroup, Subscription, Write
from pipeops_tui.core.ports import Reads
from pipeops_tui.core.problem import Problem, Section
from pipeops_tui.core.wizard import Choices, Step

_DELETING = "Deleting"


async def _name(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """Resource Groups - Get: a 404 means that the name is free."""
    found = await session.resource_group(subscription, group_name(choices))
    if choices.existing_group is not None:
        return _existing(found)
    if found is None:
        return ok("the name is free")
    if found.provisioning_state == _DELETING:
        return warning("a group of this name is still being deleted; creating waits until it is gone")
    return blocked(
        f"a group of this name exists in {found.location}",
        refusals.group_exists(found.name, found.location),
    )


def _existing(found: ResourceGroup | None) -> CheckVerdict:
    if found is not None and found.provisioning_state != _DELETING:
        return ok(f"exists in {found.location}; the application will have access to everything in it")
    state = "is being deleted" if found else "is gone"
    return blocked(
        f"the group {state}",
        Problem(
            title=f"The resource group {state}",
            what="The group you chose cannot be used any more.",
            remedy="Choose another one, or create a new one.",
            link=Section.GROUP,
        ),
    )


async def _region(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """Locations - List, where Microsoft.ContainerService offers managed clusters, and where policies refuse them."""
    group = choices.existing_group
    wanted = group.location if group else (choices.region.name if choices.region else "")
    regions = await session.regions(subscription)
    region = next((region for region in regions if region.name == wanted), None)
    if region is None and group is not None:
        return unknown(f"{wanted} is not in the list of regions")
    if region is None:
        return blocked(f"{wanted} is not open to resource groups here", refusals.region_closed(wanted))
    closed = (await find_closed_regions(session, subscription)).get(wanted)
    if closed is not None:
        return warning(f"{region.display_name} is {why_closed(closed)}: PipeOps cannot create servers there")
    if region.has_kubernetes is None:
        return unknown("could not be checked: Azure did not say which regions offer managed Kubernetes")
    if not region.has_kubernetes:
        return warning(f"{region.display_name} has no managed Kubernetes: PipeOps cannot create servers there")
    return ok(f"{region.display_name} offers managed Kubernetes")


async def _content(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """The role Contributor on a group covers every resource in it, also those that others have created."""
    count = await session.resource_count(subscription, group_name(choices))
    if not count:
        return ok("empty")
    what, them = ("1 resource", "it") if count == 1 else (f"{count} resources", "them")
    return warning(f"{what}: PipeOps can change and delete {them}")


async def _policies(session: Reads, choices: Choices, subscription: Subscription) -> CheckVerdict:
    """Policy Restrictions - Check At Subscription Scope; Azure itself decides when the group is created."""
    region = choices.region
    location = region.name if region else ""
    findings = await session.policy_findings(subscription, choices.group_name, location, choices.group_tags)
    if not findings:
        return ok("no policy blocks it")
    missing = ", ".join(dict.fromkeys(_demand(finding) for finding in findings))
    request = AdminRequest(
        f"Policies do not allow the resource group {choices.group_name}: {missing}. Please create it and exempt it "
        "from them, or tell me how to meet them.",
        "The exemption is needed as long as we use PipeOps.",
        "Policy → Assignments → the policy → Create exemption",
    )
    problem = refusals.refused_by_policy(missing[:1].upper() + missing[1:] + ".", refusals.POLICY_REMEDY)
    return blocked(
        f"policy: {missing}",
        problem,
        message=ask_for(session.account, subscription, request, problem),
        doubts=Write.GROUP,
    )


def _demand(finding: PolicyFinding) -> str:
    name = finding.policy or "a policy"
    if not finding.field:
        return name
    values = f" = {' or '.join(finding.allowed)}" if finding.allowed else ""
    return f"{name} ({finding.field}{values})"


def _named(choices: Choices) -> bool:
    return bool(group_name(choices))


def _existing_one(choices: Choices) -> bool:
    return choices.existing_group is not None


def _placed(choices: Choices) -> bool:
    return _named(choices) and (choices.existing_group is not None or choices.region is not None)


GROUP_CHECKS: tuple[CheckSpec, ...] = (
    subscription_check("group-name", "Name of the resource group", Step.RESOURCE_GROUP, _name, _named),
    subscription_check("region", "Region", Step.RESOURCE_GROUP, _region, _placed),
    subscription_check("group-content", "Content of the resource group", Step.ACCESS, _content, _existing_one),
    subscription_check(
        "group-policies",
        "Policies about resource groups",
        Step.ACCESS,
        _policies,
        lambda choices: _placed(choices) and choices.existing_group is None,
    ),
)
