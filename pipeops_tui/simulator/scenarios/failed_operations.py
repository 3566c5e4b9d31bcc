"""What PipeOps tried and Azure refused: entries for the activity log, one for each kind of refusal.

Texts: quota 1ChristianAlex/motordesk#14; provider, right and policy as in `arm_errors` and `policy_effects`; region as
pasted in public reports of 2025 about the policy "Allowed resource deployment regions".
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from pipeops_tui.simulator.prepared import PreparedConnection
from pipeops_tui.simulator.wire import JsonObject
from pipeops_tui.simulator.world.activities import ActivityRecord
from pipeops_tui.simulator.world.world import World

_HOUR = 3_600
_DAY = 24 * _HOUR
_AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
CLUSTER = "Microsoft.ContainerService/managedClusters"
CLUSTER_TITLE = "Create or Update Managed Cluster"
_POLICY = json.dumps(
    [
        {
            "policyAssignment": {
                "name": "No public addresses",
                "id": "/subscriptions/{subscription}/providers/Microsoft.Authorization/policyAssignments/no-public-ip",
            },
            "policyDefinition": {
                "name": "Not allowed resource types",
                "id": "/providers/Microsoft.Authorization/policyDefinitions/6c112d4e-5bc7-47ae-a041-ea2d9dccd749",
            },
        }
    ],
    separators=(",", ":"),
)
_QUOTA = (
    "Insufficient vcpu quota requested 8, remaining 4 for family standardDSv3Family for region westeurope. Surge nodes "
    "would also consume vcpu quota."
)
_REGION = (
    "Resource 'pipeops-cluster-2' was disallowed by Azure: This policy maintains a set of best available regions where "
    "your subscription can deploy resources. The objective of this policy is to ensure that your subscription has full "
    "access to Azure services with optimal performance. Should you need additional or different regions, contact "
    "support."
)
_UNREGISTERED = (
    "The subscription is not registered to use namespace 'Microsoft.OperationsManagement'. See "
    "https://aka.ms/rps-not-found for how to register subscriptions."
)


@dataclass(frozen=True, slots=True)
class _Failure:
    """`kind` is the resource type, `ago` seconds; in the cluster's own group where `in_nodes`."""

    kind: str
    name: str
    title: str
    ago: float
    status: int
    answer: JsonObject
    in_nodes: bool = False
    seconds: float = 4.0


def remember_failures(world: World, one: PreparedConnection, node_group: str, colleague: str) -> None:
    """What the application of `one` was refused in its group and in `node_group`; besides, an operation of it that
    succeeded, and one of a colleague's that failed."""
    for failure in _failures(one, node_group):
        _remember(world, one, failure, node_group if failure.in_nodes else one.group_name)
    storage = "Microsoft.Storage/storageAccounts"
    made = _Failure(storage, "pipeopsbackups2", "Create/Update Storage Account", 6 * _DAY, 201, {})
    _remember(world, one, made, one.group_name, succeeded=True)
    locked = _error("ScopeLocked", "The scope cannot perform delete operation because following scope(s) are locked.")
    stopped = _Failure(storage, "pipeopsbackups", "Delete Storage Account", 2 * _DAY, 409, locked)
    _remember(world, one, stopped, one.group_name, caller=colleague, verb="delete")


def _failures(one: PreparedConnection, node_group: str) -> list[_Failure]:
    subscription = f"/subscriptions/{one.subscription_id}"
    nodes = f"{subscription}/resourceGroups/{node_group}"
    assignment = f"{nodes}/providers/Microsoft.Authorization/roleAssignments/{one.assignment_name}"
    return [
        _Failure(
            "Microsoft.Authorization/roleAssignments", one.assignment_name, "Create role assignment", 5 * _HOUR, 403,
            _error(
                "AuthorizationFailed",
                f"The client '{one.client_id}' with object id '{one.principal_id}' does not have authorization to "
                f"perform action 'Microsoft.Authorization/roleAssignments/write' over scope '{assignment}' or the "
                "scope is invalid. If access was recently granted, please refresh your credentials.",
            ),
            in_nodes=True,
        ),
        _Failure(
            CLUSTER, "pipeops-cluster-3", CLUSTER_TITLE, _DAY + 2 * _HOUR, 400,
            # The resource provider of clusters answers without the envelope.
            {"code": "ErrCode_InsufficientVCPUQuota", "details": None, "message": _QUOTA, "subcode": ""},
            seconds=11.0,
        ),
        _Failure(
            "Microsoft.Network/publicIPAddresses", "kubernetes-b2c3d4", "Create or Update Public Ip Address", 3 * _DAY,
            403,
            _error(
                "RequestDisallowedByPolicy",
                "Resource 'kubernetes-b2c3d4' was disallowed by policy. Policy identifiers: "
                f"'{_POLICY.replace('{subscription}', one.subscription_id)}'.",
            ),
            in_nodes=True,
        ),
        _Failure(
            CLUSTER, "pipeops-cluster-2", CLUSTER_TITLE, 5 * _DAY, 403, _error("RequestDisallowedByAzure", _REGION)
        ),
        _Failure(
            "Microsoft.OperationsManagement/solutions", "ContainerInsights(pipeops)", "Create new OMS solution",
            8 * _DAY, 409, _error("MissingSubscriptionRegistration", _UNREGISTERED),
        ),
        _Failure(
            CLUSTER, "pipeops-cluster-2", CLUSTER_TITLE, 20 * _DAY, 400,
            {"code": "ErrCode_InsufficientVCPUQuota", "details": None, "message": _QUOTA, "subcode": ""},
        ),
    ]  # fmt: skip


def _error(code: str, message: str) -> JsonObject:
    return {"error": {"code": code, "message": message}}


def _remember(
    world: World,
    one: PreparedConnection,
    failure: _Failure,
    group: str,
    *,
    caller: str = "",
    verb: str = "write",
    succeeded: bool = False,
) -> None:
    scope = f"/subscriptions/{one.subscription_id}/resourceGroups/{group}"
    world.activities.append(
        ActivityRecord(
            at=world.now() - failure.ago,
            subscription_id=one.subscription_id,
            tenant_id=one.tenant_id,
            group=group,
            action=f"{failure.kind}/{verb}",
            title=failure.title,
            resource_id=f"{scope}/providers/{failure.kind}/{failure.name}",
            caller=caller or one.principal_id,
            app_id=_AZURE_CLI if caller else one.client_id,
            status=failure.status,
            answer=None if succeeded else failure.answer,
            seconds=failure.seconds,
        )
    )
