"""The plain world that most scenarios start from."""

from __future__ import annotations

from dataclasses import dataclass

from pipeops_tui.simulator.scenarios import builder
from pipeops_tui.simulator.world.entities import Subscription, Tenant, User
from pipeops_tui.simulator.world.roles import OWNER
from pipeops_tui.simulator.world.world import World

PERSON = "you@contoso.com"
NAME = "Avery Howard"


@dataclass(slots=True)
class Plain:
    """The plain world with handles on what scenarios change most: the first tenant, its user and its subscriptions."""

    world: World
    contoso: Tenant
    fabrikam: Tenant
    northwind: Tenant
    user: User
    first: Subscription
    second: Subscription


def plain(seed: int) -> Plain:
    """Three tenants, fourteen subscriptions (names repeat, one is disabled), one person who owns them all."""
    world = World(seed)
    contoso = builder.tenant(world, "Contoso", "contoso", "contoso.com")
    fabrikam = builder.tenant(world, "Fabrikam", "fabrikam", "fabrikam.com", country="GB")
    northwind = builder.tenant(world, "Northwind Traders", "northwindtraders", "northwind.example", country="NL")
    world.person = PERSON
    first, second = _contoso(world, contoso)
    _fabrikam(world, fabrikam)
    _northwind(world, northwind)
    users = {where.tenant_id: builder.user(world, PERSON, where, NAME) for where in (contoso, fabrikam, northwind)}
    for item in world.subscriptions.values():
        builder.assign_user(world, users[item.tenant_id], OWNER, item.scope)
    user = users[contoso.tenant_id]
    builder.announce(world, contoso, first)
    website = builder.application(world, contoso, "Contoso Website", user.object_id)
    builder.service_principal(world, website)
    builder.application(world, contoso, "Backup scripts")
    return Plain(world, contoso, fabrikam, northwind, user, first, second)


def with_role(seed: int, role_id: str, condition: str = "") -> Plain:
    """The plain world in which the user holds one role, instead of Owner, on every subscription of Contoso."""
    base = plain(seed)
    for held in tuple(base.world.assignments.of(base.user.object_id)):
        base.world.assignments.remove(held)
        builder.assign_user(base.world, base.user, role_id, held.scope, condition)
    return base


def _contoso(world: World, where: Tenant) -> tuple[Subscription, Subscription]:
    first = builder.subscription(world, where, "Pay-As-You-Go")
    builder.group(
        world, first, "web-prod-rg", "westeurope",
        "Microsoft.Web/serverFarms/web-prod-plan", "Microsoft.Web/sites/contoso-shop",
        tags={"environment": "production", "costCenter": "4711"},
    )  # fmt: skip
    builder.group(world, first, "data-rg", "northeurope", "Microsoft.Storage/storageAccounts/contosodata")
    builder.group(world, first, "NetworkWatcherRG", "westeurope")
    builder.group(world, first, "empty-rg", "eastus", tags={})
    builder.managed_group(world, first, "mrg-backup-service", "westeurope")
    second = builder.subscription(world, where, "Pay-As-You-Go (dev)")
    builder.group(world, second, "PipeOpsRG", "uksouth")
    builder.group(world, second, "playground", "swedencentral")
    builder.subscription(world, where, "Contoso Production", quota_id="EnterpriseAgreement_2014-09-01")
    builder.subscription(world, where, "Contoso Staging", quota_id="EnterpriseAgreement_2014-09-01")
    builder.subscription(world, where, "Visual Studio Enterprise", quota_id="MSDN_2014-09-01", spending_limit="On")
    builder.subscription(world, where, "Data & Analytics", quota_id="EnterpriseAgreement_2014-09-01")
    builder.subscription(world, where, "Sandbox", quota_id="MSDNDevTest_2014-09-01")
    return first, second


def _fabrikam(world: World, where: Tenant) -> None:
    shared = builder.subscription(world, where, "Fabrikam Shared Services")
    builder.group(world, shared, "shared-rg", "eastus2", "Microsoft.KeyVault/vaults/fabrikam-vault")
    builder.subscription(world, where, "Payroll", state="Disabled")
    builder.subscription(world, where, "Visual Studio Enterprise", quota_id="MSDN_2014-09-01", spending_limit="On")
    builder.subscription(world, where, "Sandbox", quota_id="MSDNDevTest_2014-09-01")


def _northwind(world: World, where: Tenant) -> None:
    shop = builder.subscription(world, where, "Northwind Web Shop")
    builder.group(world, shop, "shop-rg", "westeurope", "Microsoft.Web/sites/northwind-shop")
    builder.subscription(world, where, "Northwind Internal")
    builder.subscription(world, where, "Microsoft Azure Sponsorship", quota_id="Sponsored_2016-01-01")
