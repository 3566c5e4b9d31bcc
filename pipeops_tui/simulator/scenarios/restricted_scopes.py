"""Worlds with something that is refused in a subscription, a resource group or a region."""

from __future__ import annotations

from pipeops_tui.simulator.arm.location_policies import BEST_REGIONS, NO_WEST_EUROPE, system_assignment
from pipeops_tui.simulator.scenarios import world_steps
from pipeops_tui.simulator.scenarios.standard_world import NAME, PERSON, standard_world
from pipeops_tui.simulator.world.records import LockRecord, TagPolicyRecord
from pipeops_tui.simulator.world.roles import CONTRIBUTOR, OWNER, READER
from pipeops_tui.simulator.world.stores import ROLE_ASSIGNMENT_LIMIT
from pipeops_tui.simulator.world.world import World

_STUDENT_REGIONS = ("uksouth", "northeurope", "polandcentral", "norwayeast", "swedencentral")
_TENANTS = 40
_SUBSCRIPTIONS = 250
_GROUPS = 3_000
_SMALL_FAMILIES = (
    "standardBSFamily",
    "standardBsv2Family",
    "standardDSv2Family",
    "standardDSv3Family",
    "standardDSv4Family",
    "standardDSv5Family",
    "standardDDSv5Family",
    "standardDASv4Family",
    "standardDASv5Family",
)
_ENVIRONMENTS = ("production", "staging", "development", "test", "sandbox")
_TEAMS = (
    "payments",
    "search",
    "identity",
    "logistics",
    "analytics",
    "platform",
    "support",
    "mobile",
    "web",
    "research",
)


def disabled_subscription(seed: int) -> World:
    """The first subscription is disabled; two more are warned and past due."""
    base = standard_world(seed)
    base.first.state = "Disabled"
    third, fourth = list(base.world.subscriptions.values())[2:4]
    third.state, fourth.state = "Warned", "PastDue"
    return base.world


def no_subscription(seed: int) -> World:
    """Tenants without subscriptions."""
    base = standard_world(seed)
    world = base.world
    for assignment in tuple(world.assignments):
        world.assignments.remove(assignment)
    world.subscriptions.clear()
    world.groups.clear()
    world.deny_assignments.clear()
    world.announced.subscription_id = None
    return world


def lighthouse(seed: int) -> World:
    """Contoso manages a subscription of Fabrikam's and has one of its own."""
    world = World(seed)
    contoso = world_steps.tenant(world, "Contoso", "contoso", "contoso.com")
    fabrikam = world_steps.tenant(world, "Fabrikam", "fabrikam", "fabrikam.com", country="GB")
    world.person = PERSON
    user = world_steps.user(world, PERSON, contoso, NAME)
    delegated = world_steps.subscription(world, fabrikam, "Fabrikam Production")
    delegated.managed_by = (contoso.tenant_id,)
    world_steps.group(world, delegated, "shop-rg", "uksouth", "Microsoft.Web/sites/fabrikam-shop")
    own = world_steps.subscription(world, contoso, "Pay-As-You-Go")
    world_steps.assign_user(world, user, CONTRIBUTOR, delegated.scope)
    world_steps.assign_user(world, user, OWNER, own.scope)
    world_steps.announce(world, contoso, own)
    return world


def policy_requires_tag(seed: int) -> World:
    """Every new group needs a cost center."""
    base = standard_world(seed)
    base.world.tag_policies.append(
        TagPolicyRecord(
            name="require-cost-center",
            definition=base.world.ids.guid("policy definition"),
            display_name="Groups need a cost center",
            definition_name="Require a tag on resource groups",
            scope=base.first.scope,
            tag="costCenter",
            message="The tag costCenter is required on resource groups. Ask finance@contoso.com for yours.",
            since=base.world.now() - world_steps.AGE,
        )
    )
    return base.world


def region_closed(seed: int) -> World:
    """Two regions take no new groups."""
    base = standard_world(seed)
    base.world.rules.closed_regions = frozenset({"eastus", "westeurope"})
    return base.world


def no_quota(seed: int) -> World:
    """No family that small servers use has any quota; in 2 regions of the United States some have."""
    base = standard_world(seed)
    quotas = base.first.quotas
    quotas["", "cores"] = 10
    quotas.update({("", family): 0 for family in _SMALL_FAMILIES})
    quotas.update({("centralus", family): 10 for family in ("standardDSv3Family", "standardDSv5Family")})
    quotas["westus3", "standardBSFamily"] = 10
    return base.world


def student(seed: int) -> World:
    """A student's only subscription: Microsoft has closed all regions of it but five."""
    world = World(seed)
    where = world_steps.tenant(world, "Contoso University", "contosouniversity", "contoso.com")
    world.person = PERSON
    user = world_steps.user(world, PERSON, where, NAME)
    only = world_steps.subscription(
        world, where, "Azure for Students", quota_id="AzureForStudents_2018-01-01", spending_limit="On"
    )
    world_steps.assign_user(world, user, OWNER, only.scope)
    world_steps.announce(world, where, only)
    closed = system_assignment(world, "sys.regionrestriction", only.scope, BEST_REGIONS, _STUDENT_REGIONS)
    world.policy_assignments.append(closed)
    return world


def west_europe_blocked(seed: int) -> World:
    """West Europe takes no resources of new customers."""
    base = standard_world(seed)
    for item in base.world.subscriptions.values():
        closed = system_assignment(base.world, "sys.blockwesteurope", item.scope, NO_WEST_EUROPE)
        base.world.policy_assignments.append(closed)
    return base.world


def group_deleting(seed: int) -> World:
    """PipeOpsRG was deleted a moment ago."""
    base = standard_world(seed)
    base.world.rules.group_deletion = 60
    group = world_steps.group(base.world, base.first, "PipeOpsRG", "westeurope")
    base.world.groups.begin_deletion(group, base.world.now())
    return base.world


def locked_group(seed: int) -> World:
    """A ReadOnly lock and a CanNotDelete lock."""
    base = standard_world(seed)
    frozen = world_steps.group(base.world, base.first, "frozen-rg", "westeurope")
    kept = world_steps.group(base.world, base.first, "kept-rg", "westeurope")
    base.world.locks += [
        LockRecord("audit-freeze", frozen.scope, "ReadOnly", "Frozen until the audit is over. Ask audit@contoso.com."),
        LockRecord("keep", kept.scope, "CanNotDelete", "Holds the backups."),
    ]
    return base.world


def assignment_limit(seed: int) -> World:
    """4,000 role assignments, most of them of principals that no longer exist."""
    base = standard_world(seed)
    world = base.world
    for _ in range(ROLE_ASSIGNMENT_LIMIT - world.assignments.count(base.first.scope)):
        gone = world.ids.guid("gone principal")
        world_steps.assign(world, gone, "ServicePrincipal", READER, base.first.scope, base.contoso.tenant_id)
    return world


def providers_unregistered(seed: int) -> World:
    """Subscriptions in which nothing was ever deployed."""
    base = standard_world(seed)
    base.world.rules.provider_state = "NotRegistered"
    return base.world


def many(seed: int) -> World:
    """What a person who works for many customers sees."""
    world = World(seed)
    world.person = PERSON
    first = None
    for number in range(_TENANTS):
        name = "Contoso" if number == 0 else f"Customer {number:02}"
        domain = "contoso.com" if number == 0 else f"customer{number:02}.example"
        where = world_steps.tenant(world, name, domain.partition(".")[0], domain)
        user = world_steps.user(world, PERSON, where, NAME)
        # One assignment at the root of the tenant is inherited by all of its subscriptions.
        world_steps.assign_user(world, user, OWNER, "/")
        for index in range(_SUBSCRIPTIONS):
            team, kind = _TEAMS[index % len(_TEAMS)], _ENVIRONMENTS[index // len(_TEAMS) % len(_ENVIRONMENTS)]
            item = world_steps.subscription(world, where, f"{name} {team} {kind} {index:03}")
            first = first or item
        if number == 0 and first is not None:
            world_steps.announce(world, where, first)
    if first is not None:
        for index in range(_GROUPS):
            world_steps.group(world, first, f"rg-{_TEAMS[index % len(_TEAMS)]}-{index:04}", "westeurope")
    return world
