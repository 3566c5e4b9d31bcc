"""What Azure has refused to PipeOps, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.core.model.doctor_facts import FailedOperation
from pipeops_tui.doctor.examining import without_azure
from pipeops_tui.doctor.finding import FindingCode, Verdict
from pipeops_tui.doctor.pasted import read_text
from pipeops_tui.doctor.server_failures import error_codes_in, failure_findings

CLUSTERS = "Microsoft.ContainerService/managedClusters/write"


def operation(code: str, message: str = "", action: str = CLUSTERS, hour: int = 8) -> FailedOperation:
    return FailedOperation(datetime(2026, 11, 23, hour, 5, tzinfo=UTC), action, "/subscriptions/s", code, message)


@pytest.mark.parametrize(
    ("text", "code", "finding"),
    [
        ('{"code": "ErrCode_InsufficientVCPUQuota", "message": "4 cores"}', "ErrCode_InsufficientVCPUQuota", "room"),
        ('Error: creating Cluster: Code="QuotaExceeded" Message=...', "QuotaExceeded", "room"),
        ("(SkuNotAvailable) The requested size", "SkuNotAvailable", "room"),
        ("RESPONSE 403: RequestDisallowedByAzure", "RequestDisallowedByAzure", "room"),
        ("ZonalAllocationFailed: try again later", "ZonalAllocationFailed", "room"),
        ("ERROR CODE: RequestDisallowedByPolicy", "RequestDisallowedByPolicy", "policy"),
        ("MissingSubscriptionRegistration: namespace", "MissingSubscriptionRegistration", "provider-missing"),
        ('Status=403 Code="AuthorizationFailed"', "AuthorizationFailed", "role-missing"),
        ("LinkedAuthorizationFailed", "LinkedAuthorizationFailed", "role-missing"),
        ("ScopeLocked", "ScopeLocked", "locked"),
    ],
)
def test_a_pasted_error_is_understood(text: str, code: str, finding: str) -> None:
    values = read_text(text).values
    assert values.error_codes == (code,)
    found = [one for one in without_azure(values).findings if one.code is not FindingCode.VALUES_MISSING]
    assert [str(one.code) for one in found] == [finding]
    assert found[0].outcome is CheckOutcome.WARNING
    assert code in found[0].what


def test_only_codes_are_taken_from_the_text() -> None:
    text = "AuthorizationFailed for abc8Q~secretsecretsecretsecretsecretsecret, AuthorizationFailedX, ScopeLocked"
    assert error_codes_in(text) == ("AuthorizationFailed", "ScopeLocked")


def test_one_paste_holds_values_and_an_error() -> None:
    values = read_text("Resource Group Name: rg\nError: QuotaExceeded").values
    assert (values.group_name, values.error_codes) == ("rg", ("QuotaExceeded",))


def test_refusals_are_told_once_with_the_newest_time_and_azures_words() -> None:
    found = failure_findings(
        [
            operation("QuotaExceeded", "4 cores are left.\x1b[2J", hour=9),
            operation("ErrCode_InsufficientVCPUQuota", hour=8),
            operation("AuthorizationFailed", action="Microsoft.Authorization/roleAssignments/write"),
            operation("SomethingNew", "What is new."),
        ]
    )
    assert [str(one.code) for one in found] == ["room", "role-missing", "server-failed"]
    assert "23 November 2026, 09:05 UTC" in found[0].what
    assert "4 cores are left." in found[0].what
    assert "\x1b" not in found[0].what
    assert "What is new." in found[2].what


def test_what_pipeops_met_does_not_make_the_values_wrong() -> None:
    diagnosis = without_azure(read_text("QuotaExceeded").values)
    blocked = [one.code for one in diagnosis.findings if one.outcome is CheckOutcome.BLOCKED]
    assert blocked == [FindingCode.VALUES_MISSING]
    assert diagnosis.verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("action", "title"),
    [
        ("Microsoft.Authorization/roleAssignments/write", "The application is not allowed to assign roles"),
        (CLUSTERS, "The application was not allowed to do this"),
    ],
)
def test_a_role_that_contributor_cannot_assign_is_no_missing_contributor(action: str, title: str) -> None:
    (finding,) = failure_findings([operation("AuthorizationFailed", action=action)])
    assert (finding.code, finding.title) == (FindingCode.ROLE_MISSING, title)
    assert ("Contributor on the resource group" in finding.remedy) == (action == CLUSTERS)
