"""Each way the wire can fail, and what the runner is told about it. No SDK ever asks twice by itself."""

from __future__ import annotations

import traceback
from uuid import uuid4

import pytest

from pipeops_tui.azure_cloud import AzureConnector
from pipeops_tui.model import SignInMethod, Subscription
from pipeops_tui.ports import Connector, Session, Workspace
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.secret import Secret
from pipeops_tui.simulator import RunningSimulator
from tests.azure_cloud.conftest import connector_for, unseen

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


async def test_a_certificate_nobody_vouches_for(azure: RunningSimulator) -> None:
    stranger = _Nowhere()
    stranger.base_url = azure.base_url
    connector = connector_for(stranger)  # type: ignore[arg-type]
    with pytest.raises(CloudError) as caught:
        await connector.prepare()
    await connector.close()

    assert caught.value.kind is FailureKind.UNREACHABLE
    assert caught.value.problem.title == "The connection cannot be trusted"
    assert "--ca-file" in caught.value.problem.command


class _Nowhere:
    base_url = "https://localhost:1"
    ca_file = None


async def test_a_failed_preparation_is_done_anew(azure: RunningSimulator) -> None:
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
    """A secret whose text stands in no source line and no variable."""
    return Secret("".join(reversed("tset-a-fo-t3rc3s")))


async def test_a_failure_drags_no_request_along(workspace: Workspace) -> None:
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
    for token, _ in session._clients.tokens._tokens.values():
        assert token.token not in report
        assert token.token[:40] not in report
    await session.close()
