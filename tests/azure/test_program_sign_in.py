"""The other ways of a program to sign in: a certificate, a federated token, the machine's managed identity."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pipeops_tui.azure import AzureConnector
from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.problem import CloudError
from pipeops_tui.simulator import RunningSimulator
from tests.azure.conftest import connector_for, unseen, way
from tests.simulator.client import Client
from tests.support.signing import ISSUER, Certificate, Issuer, make_certificate

SUBJECT = "repo:contoso/shop:ref:refs/heads/main"
EXCHANGE = "api://AzureADTokenExchange"
PASSWORD = "correct horse battery"
Variables = Callable[..., None]


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return make_certificate()


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def variables(azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch) -> Variables:
    """Puts these variables into an environment in which there is nothing else of Azure's."""

    def put(client_id: str, **more: object) -> None:
        for name in ("AZURE_CLIENT_SECRET", "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT"):
            monkeypatch.delenv(name, raising=False)
        known = {"AZURE_TENANT_ID": azure.announcement["tenant_id"], "AZURE_AUTHORITY_HOST": azure.base_url}
        for name, value in {**known, "AZURE_CLIENT_ID": client_id, **more}.items():
            monkeypatch.setenv(name, str(value))

    return put


@pytest.fixture
def application(azure: RunningSimulator, certificate: Certificate, issuer: Issuer) -> Iterator[str]:
    """Client ID of an application that has the certificate, and that trusts the issuer."""
    azure.publish_key(ISSUER, issuer.public_key)
    with Client(azure) as client:
        made, _ = client.as_user().identity("deployer")
        path = f"/applications/{made['id']}"
        key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.b64encode(certificate.der).decode()}
        assert client.graph("PATCH", path, json={"keyCredentials": [key]}).status_code == 204
        trust = {"name": "shop", "issuer": ISSUER, "subject": SUBJECT, "audiences": [EXCHANGE]}
        assert client.graph("POST", f"{path}/federatedIdentityCredentials", json=trust).status_code == 201
        yield str(made["appId"])


def claims_now(azure: RunningSimulator, **changed: object) -> dict[str, Any]:
    now = azure.call(lambda running: int(running.world.now()))
    return {"iss": ISSUER, "sub": SUBJECT, "aud": EXCHANGE, "nbf": now, "exp": now + 600, **changed}


async def refusal(connector: AzureConnector, method: SignInMethod = SignInMethod.ENVIRONMENT) -> CloudError:
    with pytest.raises(CloudError) as caught:
        await connector.sign_in(method, unseen)
    return caught.value


# A certificate


@pytest.mark.parametrize("form", ["pem", "encrypted pem", "pkcs12", "encrypted pkcs12", "chain"])
async def test_a_certificate_signs_in(
    fresh: AzureConnector, certificate: Certificate, application: str, variables: Variables, tmp_path: Path, form: str
) -> None:
    password = PASSWORD if form.startswith("encrypted") else ""
    content = certificate.pkcs12(password) if "pkcs12" in form else certificate.pem(password)
    (tmp_path / "certificate").write_bytes(content)
    more = {"AZURE_CLIENT_CERTIFICATE_PASSWORD": password} if password else {}
    more |= {"AZURE_CLIENT_SEND_CERTIFICATE_CHAIN": "true"} if form == "chain" else {}
    variables(application, AZURE_CLIENT_CERTIFICATE_PATH=tmp_path / "certificate", **more)
    offered = await way(fresh, SignInMethod.ENVIRONMENT)
    assert offered.available, offered.detail
    session = await fresh.sign_in(SignInMethod.ENVIRONMENT, unseen)
    assert (session.account.name, session.account.is_person) == (application, False)
    assert (await session.directory(session.account.home_tenant_id)).display_name == "Contoso"


def without_rsa() -> bytes:
    """An elliptic key beside a certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem + make_certificate().certificate.public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("content", "password", "says"),
    [
        (None, "", "AZURE_CLIENT_CERTIFICATE_PATH: the file cannot be read: No such file or directory."),
        ("folder", "", "AZURE_CLIENT_CERTIFICATE_PATH: this is not a file."),
        (b"", "", "the file holds no certificate with its private key, as PEM or PKCS12, or AZURE_CLIENT_CERTIFICATE_"),
        (b"password=hunter2", "", "the file holds no certificate with its private key"),
        (b"-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----", "", "the file holds no certificate"),
        (lambda c: c.certificate.public_bytes(Encoding.PEM), "", "holds no certificate with its private key"),
        (lambda c: c.pem(PASSWORD), "", "AZURE_CLIENT_CERTIFICATE_PASSWORD is not set, but the key is encrypted."),
        (lambda c: c.pem(), PASSWORD, "_PASSWORD is set, but the private key is not encrypted."),
        (lambda c: c.pem(PASSWORD), "hunter2", "or AZURE_CLIENT_CERTIFICATE_PASSWORD does not open it."),
        (lambda c: c.pkcs12(PASSWORD), "hunter2", "or AZURE_CLIENT_CERTIFICATE_PASSWORD does not open it."),
        (lambda c: c.pkcs12(PASSWORD), "", "or AZURE_CLIENT_CERTIFICATE_PASSWORD does not open it."),
        (lambda c: without_rsa(), "", "AZURE_CLIENT_CERTIFICATE_PATH: the file holds no RSA private key."),
        (b"x" * (1 << 20) + b"x", "", "the file is larger than 1 MiB."),
    ],
)
async def test_an_unusable_certificate_is_one_sentence_and_nothing_is_sent(
    fresh: AzureConnector,
    azure: RunningSimulator,
    certificate: Certificate,
    variables: Variables,
    tmp_path: Path,
    content: Any,
    password: str,
    says: str,
) -> None:
    path = tmp_path / "certificate"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content(certificate) if callable(content) else content)
    more = {"AZURE_CLIENT_CERTIFICATE_PASSWORD": password} if password else {}
    variables("b0f3c1de-7a55-4f0c-8f38-3f6f1c2a9e44", AZURE_CLIENT_CERTIFICATE_PATH=path, **more)
    since = len(azure.requests())
    error = await refusal(fresh)
    assert error.problem.title == "These credentials cannot be used"
    assert says in error.problem.what
    told = f"{error.problem}"
    assert "hunter2" not in told
    assert PASSWORD not in told
    assert str(path) not in told
    assert azure.requests()[since:] == []


async def test_a_certificate_that_is_not_registered_is_refused_in_words(
    fresh: AzureConnector, application: str, variables: Variables, tmp_path: Path
) -> None:
    (tmp_path / "certificate").write_bytes(make_certificate().pem())
    variables(application, AZURE_CLIENT_CERTIFICATE_PATH=tmp_path / "certificate")
    error = await refusal(fresh)
    assert error.code == "AADSTS700027"
    assert error.problem.title == "The service principal's credentials are wrong"


# A federated token


async def test_a_federated_token_signs_in_and_the_file_is_read_again(
    fresh: AzureConnector,
    azure: RunningSimulator,
    issuer: Issuer,
    application: str,
    variables: Variables,
    tmp_path: Path,
) -> None:
    file = tmp_path / "token"
    file.write_text(issuer.sign(claims_now(azure)))
    variables(application, AZURE_FEDERATED_TOKEN_FILE=file)
    assert (await way(fresh, SignInMethod.ENVIRONMENT)).available
    session = await fresh.sign_in(SignInMethod.ENVIRONMENT, unseen)
    assert session.account.name == application
    file.write_text("")
    with pytest.raises(CloudError) as caught:
        await session.renew("", "", unseen)
    assert caught.value.problem.what == "AZURE_FEDERATED_TOKEN_FILE: the file is empty."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "AZURE_FEDERATED_TOKEN_FILE: the file cannot be read: No such file or directory."),
        ("", "AZURE_FEDERATED_TOKEN_FILE: the file is empty."),
        (" \n", "AZURE_FEDERATED_TOKEN_FILE: the file is empty."),
        ("root:hunter2:0:0\n", "AZURE_FEDERATED_TOKEN_FILE: the file holds no token."),
    ],
)
async def test_a_file_without_a_token_is_not_sent(
    fresh: AzureConnector,
    azure: RunningSimulator,
    variables: Variables,
    tmp_path: Path,
    content: str | None,
    says: str,
) -> None:
    if content is not None:
        (tmp_path / "token").write_text(content)
    variables("b0f3c1de-7a55-4f0c-8f38-3f6f1c2a9e44", AZURE_FEDERATED_TOKEN_FILE=tmp_path / "token")
    since = len(azure.requests())
    error = await refusal(fresh)
    assert error.problem.what == says
    assert "hunter2" not in f"{error.problem}"
    assert azure.requests()[since:] == []


@pytest.mark.parametrize(
    ("changed", "code", "title"),
    [
        ({"sub": "repo:Contoso/shop"}, "AADSTS700213", "The application does not trust this token"),
        ({"iss": f"{ISSUER}/"}, "AADSTS700211", "The application does not trust this token"),
        ({"aud": "https://contoso.com"}, "AADSTS700212", "The application does not trust this token"),
        ({"exp": 1}, "AADSTS700024", "The sign-in is not within its time"),
    ],
)
async def test_a_token_that_is_not_trusted_is_refused_in_words(
    fresh: AzureConnector,
    azure: RunningSimulator,
    issuer: Issuer,
    application: str,
    variables: Variables,
    tmp_path: Path,
    changed: dict[str, object],
    code: str,
    title: str,
) -> None:
    token = issuer.sign(claims_now(azure, **changed))
    (tmp_path / "token").write_text(token)
    variables(application, AZURE_FEDERATED_TOKEN_FILE=tmp_path / "token")
    error = await refusal(fresh)
    assert (error.code, error.problem.title) == (code, title)
    assert token not in f"{error.problem}"


# The managed identity


@pytest.fixture
def identity(azure: RunningSimulator, variables: Variables) -> dict[str, str]:
    """This machine has one; gives what the simulated Azure says of it."""
    told: Any = azure.announcement["managed_identity"]
    variables("", IDENTITY_ENDPOINT=told["endpoint"], IDENTITY_HEADER=told["header"])
    return dict(told)


async def test_the_managed_identity_signs_in_where_it_is_named(fresh: AzureConnector, identity: dict[str, str]) -> None:
    offered = await way(fresh, SignInMethod.MANAGED_IDENTITY)
    assert (offered.available, offered.recommended) == (True, False)
    session = await fresh.sign_in(SignInMethod.MANAGED_IDENTITY, unseen)
    assert (session.account.name, session.account.is_person) == (identity["client_id"], False)
    assert [one for page in [page async for page in session.subscriptions()] for one in page.subscriptions]
    assert (await session.directory(session.account.home_tenant_id)).display_name == "Contoso"


async def test_it_is_in_no_other_tenant(fresh: AzureConnector, azure: RunningSimulator, identity: object) -> None:
    session = await fresh.sign_in(SignInMethod.MANAGED_IDENTITY, unseen)
    other = next(t["tenantId"] for t in azure.state()["tenants"] if t["tenantId"] != session.account.home_tenant_id)
    with pytest.raises(CloudError) as caught:
        await session.directory(str(other))
    assert caught.value.problem.title == "A managed identity works in its own tenant only"


async def test_an_identity_that_is_not_assigned_is_told(azure: RunningSimulator, identity: object) -> None:
    connector = connector_for(azure, client_id="00000000-0000-4000-8000-000000000001")
    error = await refusal(connector, SignInMethod.MANAGED_IDENTITY)
    assert error.problem.title == "This machine does not have that managed identity"
    await connector.close()


async def test_a_wrong_header_is_told_and_not_shown(
    fresh: AzureConnector, identity: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTITY_HEADER", "hunter2")
    error = await refusal(fresh, SignInMethod.MANAGED_IDENTITY)
    assert error.problem.title == "The managed identity gave no token"
    assert "hunter2" not in f"{error.problem}"


@pytest.mark.parametrize("name", ["IDENTITY_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST"])
async def test_where_nothing_answers_there_is_none(
    fresh: AzureConnector, variables: Variables, name: str, unused_port: int
) -> None:
    """Never the machine-wide address: the machine that runs the tests can have an identity."""
    variables("", **{name: f"http://127.0.0.1:{unused_port}", "IDENTITY_HEADER": "x"})
    error = await refusal(fresh, SignInMethod.MANAGED_IDENTITY)
    assert error.problem.title == "There is no managed identity here"


async def test_it_is_not_used_in_a_cloud_that_it_does_not_belong_to(
    fresh: AzureConnector, azure: RunningSimulator, identity: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AZURE_AUTHORITY_HOST")
    offered = await way(fresh, SignInMethod.MANAGED_IDENTITY)
    assert "a managed identity belongs to login.microsoftonline.com, not to" in offered.detail
    since = len(azure.requests())
    assert (await refusal(fresh, SignInMethod.MANAGED_IDENTITY)).problem.title == (
        "This sign-in method is not available here"
    )
    assert azure.requests()[since:] == []


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port of this machine that is bound, and not listened on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])
