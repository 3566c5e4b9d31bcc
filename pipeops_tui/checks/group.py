"""Will Azure accept the resource group? Its name (P7), its region (P10), policies about it (P9)."""

from __future__ import annotations

from pipeops_tui.checks.reads import Reads
from pipeops_tui.checks.requests import ask_for, group_name
from pipeops_tui.checks.spec import CheckSpec, Verdict, blocked, ok, unknown, warning
from pipeops_tui.model import PolicyFinding, ResourceGroup, Write
from pipeops_tui.problem import Problem, Section
from pipeops_tui.wizard import Choices, Step

_DELETING = "Deleting"


async def _name(session: Reads, choices: Choices) -> Verdict:
    """Resource Groups - Get: a 404 means that the name is free."""
    subscription = choices.subscription
    assert subscription is not None  # noqa: S101 - `ready` made sure
    found = await session.resource_group(subscription, group_name(choices))
    if choices.existing_group is not None:
        return _existing(found)
    if found is None:
        return ok("the name is free")
    if found.provisioning_state == _DELETING:
        return warning("a group of this name is still being deleted; creating waits until it is gone")
    return blocked(
        f"a group of this name exists in {found.location}",
        Problem(
            title="This resource group exists already",
            what=f"{found.name} lies in {found.location}.",
            why="A resource group's name is unique in its subscription.",
            remedy="Pick it from the list to use it as it is, or type another name.",
            link=Section.GROUP,
        ),
    )


def _existing(found: ResourceGroup | None) -> Verdict:
    if found is not None and found.provisioning_state != _DELETING:
        return ok(f"exists in {found.location}; the application will have access to everything in it")
    state = "is being deleted" if found else "is gone"
    return blocked(
        f"the group {state}",
        Problem(
            title=f"The resource group {state}",
            what="The group you picked cannot be used any more.",
            remedy="Pick another one, or create a new one.",
            link=Section.GROUP,
        ),
    )


async def _region(session: Reads, choices: Choices) -> Verdict:
    """Locations - List, and where Microsoft.ContainerService offers managed clusters."""
    subscription, group = choices.subscription, choices.existing_group
    assert subscription is not None  # noqa: S101 - `ready` made sure
    wanted = group.location if group else (choices.region.name if choices.region else "")
    regions = await session.regions(subscription)
    region = next((region for region in regions if region.name == wanted), None)
    if region is None and group is not None:
        return unknown(f"{wanted} is not in the list of regions")
    if region is None:
        return blocked(
            f"{wanted} is not open to resource groups here",
            Problem(
                title="This region is not available",
                what=f"Azure does not offer {wanted} for resource groups in this subscription.",
                remedy="Pick a region from the list.",
                link=Section.GROUP,
            ),
        )
    if region.has_kubernetes is None:
        return unknown("could not be checked: Azure did not say which regions offer managed Kubernetes")
    if not region.has_kubernetes:
        return warning(f"{region.display_name} has no managed Kubernetes: PipeOps servers go elsewhere")
    return ok(f"{region.display_name} offers managed Kubernetes")


async def _policies(session: Reads, choices: Choices) -> Verdict:
    """Policy Restrictions - Check At Subscription Scope; best effort, the write itself goes first anyway."""
    subscription, region = choices.subscription, choices.region
    assert subscription is not None  # noqa: S101 - `ready` made sure
    location = region.name if region else ""
    findings = await session.policy_findings(subscription, choices.group_name, location, choices.group_tags)
    if not findings:
        return ok("no policy of your organization stands against it")
    missing = ", ".join(dict.fromkeys(_demand(finding) for finding in findings))
    wish = f"Please exempt the resource group {choices.group_name} from these policies, or tell me how to meet them: "
    return blocked(
        f"policy: {missing}",
        Problem(
            title="A policy of your organization would refuse this resource group",
            what=missing[:1].upper() + missing[1:] + ".",
            why="Azure Policy checks every new resource group.",
            remedy="Add the tags it asks for, or pick another region.",
            who="The policy's owner can grant an exemption (role Resource Policy Contributor)",
            link="https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure",
        ),
        message=ask_for(session.account, subscription, f"{wish}{missing}."),
        doubts=Write.GROUP,
    )


def _demand(finding: PolicyFinding) -> str:
    name = finding.policy or "a policy"
    if not finding.field:
        return name
    values = f" = {' or '.join(finding.allowed)}" if finding.allowed else ""
    return f"{name} ({finding.field}{values})"


def _named(choices: Choices) -> bool:
    return choices.subscription is not None and bool(group_name(choices))


def _placed(choices: Choices) -> bool:
    return _named(choices) and (choices.existing_group is not None or choices.region is not None)


GROUP_CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec("P7", "The resource group's name", Step.RESOURCE_GROUP, _name, _named),
    CheckSpec("P10", "The region", Step.RESOURCE_GROUP, _region, _placed),
    CheckSpec(
        "P9",
        "Policies about resource groups",
        Step.ACCESS,
        _policies,
        lambda choices: _placed(choices) and choices.existing_group is None,
    ),
)
