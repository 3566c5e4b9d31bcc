"""Subscriptions, tenants, locations and the metadata of the cloud (Azure REST API "Subscriptions", 2022-12-01)."""

from __future__ import annotations

from typing import cast

from pipeops_tui.simulator.arm.arm_service import paged, subscription_of
from pipeops_tui.simulator.arm.provider_catalog import locations
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, JsonObject, Reply
from pipeops_tui.simulator.world import authorization
from pipeops_tui.simulator.world.records import SubscriptionRecord, TenantRecord

_ALIASES = (
    "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json"
)
_COUNTED = frozenset({"2019-11-01", "2020-01-01"})
_FLAT = "2018-01-01"
"""API versions before this one list subscriptions and locations with fewer keys."""


@handles("listSubscriptions")
def list_subscriptions(call: Call) -> Reply:
    """The subscriptions of the token's tenant on which the caller holds any role; none is an empty list."""
    world, caller, version = call.world, call.caller, call.request.argument("api-version") or ""
    seen = [
        subscription_json(item, version)
        for item in world.subscriptions.values()
        if caller.tenant_id in (item.tenant_id, *item.managed_by)
        and authorization.sees_subscription(world, caller, item.scope)
    ]
    if version in _COUNTED:
        return Reply.of(200, {"value": seen, "count": {"type": "Total", "value": len(seen)}})
    return paged(call, seen)


@handles("getSubscription")
def get_subscription(call: Call) -> Reply:
    """One subscription, without an envelope."""
    return Reply.of(200, subscription_json(subscription_of(call), call.request.argument("api-version") or ""))


@handles("listTenants")
def list_tenants(call: Call) -> Reply:
    """Every tenant the caller's person is a user of, the token's own tenant first."""
    world, caller = call.world, call.caller
    user = world.directory.users.get(caller.object_id)
    if user is None:
        return paged(call, [tenant_json(world.directory.tenants[caller.tenant_id])])
    ids = [item.tenant_id for item in world.directory.users.values() if item.person == user.person]
    ids.sort(key=lambda tenant_id: tenant_id != caller.tenant_id)
    return paged(call, [tenant_json(world.directory.tenants[tenant_id]) for tenant_id in ids])


@handles("listLocations")
def list_locations(call: Call) -> Reply:
    """All locations in Azure's own order, logical and staging ones included."""
    scope = subscription_of(call).scope
    flat = (call.request.argument("api-version") or "") < _FLAT
    return Reply.of(200, {"value": [_location_json(item, scope, flat=flat) for item in locations()]})


@handles("getMetadataEndpoints")
def get_metadata_endpoints(call: Call) -> Reply:
    """Where the services of this cloud are. From 2022-09-01 one object, a list of clouds before."""
    endpoints = call.world.endpoints
    cloud: JsonObject = {
        "portal": "https://portal.azure.com",
        "authentication": {
            "loginEndpoint": f"{endpoints.login}",
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "media": "https://rest.media.azure.net",
        "graphAudience": "https://graph.windows.net/",
        "graph": "https://graph.windows.net/",
        "name": "AzureCloud",
        "suffixes": {
            "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
            "acrLoginServer": "azurecr.io",
            "sqlServerHostname": "database.windows.net",
            "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
            "keyVaultDns": "vault.azure.net",
            "storage": "core.windows.net",
            "azureFrontDoorEndpointSuffix": "azurefd.net",
        },
        "batch": "https://batch.core.windows.net/",
        "resourceManager": f"{endpoints.resource_manager}/",
        "vmImageAliasDoc": _ALIASES,
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "sqlManagement": "https://management.core.windows.net:8443/",
        "microsoftGraphResourceId": f"{endpoints.graph}/",
        "appInsightsResourceId": "https://api.applicationinsights.io",
        "appInsightsTelemetryChannelResourceId": "https://dc.applicationinsights.azure.com/v2/track",
        "attestationResourceId": "https://attest.azure.net",
        "synapseAnalyticsResourceId": "https://dev.azuresynapse.net",
        "logAnalyticsResourceId": "https://api.loganalytics.io",
        "ossrDbmsResourceId": "https://ossrdbms-aad.database.windows.net",
    }
    single = (call.request.argument("api-version") or "") >= "2022-09-01"
    return Reply.of(200, cloud if single else [cloud])


def subscription_json(item: SubscriptionRecord, version: str) -> dict[str, Json]:
    """A subscription as ARM writes it; `version` is the API version."""
    policies: Json = {
        "locationPlacementId": "Public_2014-09-01",
        "quotaId": item.quota_id,
        "spendingLimit": item.spending_limit,
    }
    if version < _FLAT:
        return {
            "id": item.scope,
            "subscriptionId": item.subscription_id,
            "displayName": item.display_name,
            "state": item.state,
            "subscriptionPolicies": policies,
            "authorizationSource": "RoleBased",
        }
    return {
        "id": item.scope,
        "authorizationSource": "RoleBased",
        "managedByTenants": [{"tenantId": tenant_id} for tenant_id in item.managed_by],
        **({} if item.tags is None else {"tags": item.tags}),
        "subscriptionId": item.subscription_id,
        "tenantId": item.tenant_id,
        "displayName": item.display_name,
        "state": item.state,
        "subscriptionPolicies": policies,
    }


def tenant_json(tenant: TenantRecord) -> dict[str, Json]:
    """A tenant as ARM writes it."""
    return {
        "id": f"/tenants/{tenant.tenant_id}",
        "tenantId": tenant.tenant_id,
        "countryCode": tenant.country,
        "displayName": tenant.display_name,
        "domains": tenant.domains,
        "tenantCategory": "Home",
        "defaultDomain": tenant.default_domain,
        "tenantType": "AAD",
    }


def _location_json(item: JsonObject, scope: str, *, flat: bool) -> dict[str, Json]:
    metadata = cast("JsonObject", item["metadata"])
    identity: dict[str, Json] = {"id": f"{scope}/locations/{item['name']}"}
    if flat:
        coordinates = {key: metadata[key] for key in ("longitude", "latitude") if key in metadata}
        return identity | {"name": item["name"], "displayName": item["displayName"]} | coordinates
    paired = cast("list[str] | None", metadata.get("pairedRegion"))
    if paired is not None:
        metadata = metadata | {"pairedRegion": [{"name": n, "id": f"{scope}/locations/{n}"} for n in paired]}
    return identity | item | {"metadata": metadata}
