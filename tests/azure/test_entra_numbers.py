"""The numbers that Microsoft Entra documents are sorted, each with a sentence that says what to do and without ids."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pipeops_tui.azure.errors.evidence import AzureOperation
from pipeops_tui.azure.errors.judge import judge, rule_for
from pipeops_tui.core.problem import FailureKind
from tests.azure.test_errors import NOW, evidence_of
from tests.azure.wire import arm, entra

IDS_AND_TIMES = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|(Trace|Correlation) ID|Timestamp|\d\d:\d\d")
UNSORTED = {"unknown", "interaction required", "refused", "signed out"}

TENANTS = (50002, 500021, 500022, 500212, 500213, 90002, 90038, 90043, 90051, 900382, 900432, 1000104)
DEVICES = (50005, 50097, 50127, 50129, 50155, 50187, 53000, 53001, 130006, 130007, 130008, 135011)
POLICIES = (50131, 53002, 53003, 53004, 53010, 53011, 530032, 530034, 530035)
ASSIGNMENTS = (50105, 50020, 50014, 50034, 51004, 16000, 16003, 90072, 90084, 90094, 90095, 90099)
FIRST_PARTY = (50001, 500011, 65001, 65002, 65004, 650052, 650054, 650056, 650057, 1000031)
APPLICATIONS = (700016, 70001, 700011, 7000112, 7000218, 700025, 50194, 50011)
PERSONAL = (500208, 50059, 50128, 90019, 90124, 90130, 9001023, 9002332)
ACCOUNTS = (50053, 50055, 50056, 50057, 50126, 50135, 50144, 50072, 50074, 50076, 50078, 50079, 50158)
SESSIONS = (50058, 50085, 50089, 50132, 50133, 50139, 50173, 70000, 70008, 70043, 700020, 700082, 700084)
SERVICE = (50000, 50033, 50087, 50088, 50196, 70012, 90006, 90012, 90024, 90033, 90055, 90090)
DOCUMENTED = (
    *TENANTS, *DEVICES, *POLICIES, *ASSIGNMENTS, *FIRST_PARTY, *APPLICATIONS, *PERSONAL, *ACCOUNTS, *SESSIONS, *SERVICE
)  # fmt: skip
"""Microsoft Learn, "Microsoft Entra authentication and authorization error codes"
(https://learn.microsoft.com/entra/identity-platform/reference-error-codes)."""
MET = (5000224, 5000225, 500014, 500200, 530003, 530033, 530036, 530084, 7000229)
"""Not listed there; in public issues."""
TEXT = (
    "Something about '797f4846-ba00-4fd7-ba43-dac1f8f63013'. Trace ID: 11111111-aaaa-bbbb-cccc-000000000000 "
    "Correlation ID: 22222222-aaaa-bbbb-cccc-000000000000 Timestamp: 2026-11-29 10:00:00Z"
)


@pytest.mark.parametrize("is_program", [False, True], ids=["person", "program"])
@pytest.mark.parametrize("error", ["invalid_grant", "interaction_required", "unauthorized_client"])
def test_every_number_has_its_sentence_whatever_stands_beside_it(error: str, is_program: bool) -> None:
    for number in (*DOCUMENTED, *MET):
        evidence = evidence_of(entra("", number, error, TEXT, is_program=is_program))
        rule = rule_for(evidence)
        assert rule.name not in UNSORTED, number
        for context in (evidence.context, replace(evidence.context, tenant_id="")):
            problem = judge(replace(evidence, context=context), NOW).problem
            read = " ".join((problem.title, problem.what, problem.why, problem.who))
            assert not IDS_AND_TIMES.search(read.replace(context.tenant_id or "-", "")), (number, read)
            assert "tenant this tenant" not in problem.as_text()
            assert "None" not in problem.as_text()
            assert problem.remedy.endswith("."), number
            if is_program and rule.kind is FailureKind.SIGN_IN:
                assert problem.command == ""


def test_a_refusal_that_only_an_administrator_can_change_says_which_one() -> None:
    for number in (*DEVICES, *POLICIES, 50105, 500014, 5000225, 50057, 500212, 65001, 7000229):
        problem = judge(evidence_of(entra("", number, "invalid_grant", TEXT)), NOW).problem
        assert problem.who, number


def test_an_unknown_number_is_quoted_without_ids_and_times() -> None:
    error = judge(evidence_of(entra("", 4242424, "invalid_grant", TEXT)), NOW)
    assert error.problem.what == "AADSTS4242424: Something about '797f4846-ba00-4fd7-ba43-dac1f8f63013'."
    assert "Correlation ID: 22222222" in dict(error.problem.details)["Message"]


def test_what_resource_manager_says_is_not_shortened() -> None:
    case = arm("unknown", AzureOperation.PUT_GROUP, 400, "BadThing", "The time stamp: 10 is not a correlation.")
    assert judge(evidence_of(case), NOW).problem.what == "The time stamp: 10 is not a correlation."
