"""No shape of an answer stops a step: each read gives facts of the declared types, or a `CloudError`."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeops_tui.azure import AzureConnector
from pipeops_tui.azure.resource_manager import AUTHORIZATION
from pipeops_tui.core.model import (
    Application,
    DenyAssignment,
    Directory,
    EligibleRole,
    Lock,
    MachineSize,
    Permission,
    PolicyFinding,
    Provider,
    Quota,
    Region,
    RegionRestriction,
    ResourceGroup,
    RoleGrant,
    SecretPolicy,
    SignInMethod,
    Subscription,
    SubscriptionPage,
)
from pipeops_tui.core.ports import Session
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.answer_changes import changed, parse_changes
from tests.azure.conftest import unseen
from tests.azure.connection_shapes import CONNECTIONS, Read
from tests.support.clocks import VirtualClock

pytestmark = pytest.mark.asyncio(loop_scope="session")
GROUP = "data-rg"


async def _pages(session: Session, _: Subscription) -> list[SubscriptionPage]:
    return [page async for page in session.subscriptions()]


READS = {
    "tenants": Read(
        "listTenants",
        _pages,
        list[SubscriptionPage],
        "value value[0].tenantId value[0].displayName value[0].defaultDomain",
    ),
    "subscriptions": Read(
        "listSubscriptions",
        _pages,
        list[SubscriptionPage],
        "value value[0] value[0].subscriptionId value[0].displayName value[0].state value[0].subscriptionPolicies "
        "value[0].subscriptionPolicies.quotaId value[0].tenantId value[0].managedByTenants "
        "value[0].managedByTenants[0] nextLink",
    ),
    "regions": Read(
        "listLocations",
        lambda session, sub: session.regions(sub),
        Sequence[Region],
        "value value[0] value[0].name value[0].displayName value[0].type value[0].metadata value[0].metadata.geography "
        "value[0].metadata.regionCategory",
    ),
    "what a provider offers": Read(
        "getProvider",
        lambda session, sub: session.providers(sub, ["Microsoft.Compute"]),
        Sequence[Provider],
        "namespace registrationState resourceTypes resourceTypes[0] resourceTypes[0].locations",
    ),
    "groups": Read(
        "listResourceGroups",
        lambda session, sub: session.resource_groups(sub),
        Sequence[ResourceGroup],
        "value value[0] value[0].name value[0].location value[0].tags value[0].tags.a value[0].properties "
        "value[0].properties.provisioningState",
    ),
    "a group": Read(
        "getResourceGroup",
        lambda session, sub: session.resource_group(sub, GROUP),
        ResourceGroup | None,
        "name location tags tags.a properties properties.provisioningState",
    ),
    "permissions": Read(
        "listPermissions",
        lambda session, sub: session.permissions(sub),
        Sequence[Permission],
        "value value[0] value[0].actions value[0].actions[0] value[0].notActions",
    ),
    "roles": Read(
        "listRoleAssignments",
        lambda session, sub: session.own_roles(sub),
        Sequence[RoleGrant],
        "value value[0] value[0].properties value[0].properties.roleDefinitionId value[0].properties.scope",
    ),
    "locks": Read(
        "listLocks",
        lambda session, sub: session.locks(sub),
        Sequence[Lock],
        "value value[0] value[0].id value[0].name value[0].properties",
        {"value": [{"id": f"/x{AUTHORIZATION}/locks/l", "name": "l", "properties": {"level": "ReadOnly"}}]},
    ),
    "quotas": Read(
        "listUsages",
        lambda session, sub: session.quotas(sub, "westeurope"),
        Sequence[Quota],
        "value value[0] value[0].name value[0].name.value value[0].currentValue value[0].limit",
        {"value": [{"limit": 10, "unit": "Count", "currentValue": 0, "name": {"value": "cores"}}]},
    ),
    "sizes": Read(
        "listSkus",
        lambda session, sub: session.machine_sizes(sub, "westeurope"),
        Sequence[MachineSize],
        "value value[0] value[0].name value[0].family value[0].resourceType value[0].capabilities "
        "value[0].capabilities[0] value[0].capabilities[0].name value[0].capabilities[0].value value[0].restrictions "
        "value[0].restrictions[0] value[0].restrictions[0].type value[0].restrictions[0].reasonCode",
        {
            "value": [
                {
                    "resourceType": "virtualMachines",
                    "name": "Standard_D2s_v5",
                    "family": "standardDSv5Family",
                    "capabilities": [{"name": "vCPUs", "value": "2"}],
                    "restrictions": [{"type": "Location", "reasonCode": "NotAvailableForSubscription"}],
                }
            ]
        },
    ),
    "deny assignments": Read(
        "listDenyAssignments",
        lambda session, sub: session.deny_assignments(sub),
        Sequence[DenyAssignment],
        "value value[0] value[0].properties",
        {"value": [{"properties": {"denyAssignmentName": "d", "scope": "/x"}}]},
    ),
    "eligible roles": Read(
        "listRoleEligibilities",
        lambda session, sub: session.eligible_roles(sub),
        Sequence[EligibleRole],
        "value value[0] value[0].properties value[0].properties.expandedProperties",
        {
            "value": [
                {"properties": {"scope": "/x", "expandedProperties": {"roleDefinition": {"displayName": "Owner"}}}}
            ]
        },
    ),
    "policies": Read(
        "checkPolicyRestrictions",
        lambda session, sub: session.policy_findings(sub, GROUP, "westeurope", [("a", "b")]),
        Sequence[PolicyFinding],
        "fieldRestrictions fieldRestrictions[0] fieldRestrictions[0].restrictions contentEvaluationResult "
        "contentEvaluationResult.policyEvaluations",
        {
            "fieldRestrictions": [
                {"field": "tags.x", "restrictions": [{"result": "Required", "policy": {"policyAssignmentId": "/a/b"}}]}
            ],
            "contentEvaluationResult": {"policyEvaluations": [{"evaluationResult": "NonCompliant", "policyInfo": {}}]},
        },
    ),
    "closed regions": Read(
        "listPolicyAssignments",
        lambda session, sub: session.region_restrictions(sub),
        Sequence[RegionRestriction],
        "value value[0] value[0].name value[0].properties value[0].properties.enforcementMode "
        "value[0].properties.notScopes value[0].properties.policyDefinitionId value[0].properties.parameters "
        "value[0].properties.parameters.listOfAllowedLocations "
        "value[0].properties.parameters.listOfAllowedLocations.value "
        "value[0].properties.parameters.listOfAllowedLocations.value[0]",
        {
            "value": [
                {
                    "name": "sys.regionrestriction",
                    "properties": {
                        "enforcementMode": "Default",
                        "notScopes": [],
                        "policyDefinitionId": "/x",
                        "parameters": {"listOfAllowedLocations": {"value": ["uksouth"]}},
                    },
                }
            ]
        },
    ),
    "regions closed to clusters": Read(
        "checkPolicyRestrictions",
        lambda session, sub: session.cluster_restrictions(sub, ("westeurope",)),
        Sequence[RegionRestriction],
        "fieldRestrictions fieldRestrictions[0] fieldRestrictions[0].field fieldRestrictions[0].restrictions "
        "fieldRestrictions[0].restrictions[0] fieldRestrictions[0].restrictions[0].values "
        "fieldRestrictions[0].restrictions[0].policy",
        {
            "fieldRestrictions": [
                {
                    "field": "location",
                    "restrictions": [
                        {"result": "Deny", "values": ["westeurope"], "policy": {"policyAssignmentId": "/a/b"}}
                    ],
                }
            ]
        },
    ),
    "organization": Read(
        "listOrganization",
        lambda session, sub: session.directory(sub.tenant_id),
        Directory,
        "value value[0] value[0].id value[0].displayName value[0].verifiedDomains value[0].verifiedDomains[0].name "
        "value[0].verifiedDomains[0].isDefault",
    ),
    "the caller": Read(
        "getMe", lambda session, sub: session.directory(sub.tenant_id), Directory, "id userType userPrincipalName"
    ),
    "applications": Read(
        "listApplications",
        lambda session, sub: session.applications_named(sub.tenant_id, "PipeOps"),
        Sequence[Application],
        "value value[0] value[0].id value[0].appId value[0].displayName value[0].createdDateTime value[0].tags",
        {
            "value": [
                {"id": "o", "appId": "a", "displayName": "d", "createdDateTime": "2026-01-01T00:00:00Z", "tags": ["t"]}
            ]
        },
    ),
    "who may register": Read(
        "getAuthorizationPolicy",
        lambda session, sub: session.users_may_register(sub.tenant_id),
        bool | None,
        "defaultUserRolePermissions defaultUserRolePermissions.allowedToCreateApps",
    ),
    "directory roles": Read(
        "listMyDirectoryRoles",
        lambda session, sub: session.directory_roles(sub.tenant_id),
        frozenset[str],
        "value value[0] value[0].roleTemplateId",
        {"value": [{"@odata.type": "#microsoft.graph.directoryRole", "id": "r", "roleTemplateId": "t"}]},
    ),
    "rules for secrets": Read(
        "getDefaultAppManagementPolicy",
        lambda session, sub: session.secret_policy(sub.tenant_id),
        SecretPolicy,
        "isEnabled applicationRestrictions applicationRestrictions.passwordCredentials "
        "applicationRestrictions.passwordCredentials[0] "
        "applicationRestrictions.passwordCredentials[0].restrictForAppsCreatedAfterDateTime "
        "applicationRestrictions.passwordCredentials[0].maxLifetime "
        "applicationRestrictions.passwordCredentials[0].restrictionType",
        {
            "isEnabled": True,
            "applicationRestrictions": {
                "passwordCredentials": [
                    {
                        "restrictionType": "passwordLifetime",
                        "maxLifetime": "P90D",
                        "restrictForAppsCreatedAfterDateTime": "2020-01-01T00:00:00Z",
                    }
                ]
            },
        },
    ),
    "owned applications": Read(
        "listMyApplications",
        lambda session, sub: session.owned_application_count(sub.tenant_id),
        int,
        'value ["@odata.count"]',
    ),
    **CONNECTIONS,
}
OTHERS: Sequence[Any] = (
    *(None, True, 0, -1, 1.5, "", "x", "2020-01-01T00:00:00", "9999-99-99T99:99:99Z", "P9999999999D"),
    *([], [None], ["x", 1], [[]], [{}], {}, {"x": None}, {"id": {}, "name": []}),
)
TEXTS = ["", "x", "2020-01-01T00:00:00", "2020-01-01T00:00:00Z", "9999-99-99T99:99:99Z", "P90D", "P9999999999D", "[]"]
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(TEXTS),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "name", "value"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def misfits(value: object, wanted: Any, where: str = "it") -> list[str]:
    """The parts of `value` that are not of the type that is declared for them."""
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if wanted is None or wanted is type(None):
        return [] if value is None else [f"{where}: {value!r}"]
    if origin in (types.UnionType, typing.Union):
        return [] if any(not misfits(value, one) for one in arguments) else [f"{where}: {value!r} is not {wanted}"]
    if origin is tuple and arguments[-1] is not Ellipsis:
        if not isinstance(value, tuple) or len(value) != len(arguments):
            return [f"{where}: {value!r} is not {wanted}"]
        pairs = zip(value, arguments, strict=True)
        return [misfit for one, kind in pairs for misfit in misfits(one, kind, where)]
    if origin is not None:
        if not isinstance(value, origin) or isinstance(value, str):
            return [f"{where}: {value!r} is not {wanted}"]
        return [misfit for one in value for misfit in misfits(one, arguments[0], where)]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        return [f"{where}: {value!r} is not {wanted}"]
    if isinstance(value, datetime) and value.tzinfo is None:
        return [f"{where}: {value!r} has no zone"]
    if dataclasses.is_dataclass(value) and not isinstance(value, Enum):
        hints = typing.get_type_hints(type(value))
        names = [field.name for field in dataclasses.fields(value)]
        return [misfit for name in names for misfit in misfits(getattr(value, name), hints[name], f"{where}.{name}")]
    return []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hasty(azure: RunningSimulator, subscription: Subscription) -> AsyncIterator[Session]:
    """A session whose pauses between tries cost no time."""
    connector = AzureConnector(
        cloud="AzureCloud",
        resource_manager=azure.base_url,
        ca_file=azure.ca_file,
        client_id=None,
        tenant=None,
        log_file=None,
        clock=VirtualClock(),
    )
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    await session.providers(subscription, ["Microsoft.Compute"])  # from now on it is asked every time
    yield session
    await connector.close()


async def given_answer(
    azure: RunningSimulator, session: Session, subscription: Subscription, read: Read, answer: dict[str, Any]
) -> object:
    """What `read` makes of `answer`; the `CloudError` where it makes nothing of it."""
    azure.add_fault(f"{read.operation}:answer", answer)
    try:
        return await read.ask(session, subscription)
    except CloudError as error:
        return error
    finally:
        assert not azure.faults(), f"{read.operation} was not asked for"


SAMPLED = {name: read for name, read in READS.items() if read.sample is not None}


@pytest.mark.parametrize("read", SAMPLED.values(), ids=SAMPLED)
async def test_the_samples_are_understood(
    hasty: Session, subscription: Subscription, azure: RunningSimulator, read: Read
) -> None:
    found = await given_answer(azure, hasty, subscription, read, {"status": 200, "body": read.sample})
    assert found
    assert not isinstance(found, CloudError)


@pytest.mark.parametrize("read", READS.values(), ids=READS)
async def test_each_part_missing_or_of_another_type(
    hasty: Session, subscription: Subscription, azure: RunningSimulator, read: Read
) -> None:
    found = []
    for part in read.parts.split():
        for change in [[_removed(part), 0], *([part, value] for value in OTHERS)]:
            if read.sample is None:
                answer: dict[str, Any] = {"set": [change]}
            else:
                sample = json.dumps(read.sample).encode()
                answer = {"status": 200, "body": json.loads(changed(sample, parse_changes([change])))}
            got = await given_answer(azure, hasty, subscription, read, answer)
            if not isinstance(got, CloudError):
                found += [f"{change}: {misfit}" for misfit in misfits(got, read.gives)]
    assert not found


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=ODD | st.fixed_dictionaries({"value": ODD}))
async def test_an_answer_of_another_shape(
    hasty: Session, subscription: Subscription, azure: RunningSimulator, read: Read, body: object
) -> None:
    found = await given_answer(azure, hasty, subscription, read, {"status": 200, "body": body})
    assert isinstance(found, CloudError) or not misfits(found, read.gives)


def restriction(**parts: Any) -> dict[str, Any]:
    """An app management policy with one restriction of the lifetime of client secrets."""
    rule: dict[str, Any] = {"restrictionType": "passwordLifetime", "maxLifetime": "P90D", "state": "enabled", **parts}
    return {"isEnabled": True, "applicationRestrictions": {"passwordCredentials": [rule], "keyCredentials": []}}


@pytest.mark.parametrize(
    ("since", "days"),
    [
        ("2020-01-01T00:00:00", 90),
        ("2020-01-01T00:00:00Z", 90),
        ("2020-01-01T00:00:00+14:00", 90),
        ("2020-01-01", 90),
        ("2999-01-01T00:00:00", None),
        (None, 90),
    ],
)
async def test_a_date_of_a_policy_counts_with_and_without_a_zone(
    hasty: Session, subscription: Subscription, azure: RunningSimulator, since: str | None, days: int | None
) -> None:
    policy = restriction(restrictForAppsCreatedAfterDateTime=since)
    azure.add_fault("getDefaultAppManagementPolicy:answer", {"status": 200, "body": policy})
    assert (await hasty.secret_policy(subscription.tenant_id)).longest_days == days


@pytest.mark.parametrize(
    "policy",
    [
        restriction(restrictForAppsCreatedAfterDateTime="the first of May"),
        restriction(maxLifetime="ninety days"),
        restriction(maxLifetime=None),
        {**restriction(), "isEnabled": None},
        {**restriction(), "isEnabled": "true"},
        {},
        [],
    ],
)
async def test_a_policy_that_cannot_be_read_is_unknown_and_not_no_limit(
    hasty: Session, subscription: Subscription, azure: RunningSimulator, policy: Any
) -> None:
    azure.add_fault("getDefaultAppManagementPolicy:answer", {"status": 200, "body": policy})
    with pytest.raises(CloudError) as caught:
        await hasty.secret_policy(subscription.tenant_id)
    assert caught.value.kind is FailureKind.UNREADABLE
    assert caught.value.problem.title == "The answer could not be understood"


async def test_subscriptions_with_holes_are_listed_and_unreadable_ones_are_not_none(
    hasty: Session, subscription: Subscription, azure: RunningSimulator
) -> None:
    home = subscription.tenant_id
    holes: list[Any] = [["value[0].displayName", None], ["value[0].-tenantId", 0], ["value[0].-state", 0]]
    azure.add_fault("listSubscriptions:answer", {"set": holes})
    listed = [one for page in await _pages(hasty, subscription) for one in page.subscriptions]
    assert all(one.display_name and one.subscription_id for one in listed)

    azure.add_fault("listSubscriptions:answer", {"set": [["value[*].-subscriptionId", 0]]})
    pages = {page.tenant.tenant_id: page for page in await _pages(hasty, subscription)}
    locked = [page.tenant.locked for page in pages.values() if page.tenant.locked is not None]
    assert [problem.title for problem in locked] == ["The answer could not be understood"]
    assert not any(page.tenant.asks_sign_in for page in pages.values())
    assert home in pages


def _removed(part: str) -> str:
    head, dot, last = part.rpartition(".")
    if part.endswith("]"):
        return part if not part.startswith("[") else f"[-{part[1:]}"
    return f"{head}{dot}-{last}"


@pytest.mark.parametrize(
    "link", ["https://management.evil.example/next", "http://localhost/next", "https://localhost:1/next"]
)
async def test_a_list_that_goes_on_at_another_host_is_not_followed_and_not_a_network_that_is_down(
    hasty: Session, subscription: Subscription, azure: RunningSimulator, link: str
) -> None:
    since = len(azure.requests())
    azure.add_fault("listLocks:answer", {"set": [["nextLink", link]]})
    with pytest.raises(CloudError) as caught:
        await hasty.locks(subscription)
    assert (caught.value.kind, caught.value.problem.title) == (FailureKind.FINAL, "An answer leads to another host")
    assert [request["operation"] for request in azure.requests()[since:]] == ["listLocks"]


@pytest.mark.parametrize("pages", [1, 2])
async def test_a_list_that_leads_back_to_itself_ends(
    hasty: Session, subscription: Subscription, azure: RunningSimulator, pages: int
) -> None:
    """At once where it is the same page, and after the whole round where it is an earlier one."""
    since = len(azure.requests())
    path = f"{azure.base_url}{subscription.scope}{AUTHORIZATION}/locks?api-version=2016-09-01&%24filter=atScope%28%29"
    for number in range(10):
        link = f"{path}&page={number % pages}"
        azure.add_fault(f"listLocks@{number + 1}:answer", {"set": [["nextLink", link]]})
    with pytest.raises(CloudError) as caught:
        await hasty.locks(subscription)
    assert caught.value.problem.title == "The answer was too large"
    assert "leads back" in dict(caught.value.problem.details)["Cause"]
    assert len(azure.requests()) - since == pages + 2
