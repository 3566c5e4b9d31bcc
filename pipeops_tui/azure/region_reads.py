"""Reads in which regions a subscription is refused resources: by Microsoft itself, and by policies.

Microsoft closes regions to student, free and new subscriptions by policy assignments whose names begin with `sys.`. A
resource group is created there all the same; the first resource is refused with `RequestDisallowedByAzure`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.errors.evidence import AzureOperation, RequestContext
from pipeops_tui.azure.json_values import Document, as_dict, as_dicts, as_texts, text_at
from pipeops_tui.azure.policy_answers import refuses
from pipeops_tui.azure.resource_manager import AUTHORIZATION
from pipeops_tui.core.model import RegionRestriction, Subscription

_ASSIGNMENTS_VERSION: Final = "2022-06-01"
_RESTRICTIONS_VERSION: Final = "2022-03-01"
_CLUSTERS: Final = {"type": "Microsoft.ContainerService/managedClusters"}
_CLUSTERS_VERSION: Final = "2024-09-01"
_SYSTEM: Final = "sys."
_NO_WEST_EUROPE: Final = "7509877f-d414-4d79-8d1f-d600ea78d087"
"""Microsoft's definition "Microsoft Azure region access restriction blocking West Europe region"; it has no list."""


class RegionReads:
    """Plain JSON reads of one account. Every method raises `CloudError`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def region_restrictions(self, subscription: Subscription) -> Sequence[RegionRestriction]:
        """Policy Assignments - List (2022-06-01), those that apply to the whole subscription, all pages."""
        pages = self._clients.read_pages(
            _context(subscription),
            f"{subscription.scope}{AUTHORIZATION}/policyAssignments",
            _ASSIGNMENTS_VERSION,
            **{"$filter": "atScope()"},
        )
        return system_restrictions([item async for page in pages for item in page], subscription.scope)

    async def cluster_restrictions(
        self, subscription: Subscription, region_names: Sequence[str]
    ) -> Sequence[RegionRestriction]:
        """Policy Restrictions - Check At Subscription Scope (2022-03-01), for a managed cluster in each region. This
        api-version leaves out policies that only audit."""
        manager = self._clients.resource_manager(subscription.tenant_id)
        path = f"{subscription.scope}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions"
        question = {
            "resourceDetails": {"resourceContent": _CLUSTERS, "apiVersion": _CLUSTERS_VERSION},
            "pendingFields": [{"field": "location", "values": list(region_names)}],
        }

        async def read() -> list[RegionRestriction]:
            return location_restrictions(await manager.post(path, _RESTRICTIONS_VERSION, question))

        return await self._clients.read_arm(_context(subscription), read)


def system_restrictions(assignments: Iterable[Document], scope: str) -> list[RegionRestriction]:
    """Those of a subscription's policy assignments by which Microsoft closes regions to it. `scope` is its ARM id."""
    found = []
    for item in assignments:
        name, properties = text_at(item, "name"), as_dict(item.get("properties"))
        parameters = as_dict(properties.get("parameters"))
        allowed = as_texts(as_dict(parameters.get("listOfAllowedLocations")).get("value"))
        definition = text_at(properties, "policyDefinitionId").casefold().rpartition("/")[2]
        if not _is_in_force(properties, parameters, scope):
            continue
        if definition == _NO_WEST_EUROPE or name.casefold() == "sys.blockwesteurope":
            found.append(RegionRestriction(name, denied=("westeurope",), by_microsoft=True))
        elif name.casefold().startswith(_SYSTEM) and allowed:
            found.append(RegionRestriction(name, allowed=allowed, by_microsoft=True))
    return found


def _is_in_force(properties: Document, parameters: Document, scope: str) -> bool:
    excluded = [one.casefold() for one in as_texts(properties.get("notScopes"))]
    effect = text_at(parameters.get("effect"), "value")
    mode = text_at(properties, "enforcementMode")
    return mode.casefold() in ("", "default") and refuses("", effect) and scope.casefold() not in excluded


def location_restrictions(document: Document) -> list[RegionRestriction]:
    """What an answer of Policy Restrictions says about the field `location`."""
    return [
        found
        for field in as_dicts(document.get("fieldRestrictions"))
        if text_at(field, "field").casefold() == "location"
        for one in as_dicts(field.get("restrictions"))
        if (found := _restriction(one)) is not None
    ]


def _restriction(one: Document) -> RegionRestriction | None:
    policy, values = as_dict(one.get("policy")), as_texts(one.get("values"))
    name = (text_at(policy, "policyAssignmentId") or text_at(policy, "policyDefinitionId")).rpartition("/")[2]
    if not values or not refuses(name, text_at(one, "policyEffect")):
        return None
    by_microsoft = name.casefold().startswith(_SYSTEM)
    match text_at(one, "result"):
        case "Deny":
            return RegionRestriction(name, denied=values, by_microsoft=by_microsoft)
        case "Required":
            return RegionRestriction(name, allowed=values, by_microsoft=by_microsoft)
    return None


def _context(subscription: Subscription) -> RequestContext:
    return RequestContext(
        AzureOperation.READ_ACCESS,
        tenant_id=subscription.tenant_id,
        subscription_id=subscription.subscription_id,
        scope=subscription.scope,
    )
