"""Worlds in which something about a subscription, a group or a region stands in the way."""

from __future__ import annotations

from pipeops_tui.simulator.scenarios import builder
from pipeops_tui.simulator.scenarios.base import NAME, PERSON, plain
from pipeops_tui.simulator.world.assignments import LIMIT
from pipeops_tui.simulator.world.entities import Lock, TagPolicy
from pipeops_tui.simulator.world.roles import CONTRIBUTOR, OWNER, READER
from pipeops_tui.simulator.world.world import World

_TENANTS = 40
_SUBSCRIPTIONS = 250
_GROUPS = 3_000
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
    """Billing stopped the first subscription; two more are on the way there."""
    base = plain(seed)
    base.first.state = "Disabled"
    third, fourth = list(base.world.subscriptions.values())[2:4]
    third.state, fourth.state = "Warned", "PastDue"
    return base.world


def no_subscription(seed: int) -> World:
    """Tenants without subscriptions."""
    base = plain(seed)
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
    contoso = builder.tenant(world, "Contoso", "contoso", "contoso.com")
    fabrikam = builder.tenant(world, "Fabrikam", "fabrikam", "fabrikam.com", country="GB")
    world.person = PERSON
    user = builder.user(world, PERSON, contoso, NAME)
    delegated = builder.subscription(world, fabrikam, "Fabrikam Production")
    delegated.managed_by = (contoso.tenant_id,)
    builder.group(world, delegated, "shop-rg", "uksouth", "Microsoft.Web/sites/fabrikam-shop")
    own = builder.subscription(world, contoso, "Pay-As-You-Go")
    builder.assign_user(world, user, CONTRIBUTOR, delegated.scope)
    builder.assign_user(world, user, OWNER, own.scope)
    builder.announce(world, contoso, own)
    return world


def policy_requires_tag(seed: int) -> World:
    """Every new group needs a cost center."""
    base = plain(seed)
    base.world.tag_policies.append(
        TagPolicy(
            name="require-cost-center",
            definition=base.world.ids.guid("policy definition"),
            display_name="Groups need a cost center",
            definition_name="Require a tag on resource groups",
            scope=base.first.scope,
            tag="costCenter",
            message="The tag costCenter is required on resource groups. Ask finance@contoso.com for yours.",
        )
    )
    return base.world


def region_closed(seed: int) -> World:
    """Two regions take no new groups."""
    base = plain(seed)
    base.world.rules.closed_regions = frozenset({"eastus", "westeurope"})
    return base.world


def group_deleting(seed: int) -> World:
    """Somebody has just deleted PipeOpsRG."""
    base = plain(seed)
    base.world.rules.group_deletion = 60
    group = builder.group(base.world, base.first, "PipeOpsRG", "westeurope")
    base.world.groups.begin_deletion(group, base.world.now())
    return base.world


def locked_group(seed: int) -> World:
    """A ReadOnly lock and a CanNotDelete lock."""
    base = plain(seed)
    frozen = builder.group(base.world, base.first, "frozen-rg", "westeurope")
    kept = builder.group(base.world, base.first, "kept-rg", "westeurope")
    base.world.locks += [
        Lock("audit-freeze", frozen.scope, "ReadOnly", "Frozen until the audit is over. Ask audit@contoso.com."),
        Lock("keep", kept.scope, "CanNotDelete", "Holds the backups."),
    ]
    return base.world


def assignment_limit(seed: int) -> World:
    """Four thousand role assignments, most of principals that are long gone."""
    base = plain(seed)
    world = base.world
    for _ in range(LIMIT - world.assignments.count(base.first.scope)):
        gone = world.ids.guid("gone principal")
        builder.assign(world, gone, "ServicePrincipal", READER, base.first.scope, base.contoso.tenant_id)
    return world


def providers_unregistered(seed: int) -> World:
    """A subscription in which nothing was ever deployed."""
    base = plain(seed)
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
        where = builder.tenant(world, name, domain.partition(".")[0], domain)
        user = builder.user(world, PERSON, where, NAME)
        # One assignment at the root of the tenant is inherited by all of its subscriptions.
        builder.assign_user(world, user, OWNER, "/")
        for index in range(_SUBSCRIPTIONS):
            team, kind = _TEAMS[index % len(_TEAMS)], _ENVIRONMENTS[index // len(_TEAMS) % len(_ENVIRONMENTS)]
            item = builder.subscription(world, where, f"{name} {team} {kind} {index:03}")
            first = first or item
        if number == 0 and first is not None:
            builder.announce(world, where, first)
    if first is not None:
        for index in range(_GROUPS):
            builder.group(world, first, f"rg-{_TEAMS[index % len(_TEAMS)]}-{index:04}", "westeurope")
    return world
