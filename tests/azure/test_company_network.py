"""Behind a company's proxy that re-signs TLS: everything goes through it, and only a named authority is trusted."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import trustme

from pipeops_tui.azure import AzureConnector
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.retry import cause_of
from pipeops_tui.core.secret import Secret
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.azure.company_network import GRAPH, LOGIN, MANAGEMENT, CompanyNetwork, company_network
from tests.azure.conftest import unseen
from tests.azure.loose_authority import LooseAuthority

TURNED_OFF = {
    "PYTHONHTTPSVERIFY": "0",
    "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION": "1",
    "REQUESTS_CA_BUNDLE": "",
    "CURL_CA_BUNDLE": "",
    "SSL_CERT_FILE": "",
}
"""What turns verification off in other programs."""


class Office:
    """A machine in that network, and the Azure beyond."""

    def __init__(self, azure: RunningSimulator, network: CompanyNetwork, root: Path) -> None:
        self.azure = azure
        self.network = network
        self.root = root
        """The company's authority, PEM."""

    def connector(self, ca_file: Path | None) -> AzureConnector:
        """The program as it is started there."""
        return AzureConnector(
            cloud="AzureCloud",
            resource_manager=f"https://{MANAGEMENT}",
            ca_file=ca_file,
            client_id=None,
            tenant=None,
            log_file=None,
            clock=SystemClock(),
        )


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """HTTPS_PROXY is set, nothing else."""
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as azure:
        async with company_network(azure, tmp_path / "root.pem") as network:
            for variable in ("NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"):
                monkeypatch.delenv(variable, raising=False)
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{network.port}")
            yield Office(azure, network, tmp_path / "root.pem")


@pytest.mark.parametrize("trusted_by", ["--ca-file", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
async def test_signing_in_resource_manager_graph_and_the_test_sign_in_go_through_the_proxy(
    office: Office, trusted_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of the variables is also where OpenSSL looks for the system's own store."""
    if trusted_by != "--ca-file":
        monkeypatch.setenv(trusted_by, str(office.root))
    connector = office.connector(office.root if trusted_by == "--ca-file" else None)
    asked = office.network.asked
    await connector.prepare()
    assert set(asked) == {MANAGEMENT}

    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    assert set(asked) == {MANAGEMENT, LOGIN}

    pages = [page async for page in session.subscriptions()]
    subscription = next(one for page in pages for one in page.subscriptions if not one.unusable)
    assert (await session.directory(subscription.tenant_id)).display_name
    assert set(asked) == {MANAGEMENT, LOGIN, GRAPH}

    owner = office.azure.announcement["owner"]
    assert isinstance(owner, dict)
    workspace, before = await session.workspace(subscription), asked.count(LOGIN)
    application_session = await workspace.sign_in_as(owner["client_id"], Secret(owner["client_secret"]))
    await application_session.close()
    assert asked.count(LOGIN) == before + 1
    await connector.close()


@pytest.mark.parametrize("environ", [{}, TURNED_OFF])
async def test_a_company_that_was_not_given_is_not_trusted_whatever_the_variables_say(
    office: Office, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)
    connector = office.connector(None)
    with pytest.raises(CloudError) as caught:
        await connector.prepare()
    await connector.close()
    problem = caught.value.problem
    assert caught.value.kind is FailureKind.FINAL
    assert problem.title == "The connection cannot be trusted"
    assert MANAGEMENT in problem.what
    assert "re-sign" in problem.why
    assert "--ca-file" in problem.command


@pytest.mark.parametrize("blocked", [LOGIN, MANAGEMENT, GRAPH])
async def test_the_host_that_the_proxy_blocks_is_named(office: Office, blocked: str) -> None:
    connector = office.connector(office.root)
    await connector.prepare()
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    office.network.blocked.add(blocked)
    asks: dict[str, Callable[[], Awaitable[object]]] = {
        LOGIN: lambda: connector.sign_in(SignInMethod.DEVICE_CODE, unseen),
        MANAGEMENT: lambda: anext(aiter(session.subscriptions())),
        GRAPH: lambda: session.directory(session.account.home_tenant_id),
    }
    with pytest.raises(CloudError) as caught:
        await asks[blocked]()
    await connector.close()
    assert caught.value.kind is FailureKind.UNREACHABLE
    assert caught.value.problem.title == "The proxy refuses"
    assert blocked in caught.value.problem.what
    assert "Your network team" in caught.value.problem.who


@pytest.mark.parametrize("asked", [LOGIN, MANAGEMENT, GRAPH])
async def test_a_certificate_that_stops_being_trusted_is_said_at_once_and_not_waited_out(
    office: Office, asked: str
) -> None:
    """As happens in the middle of Create, when a laptop moves to another network."""
    connector = office.connector(office.root)
    await connector.prepare()
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    found = [one async for page in session.subscriptions() for one in page.subscriptions]
    workspace = await session.workspace(found[0])
    await workspace.applications_tagged("so that its connection is there")
    office.network.change_authority(trustme.CA(organization_name="Another Company"))
    asks: dict[str, Callable[[], Awaitable[object]]] = {
        LOGIN: lambda: workspace.sign_in_as(str(uuid4()), Secret("any")),
        MANAGEMENT: lambda: workspace.put_group("any", "westeurope", []),
        GRAPH: lambda: workspace.create_application("PipeOps", []),
    }

    async def fails() -> CloudError:
        with pytest.raises(CloudError) as caught:
            await asks[asked]()
        return caught.value

    error = await fails()
    if error.kind is FailureKind.LOST_ANSWER:  # the connection that was cut; only the next one shows the certificate
        error = await fails()
    await connector.close()
    assert error.problem.title == "The connection cannot be trusted"
    assert asked in error.problem.what
    assert cause_of(error, fresh=True, repeatable=True) is None


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contexts as Python 3.13 makes them (What's New In Python 3.13, `ssl`)."""
    create = ssl.create_default_context

    def create_strict(*arguments: Any, **options: Any) -> ssl.SSLContext:
        context = create(*arguments, **options)
        context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
        return context

    monkeypatch.setattr(ssl, "create_default_context", create_strict)


@pytest.mark.usefixtures("strict")
async def test_an_authority_that_only_strict_rules_refuse_is_trusted_by_every_connection(office: Office) -> None:
    authority = LooseAuthority()
    authority.cert_pem.write_to_path(str(office.root))
    office.network.change_authority(authority)
    connector = office.connector(office.root)
    await connector.prepare()
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    found = [one async for page in session.subscriptions() for one in page.subscriptions]
    assert await session.regions(found[0])
    assert (await session.directory(found[0].tenant_id)).display_name
    await connector.close()
    assert {LOGIN, MANAGEMENT, GRAPH} <= set(office.network.asked)


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("fault", ["expired", "another authority", "another host"])
async def test_chain_and_host_name_stay_checked_and_a_file_that_was_given_is_not_proposed(
    office: Office, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = LooseAuthority(expired=fault == "expired")
    authority.cert_pem.write_to_path(str(office.root))
    other = LooseAuthority() if fault == "another authority" else authority
    if fault == "another host":
        monkeypatch.setattr("tests.azure.company_network.MANAGEMENT", "somewhere.example")
    office.network.change_authority(other)
    connector = office.connector(office.root)
    with pytest.raises(CloudError) as caught:
        await connector.prepare()
    await connector.close()
    problem = caught.value.problem
    assert (caught.value.kind, problem.title) == (FailureKind.FINAL, "The connection cannot be trusted")
    assert str(office.root) in problem.what
    assert "--ca-file" not in problem.as_text()
    assert problem.command == ""
