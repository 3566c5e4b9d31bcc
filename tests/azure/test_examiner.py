"""What doctor asks of Azure about five pasted values, without any account."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from pipeops_tui.core.model.doctor_facts import TenantPlace
from pipeops_tui.core.ports import Examiner
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from tests.azure.examined import LOOK_UP, NO_ID, NOBODY, SIGN_IN, Values, at_once, moved, operations_since, refusal

GOVERNMENT = "microsoftonline.us"


async def test_a_tenant_is_found_by_its_id_and_by_its_domains(examiner: Examiner, values: Values) -> None:
    for name in (values.tenant_id, values.tenant_id.upper(), "contoso.com", "Contoso.OnMicrosoft.com"):
        assert await examiner.tenant(name) == TenantPlace(values.tenant_id, "AzureCloud"), name


async def test_an_unknown_tenant_is_none_and_is_asked_for_again(examiner: Examiner, world: RunningSimulator) -> None:
    since = len(world.requests())
    assert await examiner.tenant(NOBODY) is None
    assert await examiner.tenant(NOBODY) is None
    assert await examiner.tenant("nowhere.example") is None
    assert operations_since(world, since) == [LOOK_UP] * 3
    assert {one["status"] for one in world.requests()[since:]} == {400}


async def test_what_cannot_be_a_tenant_is_never_sent_anywhere(
    examiner: Examiner, world: RunningSimulator, values: Values
) -> None:
    """It can be any other of the pasted values: the secret would stand in an address, and in the request log."""
    since = len(world.requests())
    for text in (
        values.secret,
        "",
        "common",
        "organizations",
        "a/../b",
        "contoso.com/x",
        "contoso.com?",
        NO_ID,
        "a b.c",
    ):
        assert await examiner.tenant(text) is None
        assert await examiner.tenant_of_subscription(text) is None
        error = await refusal(values, examiner, tenant_id=text)
        assert error.problem.title == "This is not a tenant ID"
    assert operations_since(world, since) == []


async def test_a_tenant_of_another_cloud_gets_no_secret(
    examiner: Examiner, world: RunningSimulator, values: Values
) -> None:
    with moved(world, values, GOVERNMENT):
        assert await examiner.tenant("contoso.com") == TenantPlace(values.tenant_id, "AzureUSGovernment")
        since = len(world.requests())
        error = await refusal(values, examiner)
    assert (error.kind, error.problem.title) == (FailureKind.FINAL, "This tenant belongs to another cloud")
    assert "AzureUSGovernment" in error.problem.what
    assert SIGN_IN not in operations_since(world, since)


async def test_an_unknown_tenant_gets_no_secret(examiner: Examiner, world: RunningSimulator, values: Values) -> None:
    since = len(world.requests())
    error = await refusal(values, examiner, tenant_id=NOBODY)
    assert (error.code, error.problem.title) == ("AADSTS90002", "There is no such tenant in this cloud")
    assert operations_since(world, since) == [LOOK_UP]


async def test_the_tenant_of_a_subscription_is_told_without_a_token(
    examiner: Examiner, world: RunningSimulator, values: Values
) -> None:
    since = len(world.requests())
    for item in world.state()["subscriptions"]:
        assert await examiner.tenant_of_subscription(str(item["subscriptionId"]).upper()) == item["tenantId"]
    assert await examiner.tenant_of_subscription(NOBODY) is None
    asked = world.requests()[since:]
    assert {one["operation"] for one in asked} == {"getSubscription"}
    assert {one["caller"] for one in asked} == {None}
    assert {one["status"] for one in asked} == {401, 404}


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (401, {}, FailureKind.UNREADABLE),
        (401, {"WWW-Authenticate": 'Bearer authorization_uri="https://login.windows.net/"'}, FailureKind.UNREADABLE),
        (401, {"WWW-Authenticate": 'Basic realm="proxy"'}, FailureKind.UNREADABLE),
        (200, {}, FailureKind.INTERCEPTED),
        (302, {"Location": "https://portal.example/"}, FailureKind.INTERCEPTED),
        (403, {}, FailureKind.REFUSED),
        (404, {}, FailureKind.NOT_FOUND),
    ],
)
async def test_what_is_not_resource_manager_s_answer_says_nothing_about_a_subscription(
    examiner: Examiner,
    world: RunningSimulator,
    values: Values,
    status: int,
    headers: dict[str, str],
    kind: FailureKind,
) -> None:
    body = {"error": {"code": "AuthenticationFailed", "message": "Authentication failed."}}
    answer: dict[str, Any] = {"effect": False, "status": status, "headers": headers, "body": body}
    world.add_fault("getSubscription@*:answer", answer)
    with pytest.raises(CloudError) as caught:
        await examiner.tenant_of_subscription(values.subscription_id)
    assert caught.value.kind is kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"set": [["issuer", "https://login.microsoftonline.com/common/v2.0"]]}, FailureKind.UNREADABLE),
        ({"set": [["-issuer", 0]]}, FailureKind.INCOMPLETE),
        ({"effect": False, "status": 200, "headers": {"Content-Type": "text/html"}, "body": "<p>Sign in</p>"},
         FailureKind.INTERCEPTED),
        ({"effect": False, "status": 307, "headers": {"Location": "https://portal.example/"}, "body": ""},
         FailureKind.INTERCEPTED),
    ],
)  # fmt: skip
async def test_what_is_not_the_sign_in_s_answer_says_nothing_about_a_tenant(
    world: RunningSimulator, values: Values, body: dict[str, object], kind: FailureKind, examiner: Examiner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("pipeops_tui.core.clock.SystemClock.sleep", at_once)
    world.add_fault(f"{LOOK_UP}@*:answer", body)  # type: ignore[arg-type]
    with pytest.raises(CloudError) as caught:
        await examiner.tenant(values.tenant_id)
    assert caught.value.kind is kind
    since = len(world.requests())
    assert (await refusal(values, examiner)).kind is kind
    assert SIGN_IN not in operations_since(world, since)


async def test_a_question_is_asked_again_while_the_service_fails(
    examiner: Examiner, world: RunningSimulator, values: Values, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeops_tui.core.clock.SystemClock.sleep", at_once)
    for fault in (f"{LOOK_UP}:503-html", "getSubscription:drop-response", f"{SIGN_IN}:429=1", f"{SIGN_IN}@2:500"):
        world.add_fault(fault)
    assert await examiner.tenant(values.tenant_id) is not None
    assert await examiner.tenant_of_subscription(values.subscription_id) == values.tenant_id
    await (await values.sign_in(examiner)).close()
    assert world.faults() == []


@pytest.mark.parametrize(
    ("fault", "limit"),
    [(LOOK_UP, "_LOOK_UP_SECONDS"), ("getSubscription", "_LOOK_UP_SECONDS"), (SIGN_IN, "TOKEN_SECONDS")],
)
async def test_an_answer_that_does_not_come_is_not_waited_for(
    examiner: Examiner, world: RunningSimulator, values: Values, monkeypatch: pytest.MonkeyPatch, fault: str, limit: str
) -> None:
    monkeypatch.setattr("pipeops_tui.core.clock.SystemClock.sleep", at_once)
    if fault == SIGN_IN:
        await examiner.tenant(values.tenant_id)
    monkeypatch.setattr(f"pipeops_tui.azure.examiner.{limit}", 0.05)
    world.add_fault(f"{fault}@*:delay=20")
    asked: Coroutine[Any, Any, object] = values.sign_in(examiner)
    if fault == "getSubscription":
        asked.close()
        asked = examiner.tenant_of_subscription(values.subscription_id)
    with pytest.raises(CloudError) as caught:
        await asyncio.wait_for(asked, 15)
    assert caught.value.kind is FailureKind.LOST_ANSWER
