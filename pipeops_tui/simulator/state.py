"""The whole state as `/_simulator/state` shows it: items as on the wire, plus the tenant each belongs to."""

from __future__ import annotations

from pipeops_tui.simulator.arm.assignments import assignment_json
from pipeops_tui.simulator.arm.catalog import providers
from pipeops_tui.simulator.arm.groups import group_json
from pipeops_tui.simulator.arm.providers import provider_json
from pipeops_tui.simulator.arm.subscriptions import subscription_json, tenant_json
from pipeops_tui.simulator.graph.shapes import application_json, service_principal_json
from pipeops_tui.simulator.wire import Document, Json
from pipeops_tui.simulator.world.world import World

_VERSION = "2022-12-01"
_PROVIDERS_OF_ALL = 100
"""Up to this many subscriptions the providers of all are shown, beyond it only of those where one was registered."""


def snapshot(world: World) -> dict[str, list[Document]]:
    """What exists. Secrets appear by key id only."""
    subscriptions = world.subscriptions
    shown = [s for s in subscriptions.values() if s.registrations or len(subscriptions) <= _PROVIDERS_OF_ALL]
    return {
        "tenants": [tenant_json(item) for item in world.directory.tenants.values()],
        "subscriptions": [subscription_json(item, _VERSION) for item in subscriptions.values()],
        "resource_groups": [
            _owned(group_json(item), subscriptions[item.subscription_id].tenant_id) for item in world.groups
        ],
        "applications": [
            _owned(application_json(world, a), a.tenant_id) for a in world.directory.applications.values()
        ],
        "deleted_applications": [
            _owned(application_json(world, a), a.tenant_id)
            for tenant_id in world.directory.tenants
            for a in world.directory.deleted_items(tenant_id)
        ],
        "service_principals": [
            _owned(service_principal_json(world, s), s.tenant_id) for s in world.directory.service_principals.values()
        ],
        "role_assignments": [_owned(assignment_json(a), a.tenant_id) for a in world.assignments],
        "providers": [
            _owned(provider_json(world, item, provider), item.tenant_id)
            for item in shown
            for provider in providers().values()
        ],
    }


def _owned(item: dict[str, Json], tenant_id: str) -> Document:
    return item | {"tenantId": tenant_id}
