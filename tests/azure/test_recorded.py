"""The rules, fed with whole answers that Azure once gave."""

from __future__ import annotations

import pytest

from pipeops_tui.azure.errors.judge import rule_for
from tests.azure.recorded import RECORDED
from tests.azure.test_errors import evidence_of, judged
from tests.azure.wire import CAE_CLAIMS, Case


def recorded(rule: str) -> Case:
    return next(case for case in RECORDED if case.rule == rule)


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case.rule)
def test_each_answer_meets_its_rule_and_nothing_of_it_is_lost(case: Case) -> None:
    assert rule_for(evidence_of(case)).name == case.rule
    error = judged(case)
    details = dict(error.problem.details)
    assert details["Status"] == str(case.status)
    if isinstance(case.body, dict):
        told = case.body.get("error_description") or case.body["error"]["message"]
        assert details["Message"].split() == told.split()
        assert error.code
    else:
        assert "<html" not in error.problem.as_text().casefold()


def test_what_the_answers_tell_is_used() -> None:
    assert judged(recorded("claims challenge")).claims == CAE_CLAIMS
    assert "eastus2" in judged(recorded("group elsewhere")).problem.what
    assert "Microsoft.RecoveryServices" in judged(recorded("provider not registered")).problem.command
    ids = dict(judged(recorded("application not copied")).problem.details)
    assert ids["Request ID"] == "66656a0f-c2d8-454a-8e7e-a734d061a35f"
    ids = dict(judged(recorded("secret wrong")).problem.details)
    assert ids["Correlation ID"] == "5be327fc-93cb-4bef-ab4e-0373f11a8017"
    assert ids["Request ID"] == "654ce9b2-a626-4e0b-8598-0cac69970200"
    assert ids["Code"] == "AADSTS7000215"
