"""The service principal of the environment, and what the command line names: used where it belongs, or refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
import trustme

from pipeops_tui.azure import AzureConnector
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.marks import run_tag
from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from tests.azure.conftest import connector_for, unseen, way


@pytest.fixture
def in_environment(azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts the simulated owner's credentials into the environment, for an authority."""
    told = azure.announcement
    owner = told["owner"]
    assert isinstance(owner, dict)

    def put(authority: str) -> None:
        monkeypatch.setenv("AZURE_CLIENT_ID", owner["client_id"])
        monkeypatch.setenv("AZURE_CLIENT_SECRET", owner["client_secret"])
        monkeypatch.setenv("AZURE_TENANT_ID", str(told["tenant_id"]))
        monkeypatch.setenv("AZURE_AUTHORITY_HOST", authority)

    return put


async def test_the_environment_s_principal_signs_in_where_it_belongs(
    fresh: AzureConnector, azure: RunningSimulator, in_environment: Callable[[str], None]
) -> None:
    in_environment(azure.base_url)
    assert (await way(fresh, SignInMethod.ENVIRONMENT)).available
    session = await fresh.sign_in(SignInMethod.ENVIRONMENT, unseen)
    assert session.account.name == azure.announcement["owner"]["client_id"]  # type: ignore[index]
    assert [page async for page in session.subscriptions()]
    assert (await session.directory(session.account.home_tenant_id)).user_type == ""


async def test_a_program_finds_its_own_applications_where_graph_refuses_to_search_by_tag(
    fresh: AzureConnector, azure: RunningSimulator, in_environment: Callable[[str], None]
) -> None:
    in_environment(azure.base_url)
    await way(fresh, SignInMethod.ENVIRONMENT)
    session = await fresh.sign_in(SignInMethod.ENVIRONMENT, unseen)
    tenant = session.account.home_tenant_id
    (subscription,) = [one async for page in session.subscriptions() for one in page.subscriptions]
    workspace = await session.workspace(subscription)
    made = await workspace.create_application("PipeOps", [run_tag(str(uuid4()))])  # as the first version tagged it
    azure.add_fault("listApplications:answer", {"status": 400, "effect": False, "body": {"error": {"code": "No"}}})
    assert [one.object_id for one in await session.tagged_applications(tenant)] == [made.object_id]
    await workspace.delete_application(made.object_id)


async def test_a_carriage_return_behind_the_secret_is_not_sent(
    fresh: AzureConnector,
    azure: RunningSimulator,
    in_environment: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a .env file with Windows' line ends leaves it, when a shell sources it."""
    in_environment(f"{azure.base_url}\r")
    for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"):
        monkeypatch.setenv(name, f"{os.environ[name]}\r")
    detail = (await way(fresh, SignInMethod.ENVIRONMENT)).detail
    for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID", "AZURE_AUTHORITY_HOST"):
        assert name in detail
    session = await fresh.sign_in(SignInMethod.ENVIRONMENT, unseen)
    assert session.account.home_tenant_id == azure.announcement["tenant_id"]


async def test_the_environment_s_principal_stays_away_from_strangers(
    fresh: AzureConnector, azure: RunningSimulator, in_environment: Callable[[str], None]
) -> None:
    in_environment("")
    offered = await way(fresh, SignInMethod.ENVIRONMENT)
    assert not offered.available
    assert "belong to login.microsoftonline.com" in offered.detail

    since = len(azure.requests())
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.ENVIRONMENT, unseen)
    assert caught.value.kind is FailureKind.SIGN_IN
    assert azure.requests()[since:] == []


async def test_what_is_wrong_on_the_command_line_is_a_problem(azure: RunningSimulator, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for ca_file, log_file, title in (
        (empty, None, "The CA file cannot be used"),
        (tmp_path / "missing.pem", None, "The CA file cannot be used"),
        (azure.ca_file, tmp_path / "missing" / "log", "The log file cannot be used"),
    ):
        connector = AzureConnector(
            cloud="AzureCloud",
            resource_manager=azure.base_url,
            ca_file=ca_file,
            client_id=None,
            tenant=None,
            log_file=log_file,
            clock=SystemClock(),
        )
        with pytest.raises(CloudError) as caught:
            await connector.prepare()
        assert caught.value.problem.title == title
        await connector.close()


@pytest.mark.parametrize("host", ["local%68ost", "localhost.", "a@localhost", "127.1", "2130706433"])
async def test_an_address_that_can_be_read_in_two_ways_is_not_even_asked(azure: RunningSimulator, host: str) -> None:
    connector = connector_for(azure, resource_manager=azure.base_url.replace("localhost", host))
    since = len(azure.requests())
    with pytest.raises(CloudError) as caught:
        await connector.prepare()
    assert caught.value.problem.title == "This cloud cannot be used"
    assert azure.requests()[since:] == []
    await connector.close()


async def test_a_certificate_that_cannot_be_read_is_a_problem(
    fresh: AzureConnector,
    azure: RunningSimulator,
    in_environment: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_environment(azure.base_url)
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", "/nowhere/certificate.pem")
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.ENVIRONMENT, unseen)
    assert caught.value.problem.title == "These credentials cannot be used"


async def test_a_certificate_is_shown_to_the_service_whose_word_is_final(
    fresh: AzureConnector,
    azure: RunningSimulator,
    in_environment: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The simulated one knows client secrets only, and says so."""
    certificate = trustme.CA().issue_cert("application.example", key_type=trustme.KeyType.RSA)
    certificate.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "certificate.pem"))
    in_environment(azure.base_url)
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", str(tmp_path / "certificate.pem"))
    assert (await way(fresh, SignInMethod.ENVIRONMENT)).available
    since = len(azure.requests())
    with pytest.raises(CloudError) as caught:
        await fresh.sign_in(SignInMethod.ENVIRONMENT, unseen)
    assert [one["operation"] for one in azure.requests()[since:]] == ["redeemClientSecret"]
    assert caught.value.problem.title == "The service principal's credentials are wrong"


async def test_another_public_client_is_the_one_that_signs_in(azure: RunningSimulator) -> None:
    """For tenants in which the Azure CLI's is switched off; one that the tenant does not know is refused."""
    connector = connector_for(azure, client_id="5d1f0c3e-7a0b-4d7e-9c53-0f6f6b6a2b11")
    with pytest.raises(CloudError) as caught:
        await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    await connector.close()
    assert caught.value.problem.title == "Your tenant does not know the application you sign in with"
    assert "--client-id" in caught.value.problem.remedy


async def test_a_tenant_can_be_named_by_its_domain(azure: RunningSimulator) -> None:
    connector = connector_for(azure, tenant="fabrikam.com")
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    assert (await session.reread_tenant(session.account.home_tenant_id)).tenant.display_name == "Fabrikam"
    await connector.close()


async def test_a_tenant_that_cannot_be_one_is_a_problem(azure: RunningSimulator) -> None:
    connector = connector_for(azure, tenant="no/tenant?")
    with pytest.raises(CloudError) as caught:
        await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    assert caught.value.problem.title == "These credentials cannot be used"
    await connector.close()


async def test_an_unknown_tenant_is_explained(azure: RunningSimulator) -> None:
    connector = connector_for(azure, tenant="nobody.example")
    with pytest.raises(CloudError) as caught:
        await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    assert caught.value.problem.title == "There is no such tenant in this cloud"
    await connector.close()
