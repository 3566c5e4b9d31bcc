"""The steps from which worlds are built: each adds one record to a world."""

from __future__ import annotations

import hashlib

from pipeops_tui.simulator.world.clock import trimmed
from pipeops_tui.simulator.world.records import (
    ApplicationRecord,
    DenyAssignmentRecord,
    PasswordRecord,
    ResourceGroupRecord,
    RoleAssignmentRecord,
    ServicePrincipalRecord,
    SubscriptionRecord,
    TenantRecord,
    UserRecord,
)
from pipeops_tui.simulator.world.roles import OWNER
from pipeops_tui.simulator.world.world import World

AGE = 200 * 86_400
"""Age in seconds of what a scenario starts with: more than any replication delay."""
_YEAR = 365 * 86_400


def tenant(world: World, name: str, domain: str, *more_domains: str, country: str = "US") -> TenantRecord:
    """A directory whose initial domain is `{domain}.onmicrosoft.com`."""
    initial = f"{domain}.onmicrosoft.com"
    domains = (*more_domains, initial)
    item = TenantRecord(world.ids.guid("tenant"), name, domains[0], domains, country)
    world.directory.tenants[item.tenant_id] = item
    return item


def user(world: World, person: str, where: TenantRecord, display_name: str, *, guest: bool = False) -> UserRecord:
    """The object of a person in a directory; `person` is their user principal name at home."""
    foreign = guest or not person.endswith(where.domains)
    name = f"{person.replace('@', '_')}#EXT#@{where.domains[-1]}" if foreign else person
    given, _, surname = display_name.partition(" ")
    item = UserRecord(
        object_id=world.ids.guid("user"),
        tenant_id=where.tenant_id,
        person=person,
        principal_name=name,
        display_name=display_name,
        given_name=given,
        surname=surname,
        mail=person,
        user_type="Guest" if guest else "Member",
    )
    world.directory.users[item.object_id] = item
    return item


def subscription(world: World, where: TenantRecord, name: str, **facts: str) -> SubscriptionRecord:
    """A subscription; `facts` are fields of `Subscription` such as `state` or `quota_id`."""
    item = SubscriptionRecord(world.ids.guid("subscription"), where.tenant_id, name)
    for field, value in facts.items():
        setattr(item, field, value)
    world.subscriptions[item.subscription_id] = item
    return item


def group(
    world: World,
    where: SubscriptionRecord,
    name: str,
    location: str,
    *resources: str,
    tags: dict[str, str] | None = None,
) -> ResourceGroupRecord:
    """A resource group; `resources` are `TYPE/NAME`, as in `Microsoft.Storage/storageAccounts/logs`."""
    item = ResourceGroupRecord(where.subscription_id, name, location, tags)
    made = trimmed(world.now() - AGE)
    item.resources = tuple(
        {
            "id": f"{item.scope}/providers/{resource}",
            "name": resource.rpartition("/")[2],
            "type": resource.rpartition("/")[0],
            "location": location,
            "createdTime": made,
            "changedTime": made,
        }
        for resource in resources
    )
    world.groups.add(item)
    return item


def managed_group(world: World, where: SubscriptionRecord, name: str, location: str) -> ResourceGroupRecord:
    """A group of a managed application: the owner of the subscription can only read what is in it."""
    publisher = world.ids.guid("publisher")
    item = group(world, where, name, location, f"Microsoft.Storage/storageAccounts/{name.replace('-', '')}")
    application = f"{where.scope}/resourceGroups/backup/providers/Microsoft.Solutions/applications/backup-service"
    item.managed_by = application
    world.deny_assignments.append(
        DenyAssignmentRecord(
            name=world.ids.guid("deny assignment"),
            display_name=f"System deny assignment created by managed application {application}",
            description="Keeps the resources of the managed application as their publisher made them.",
            scope=item.scope,
            actions=("*",),
            not_actions=("*/read",),
            excluded=frozenset({publisher}),
        )
    )
    return item


def announce(world: World, where: TenantRecord, of: SubscriptionRecord) -> None:
    """The service principal whose credential the simulator announces: Owner of `of`, manager of all applications."""
    app = application(world, where, "simulator-owner")
    principal = service_principal(world, app, "Application.ReadWrite.All")
    assign(world, principal.object_id, "ServicePrincipal", OWNER, of.scope, where.tenant_id)
    announced = world.announced
    announced.tenant_id, announced.subscription_id = where.tenant_id, of.subscription_id
    announced.client_id, announced.client_secret = app.app_id, secret(world, app, "announced")


def assign(
    world: World, principal_id: str, principal_type: str, role_id: str, scope: str, tenant_id: str, condition: str = ""
) -> RoleAssignmentRecord:
    """A role assignment that is 200 days old."""
    made = world.now() - AGE
    item = RoleAssignmentRecord(
        name=world.ids.guid("role assignment"),
        scope=scope,
        role_id=role_id,
        principal_id=principal_id,
        principal_type=principal_type,
        created=made,
        updated=made,
        created_by=principal_id,
        tenant_id=tenant_id,
        condition=condition or None,
        condition_version="2.0" if condition else None,
    )
    world.assignments.add(item)
    return item


def assign_user(
    world: World, person: UserRecord, role_id: str, scope: str, condition: str = ""
) -> RoleAssignmentRecord:
    """A role for a user."""
    return assign(world, person.object_id, "User", role_id, scope, person.tenant_id, condition)


def application(world: World, where: TenantRecord, name: str, owner: str = "", **properties: str) -> ApplicationRecord:
    """An application registration that is 200 days old."""
    item = ApplicationRecord(
        object_id=world.ids.guid("application object"),
        app_id=world.ids.guid("application"),
        tenant_id=where.tenant_id,
        created=world.now() - AGE,
        created_by=owner,
        properties={"displayName": name, **properties},
        owners=[owner] if owner else [],
    )
    world.directory.add_application(item)
    return item


def service_principal(world: World, of: ApplicationRecord, *graph_permissions: str) -> ServicePrincipalRecord:
    """The service principal of an application in its own tenant."""
    item = ServicePrincipalRecord(
        object_id=world.ids.guid("service principal"),
        app_id=of.app_id,
        tenant_id=of.tenant_id,
        created=of.created,
        created_by=of.created_by,
        properties={"displayName": of.display_name},
        owners=list(of.owners),
        graph_permissions=frozenset(graph_permissions),
    )
    world.directory.add_service_principal(item)
    return item


def secret(world: World, of: ApplicationRecord, name: str) -> str:
    """A client secret that is valid for a year; its text."""
    text = world.ids.secret()
    made = world.now() - AGE
    of.passwords.append(
        PasswordRecord(
            key_id=world.ids.guid("password key"),
            display_name=name,
            start=made,
            end=world.now() + _YEAR,
            hint=text[:3],
            digest=hashlib.sha256(text.encode()).digest(),
            created=made,
        )
    )
    return text
