"""The world that most scenarios start from."""

from __future__ import annotations

from dataclasses import dataclass

from pipeops_tui.simulator.scenarios import world_steps
from pipeops_tui.simulator.world.records import SubscriptionRecord, TenantRecord, UserRecord
from pipeops_tui.simulator.world.roles import OWNER
from pipeops_tui.simulator.world.world import World

PERSON = "you@contoso.com"
NAME = "Avery Howard"


@dataclass(slots=True)
class StandardWorld:
    """The standard world and what scenarios change most: its tenants, the first tenant's user and subscriptions."""

    world: World
    contoso: TenantRecord
    fabrikam: TenantRecord
    northwind: TenantRecord
    user: UserRecord
    first: SubscriptionRecord
    second: SubscriptionRecord


def standard_world(seed: int) -> StandardWorld:
    """Builds 3 tenants and 14 subscriptions (names repeat, one is disabled) of which one person is Owner."""
    world = World(seed)
    contoso = world_steps.tenant(world, "Contoso", "contoso", "contoso.com")
    fabrikam = world_steps.tenant(world, "Fabrikam", "fabrikam", "fabrikam.com", country="GB")
    northwind = world_steps.tenant(world, "Northwind Traders", "northwindtraders", "northwind.example", country="NL")
    world.person = PERSON
    first, second = _contoso(world, contoso)
    _fabrikam(world, fabrikam)
    _northwind(world, northwind)
    users = {where.tenant_id: world_steps.user(world, PERSON, where, NAME) for where in (contoso, fabrikam, northwind)}
    for item in world.subscriptions.values():
        world_steps.assign_user(world, users[item.tenant_id], OWNER, item.scope)
    user = users[contoso.tenant_id]
    world_steps.announce(world, contoso, first)
    website = world_steps.application(world, contoso, "Contoso Website", user.object_id)
    world_steps.service_principal(world, website)
    world_steps.application(world, contoso, "Backup scripts")
    return StandardWorld(world, contoso, fabrikam, northwind, user, first, second)


def with_role(seed: int, role_id: str, condition: str = "") -> StandardWorld:
    """The standard world in which the user holds one role, instead of Owner, on every subscription of Contoso."""
    base = standard_world(seed)
    for held in tuple(base.world.assignments.of(base.user.object_id)):
        base.world.assignments.remove(held)
        world_steps.assign_user(base.world, base.user, role_id, held.scope, condition)
    return base


def _contoso(world: World, where: TenantRecord) -> tuple[SubscriptionRecord, SubscriptionRecord]:
    first = world_steps.subscription(world, where, "Pay-As-You-Go")
    world_steps.group(
        world, first, "web-prod-rg", "westeurope",
        "Microsoft.Web/serverFarms/web-prod-plan", "Microsoft.Web/sites/contoso-shop",
        tags={"environment": "production", "costCenter": "4711"},
    )  # fmt: skip
    world_steps.group(world, first, "data-rg", "northeurope", "Microsoft.Storage/storageAccounts/contosodata")
    world_steps.group(world, first, "NetworkWatcherRG", "westeurope")
    world_steps.group(world, first, "empty-rg", "eastus", tags={})
    world_steps.managed_group(world, first, "mrg-backup-service", "westeurope")
    second = world_steps.subscription(world, where, "Pay-As-You-Go (dev)")
    world_steps.group(world, second, "PipeOpsRG", "uksouth")
    world_steps.group(world, second, "playground", "swedencentral")
    world_steps.subscription(world, where, "Contoso Production", quota_id="EnterpriseAgreement_2014-09-01")
    world_steps.subscription(world, where, "Contoso Staging", quota_id="EnterpriseAgreement_2014-09-01")
    world_steps.subscription(world, where, "Visual Studio Enterprise", quota_id="MSDN_2014-09-01", spending_limit="On")
    world_steps.subscription(world, where, "Data & Analytics", quota_id="EnterpriseAgreement_2014-09-01")
    world_steps.subscription(world, where, "Sandbox", quota_id="MSDNDevTest_2014-09-01")
    return first, second


def _fabrikam(world: World, where: TenantRecord) -> None:
    shared = world_steps.subscription(world, where, "Fabrikam Shared Services")
    world_steps.group(world, shared, "shared-rg", "eastus2", "Microsoft.KeyVault/vaults/fabrikam-vault")
    world_steps.subscription(world, where, "Payroll", state="Disabled")
    world_steps.subscription(world, where, "Visual Studio Enterprise", quota_id="MSDN_2014-09-01", spending_limit="On")
    world_steps.subscription(world, where, "Sandbox", quota_id="MSDNDevTest_2014-09-01")


def _northwind(world: World, where: TenantRecord) -> None:
    shop = world_steps.subscription(world, where, "Northwind Web Shop")
    world_steps.group(world, shop, "shop-rg", "westeurope", "Microsoft.Web/sites/northwind-shop")
    world_steps.subscription(world, where, "Northwind Internal")
    world_steps.subscription(world, where, "Microsoft Azure Sponsorship", quota_id="Sponsored_2016-01-01")
