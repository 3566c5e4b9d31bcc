"""What PipeOps' application was refused, as the activity log of half a year later has it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from pipeops_tui.core.model.doctor_facts import FailedOperation
from pipeops_tui.core.ports import Session
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import PreparedConnection, RunningSimulator
from tests.azure.conftest import Prepared, subscription_of

QUOTA = "ErrCode_InsufficientVCPUQuota"


@pytest.fixture
def production(prepared: Prepared) -> PreparedConnection:
    """The connection whose group has a cluster."""
    return prepared["in-use"]


def event(production: PreparedConnection, answer: object, **parts: Any) -> dict[str, Any]:
    """A failure in the log, with `answer` as what Azure said."""
    return {
        "claims": {"appid": production.client_id.upper()},
        "eventTimestamp": "2026-11-30T10:00:00.1234567Z",
        "operationId": "1",
        "operationName": {"value": "Microsoft.Resources/deployments/write"},
        "properties": {"statusCode": "Conflict", "statusMessage": json.dumps(answer)},
        "resourceId": "/x",
        "status": {"value": "Failed"},
        **parts,
    }


async def found(
    later: RunningSimulator, visitor: Session, production: PreparedConnection, *events: dict[str, Any]
) -> Sequence[FailedOperation]:
    """What is read when the log holds these events."""
    answer: dict[str, Any] = {"effect": False, "status": 200, "body": {"value": events}}
    later.add_fault("listActivityLog:answer", answer)
    subscription = subscription_of(production)
    return await visitor.failed_operations(subscription, production.group_name, production.client_id)


async def test_the_failures_of_one_application_in_its_group_newest_first(
    visitor: Session, production: PreparedConnection
) -> None:
    subscription = subscription_of(production)
    failed = await visitor.failed_operations(subscription, production.group_name, production.client_id.upper())
    assert [one.code for one in failed] == [QUOTA, "RequestDisallowedByAzure", "MissingSubscriptionRegistration"]
    assert [one.at for one in failed] == sorted((one.at for one in failed), reverse=True)
    assert all(one.at.tzinfo is not None for one in failed)
    assert failed[0].action == "Microsoft.ContainerService/managedClusters/write"
    assert failed[0].resource_id.endswith(f"/{production.group_name}/providers/Microsoft.ContainerService/"
                                          "managedClusters/pipeops-cluster-3")  # fmt: skip
    assert failed[0].message.startswith("Insufficient vcpu quota requested 8, remaining 4")
    assert "best available regions" in failed[1].message


async def test_the_cluster_s_own_group_and_older_failures_are_asked_for_by_name_and_days(
    visitor: Session, production: PreparedConnection
) -> None:
    subscription = subscription_of(production)
    (cluster,) = await visitor.clusters(subscription, production.group_name)
    machines = await visitor.failed_operations(subscription, cluster.node_group_name, production.client_id)
    assert [one.code for one in machines] == ["AuthorizationFailed", "RequestDisallowedByPolicy"]
    older = await visitor.failed_operations(subscription, production.group_name, production.client_id, 400)
    assert [one.code for one in older].count(QUOTA) == 2


async def test_another_application_has_none_of_them(visitor: Session, production: PreparedConnection) -> None:
    subscription = subscription_of(production)
    assert await visitor.failed_operations(subscription, production.group_name, production.object_id) == []


async def test_the_reason_inside_the_others_counts(
    later: RunningSimulator, visitor: Session, production: PreparedConnection
) -> None:
    inner = {"code": "SkuNotAvailable", "message": "The size is not available."}
    outer = {"code": "InvalidTemplateDeployment", "message": "See inner errors.", "details": [inner]}
    (one,) = await found(later, visitor, production, event(production, {"error": outer}))
    assert (one.code, one.message) == ("SkuNotAvailable", "The size is not available.")


_POLICY_INFO = {
    "policyAssignmentDisplayName": "Require tags",
    "evaluationDetails": {"evaluatedExpressions": [{"expressionKind": "Field", "path": "tags[costCenter]"}]},
}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": {"message": 'It failed. Body: {"error": {"message": "No room."}}'}}, "It failed. No room."),
        ({"error": {"code": "X", "message": 'It failed. {"id": "1"} again'}}, "It failed."),
        ({"error": {"code": "X", "message": '{"error": {"code": "Y", "message": "No room."}}'}}, "No room."),
        ({"error": {"code": "X", "message": 'Not valid: \'[{"policyAssignment": {"na'}}, ""),
        ({"error": {"code": "X", "message": "Use {name} and [1, 2]."}}, "Use {name} and [1, 2]."),
        ({"status": "Failed", "id": 7}, ""),
        ([{"id": 7}], ""),
        (
            {"error": {"code": "RequestDisallowedByPolicy", "message": "Resource 'x' was disallowed by policy. Policy "
             'identifiers: \'[{"policyAssignment":{"name":"Only Europe","id":"/a"}}]\'.'}},
            "The policy “Only Europe” does not allow it.",
        ),
        (
            {"error": {"code": "RequestDisallowedByPolicy", "message": "Refused.", "additionalInfo": [
                {"type": "PolicyViolation", "info": _POLICY_INFO}]}},
            "The policy “Require tags” requires the tag costCenter.",
        ),
    ],
)  # fmt: skip
async def test_json_in_the_words_of_azure_never_reaches_a_person(
    later: RunningSimulator, visitor: Session, production: PreparedConnection, answer: object, words: str
) -> None:
    (failed,) = await found(later, visitor, production, event(production, answer))
    assert failed.message == words


@pytest.mark.parametrize("said", [None, "no JSON", [], {"error": "text"}])
async def test_without_a_reason_there_is_the_status(
    later: RunningSimulator, visitor: Session, production: PreparedConnection, said: object
) -> None:
    (one,) = await found(later, visitor, production, event(production, said))
    assert one.code == "Conflict"


async def test_one_operation_counts_once_and_what_succeeded_not_at_all(
    later: RunningSimulator, visitor: Session, production: PreparedConnection
) -> None:
    first = {"error": {"code": "First", "message": "1"}}
    last = {"error": {"code": "Last", "message": "2"}}
    events = (
        event(production, last, eventTimestamp="2026-11-30T11:00:00Z"),
        event(production, first),
        event(production, first, operationId="2", status={"value": "Started"}),
        event(production, first, operationId="3", eventTimestamp="nonsense"),
        event(production, first, operationId=None),
        event(production, first, operationId=None),
    )
    assert [one.code for one in await found(later, visitor, production, *events)] == ["Last", "First", "First"]


async def test_a_secret_in_the_words_of_azure_is_not_kept(
    later: RunningSimulator, visitor: Session, production: PreparedConnection
) -> None:
    secret = "abc8Q~" + "x" * 34
    said = {"error": {"code": "Bad", "message": f"The client secret {secret} is refused.\x1b[2J"}}
    (one,) = await found(later, visitor, production, event(production, said))
    assert secret not in repr(one)
    assert one.message.isprintable()


async def test_a_refusal_is_a_problem(
    later: RunningSimulator, visitor: Session, production: PreparedConnection
) -> None:
    body = {"error": {"code": "AuthorizationFailed", "message": "No."}}
    later.add_fault("listActivityLog:answer", {"effect": False, "status": 403, "body": body})
    with pytest.raises(CloudError) as caught:
        await visitor.failed_operations(subscription_of(production), production.group_name, production.client_id)
    assert caught.value.kind is FailureKind.REFUSED
    assert "read the activity log" in caught.value.problem.what


async def test_anyones_failures_are_asked_for_without_an_application(
    visitor: Session, production: PreparedConnection
) -> None:
    failed = await visitor.failed_operations(subscription_of(production), production.group_name, "")
    assert "ScopeLocked" in [one.code for one in failed], "a colleague's"
