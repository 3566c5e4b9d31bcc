"""Answers of an undocumented shape: reads return nothing from them and raise no exception."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from azure.core.credentials import AccessToken
from azure.core.rest import AsyncHttpResponse
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui.azure.access_reads import AccessReads, findings_in
from pipeops_tui.azure.answer_limits import MalformedAnswerError
from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.directory_reads import TenantReads
from pipeops_tui.azure.resource_manager import ResourceManager
from pipeops_tui.azure.resource_reads import ResourceReads
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.model import Tenant
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from tests.checks.world import SUBSCRIPTION
from tests.support.inside import regions_of_type

WORDS = """
value properties roleDefinitionId scope condition expandedProperties roleDefinition displayName name id level
denyAssignmentName fieldRestrictions field restrictions result values policy policyAssignmentId defaultValue
contentEvaluationResult policyEvaluations evaluationResult policyInfo evaluationDetails evaluatedExpressions path
actions notActions tags location provisioningState namespace registrationState resourceTypes resourceType locations
subscriptionPolicies subscriptionId quotaId spendingLimit managedByTenants tenantId state
"""
KEYS = st.sampled_from(WORDS.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "Required", "NonCompliant", "tags.x", "/a/b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
OBJECT = st.dictionaries(KEYS, JSON, max_size=5)


class OddClients:
    """Answers every question with the same JSON."""

    def __init__(self, document: Mapping[str, Any], *more_pages: Sequence[Mapping[str, Any]]) -> None:
        self._document = document
        self._more_pages = more_pages
        self.endpoints = SimpleNamespace(resource_manager_scope="scope")
        self.tokens = self

    async def get(self, scope: str, tenant_id: str) -> AccessToken:
        return AccessToken("not.a.token", 0)

    async def read_pages(self, *_: object, **__: object) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        yield [self._document]
        for page in self._more_pages:
            yield page

    async def read_arm(self, context: object, read: Callable[[], Awaitable[object]]) -> object:
        return await read()

    def malformed(self, context: object, reason: str) -> CloudError:
        return CloudError(FailureKind.FINAL, Problem("It failed", reason))

    def resource_manager(self, tenant_id: str) -> object:
        async def answer(*_: object, **__: object) -> Mapping[str, Any]:
            return self._document

        return SimpleNamespace(get=answer, post=answer)


@given(document=OBJECT, tags=st.dictionaries(st.sampled_from(["x", "costCenter"]), st.just("1")))
def test_what_policies_say_in_any_shape(document: dict[str, Any], tags: dict[str, str]) -> None:
    assert all(isinstance(finding.policy, str) for finding in findings_in(document, tags))


@given(document=OBJECT)
async def test_reads_of_access_and_resources_in_any_shape(document: dict[str, Any]) -> None:
    clients = cast("Clients", OddClients(document))
    access, resources = AccessReads(clients), ResourceReads(clients)
    await access.token_facts("t")
    await access.own_roles(SUBSCRIPTION, "g")
    await access.eligible_roles(SUBSCRIPTION, "")
    await access.deny_assignments(SUBSCRIPTION, "")
    await access.locks(SUBSCRIPTION, "")
    await access.role_assignment_count(SUBSCRIPTION)
    await access.policy_findings(SUBSCRIPTION, "g", "westeurope", ())
    with contextlib.suppress(CloudError):
        await resources.permissions(SUBSCRIPTION, "")
    await resources.providers(SUBSCRIPTION, ("Microsoft.Compute",))
    await resources.providers(SUBSCRIPTION, ())
    await resources.resource_groups(SUBSCRIPTION)
    with contextlib.suppress(CloudError):
        await TenantReads(clients, "t", SystemClock()).subscriptions(Tenant("t", "Contoso"))
    await regions_of_type(resources, SUBSCRIPTION, "Microsoft.Resources", "resourceGroups")


async def test_role_assignments_are_counted_over_all_pages_at_the_subscription_and_below() -> None:
    """The limit leaves out those of management groups, which the list holds too (Microsoft Learn, "Troubleshoot Azure
    RBAC limits")."""

    def assignment(scope: str) -> dict[str, Any]:
        return {"properties": {"scope": scope}}

    below = f"{SUBSCRIPTION.scope.upper()}/resourceGroups/data-rg"
    above = "/providers/Microsoft.Management/managementGroups/all"
    clients = OddClients(assignment(SUBSCRIPTION.scope), [assignment(below)] * 3, [], [assignment(above), {}])
    assert await AccessReads(cast("Clients", clients)).role_assignment_count(SUBSCRIPTION) == 4


@pytest.mark.parametrize(
    "document", [{}, {"value": None}, {"value": "x"}, {"value": {"id": 1}}, {"value": [{}, []]}, [], None, "x", 7]
)
async def test_what_should_be_a_list_and_is_none_is_not_taken_for_an_empty_one(document: object) -> None:
    class Odd(ResourceManager):
        def __init__(self) -> None:
            """Without connections."""

        async def _send(self, request: object, success: object = None) -> AsyncHttpResponse:
            return cast("AsyncHttpResponse", SimpleNamespace(json=lambda: document, content=b""))

    with pytest.raises(MalformedAnswerError):
        await Odd().page("https://management.azure.com/x")
