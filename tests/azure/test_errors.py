"""The rules, fed with what Azure really answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui.azure.errors.evidence import (
    AzureOperation,
    AzureService,
    Evidence,
    Transport,
    challenge_claims,
    clock_skew,
    evidence_of_answer,
    retry_after,
)
from pipeops_tui.azure.errors.judge import RULES, judge, rule_for
from pipeops_tui.core.problem import CloudError, FailureKind, Section
from tests.azure.cases import CASES, REPLICATION
from tests.azure.wire import (
    CAE_CLAIMS,
    MFA_CLAIMS,
    PRINCIPAL,
    SCOPE,
    TENANT,
    Case,
    arm,
    context,
    entra,
    graph,
    silent,
    told,
)
from tests.core.test_problem_report import REFRESH, SECRET, TOKEN

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def evidence_of(case: Case) -> Evidence:
    """The evidence a case leaves."""
    return case.found(NOW)


def judged(case: Case) -> CloudError:
    """What the program makes of it."""
    return judge(evidence_of(case), NOW)


def by_rule(name: str) -> Case:
    """The first case of a rule."""
    return next(case for case in CASES if case.rule == name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}, {case.operation}")
def test_each_failure_meets_its_rule(case: Case) -> None:
    assert rule_for(evidence_of(case)).name == case.rule


def test_every_rule_has_a_case_and_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert sorted(names) == sorted(set(names))
    assert {case.rule for case in CASES} == set(names)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_each_problem_can_be_acted_on(case: Case) -> None:
    problem = judged(case).problem
    assert problem.title
    assert not problem.title.endswith(".")
    assert problem.what.endswith((".", "!", "?", "…"))
    assert problem.remedy.endswith(".")
    for text in (problem.title, problem.what, problem.why, problem.remedy, problem.who, problem.command):
        assert "{" not in text
        assert "None" not in text
    assert problem.link in set(Section) or problem.link.startswith("https://")
    details = dict(problem.details)
    assert details["Time (UTC)"] == "2026-05-04 08:00:00"
    assert details["Operation"] == case.operation.value
    assert details["Version"].startswith("pipeops-tui ")


@pytest.mark.parametrize("case", REPLICATION, ids=lambda case: case.rule)
def test_replication_is_only_for_the_requests_that_mean_it(case: Case) -> None:
    assert judged(case).kind is FailureKind.REPLICATION
    elsewhere = AzureOperation.GET_TOKEN if case.service is AzureService.ENTRA else AzureOperation.LIST_GROUPS
    moved = replace(evidence_of(case), context=context(elsewhere))
    assert judge(moved, NOW).kind is not FailureKind.REPLICATION


@pytest.mark.parametrize(
    "case",
    [
        arm("", AzureOperation.PUT_ASSIGNMENT, 404, "PrincipalNotFound", "another status"),
        arm("", AzureOperation.TEST_ACCESS, 404, "ResourceGroupNotFound", "gone"),
        graph("", AzureOperation.CREATE_PRINCIPAL, 403, "Authorization_RequestDenied", "Insufficient privileges"),
        graph("", AzureOperation.CREATE_PRINCIPAL, 400, "Request_BadRequest", "another text"),
        entra("", 7000222, "invalid_client", operation=AzureOperation.TEST_SIGN_IN),
    ],
    ids=str,
)
def test_what_only_looks_like_replication_is_not(case: Case) -> None:
    assert judged(case).kind is not FailureKind.REPLICATION


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("throttled", FailureKind.THROTTLED),
        ("not sent", FailureKind.UNREACHABLE),
        ("untrusted certificate", FailureKind.FINAL),
        ("foreign address", FailureKind.FINAL),
        ("too large", FailureKind.UNREADABLE),
        ("too large write", FailureKind.INCOMPLETE),
        ("malformed", FailureKind.UNREADABLE),
        ("malformed write", FailureKind.INCOMPLETE),
        ("lost answer", FailureKind.LOST_ANSWER),
        ("server", FailureKind.SERVER),
        ("sign-in service failed", FailureKind.SERVER),
        ("second factor for changes", FailureKind.SIGN_IN),
        ("claims challenge", FailureKind.SIGN_IN),
        ("session over", FailureKind.SIGN_IN),
        ("conditional access", FailureKind.REFUSED),
        ("test sign-in blocked by policy", FailureKind.FINAL),
        ("assigned already", FailureKind.CONFLICT),
        ("group being deleted", FailureKind.CONFLICT),
        ("locked", FailureKind.CONFLICT),
        ("no permission to assign", FailureKind.REFUSED),
        ("no permission to register applications", FailureKind.REFUSED),
        ("secrets forbidden", FailureKind.FINAL),
        ("not found", FailureKind.NOT_FOUND),
        ("conflict", FailureKind.CONFLICT),
        ("unknown", FailureKind.FINAL),
    ],
)
def test_the_kind_says_what_trying_again_is_worth(rule: str, kind: FailureKind) -> None:
    assert judged(by_rule(rule)).kind is kind


def test_challenges_hand_on_their_claims() -> None:
    assert judged(by_rule("second factor for changes")).claims == MFA_CLAIMS
    assert judged(by_rule("claims challenge")).claims == CAE_CLAIMS
    assert judged(by_rule("locked")).claims == ""


def test_the_azure_cli_gets_the_line_to_run() -> None:
    problem = judged(by_rule("az claims")).problem
    assert problem.command == f"az login --tenant {TENANT} --scope https://management.azure.com/.default"

    challenged = replace(evidence_of(by_rule("az claims")), claims=MFA_CLAIMS)
    command = judge(challenged, NOW).problem.command
    assert command.endswith(
        "--claims-challenge eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlcyI6WyJwMSJdfX19"
    )


def test_who_may_assign_gets_the_complete_command() -> None:
    problem = judged(by_rule("no permission to assign")).problem
    assert problem.command == (
        f"az role assignment create --role Contributor --scope {SCOPE} --assignee-object-id {PRINCIPAL} "
        "--assignee-principal-type ServicePrincipal"
    )
    assert "Owner" in problem.who


def test_texts_contain_what_the_answer_says() -> None:
    assert "westus" in judged(by_rule("group elsewhere")).problem.what
    assert "eastus, westeurope" in judged(by_rule("region closed")).problem.what
    assert "CreationDate tag is required" in judged(by_rule("policy")).problem.what
    assert SCOPE in judged(by_rule("locked")).problem.what
    assert "538f1913-1" in judged(by_rule("secret lifetime")).problem.what
    assert "Microsoft.Network" in judged(by_rule("provider not registered")).problem.command
    assert "a/b/read" in judged(by_rule("unauthorized")).problem.what
    assert "Nobody has seen this before" in judged(by_rule("unknown")).problem.what


def test_an_unknown_failure_shows_code_ids_and_raw_text() -> None:
    headers = {"x-ms-request-id": "req-1", "x-ms-correlation-request-id": "corr-1"}
    case = replace(arm("unknown", AzureOperation.PUT_GROUP, 418, "Teapot", "short and stout"), headers=headers)
    error = judged(case)
    details = dict(error.problem.details)

    assert (error.status, error.code) == (418, "Teapot")
    assert details["Message"] == "short and stout"
    assert (details["Correlation ID"], details["Request ID"]) == ("corr-1", "req-1")


def test_ids_of_each_service_are_found() -> None:
    details = dict(judged(by_rule("second factor")).problem.details)
    assert (details["Correlation ID"], details["Request ID"]) == ("0d1b-correlation", "7b1d6c0e-trace")
    named = replace(by_rule("refused"), headers={"request-id": "g-1", "client-request-id": "g-2"})
    details = dict(judged(named).problem.details)
    assert (details["Correlation ID"], details["Request ID"]) == ("g-2", "g-1")


def test_the_answer_s_own_number_is_the_code() -> None:
    assert judged(by_rule("second factor")).code == "AADSTS50076"
    assert judged(by_rule("assigned already")).code == "RoleAssignmentExists"


def test_no_body_of_an_unreadable_answer_is_shown() -> None:
    """It may be the one that brought a secret, cut in two."""
    case = Case("lost answer", AzureOperation.ADD_PASSWORD, AzureService.GRAPH, 200, '{"secretText": "abc~defgh')
    assert "abc~defgh" not in judged(case).problem.as_text()


@pytest.mark.parametrize("operation", AzureOperation)
def test_only_a_lost_write_may_have_been_carried_out(operation: AzureOperation) -> None:
    lost = judged(silent("lost answer", operation, AzureService.GRAPH, Transport.NO_ANSWER, "no answer in time"))
    written = operation.value.split()[0] in {"create", "delete", "register", "assign", "remove", "add", "restore"}
    assert lost.kind is FailureKind.LOST_ANSWER
    assert ("not known whether the request was carried out" in lost.problem.why) == written
    assert ("Nothing was changed" in lost.problem.why) != written


def test_a_long_message_is_cut() -> None:
    case = arm("unknown", AzureOperation.PUT_GROUP, 400, "Long", "x" * 100_000)
    assert len(judged(case).problem.as_text()) < 10_000


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17.0),
        (" 17 ", 17.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("3599", 3599.0),
        ("99999999999999", 3600.0),
        ("9" * 400, 3600.0),
        ("-5", None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e9", None),
        ("1_000", None),
        ("Fri, 31 Dec 9999 23:59:59 -0500", 3600.0),
        ("Mon, 01 Jan 0001 00:00:00 +0500", None),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
        ("Mon, 01 Jan 2026 00:00:00 +9999999999", None),
    ],
)
def test_retry_after_in_seconds(header: str, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_retry_after_as_a_date() -> None:
    assert retry_after(format_datetime(NOW + timedelta(seconds=90), usegmt=True), NOW) == 90
    assert retry_after(format_datetime(NOW + timedelta(days=90), usegmt=True), NOW) == 3600
    assert retry_after(format_datetime(NOW - timedelta(seconds=90), usegmt=True), NOW) is None


DATES = st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} (Jan|Feb|Foo) \d{1,6} \d\d:\d\d:\d\d ?[+-]?\w{0,9}", fullmatch=True)


@given(st.text(max_size=60) | DATES)
def test_any_header_asks_for_an_hour_at_most(header: str) -> None:
    seconds = retry_after(header, NOW)
    assert seconds is None or 0 <= seconds <= 3600
    assert isinstance(clock_skew(header, NOW), float | None)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("99999999999999", "It asks to wait an hour or longer."),
        ("1800", "It asks to wait 30 minutes."),
        ("30", "It asks to wait 30 s."),
    ],
)
def test_a_long_wait_is_said_in_words(header: str, words: str) -> None:
    case = replace(by_rule("throttled"), headers={"Retry-After": header})
    assert words in judged(case).problem.what
    assert judged(case).retry_after == min(float(header), 3600)


def test_the_clock_s_error_is_read_from_the_date_header() -> None:
    assert clock_skew(format_datetime(NOW - timedelta(minutes=7), usegmt=True), NOW) == 7 * 60
    assert clock_skew("", NOW) is None
    assert clock_skew("yesterday", NOW) is None


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", 'Bearer error="invalid_token"', 'Bearer claims="%%%"', 'Bearer claims="/w=="', "Basic realm=x"],
)
def test_a_header_without_readable_claims_has_none(header: str) -> None:
    assert challenge_claims(header) == ""


@pytest.mark.parametrize(
    "body", [None, "", "text", [], [1], 5, {"error": None}, {"error": {"details": "x"}}, {"error": 7}]
)
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 418, 429, 500, 503])
def test_any_body_makes_a_decent_problem(status: int, body: object) -> None:
    evidence = evidence_of_answer(
        context(AzureOperation.PUT_GROUP), AzureService.RESOURCE_MANAGER, status, {}, body, "", NOW
    )
    problem = judge(evidence, NOW).problem
    assert problem.title
    assert problem.what


def test_no_answer_is_not_a_refusal() -> None:
    base = Evidence(context(AzureOperation.PUT_GROUP), AzureService.RESOURCE_MANAGER, reason="x")
    kinds = {transport: judge(replace(base, transport=transport), NOW).kind for transport in Transport}
    assert kinds[Transport.NOT_SENT] is FailureKind.UNREACHABLE
    assert kinds[Transport.NO_ANSWER] is FailureKind.LOST_ANSWER
    assert kinds[Transport.UNREADABLE] is FailureKind.LOST_ANSWER


@pytest.mark.parametrize(
    "make",
    [
        lambda words: arm("unknown", AzureOperation.PUT_GROUP, 400, "BadThing", words),
        lambda words: arm(
            "unknown", AzureOperation.PUT_GROUP, 400, "BadThing", "See the details.", details=[{"message": words}]
        ),
        lambda words: graph("unknown", AzureOperation.ADD_PASSWORD, 400, "Request_BadRequest", words),
        lambda words: entra("", 7000215, "invalid_client", words),
        lambda words: told("az other", AzureService.AZURE_CLI, words),
        lambda words: silent(
            "lost answer", AzureOperation.ADD_PASSWORD, AzureService.GRAPH, Transport.NO_ANSWER, words
        ),
        lambda words: Case("server", AzureOperation.ADD_PASSWORD, AzureService.GRAPH, 502, f"<html>{words}</html>"),
        lambda words: Case("lost answer", AzureOperation.ADD_PASSWORD, AzureService.GRAPH, 200, {"secretText": words}),
    ],
    ids=["message", "details", "Graph", "Entra", "az", "library", "page", "answer"],
)
@pytest.mark.parametrize("secret", [TOKEN, SECRET, REFRESH], ids=["access token", "client secret", "refresh token"])
def test_no_token_and_no_secret_is_shown_whoever_quotes_it(make: Callable[[str], Case], secret: str) -> None:
    error = judged(make(f"you sent {secret} and that was wrong"))
    told_to_all = f"{error.problem.as_text()}\n{error.problem!r}\n{error}\n{error.code}"
    assert secret not in told_to_all
    assert secret[:24] not in told_to_all
    assert dict(error.problem.details)["Time (UTC)"] == "2026-05-04 08:00:00"
