"""Reads what can stop a write: roles, locks, deny assignments and policies, as Resource Manager lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.errors.evidence import AzureOperation, RequestContext
from pipeops_tui.azure.json_values import Document, as_dict, as_dicts, as_texts, text_at
from pipeops_tui.azure.policy_answers import refuses, required_tag
from pipeops_tui.azure.resource_manager import AUTHORIZATION
from pipeops_tui.azure.tokens import token_claims
from pipeops_tui.core.model import (
    DenyAssignment,
    EligibleRole,
    Lock,
    PolicyFinding,
    RoleGrant,
    Subscription,
    TokenFacts,
)
from pipeops_tui.core.names import is_guid

ASSIGNMENTS_VERSION = "2022-04-01"
_ELIGIBLE_VERSION = "2020-10-01"
_LOCKS_VERSION = "2016-09-01"
_POLICY_VERSION = "2022-03-01"


class AccessReads:
    """Reads that no SDK operation in use covers, as plain JSON. Every method raises `CloudError`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def token_facts(self, tenant_id: str) -> TokenFacts:
        """By the claims `amr`, `acrs` and `idtyp` (Microsoft Learn, "Access token claims reference")."""
        claims = await self._claims(tenant_id)
        if not claims:
            return TokenFacts(second_factor=None, is_person=None)
        is_person = claims.get("idtyp") != "app" and ("scp" in claims or "upn" in claims)
        methods, contexts = as_texts(claims.get("amr")), as_texts(claims.get("acrs"))
        if not methods and not contexts:
            return TokenFacts(second_factor=None, is_person=is_person)
        used = "mfa" in methods or "p1" in contexts
        return TokenFacts(second_factor=used, is_person=is_person)

    async def own_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[RoleGrant]:
        """Role Assignments - List For Scope with `assignedTo`, which includes those through groups."""
        object_id = text_at(await self._claims(subscription.tenant_id), "oid")
        return await self._roles(subscription, subscription.scope_of(group_name), object_id)

    async def roles_of(self, subscription: Subscription, principal_id: str) -> Sequence[RoleGrant]:
        """Role Assignments - List For Subscription with `assignedTo`: those below it too. What is no GUID is not asked
        for."""
        return await self._roles(subscription, subscription.scope, principal_id) if is_guid(principal_id) else ()

    async def _roles(self, subscription: Subscription, scope: str, object_id: str) -> Sequence[RoleGrant]:
        items = await self._list(
            subscription,
            f"{scope}{AUTHORIZATION}/roleAssignments",
            ASSIGNMENTS_VERSION,
            **{"$filter": f"assignedTo('{object_id}')"},
        )
        return [
            RoleGrant(text_at(item, "roleDefinitionId"), text_at(item, "scope"), text_at(item, "condition"))
            for item in map(_properties, items)
        ]

    async def eligible_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[EligibleRole]:
        """Role Eligibility Schedule Instances - List For Scope, those of the caller."""
        path = f"{subscription.scope_of(group_name)}{AUTHORIZATION}/roleEligibilityScheduleInstances"
        items = await self._list(subscription, path, _ELIGIBLE_VERSION, **{"$filter": "asTarget()"})
        return [
            EligibleRole(_expanded_role(properties), text_at(properties, "scope"))
            for properties in map(_properties, items)
        ]

    async def deny_assignments(self, subscription: Subscription, group_name: str = "") -> Sequence[DenyAssignment]:
        """Deny Assignments - List For Scope, those at the scope and above it."""
        path = f"{subscription.scope_of(group_name)}{AUTHORIZATION}/denyAssignments"
        items = await self._list(subscription, path, ASSIGNMENTS_VERSION, **{"$filter": "atScope()"})
        return [
            DenyAssignment(text_at(properties, "denyAssignmentName") or "unnamed", text_at(properties, "scope"))
            for properties in map(_properties, items)
        ]

    async def locks(self, subscription: Subscription, group_name: str = "") -> Sequence[Lock]:
        """Management Locks - List, at the scope and (for a group) inherited from above."""
        return await self._locks(subscription, subscription.scope_of(group_name), **{"$filter": "atScope()"})

    async def all_locks(self, subscription: Subscription) -> Sequence[Lock]:
        """Management Locks - List At Subscription Level, without a filter: those below it too
        (https://learn.microsoft.com/rest/api/resources/management-locks/list-at-subscription-level)."""
        return await self._locks(subscription, subscription.scope)

    async def _locks(self, subscription: Subscription, scope: str, **options: str) -> Sequence[Lock]:
        items = await self._list(subscription, f"{scope}{AUTHORIZATION}/locks", _LOCKS_VERSION, **options)
        return [
            Lock(
                name=text_at(item, "name"),
                level=text_at(_properties(item), "level"),
                scope=text_at(item, "id").partition(f"{AUTHORIZATION}/locks/")[0],
            )
            for item in items
        ]

    async def role_assignment_count(self, subscription: Subscription) -> int:
        """All role assignments at and below the subscription, all pages."""
        path = f"{subscription.scope}{AUTHORIZATION}/roleAssignments"
        items = await self._list(subscription, path, ASSIGNMENTS_VERSION)
        prefix = subscription.scope.casefold()
        return sum(text_at(_properties(item), "scope").casefold().startswith(prefix) for item in items)

    async def policy_findings(
        self, subscription: Subscription, group_name: str, location: str, tags: Sequence[tuple[str, str]]
    ) -> Sequence[PolicyFinding]:
        """Policy Restrictions - Check At Subscription Scope, for a resource group like this one."""
        content = {
            "type": "Microsoft.Resources/subscriptions/resourceGroups",
            "name": group_name,
            "location": location,
            "tags": dict(tags),
        }
        manager = self._clients.resource_manager(subscription.tenant_id)
        path = f"{subscription.scope}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions"
        question = {"resourceDetails": {"resourceContent": content}, "pendingFields": [{"field": "tags"}]}

        async def read() -> list[PolicyFinding]:
            return findings_in(await manager.post(path, _POLICY_VERSION, question), dict(tags))

        return await self._clients.read_arm(_context(subscription), read)

    async def _claims(self, tenant_id: str) -> Mapping[str, object]:
        scope = self._clients.endpoints.resource_manager_scope
        return token_claims((await self._clients.tokens.get(scope, tenant_id)).token)

    async def _list(self, subscription: Subscription, path: str, api_version: str, **query: str) -> list[Document]:
        pages = self._clients.read_pages(_context(subscription), path, api_version, **query)
        return [item async for page in pages for item in page]


def _context(subscription: Subscription) -> RequestContext:
    return RequestContext(
        AzureOperation.READ_ACCESS,
        tenant_id=subscription.tenant_id,
        subscription_id=subscription.subscription_id,
        scope=subscription.scope,
    )


def findings_in(document: Document, tags: Mapping[str, str]) -> list[PolicyFinding]:
    """The policies that an answer of Policy Restrictions names against a group with these tags, once each."""
    demands = _demands(document, tags)
    known = {finding.policy for finding in demands}
    return [*demands, *(finding for finding in _denials(document) if finding.policy not in known)]


def _denials(document: Document) -> list[PolicyFinding]:
    """Policies that refuse the group as it is."""
    evaluations = as_dicts(as_dict(document.get("contentEvaluationResult")).get("policyEvaluations"))
    broken = [evaluation for evaluation in evaluations if evaluation.get("evaluationResult") == "NonCompliant"]
    return [
        PolicyFinding(name, field=field, tag=required_tag(field))
        for evaluation in broken
        for name, field in [(_policy_name(evaluation.get("policyInfo")), _first_field(evaluation))]
        if refuses(name, text_at(evaluation.get("effectDetails"), "policyEffect"))
    ]


def _demands(document: Document, tags: Mapping[str, str]) -> list[PolicyFinding]:
    """Tags that a policy requires, that the group does not have (with a value the policy allows), and that the policy
    does not add by itself, which is what a default value says."""
    held = {name.casefold(): value for name, value in tags.items()}
    findings = []
    for entry in as_dicts(document.get("fieldRestrictions")):
        field = text_at(entry, "field")
        tag = required_tag(field)
        for restriction in as_dicts(entry.get("restrictions")):
            allowed = as_texts(restriction.get("values"))
            met = tag.casefold() in held and (not allowed or held[tag.casefold()] in allowed)
            if restriction.get("result") == "Required" and not met and not restriction.get("defaultValue"):
                findings.append(PolicyFinding(_policy_name(restriction.get("policy")), field, allowed, tag))
    return findings


def _policy_name(policy: object) -> str:
    return (text_at(policy, "policyAssignmentId") or text_at(policy, "policyDefinitionId")).rpartition("/")[2]


def _first_field(evaluation: Document) -> str:
    expressions = as_dicts(as_dict(evaluation.get("evaluationDetails")).get("evaluatedExpressions"))
    return next((text_at(one, "path") or text_at(one, "expression") for one in expressions), "")


def _expanded_role(properties: Document) -> str:
    role = as_dict(properties.get("expandedProperties")).get("roleDefinition")
    return text_at(role, "displayName") or "a role"


def _properties(item: Document) -> Document:
    return as_dict(item.get("properties"))
