"""Which situation a recording needs: a table, first row that fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.conformity import governed
from tests.conformity import preparations as prepare
from tests.conformity.preparations import Prepared
from tests.conformity.recordings import Recording
from tests.conformity.shapes import GUID, Json
from tests.conformity.stage import ARM_SCOPE, GRAPH_SCOPE, Ask, Stage

_ANY_VERSION = "2022-12-01"


@dataclass(frozen=True, slots=True)
class Situation:
    """A row. Empty conditions hold for every recording; `template` is a regular expression to be found in the path."""

    prepare: Callable[[Stage, Recording], Prepared]
    api: str = ""
    method: str = ""
    template: str = ""
    status: int | None = None
    code: str = ""
    state: str = ""
    scenario: str = "happy"

    def fits(self, recording: Recording) -> bool:
        """Whether this row is for the recording."""
        return (
            self.api in ("", recording.api)
            and self.method in ("", recording.method)
            and re.search(self.template, recording.path_template, re.IGNORECASE) is not None
            and self.status in (None, recording.status)
            and self.code in ("", recording.error_code)
            and (not self.state or recording.text("registrationState") == self.state)
        )


def situation_for(recording: Recording) -> Situation | None:
    """The row for a recording, if there is one."""
    return next((row for row in SITUATIONS if row.fits(recording)), None)


def ask_for(stage: Stage, recording: Recording, prepared: Prepared) -> Ask:
    """The recorded request, with what was prepared in its places. Raises LookupError where something was not."""
    places = {"subscriptionId": stage.subscription, "tenant": stage.tenant, **prepared.places}
    token = prepared.token
    if token is None and recording.api != "entra":
        token = stage.token(GRAPH_SCOPE if recording.api == "graph" else ARM_SCOPE)
    sent = prepared.body if prepared.body is not None else recording.request_body
    headers = {k: v for k, v in recording.request_headers.items() if k not in ("user-agent", "content-type")}
    return Ask(
        method=recording.method,
        path=prepared.path or _filled(recording.path_template, places),
        query={} if prepared.path else _query(recording, prepared),
        token=token,
        body=None if recording.api == "entra" else _moved(sent, stage.subscription),
        form=prepared.form,
        headers=headers,
    )


def _filled(template: str, places: Mapping[str, str]) -> str:
    """The path. Raises LookupError for a place that the situation says nothing about."""
    missing = [name for name in re.findall(r"\{([\w-]+)\}", template) if name not in places]
    if missing:
        raise LookupError(f"the situation has nothing for {', '.join(missing)} in {template}")
    path = re.sub(r"\{([\w-]+)\}", lambda found: places[found[1]], template)
    return path.replace("…", places.get("…", ""))


def _query(recording: Recording, prepared: Prepared) -> dict[str, str]:
    """The recorded query; where a recording leaves it out, ARM still wants a version."""
    recorded = {key: value for key, value in recording.query.items() if not value.startswith("{")}
    version = {"api-version": _ANY_VERSION} if recording.api == "arm" else {}
    return {**version, **recorded, **prepared.query}


def _moved(body: Json, subscription: str) -> Json:
    """The body with the ids of the recorded subscription replaced by this world's."""
    if isinstance(body, Mapping):
        return {key: _moved(value, subscription) for key, value in body.items()}
    if isinstance(body, list):
        return [_moved(value, subscription) for value in body]
    if isinstance(body, str):
        return re.sub(rf"(?<=^/subscriptions/){GUID.pattern}", subscription, body)
    return body


_GROUP = r"/resourcegroups/\{rg\}$"
_PROVIDER = r"/providers/\{namespace\}"
_ASSIGNMENT = r"/roleAssignments/\{guid\}$"
_APPLICATION = r"^/v1\.0/applications/\{[\w-]+\}"

SITUATIONS = (
    Situation(prepare.broken, status=503),
    Situation(prepare.throttled, status=429),
    Situation(prepare.expired, "arm", status=401, code="ExpiredAuthenticationToken"),
    Situation(prepare.revoked, "arm", status=401, code="AuthenticationFailed", scenario="revoked-session"),
    Situation(governed.persons_application, "graph", "GET", r"/owners$", 200),
    Situation(governed.second_owner, "graph", "", r"/owners/"),
    Situation(governed.persons_group, "graph", "POST", r"/getByIds$"),
    Situation(governed.stranger_asks_graph, "graph", "GET", r"/servicePrincipals$", 403),
    Situation(governed.new_lock, "arm", "PUT", r"/locks/"),
    Situation(governed.existing_lock, "arm", "", r"/locks/"),
    Situation(governed.two_locks, "arm", "GET", r"/locks$"),
    Situation(governed.new_policy_assignment, "arm", "PUT", r"/policyAssignments/"),
    Situation(prepare.nothing, "arm", "GET", r"/policyAssignments$", scenario="policy-requires-tag"),
    Situation(governed.in_a_region, "arm", "GET", r"/locations/\{location\}/"),
    Situation(governed.many_resources, "arm", "GET", r"/resources$"),
    Situation(governed.activities, "arm", "GET", r"/eventtypes/"),
    Situation(governed.template_without_a_value, "arm", "POST", r"/validate$"),
    Situation(governed.empty_group, "arm", "GET", r"/\{rg\}/providers/[^{}]+$", 404),
    Situation(governed.new_tags, "arm", "PATCH", _GROUP),
    Situation(prepare.new_group, "arm", "PUT", _GROUP, 201),
    Situation(prepare.group_elsewhere, "arm", "PUT", _GROUP, 409, "InvalidResourceGroupLocation"),
    Situation(prepare.deleting_group, "arm", "PUT", _GROUP, 409, "ResourceGroupBeingDeleted"),
    Situation(prepare.new_group, "arm", "", _GROUP, 400),
    Situation(prepare.new_group, "arm", "", _GROUP, 404),
    Situation(prepare.existing_group, "arm", "", _GROUP),
    Situation(prepare.running_deletion, "arm", "GET", r"/operationresults/", 202),
    Situation(prepare.finished_deletion, "arm", "GET", r"/operationresults/", 200),
    Situation(prepare.unregistered, "arm", "PUT", _PROVIDER, 409, scenario="providers-unregistered"),
    Situation(prepare.registering, "arm", "", _PROVIDER, 200, state="Registering", scenario="providers-unregistered"),
    Situation(prepare.registered, "arm", "", _PROVIDER, 200),
    Situation(prepare.existing_resource, "arm", "GET", r"/\{type\}/\{name\}/"),
    Situation(prepare.new_assignment, "arm", "PUT", _ASSIGNMENT, 201),
    Situation(prepare.unknown_principal, "arm", "PUT", _ASSIGNMENT, 400, "PrincipalNotFound"),
    Situation(prepare.contributor_asks, "arm", "PUT", _ASSIGNMENT, 403),
    Situation(prepare.existing_assignment, "arm", "", r"/roleAssignments"),
    Situation(prepare.settled, "arm", "GET", r"/resourcegroups$"),
    Situation(prepare.nothing, "arm", "GET", r"^(?!.*\{(?!subscriptionId\}))"),
    Situation(prepare.application_without_identity, "graph", "POST", r"/servicePrincipals$", 201),
    Situation(prepare.application_without_backing, "graph", "POST", r"/servicePrincipals$", 400),
    Situation(prepare.application_with_identity, "graph", "POST", r"/servicePrincipals$", 409),
    Situation(prepare.unknown_object, "graph", "", _APPLICATION, 404),
    Situation(prepare.existing_application, "graph", "", _APPLICATION),
    Situation(prepare.person_asks_graph, "graph", "GET", r"/me$", 200),
    Situation(prepare.nothing, "graph", "", r"^[^{}]*$"),
    Situation(prepare.asks_for_code, "entra", "POST", r"/devicecode$", 200),
    Situation(prepare.pending_code, "entra", "POST", r"/token$", 400, "authorization_pending"),
    Situation(prepare.approved_code, "entra", "POST", r"/token$", 200),
    Situation(prepare.wrong_secret, "entra", "POST", r"/token$", 401, "invalid_client"),
    Situation(prepare.nothing, "entra", "GET", r"openid-configuration$"),
)
"""Recordings that no row fits are reported as such and fail."""
