"""The Azure CLI's session: used where it belongs, and nowhere else."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import time
from pathlib import Path

import pytest

from pipeops_tui.azure import AzureConnector
from pipeops_tui.azure.clouds import built_in
from pipeops_tui.azure.sign_in import azure_cli
from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from tests.azure.conftest import connector_for, unseen, way
from tests.azure.fake_az import FakeCli


@pytest.fixture
def cli(azure: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeCli:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return FakeCli(tmp_path, azure)


async def test_its_session_is_offered_and_used_for_every_token(
    cli: FakeCli, fresh: AzureConnector, azure: RunningSimulator
) -> None:
    offered = await way(fresh, SignInMethod.AZURE_CLI)
    assert (offered.available, offered.recommended) == (True, True)
    assert offered.detail == "continue as you@contoso.com"

    session = await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    subscriptions = [one async for page in session.subscriptions() for one in page.subscriptions]
    own = next(one for one in subscriptions if one.tenant_id == cli.tenant_id)
    await session.resource_groups(own)
    await session.applications_named(cli.tenant_id, "x")
    await session.applications_named(cli.tenant_id, "y")

    assert session.account.method is SignInMethod.AZURE_CLI
    asked = [tuple(call[call.index("--resource") :]) for call in cli.token_calls()]
    assert len(asked) == len(set(asked)), "each token is asked for once: every one costs half a second"


@pytest.mark.parametrize(("kind", "is_person"), [("user", True), ("servicePrincipal", False)])
async def test_the_account_says_whether_it_is_a_person(
    cli: FakeCli, fresh: AzureConnector, kind: str, is_person: bool
) -> None:
    account = json.loads(json.dumps(cli.facts["account show"]))
    account["user"] = {**account["user"], "type": kind}
    cli.learn(**{"account show": account})
    session = await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert session.account.is_person is is_person


@pytest.mark.parametrize("key", ["resourceManager", "activeDirectory", "microsoftGraphResourceId"])
async def test_a_session_for_other_addresses_is_neither_offered_nor_used(
    cli: FakeCli, fresh: AzureConnector, key: str
) -> None:
    cloud = json.loads(json.dumps(cli.facts["cloud show"]))
    cloud["endpoints"][key] = "https://management.azure.com/"
    cli.learn(**{"cloud show": cloud})

    offered = await way(fresh, SignInMethod.AZURE_CLI)
    assert not offered.available
    assert "has other addresses" in offered.detail
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert caught.value.kind is FailureKind.SIGN_IN
    assert cli.token_calls() == []


@pytest.mark.parametrize("answer", [None, "", "no JSON", [], {"endpoints": None}])
async def test_a_cloud_it_does_not_tell_is_another_one(cli: FakeCli, fresh: AzureConnector, answer: object) -> None:
    cli.learn(**{"cloud show": answer})
    assert not (await way(fresh, SignInMethod.AZURE_CLI)).available


@pytest.mark.parametrize(
    ("name", "reason"), [("AzureCloud", ""), ("AzureUSGovernment", "signed in to AzureUSGov"), ("", "another")]
)
async def test_for_a_built_in_cloud_its_cloud_must_have_that_name(cli: FakeCli, name: str, reason: str) -> None:
    cli.learn(**{"account show": {"environmentName": name, "user": {"name": "you@contoso.com"}}})
    session = await azure_cli.probe(built_in("AzureCloud"))
    assert reason in session.reason
    assert bool(session.account) == (not reason)
    assert [call[0] for call in cli.calls] == ["account"]


async def test_not_signed_in(cli: FakeCli, fresh: AzureConnector) -> None:
    cli.learn(**{"account show": None})
    assert (
        await way(fresh, SignInMethod.AZURE_CLI)
    ).detail == "not available: the Azure CLI is not signed in: run az login"


async def test_a_sign_in_after_az_login_is_noticed(cli: FakeCli, fresh: AzureConnector) -> None:
    account = cli.facts["account show"]
    cli.learn(**{"account show": None})
    assert not (await way(fresh, SignInMethod.AZURE_CLI)).available
    cli.learn(**{"account show": account})
    assert (await way(fresh, SignInMethod.AZURE_CLI)).available


async def log_in(cli: FakeCli) -> None:
    """Sign the simulated person in to the CLI, who is in several tenants."""
    claims = base64.b64encode(b'{"access_token":{}}').decode()
    scope = "https://management.core.windows.net//.default"
    login = ["az", "login", "--tenant", cli.tenant_id, "--scope", scope, "--claims-challenge", claims]
    await asyncio.to_thread(subprocess.run, login, check=True)


RUBBISH = "RequestsDependencyWarning: urllib3 (2.6.0) or chardet {5.2.0} doesn't match a supported version!\n"


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (RUBBISH, ""),
        ("", f"\n{RUBBISH}"),
        (RUBBISH, RUBBISH),
        ('{"warning": "old"} ', '\n{"telemetry": {}}'),
        ("\ufeff", "\r\n"),
        ("{[", "]}"),
    ],
)
async def test_its_answers_are_found_whatever_stands_around_them(
    cli: FakeCli, fresh: AzureConnector, before: str, behind: str
) -> None:
    cli.learn(before=before, behind=behind)
    assert (await way(fresh, SignInMethod.AZURE_CLI)).detail == "continue as you@contoso.com"
    session = await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert session.account.home_tenant_id == cli.tenant_id


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Segmentation fault", "the Azure CLI says: Segmentation fault"),
        ("[]", "the Azure CLI says: []"),
        ("", "the Azure CLI said nothing about its account"),
    ],
)
async def test_what_is_not_understood_is_shown_as_it_is(
    cli: FakeCli, fresh: AzureConnector, answer: str, reason: str
) -> None:
    cli.learn(**{"account show": answer})
    assert (await way(fresh, SignInMethod.AZURE_CLI)).detail == f"not available: {reason}"


async def test_a_token_that_is_not_understood_is_shown_as_it_is(cli: FakeCli, fresh: AzureConnector) -> None:
    await fresh.prepare()
    cli.learn(refusal="ERROR: The command failed with an unexpected error: 'NoneType' has no attribute 'get'")
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert caught.value.problem.title == "The Azure CLI could not get a token"
    assert "'NoneType' has no attribute 'get'" in caught.value.problem.what
    assert not caught.value.problem.what.startswith("ERROR")


@pytest.mark.parametrize("account", ["Cloud Shell", "managed identity", "MSI"])
async def test_an_account_of_one_tenant_is_asked_without_naming_it(
    cli: FakeCli, fresh: AzureConnector, account: str
) -> None:
    await log_in(cli)
    cli.learn(**{"one tenant": account})
    session = await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    pages = [page async for page in session.subscriptions()]
    own, *others = sorted(pages, key=lambda page: page.tenant.tenant_id != cli.tenant_id)
    assert own.subscriptions
    assert others
    assert (await session.directory(cli.tenant_id)).display_name == "Contoso"
    for page in others:
        assert page.tenant.locked is not None
        assert page.tenant.locked.title == "The Azure CLI's account works in one tenant only"
        assert page.tenant.tenant_id in page.tenant.locked.command
        assert page.tenant.closed
    named = [call for call in cli.token_calls() if "--tenant" in call]
    assert all(cli.tenant_id not in call for call in named)
    asked = len(cli.token_calls())
    with pytest.raises(CloudError, match="one tenant only"):
        await session.reread_tenant(others[0].tenant.tenant_id)
    assert len(cli.token_calls()) == asked, "it has said so before"


async def test_a_tenant_that_was_asked_for_is_used_when_it_is_the_only_one(
    cli: FakeCli, azure: RunningSimulator
) -> None:
    cli.learn(**{"one tenant": "managed identity"})
    connector = connector_for(azure, tenant=cli.tenant_id)
    session = await connector.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert session.account.home_tenant_id == cli.tenant_id
    await connector.close()

    other = next(str(one["tenantId"]) for one in azure.state()["tenants"] if one["tenantId"] != cli.tenant_id)
    connector = connector_for(azure, tenant=other)
    with pytest.raises(CloudError) as caught:
        await connector.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert caught.value.problem.title == "The Azure CLI's account works in one tenant only"
    await connector.close()


async def test_the_tenant_of_a_token_is_compared_with_the_one_asked_for(
    cli: FakeCli, fresh: AzureConnector, azure: RunningSimulator
) -> None:
    """`az account set` in another terminal changes the CLI's own tenant."""
    await log_in(cli)
    session = await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    other = next(str(one["tenantId"]) for one in azure.state()["tenants"] if one["tenantId"] != cli.tenant_id)
    cli.learn(tenant=other)
    assert (await session.directory(cli.tenant_id)).tenant_id == cli.tenant_id
    asked = [call for call in cli.token_calls() if "--tenant" in call]
    assert [call[call.index("--tenant") + 1] for call in asked] == [cli.tenant_id]


async def test_a_personal_account_is_shown_by_its_name(cli: FakeCli, fresh: AzureConnector) -> None:
    account = {**json.loads(json.dumps(cli.facts["account show"])), "user": {"name": "live.com#ann@outlook.com"}}
    cli.learn(**{"account show": account})
    assert (await way(fresh, SignInMethod.AZURE_CLI)).detail == "continue as ann@outlook.com"


async def test_an_expired_token_is_not_used_and_asked_for_twice_at_most(cli: FakeCli, fresh: AzureConnector) -> None:
    cli.learn(**{"expires in": -5})
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert caught.value.kind is FailureKind.SIGN_IN
    assert caught.value.problem.title == "The Azure CLI gives out an expired token"
    assert caught.value.problem.command == "az login"
    assert len(cli.token_calls()) == 1

    cli.learn(**{"expires in": 3600})
    session = await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    cli.learn(**{"expires in": -5})
    before = len(cli.token_calls())
    for _ in range(6):
        with pytest.raises(CloudError):
            await session.directory(cli.tenant_id)
    assert len(cli.token_calls()) == before + 2

    cli.learn(**{"expires in": 3600})
    await session.renew(cli.tenant_id, "", unseen)
    assert (await session.directory(cli.tenant_id)).display_name == "Contoso"


async def test_a_token_shortly_before_its_end_is_not_asked_for_with_every_request(
    cli: FakeCli, fresh: AzureConnector
) -> None:
    cli.learn(**{"expires in": 240})
    session = await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    for name in ("x", "y", "z"):
        await session.applications_named(cli.tenant_id, name)
    assert len(cli.token_calls()) == 2, "one for Resource Manager, one for Microsoft Graph"


async def test_not_installed(fresh: AzureConnector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (await way(fresh, SignInMethod.AZURE_CLI)).detail == "not available: the Azure CLI (az) is not installed"


async def test_it_is_given_only_so_long(cli: FakeCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(azure_cli, "PROBE_SECONDS", 0.2)
    cli.learn(seconds=60)
    started = time.perf_counter()
    session = await azure_cli.probe(built_in("AzureCloud"))
    assert "did not answer within" in session.reason
    assert time.perf_counter() - started < 10


async def test_a_process_that_it_leaves_behind_with_its_output_open_is_not_waited_for(
    cli: FakeCli, fresh: AzureConnector, tmp_path: Path
) -> None:
    """As its telemetry does (Azure/azure-cli, `azure.cli.telemetry`)."""
    end = tmp_path / "end"
    cli.learn(**{"leaves behind": ["sh", "-c", f"until [ -e {end} ]; do sleep 0.1; done"]})
    started = time.perf_counter()
    offered = await way(fresh, SignInMethod.AZURE_CLI)
    took = time.perf_counter() - started
    end.touch()
    assert offered.available
    assert took < azure_cli.PROBE_SECONDS / 2


async def test_what_it_refuses_becomes_the_line_to_run(cli: FakeCli, fresh: AzureConnector) -> None:
    cli.learn(refusal="ERROR: AADSTS50076: you must use multi-factor authentication. Run az login --tenant x")
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert caught.value.kind is FailureKind.SIGN_IN
    assert caught.value.code == "AADSTS50076"
    assert caught.value.problem.command.startswith("az login")


async def test_a_device_that_is_not_managed_is_no_matter_of_signing_in(cli: FakeCli, fresh: AzureConnector) -> None:
    """Azure/azure-cli#29282: the line that the CLI itself proposes leads to the same refusal."""
    cli.learn(
        refusal="ERROR: AADSTS530003: Your device is required to be managed to access this resource. Trace ID: "
        "7b1d6c0e-0000-0000-0000-000000000000 Correlation ID: 0d1b0000-0000-0000-0000-000000000000 Timestamp: "
        "2024-06-29 06:51:14Z\nInteractive authentication is needed. Please run:\naz login --scope x"
    )
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert caught.value.kind is FailureKind.REFUSED
    assert caught.value.problem.title == "Azure Resource Manager is open only to managed devices"
    assert caught.value.problem.command == ""
    details = dict(caught.value.problem.details)
    assert details["Code"] == "AADSTS530003"
    assert details["Correlation ID"] == "0d1b0000-0000-0000-0000-000000000000"
    assert details["Request ID"] == "7b1d6c0e-0000-0000-0000-000000000000"


async def test_a_program_of_the_cli_gets_no_line_for_people(cli: FakeCli, fresh: AzureConnector) -> None:
    account = {**json.loads(json.dumps(cli.facts["account show"]))}
    account["user"] = {"name": "33333333-aaaa-bbbb-cccc-000000000000", "type": "servicePrincipal"}
    cli.learn(refusal="ERROR: AADSTS7000222: The provided client secret keys are expired.", **{"account show": account})
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert caught.value.problem.title == "The client secret has expired"
    assert "az login --service-principal" in caught.value.problem.remedy

    cli.learn(refusal="ERROR: AADSTS7000229: The client application is missing service principal in the tenant.")
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert caught.value.problem.title == "The service principal is not in this tenant"


async def test_a_challenge_it_cannot_answer_gives_the_exact_line(
    cli: FakeCli, fresh: AzureConnector, azure: RunningSimulator
) -> None:
    session = await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    azure.add_fault("listTenants:401-claims")
    with pytest.raises(CloudError) as caught:
        await session.reread_tenant(cli.tenant_id)
    command = caught.value.problem.command
    assert "--claims-challenge" in command
    assert f"--tenant {cli.tenant_id}" in command

    await session.renew(cli.tenant_id, caught.value.claims, unseen)
    assert (await session.reread_tenant(cli.tenant_id)).tenant.tenant_id == cli.tenant_id
