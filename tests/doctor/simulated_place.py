"""Five values that work in the simulated Azure, with a subscription of their own, and what can go wrong there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pipeops_tui.simulator.scenarios import world_steps
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.world.activities import ActivityRecord
from pipeops_tui.simulator.world.records import (
    PUBLIC_INSTANCE,
    ApplicationRecord,
    LockRecord,
    PasswordRecord,
    ResourceGroupRecord,
    ServicePrincipalRecord,
    SubscriptionRecord,
    TagPolicyRecord,
    TenantRecord,
    UserRecord,
)
from pipeops_tui.simulator.world.roles import CONTRIBUTOR, OWNER
from pipeops_tui.simulator.world.world import World
from tests.doctor.wrong_inputs import paste

GROUP = "pipeops-group"
OWN, OTHER = "Servers", "Other servers"
"""The subscription of a place, and one beside it."""
DAY = 86_400
NO_TENANT = "0e9a7c15-64d2-4b8f-a1c3-7d5e2f80b946"
NOTHING = "5a2c7e91-3d48-4f6b-8c0a-1e9d7b64f230"
"""GUIDs that nothing in Azure has."""


@dataclass(slots=True)
class Place:
    """The records behind five values. Only the simulator's thread uses them."""

    world: World
    tenant: TenantRecord
    fabrikam: TenantRecord
    subscription: SubscriptionRecord
    group: ResourceGroupRecord
    application: ApplicationRecord
    principal: ServicePrincipalRecord
    password: PasswordRecord
    secret: str
    person: UserRecord

    def paste(self, **changed: str | None) -> str:
        """The five with PipeOps' labels; `changed` are others in their place, and None leaves one out."""
        values: dict[str, str | None] = {
            "group": self.group.name,
            "tenant": self.tenant.tenant_id,
            "client": self.application.app_id,
            "secret": self.secret,
            "subscription": self.subscription.subscription_id,
        }
        return paste(**{**values, **changed})

    # What is changed in Azure

    def expire(self) -> None:
        """The client secret ends yesterday."""
        self.password.end = self.world.now() - DAY

    def drop_secret(self) -> None:
        """The client secret is removed."""
        self.application.passwords.remove(self.password)

    def drop_principal(self) -> None:
        """The application cannot sign in to the tenant."""
        self.world.directory.delete_service_principal(self.principal)

    def switch_off(self) -> None:
        """Nobody signs in as the application."""
        self.principal.properties["accountEnabled"] = False

    def deactivate(self) -> None:
        """The registration is deactivated."""
        self.application.properties["isDisabled"] = True

    def block_programs(self) -> None:
        """Conditional Access lets no application in; `leave` takes it back."""
        self.world.rules.blocks_workload_identities = True

    def take_role(self) -> None:
        """The application has no role at all."""
        for held in tuple(self.world.assignments.of(self.principal.object_id)):
            self.world.assignments.remove(held)

    def give(self, role: str, scope: str) -> None:
        """Another role of the application."""
        where = self.tenant.tenant_id
        world_steps.assign(self.world, self.principal.object_id, "ServicePrincipal", role, scope, where)

    def only(self, role: str, scope: str = "") -> None:
        """The one role that the application has; on its group where no scope is given."""
        self.take_role()
        self.give(role, scope or self.group.scope)

    def person_holds(self, role: str) -> None:
        """The one role of the person in the subscription."""
        for held in tuple(self.world.assignments.of(self.person.object_id)):
            if held.scope == self.subscription.scope:
                self.world.assignments.remove(held)
        world_steps.assign_user(self.world, self.person, role, self.subscription.scope)

    def add_group(self, name: str, subscription: SubscriptionRecord | None = None) -> ResourceGroupRecord:
        """Another resource group."""
        return world_steps.group(self.world, subscription or self.subscription, name, "westeurope")

    def add_subscription(self, name: str = OTHER) -> SubscriptionRecord:
        """Another subscription of the tenant, in which the person is Owner."""
        made = world_steps.subscription(self.world, self.tenant, name)
        world_steps.assign_user(self.world, self.person, OWNER, made.scope)
        return made

    def add_secret(self, days_left: float) -> tuple[PasswordRecord, str]:
        """Another client secret of the application."""
        text = self.world.ids.secret()
        return _password(self.world, self.application, text, days_left), text

    def remove_group(self) -> None:
        """The group does not exist."""
        self.world.groups.remove(self.group)

    def begin_deletion(self) -> None:
        """The group is being deleted."""
        self.world.groups.begin_deletion(self.group, self.world.now())

    def lock(self, level: str) -> None:
        """A lock on the group."""
        self.world.locks.append(LockRecord("freeze", self.group.scope, level))

    def require_tag(self) -> None:
        """A policy that refuses groups without a tag."""
        self.world.tag_policies.append(
            TagPolicyRecord(
                name="require-cost-center",
                definition=self.world.ids.guid("policy definition"),
                display_name="Groups need a cost center",
                definition_name="Require a tag on resource groups",
                scope=self.subscription.scope,
                tag="costCenter",
                message="The tag costCenter is required.",
                since=self.world.now() - DAY,
            )
        )

    def unregister(self) -> None:
        """No provider is registered anywhere; `leave` takes it back."""
        self.world.rules.provider_state = "NotRegistered"

    def assign_now(self) -> None:
        """The role was assigned a moment ago, and is not in effect yet; `leave` takes the delay back."""
        self.take_role()
        self.world.rules.replication.rbac = 600.0
        world_steps.assign(
            self.world,
            self.principal.object_id,
            "ServicePrincipal",
            CONTRIBUTOR,
            self.group.scope,
            self.tenant.tenant_id,
        )
        for held in self.world.assignments.of(self.principal.object_id):
            held.created = held.updated = self.world.now()

    def remember(self, code: str) -> None:
        """Azure has refused a server to the application an hour ago."""
        kind = "Microsoft.ContainerService/managedClusters"
        self.world.activities.append(
            ActivityRecord(
                at=self.world.now() - 3_600,
                subscription_id=self.subscription.subscription_id,
                tenant_id=self.tenant.tenant_id,
                group=self.group.name,
                action=f"{kind}/write",
                title="Create or Update Managed Cluster",
                resource_id=f"{self.group.scope}/providers/{kind}/pipeops",
                caller=self.principal.object_id,
                app_id=self.application.app_id,
                status=409,
                answer={"error": {"code": code, "message": "Azure's own words."}},
                seconds=4.0,
            )
        )

    def leave(self) -> None:
        """Take back what other inputs would meet: subscriptions, and what holds for the whole world."""
        for one in [one for one in self.world.subscriptions.values() if one.display_name in (OWN, OTHER)]:
            del self.world.subscriptions[one.subscription_id]
        for tenant in self.world.directory.tenants.values():
            tenant.instance = PUBLIC_INSTANCE
        self.world.rules.blocks_workload_identities = False
        self.world.rules.provider_state = "Registered"
        self.world.rules.replication.rbac = 0.0


def new_place(azure: SimulatedAzure) -> Place:
    """Values that work, made as PipeOps' guide makes them. Call it in the simulator's thread."""
    world = azure.world
    tenants = {one.display_name: one for one in world.directory.tenants.values()}
    tenant = tenants["Contoso"]
    person = world.directory.user_of(world.person, tenant.tenant_id)
    assert person is not None
    subscription = world_steps.subscription(world, tenant, OWN)
    world_steps.assign_user(world, person, OWNER, subscription.scope)
    group = world_steps.group(world, subscription, GROUP, "westeurope")
    application = world_steps.application(world, tenant, "PipeOps", person.object_id)
    principal = world_steps.service_principal(world, application)
    world_steps.assign(world, principal.object_id, "ServicePrincipal", CONTRIBUTOR, group.scope, tenant.tenant_id)
    secret = world.ids.secret()
    password = _password(world, application, secret, 100)
    return Place(
        world,
        tenant,
        tenants["Fabrikam"],
        subscription,
        group,
        application,
        principal,
        password,
        secret,
        person,
    )


def _password(world: World, application: ApplicationRecord, text: str, days_left: float) -> PasswordRecord:
    made = world.now() - 100 * DAY
    password = PasswordRecord(
        key_id=world.ids.guid("password key"),
        display_name="PipeOps secret",
        start=made,
        end=world.now() + days_left * DAY,
        hint=text[:3],
        digest=hashlib.sha256(text.encode()).digest(),
        created=made,
    )
    application.passwords.append(password)
    return password
