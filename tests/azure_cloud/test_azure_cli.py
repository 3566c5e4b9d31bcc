"""The Azure CLI's session and the environment's service principal: used where they belong, and nowhere else.

The CLI here is a small program of the same name and output, which gets its tokens from the simulated Azure.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from pipeops_tui.azure_cloud import AzureConnector
from pipeops_tui.azure_cloud.clouds import built_in
from pipeops_tui.azure_cloud.signin import azure_cli
from pipeops_tui.clock import SystemClock
from pipeops_tui.model import SignInMethod, SignInWay
from pipeops_tui.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from tests.azure_cloud.conftest import connector_for, unseen

PROGRAM = """#!{python}
import json, ssl, sys, time, urllib.parse, urllib.request
facts = json.load(open({facts!r}))
arguments = sys.argv[1:]
with open({calls!r}, "a") as calls:
    print(json.dumps(arguments), file=calls)
time.sleep(facts.get("seconds", 0))
def option(name):
    return arguments[arguments.index(name) + 1] if name in arguments else ""
if arguments[:2] in (["account", "show"], ["cloud", "show"]):
    answer = facts.get(" ".join(arguments[:2]))
    if answer is None:
        sys.exit("ERROR: Please run 'az login' to setup account.")
    print(answer if isinstance(answer, str) else json.dumps(answer))
    sys.exit()
if facts.get("refusal"):
    sys.exit(facts["refusal"])
body = dict(facts["owner"], grant_type="client_credentials", scope=option("--resource") + "/.default")
tenant = option("--tenant") or facts["tenant"]
request = urllib.request.Request(
    facts["authority"] + "/" + tenant + "/oauth2/v2.0/token", urllib.parse.urlencode(body).encode())
with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=facts["ca"])) as reply:
    token = json.load(reply)
answer = {{"accessToken": token["access_token"], "expires_on": int(time.time()) + 3600, "tokenType": "Bearer"}}
print(json.dumps(answer))
"""


class FakeCli:
    """`az` on the PATH; `facts` is what it knows, `calls` what it was asked."""

    def __init__(self, folder: Path, azure: RunningSimulator) -> None:
        self._facts_file, self._calls_file = folder / "facts.json", folder / "calls.jsonl"
        told = azure.announcement
        self.tenant_id = str(told["tenant_id"])
        self.facts: dict[str, object] = {
            "owner": told["owner"],
            "tenant": self.tenant_id,
            "authority": azure.base_url,
            "ca": str(azure.ca_file),
            "account show": {
                "environmentName": "SimulatedCloud",
                "tenantId": self.tenant_id,
                "user": {"name": "you@contoso.com", "type": "user"},
            },
            "cloud show": {
                "name": "SimulatedCloud",
                "endpoints": {
                    "resourceManager": azure.base_url,
                    "activeDirectory": azure.base_url,
                    "microsoftGraphResourceId": f"{azure.base_url}/",
                },
            },
        }
        program = folder / "az"
        program.write_text(
            PROGRAM.format(python=sys.executable, facts=str(self._facts_file), calls=str(self._calls_file))
        )
        program.chmod(0o755)
        self.save()

    def save(self) -> None:
        self._facts_file.write_text(json.dumps(self.facts))

    def learn(self, **facts: object) -> None:
        """Change what it knows."""
        self.facts |= facts
        self.save()

    @property
    def calls(self) -> list[list[str]]:
        if not self._calls_file.exists():
            return []
        return [json.loads(line) for line in self._calls_file.read_text().splitlines()]

    def token_calls(self) -> list[list[str]]:
        return [call for call in self.calls if call[1] == "get-access-token"]


@pytest.fixture
def cli(azure: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeCli:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return FakeCli(tmp_path, azure)


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(azure: RunningSimulator) -> AsyncIterator[AzureConnector]:
    """A connector that has not asked the CLI yet."""
    connector = connector_for(azure)
    await connector.prepare()
    yield connector
    await connector.close()


async def way(connector: AzureConnector, method: SignInMethod) -> SignInWay:
    """How a way is offered once everything is known."""
    offered = [ways async for ways in connector.sign_in_ways()]
    assert len(offered) == 2
    return next(one for one in offered[-1] if one.method is method)


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
