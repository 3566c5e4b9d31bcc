"""What a check of policy restrictions means, in the shapes of Azure's own documentation (api-version 2022-03-01)."""

from __future__ import annotations

import pytest

from pipeops_tui.azure.access_reads import findings_in
from pipeops_tui.core.model import PolicyFinding

ASSIGNMENT = "/subscriptions/1/providers/microsoft.authorization/policyAssignments/57DAC8A0"
POLICY = {"policyAssignmentId": ASSIGNMENT, "policyDefinitionId": "/…/policyDefinitions/1D0906C3"}


def restriction(field: str, **more: object) -> dict[str, object]:
    return {"fieldRestrictions": [{"field": field, "restrictions": [{"result": "Required", "policy": POLICY, **more}]}]}


def broken(path: str) -> dict[str, object]:
    details = {"evaluatedExpressions": [{"expression": path, "path": path}]}
    evaluation = {"policyInfo": POLICY, "evaluationResult": "NonCompliant", "evaluationDetails": details}
    return {"contentEvaluationResult": {"policyEvaluations": [evaluation]}}


@pytest.mark.parametrize("field", ["tags.costCenter", "tags['costCenter']", "tags[costCenter]"])
def test_a_required_tag_is_named_however_azure_writes_it(field: str) -> None:
    assert findings_in(restriction(field), {}) == [PolicyFinding("57DAC8A0", field, tag="costCenter")]
    assert findings_in(restriction(field), {"COSTCENTER": "1"}) == []
    assert findings_in(broken(field), {}) == [PolicyFinding("57DAC8A0", field, tag="costCenter")]


def test_one_policy_is_reported_once() -> None:
    both = restriction("tags.costCenter") | broken("tags['costCenter']")
    assert len(findings_in(both, {})) == 1


def test_only_some_values_may_do() -> None:
    document = restriction("tags.environment", values=["Prod", "Test"])
    assert findings_in(document, {"environment": "Play"}) == [
        PolicyFinding("57DAC8A0", "tags.environment", ("Prod", "Test"), "environment")
    ]
    assert findings_in(document, {"environment": "Prod"}) == []


def test_what_the_policy_adds_by_itself_is_not_asked_for() -> None:
    assert findings_in(restriction("tags.newtag", defaultValue="defaultVal"), {}) == []


def test_a_policy_about_something_else_asks_for_no_tag() -> None:
    assert findings_in(broken("location"), {}) == [PolicyFinding("57DAC8A0", "location")]


@pytest.mark.parametrize("document", [{}, {"fieldRestrictions": None, "contentEvaluationResult": None}])
def test_no_findings(document: dict[str, object]) -> None:
    assert findings_in(document, {}) == []
