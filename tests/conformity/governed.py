"""Preparations for recordings of owners, groups, locks, policies, resources and templates, one function each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeops_tui.simulator.scenarios import world_steps
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from tests.conformity.preparations import Prepared, contributor_asks
from tests.conformity.recordings import Recording
from tests.conformity.shapes import Json
from tests.conformity.stage import GRAPH_SCOPE, Stage

_GROUP = "web-prod-rg"
_LOCKS = "providers/Microsoft.Authorization/locks"
_BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c"
_LOCK_VERSION, _STORAGE_VERSION = "2016-09-01", "2024-01-01"
_MORE_THAN_A_PAGE = 500


def persons_application(stage: Stage, recording: Recording) -> Prepared:
    """An application that the person owns."""
    token = stage.person_token(GRAPH_SCOPE)
    made = stage.made(stage.graph("POST", "/applications", {"displayName": stage.name()}, token))
    return Prepared({"id": made["id"]}, token)


def second_owner(stage: Stage, recording: Recording) -> Prepared:
    """An application that another service principal owns as well."""
    application, principal = stage.application(), stage.principal()
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{principal['id']}"}
    stage.graph("POST", f"/applications/{application['id']}/owners/$ref", reference)
    return Prepared({"id": application["id"], "object": principal["id"]}, body=reference)


def persons_group(stage: Stage, recording: Recording) -> Prepared:
    """A group that the person made."""
    token, name = stage.person_token(GRAPH_SCOPE), stage.name()
    body: Json = {
        "displayName": name, "description": name, "mailEnabled": False, "mailNickname": name, "securityEnabled": True,
    }  # fmt: skip
    made = stage.made(stage.graph("POST", "/groups", body, token))
    return Prepared(token=token, body={"ids": [made["id"]], "types": ["user", "group", "servicePrincipal"]})


def stranger_asks_graph(stage: Stage, recording: Recording) -> Prepared:
    """A service principal that was granted nothing in the directory."""
    asks = contributor_asks(stage, recording, GRAPH_SCOPE)
    return Prepared(token=asks.token, query={"$filter": f"appId eq '{stage.guid()}'"})


def new_lock(stage: Stage, recording: Recording) -> Prepared:
    """A group without a lock."""
    return Prepared({"rg": stage.group()}, body={"properties": {"level": "ReadOnly"}})


def existing_lock(stage: Stage, recording: Recording) -> Prepared:
    """A group with the lock that the recorded path names."""
    group, name = stage.group(), recording.path_template.rpartition("/")[2]
    _lock(stage, group, name, {"level": "CanNotDelete"})
    return Prepared({"rg": group})


def two_locks(stage: Stage, recording: Recording) -> Prepared:
    """Two locks, one with notes."""
    group = stage.group()
    _lock(stage, group, "noted", {"level": "ReadOnly", "notes": "Ask first"})
    _lock(stage, group, "plain", {"level": "CanNotDelete"})
    return Prepared({"rg": group})


def _lock(stage: Stage, group: str, name: str, properties: Json) -> None:
    stage.made(
        stage.arm("PUT", f"{stage.group_path(group)}/{_LOCKS}/{name}", {"properties": properties}, _LOCK_VERSION)
    )


def new_policy_assignment(stage: Stage, recording: Recording) -> Prepared:
    """A group without a policy."""
    properties: Json = {
        "displayName": stage.name(), "policyDefinitionId": _BUILT_IN,
        "parameters": {"listOfAllowedLocations": {"value": ["eastus"]}}, "enforcementMode": "Default",
    }  # fmt: skip
    return Prepared({"rg": stage.group()}, body={"properties": properties})


def in_a_region(stage: Stage, recording: Recording) -> Prepared:
    """A region that offers everything."""
    return Prepared({"location": "westeurope"})


def empty_group(stage: Stage, recording: Recording) -> Prepared:
    """A group in which nothing is."""
    return Prepared({"rg": stage.group()})


def many_resources(stage: Stage, recording: Recording) -> Prepared:
    """More resources than a page holds, or, where the page is small, several that came with a plan."""
    if "$top" in recording.query:
        return Prepared(query={"$top": "1", "$filter": f"plan/name eq '{_with_plans(stage)}'"})
    name = stage.name()

    def fill(azure: SimulatedAzure) -> None:
        subscription = azure.world.subscriptions[stage.subscription]
        resources = [f"Microsoft.Network/publicIPAddresses/{number}" for number in range(_MORE_THAN_A_PAGE)]
        world_steps.group(azure.world, subscription, name, "westeurope", *resources)

    stage.azure.call(fill)
    wanted = {"$filter": f"resourceGroup eq '{name}'", "$expand": "createdTime,changedTime,provisioningState"}
    return Prepared(query=wanted)


def _with_plans(stage: Stage) -> str:
    group, plan = stage.group(), stage.name()
    for number in range(2):
        body: Json = {
            "location": "westeurope",
            "plan": {"name": plan, "promotionCode": "none", "product": "dashboards", "publisher": "contoso"},
            "tags": {},
        }
        path = f"{stage.group_path(group)}/providers/Microsoft.Storage/storageAccounts/planned{number}"
        stage.made(stage.arm("PUT", path, body, _STORAGE_VERSION))
    return plan


def activities(stage: Stage, recording: Recording) -> Prepared:
    """The question since when."""
    since = datetime.now(UTC) - timedelta(days=30)
    return Prepared(query={"$filter": f"eventTimestamp ge {since:%Y-%m-%dT%H:%M:%SZ}"})


def template_without_a_value(stage: Stage, recording: Recording) -> Prepared:
    """A template with a parameter that has neither a default nor a value."""
    template: Json = {"parameters": {"extra_param": {"type": "string"}}, "resources": []}
    return Prepared({"rg": stage.group()}, body={"properties": {"mode": "Incremental", "template": template}})


def new_tags(stage: Stage, recording: Recording) -> Prepared:
    """A group whose tags are changed."""
    return Prepared({"rg": stage.group()}, body={"tags": {"tag1": "value1", "tag2": "value2"}})
