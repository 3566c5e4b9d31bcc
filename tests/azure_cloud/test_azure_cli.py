"""The Azure CLI's session: used where it belongs, and nowhere else."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from pipeops_tui.azure_cloud import AzureConnector
from pipeops_tui.azure_cloud.clouds import built_in
from pipeops_tui.azure_cloud.signin import azure_cli
from pipeops_tui.model import SignInMethod
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from tests.azure_cloud.conftest import unseen, way
from tests.azure_cloud.fake_az import FakeCli


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
    ).detail == "not offered: the Azure CLI is not signed in: run az login"


async def test_a_sign_in_after_az_login_is_noticed(cli: FakeCli, fresh: AzureConnector) -> None:
    account = cli.facts["account show"]
    cli.learn(**{"account show": None})
    assert not (await way(fresh, SignInMethod.AZURE_CLI)).available
    cli.learn(**{"account show": account})
    assert (await way(fresh, SignInMethod.AZURE_CLI)).available


async def test_not_installed(fresh: AzureConnector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (await way(fresh, SignInMethod.AZURE_CLI)).detail == "not offered: the Azure CLI (az) is not installed"


async def test_it_is_given_only_so_long(cli: FakeCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(azure_cli, "PROBE_SECONDS", 0.2)
    cli.learn(seconds=60)
    started = time.perf_counter()
    session = await azure_cli.probe(built_in("AzureCloud"))
    assert "did not answer within" in session.reason
    assert time.perf_counter() - started < 10


async def test_what_it_refuses_becomes_the_line_to_run(cli: FakeCli, fresh: AzureConnector) -> None:
    cli.learn(refusal="ERROR: AADSTS50076: you must use multi-factor authentication. Run az login --tenant x")
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    assert caught.value.kind is FailureKind.SIGN_IN
    assert caught.value.code == "AADSTS50076"
    assert caught.value.problem.command.startswith("az login")


async def test_a_challenge_it_cannot_answer_gives_the_exact_line(
    cli: FakeCli, fresh: AzureConnector, azure: RunningSimulator
) -> None:
    session = await fresh.sign_in(SignInMethod.AZURE_CLI, unseen)
    azure.add_fault("listTenants:401-claims")
    with pytest.raises(CloudError) as caught:
        await session.tenant(cli.tenant_id)
    command = caught.value.problem.command
    assert "--claims-challenge" in command
    assert f'--tenant "{cli.tenant_id}"' in command

    await session.renew(cli.tenant_id, caught.value.claims, unseen)
    assert (await session.tenant(cli.tenant_id)).tenant_id == cli.tenant_id
