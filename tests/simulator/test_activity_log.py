"""The activity log: what can be asked of it, and what PipeOps was refused in the world of half a year later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from pipeops_tui.simulator import PreparedConnection, RunningSimulator, SimulatorConfig, start_simulator
from tests.simulator.client import Client, code_of

QUOTA = "ErrCode_InsufficientVCPUQuota"


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig(scenario="six-months-later", auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture(scope="module")
def client(azure: RunningSimulator) -> Iterator[Client]:
    with Client(azure) as one:
        yield one.as_user()


@pytest.fixture(scope="module")
def production(azure: RunningSimulator) -> PreparedConnection:
    return next(one for one in azure.prepared() if one.kind == "in-use")


def at(days_ago: float) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days_ago):%Y-%m-%dT%H:%M:%SZ}"


def since(days: float, *more: str) -> str:
    return " and ".join([f"eventTimestamp ge '{at(days)}'", f"eventTimestamp le '{at(0)}'", *more])


def ask(client: Client, subscription: str, text: str | None, **options: str) -> httpx.Response:
    path = f"/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values"
    return client.arm("GET", path, "2015-04-01", params={**({"$filter": text} if text else {}), **options})


def events(client: Client, subscription: str, text: str, **options: str) -> list[dict[str, Any]]:
    answer = ask(client, subscription, text, **options)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


def failed(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in found if one["status"]["value"] == "Failed"]


def codes(found: list[dict[str, Any]]) -> list[str]:
    """The codes of the refusals, in the order of the log; Kubernetes' own provider uses no envelope."""
    refusals = [json.loads(one["properties"]["statusMessage"]) for one in failed(found)]
    return [refusal.get("error", refusal)["code"] for refusal in refusals]


def test_a_question_must_say_since_when(client: Client, production: PreparedConnection) -> None:
    where = production.subscription_id
    for text in (None, f"eventTimestamp le '{at(0)}'", "resourceGroupName eq 'pipeops-production'", "nonsense"):
        refused = ask(client, where, text)
        assert (refused.status_code, code_of(refused)) == (400, "InvalidFilterInQueryString"), text
    assert events(client, where, f"eventTimestamp ge {at(14)}")  # without quotes, as the Azure CLI writes it


def test_nothing_is_kept_for_more_than_90_days(client: Client, production: PreparedConnection) -> None:
    refused = ask(client, production.subscription_id, since(91))
    assert refused.status_code == 400
    assert refused.json() == {
        "code": "BadRequest",
        "message": "The start time cannot be more than 90 days in the past.",
    }
    assert ask(client, production.subscription_id, since(89)).status_code == 200


@pytest.mark.parametrize("clause", ["status eq 'Failed'", "resourceGroupName ne 'x'", "eventTimestamp eq '2026-01-01'"])
def test_only_a_few_patterns_are_allowed(client: Client, production: PreparedConnection, clause: str) -> None:
    refused = ask(client, production.subscription_id, since(14, clause))
    assert code_of(refused) == "InvalidFilterInQueryString"


def test_what_pipeops_was_refused_in_its_group_newest_first(client: Client, production: PreparedConnection) -> None:
    text = since(14, f"resourceGroupName eq '{production.group_name.upper()}'")
    found = events(client, production.subscription_id, text)
    mine = [one for one in found if one["caller"] == production.principal_id]
    assert codes(mine) == [
        QUOTA,
        "RequestDisallowedByAzure",
        "MissingSubscriptionRegistration",
    ]
    times = [one["eventTimestamp"] for one in found]
    assert times == sorted(times, reverse=True)
    assert [one["caller"] for one in failed(found) if one not in mine] == ["robin@contoso.com"]
    assert {one["status"]["value"] for one in mine} == {"Started", "Failed", "Succeeded"}


def test_the_group_of_the_machines_has_a_log_of_its_own(client: Client, production: PreparedConnection) -> None:
    group = f"MC_{production.group_name}_pipeops-cluster_{production.location}"
    found = events(client, production.subscription_id, since(14, f"resourceGroupName eq '{group}'"))
    assert codes(found) == ["AuthorizationFailed", "RequestDisallowedByPolicy"]
    assert f"/resourceGroups/{group}/" in failed(found)[0]["resourceId"]
    (cluster,) = client.arm(
        "GET",
        f"/subscriptions/{production.subscription_id}/providers/Microsoft.ContainerService/managedClusters",
        "2024-09-01",
    ).json()["value"]
    assert cluster["properties"]["nodeResourceGroup"] == group


def test_an_event_says_who_did_what_and_how_it_ended(client: Client, production: PreparedConnection) -> None:
    mine = f"caller eq '{production.principal_id}'"
    newest = failed(events(client, production.subscription_id, since(14, mine)))[0]
    assert newest["operationName"]["value"] == "Microsoft.Authorization/roleAssignments/write"
    assert newest["claims"]["appid"] == production.client_id
    assert newest["claims"]["http://schemas.microsoft.com/identity/claims/objectidentifier"] == production.principal_id
    assert newest["subStatus"] == {"value": "Forbidden", "localizedValue": "Forbidden (HTTP Status Code: 403)"}
    assert newest["level"] == "Error"
    assert newest["eventName"]["value"] == "EndRequest"
    assert newest["properties"]["statusCode"] == "Forbidden"


def test_older_failures_are_there_for_who_asks_further_back(client: Client, production: PreparedConnection) -> None:
    where, mine = production.subscription_id, f"caller eq '{production.principal_id}'"
    numbers = [len(failed(events(client, where, since(days, mine)))) for days in (14, 30)]
    assert numbers == [5, 6]
    until = f"eventTimestamp ge '{at(30)}' and eventTimestamp le '{at(15)}'"
    assert codes(events(client, where, until)) == [QUOTA]


def test_properties_can_be_selected(client: Client, production: PreparedConnection) -> None:
    (one, *_) = events(client, production.subscription_id, since(14), **{"$select": "caller,status,eventTimestamp"})
    assert list(one) == ["caller", "eventTimestamp", "status"]


def test_another_subscription_has_none_of_it(client: Client) -> None:
    assert events(client, client.subscription, since(89)) == []
