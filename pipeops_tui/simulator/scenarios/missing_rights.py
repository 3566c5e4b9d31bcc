"""Worlds in which the user lacks a right, or cannot read what it is."""

from __future__ import annotations

from pipeops_tui.simulator.scenarios import world_steps
from pipeops_tui.simulator.scenarios.standard_world import NAME, standard_world, with_role
from pipeops_tui.simulator.world.records import EligibilityRecord
from pipeops_tui.simulator.world.roles import CONTRIBUTOR, OWNER, RBAC_ADMINISTRATOR, READER
from pipeops_tui.simulator.world.world import World

_ONLY_READERS = (
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
    "(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals "
    f"{{{READER}}} AND @Request[Microsoft.Authorization/roleAssignments:PrincipalType] "
    "ForAnyOfAnyValues:StringEqualsIgnoreCase {'User'})) AND "
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR "
    "(@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals "
    f"{{{READER}}} AND @Resource[Microsoft.Authorization/roleAssignments:PrincipalType] "
    "ForAnyOfAnyValues:StringEqualsIgnoreCase {'User'}))"
)
_CHECKS = frozenset(
    {
        "listPermissions",
        "listRoleAssignments",
        "listRoleEligibilities",
        "listDenyAssignments",
        "getAuthorizationPolicy",
        "listMyDirectoryRoles",
        "listDirectoryRoles",
        "getDefaultAppManagementPolicy",
        "getProvider",
        "listProviders",
        "listLocks",
        "listPolicyAssignments",
        "checkPolicyRestrictions",
        "listMyApplications",
        "listMyObjects",
        "queryResourceGraph",
        "listApplications",
    }
)


def contributor_only(seed: int) -> World:
    """Contributor on every subscription: everything but role assignments."""
    return with_role(seed, CONTRIBUTOR).world


def rbac_admin_conditioned(seed: int) -> World:
    """Contributor, and Role Based Access Control Administrator with a condition that excludes Contributor."""
    base = with_role(seed, CONTRIBUTOR)
    for held in tuple(base.world.assignments.of(base.user.object_id)):
        world_steps.assign_user(base.world, base.user, RBAC_ADMINISTRATOR, held.scope, _ONLY_READERS)
    return base.world


def pim_eligible(seed: int) -> World:
    """Reader now, eligible for Owner."""
    base = with_role(seed, READER)
    world = base.world
    for held in tuple(world.assignments.of(base.user.object_id)):
        world.eligibilities.append(
            EligibilityRecord(world.ids.guid("eligibility"), held.scope, OWNER, base.user.object_id, held.created)
        )
    return world


def guest(seed: int) -> World:
    """At home in a tenant without subscriptions, a guest with Owner in the one that has them."""
    world = World(seed)
    home = world_steps.tenant(world, "Adatum Consulting", "adatum", "adatum.example")
    host = world_steps.tenant(world, "Contoso", "contoso", "contoso.com")
    world.person = "you@adatum.example"
    world_steps.user(world, world.person, home, NAME)
    visitor = world_steps.user(world, world.person, host, NAME, guest=True)
    first = world_steps.subscription(world, host, "Pay-As-You-Go")
    world_steps.group(world, first, "web-prod-rg", "westeurope")
    world_steps.assign_user(world, visitor, OWNER, first.scope)
    world_steps.announce(world, host, first)
    return world


def apps_restricted(seed: int) -> World:
    """Only users with a directory role can register applications."""
    base = standard_world(seed)
    for tenant in base.world.directory.tenants.values():
        tenant.users_may_create_apps = False
    return base.world


def checks_refused(seed: int) -> World:
    """All checks answer 403."""
    base = standard_world(seed)
    base.world.rules.refused = _CHECKS
    return base.world


def quota_full(seed: int) -> World:
    """The user owns 250 applications."""
    base = standard_world(seed)
    for number in range(1, 250):
        world_steps.application(base.world, base.contoso, f"experiment-{number}", base.user.object_id)
    return base.world


def secrets_forbidden(seed: int) -> World:
    """No client secrets in any tenant."""
    base = standard_world(seed)
    for tenant in base.world.directory.tenants.values():
        tenant.secrets_forbidden = True
    return base.world


def lifetime_capped(seed: int) -> World:
    """Client secrets are valid for 90 days at most."""
    base = standard_world(seed)
    for tenant in base.world.directory.tenants.values():
        tenant.secret_days = 90
    return base.world


def twins(seed: int) -> World:
    """A colleague has an application named PipeOps, with a secret in use."""
    base = standard_world(seed)
    colleague = world_steps.user(base.world, "robin@contoso.com", base.contoso, "Robin Meyer")
    app = world_steps.application(base.world, base.contoso, "PipeOps", colleague.object_id)
    world_steps.service_principal(base.world, app)
    world_steps.secret(base.world, app, "in use")
    return base.world


def locked_tenant(seed: int) -> World:
    """Fabrikam requires a sign-in of its own, with a second factor."""
    base = standard_world(seed)
    base.fabrikam.own_sign_in = True
    return base.world
