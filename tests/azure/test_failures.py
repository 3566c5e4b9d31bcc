"""Each fault on the wire gives a `CloudError` of its kind, and no SDK repeats a request by itself."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from pipeops_tui.azure import AzureConnector
from pipeops_tui.core.model import SignInMethod, Subscription
from pipeops_tui.core.ports import Connector, Session, Workspace
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.secret import Secret
from pipeops_tui.simulator import RunningSimulator
from tests.azure.conftest import connector_for, unseen
from tests.support.inside import held_tokens

KINDS = {
    "drop-request": FailureKind.LOST_ANSWER,
    "drop-response": FailureKind.LOST_ANSWER,
    "reset": FailureKind.LOST_ANSWER,
    "garbage": FailureKind.LOST_ANSWER,
    "truncate": FailureKind.LOST_ANSWER,
    "429=7": FailureKind.THROTTLED,
    "500": FailureKind.SERVER,
    "503-html": FailureKind.SERVER,
}


@pytest.mark.parametrize("fault", KINDS)
@pytest.mark.parametrize("operation", ["putResourceGroup", "createApplication", "redeemClientSecret"])
async def test_a_fault_has_its_kind_and_is_not_repeated(
    workspace: Workspace, azure: RunningSimulator, operation: str, fault: str
) -> None:
    await workspace.applications_tagged("so that Graph's token is there")
    since = len(azure.requests())
    azure.add_fault(f"{operation}:{fault}")
    with pytest.raises(CloudError) as caught:
        await _write(workspace, operation)

    assert caught.value.kind is KINDS[fault]
    assert caught.value.retry_after == (7.0 if fault == "429=7" else None)
    assert [request["operation"] for request in azure.requests()[since:]] == [operation]


async def _write(workspace: Workspace, operation: str) -> None:
    match operation:
        case "putResourceGroup":
            await workspace.put_group(f"test-{uuid4().hex[:8]}", "westeurope", [])
        case "createApplication":
            await workspace.create_application("PipeOps test", [])
        case _:
            await workspace.sign_in_as(str(uuid4()), Secret("wrong"))


@pytest.mark.parametrize("fault", KINDS)
@pytest.mark.parametrize("operation", ["requestDeviceCode", "redeemDeviceCode"])
async def test_a_sign_in_fails_with_its_kind(
    connector: Connector, azure: RunningSimulator, operation: str, fault: str
) -> None:
    azure.add_fault(f"{operation}:{fault}")
    with pytest.raises(CloudError) as caught:
        await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    assert caught.value.kind is KINDS[fault]


async def test_nothing_listens_there() -> None:
    connector = connector_for(_Nowhere())  # type: ignore[arg-type]
    with pytest.raises(CloudError) as caught:
        await connector.prepare()
    await connector.close()

    assert caught.value.kind is FailureKind.UNREACHABLE
    assert caught.value.problem.title == "No connection to localhost"


async def test_an_untrusted_certificate_is_refused(azure: RunningSimulator) -> None:
    stranger = _Nowhere()
    stranger.base_url = azure.base_url
    connector = connector_for(stranger)  # type: ignore[arg-type]
    with pytest.raises(CloudError) as caught:
        await connector.prepare()
    await connector.close()

    assert caught.value.kind is FailureKind.FINAL
    assert caught.value.problem.title == "The connection cannot be trusted"
    assert "--ca-file" in caught.value.problem.command


class _Nowhere:
    base_url = "https://localhost:1"
    ca_file = None


async def test_a_failed_preparation_is_repeated(azure: RunningSimulator) -> None:
    azure.add_fault("getMetadataEndpoints:garbage")
    connector = connector_for(azure)
    with pytest.raises(CloudError):
        await connector.prepare()
    assert (await connector.prepare()).resource_manager == azure.base_url
    await connector.close()


@pytest.mark.parametrize("operation", ["getResourceGroup", "listApplications"])
async def test_a_challenge_brings_its_claims_and_a_new_sign_in_meets_it(
    connector: Connector, subscription: Subscription, azure: RunningSimulator, operation: str
) -> None:
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    workspace = await session.workspace(subscription)

    async def ask() -> object:
        if operation == "getResourceGroup":
            return await workspace.get_group("none")
        return await workspace.applications_tagged("none")

    azure.add_fault(f"{operation}:401-claims")
    with pytest.raises(CloudError) as caught:
        await ask()
    assert caught.value.kind is FailureKind.SIGN_IN
    assert '"p1"' in caught.value.claims

    await session.renew(workspace.tenant_id, caught.value.claims, unseen)
    assert not await ask()
    await session.close()


async def test_renewing_with_claims_replaces_the_tokens_of_the_tenant(
    session: Session, workspace: Workspace, azure: RunningSimulator
) -> None:
    claims = '{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}'
    since = len(azure.requests())
    await session.renew(workspace.tenant_id, claims, unseen)
    await workspace.get_group("none")

    operations = [request["operation"] for request in azure.requests()[since:]]
    assert any(str(one).startswith("redeem") for one in operations)
    assert operations[-1] == "getResourceGroup"


async def test_details_help_support_and_hold_no_secret(workspace: Workspace) -> None:
    with pytest.raises(CloudError) as caught:
        await workspace.sign_in_as(str(uuid4()), Secret("s3cr3t-of-a-test"))

    details = dict(caught.value.problem.details)
    assert details["Operation"] == "sign in as the application"
    assert details["Status"] == "400"
    assert details["Correlation ID"]
    assert details["Request ID"]
    assert details["Tenant"] == workspace.tenant_id
    assert "s3cr3t-of-a-test" not in caught.value.problem.as_text()


def _secret() -> Secret:
    """A secret whose text is in no source line and no variable."""
    return Secret("".join(reversed("tset-a-fo-t3rc3s")))


async def test_a_failure_holds_no_request(workspace: Workspace) -> None:
    """Exceptions of the SDKs hold requests, whose bodies hold secrets: none may hang on ours."""
    secret = _secret()
    with pytest.raises(CloudError) as caught:
        await workspace.sign_in_as(str(uuid4()), secret)

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    assert secret.reveal() not in "".join(report)


@pytest.mark.parametrize("operation", ["getResourceGroup", "listApplications"])
async def test_no_token_stands_in_a_traceback(
    connector: AzureConnector, subscription: Subscription, azure: RunningSimulator, operation: str
) -> None:
    """A refusal to fetch a better token passes through the SDKs, whose frames hold the request and its token."""
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    workspace = await session.workspace(subscription)
    call = workspace.get_group if operation == "getResourceGroup" else workspace.applications_tagged
    await call("none")
    azure.add_fault(f"{operation}:401-claims")
    with pytest.raises(CloudError) as caught:
        await call("none")

    report = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert caught.value.kind is FailureKind.SIGN_IN
    for token in held_tokens(session):
        assert token not in report
        assert token[:40] not in report
    await session.close()


@pytest.mark.parametrize(
    ("header", "seconds", "words"),
    [
        ("99999999999999", 3600, "It asks to wait an hour or longer."),
        ("600", 600, "It asks to wait 10 minutes."),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600, "It asks to wait an hour or longer."),
        ("0", 0, "too many requests to create the resource group."),
        ("-1", None, "too many requests to create the resource group."),
        ("junk", None, "too many requests to create the resource group."),
    ],
)
async def test_a_pause_that_azure_asks_for_is_capped_and_said_in_words(
    workspace: Workspace, azure: RunningSimulator, header: str, seconds: float | None, words: str
) -> None:
    azure.add_fault(
        "putResourceGroup:answer",
        {"status": 429, "headers": {"Retry-After": header}, "body": {"error": {"code": "TooManyRequests"}}},
    )
    with pytest.raises(CloudError) as caught:
        await workspace.put_group(f"test-{uuid4().hex[:8]}", "westeurope", [])
    assert (caught.value.kind, caught.value.retry_after) == (FailureKind.THROTTLED, seconds)
    assert caught.value.problem.what.endswith(words)


@pytest.mark.parametrize(
    "answer",
    [
        *({"status": status, "body": ""} for status in (300, 302, 304, 307)),
        {"status": 200, "headers": {"Content-Type": "text/html"}, "body": "<html>Sign in to the network</html>"},
        {"status": 404, "body": {"detail": "no route"}},
    ],
)
async def test_a_read_that_something_else_answers_says_so(
    workspace: Workspace,
    session: Session,
    subscription: Subscription,
    azure: RunningSimulator,
    answer: dict[str, Any],
) -> None:
    """Of both services, whether a success of the request is named or not."""
    reads: dict[str, Callable[[], Awaitable[object]]] = {
        "getDefaultAppManagementPolicy": lambda: session.secret_policy(subscription.tenant_id),
        "getApplication": lambda: workspace.get_application(str(uuid4())),
        "listPermissions": lambda: session.permissions(subscription, ""),
        "getResourceGroup": lambda: workspace.get_group("any"),
    }
    for operation, read in reads.items():
        azure.add_fault(f"{operation}@*:answer", answer)
        with pytest.raises(CloudError) as caught:
            await read()
        assert caught.value.kind is FailureKind.INTERCEPTED, operation
        assert dict(caught.value.problem.details)["Host"] == "localhost"
        azure.clear_faults()
