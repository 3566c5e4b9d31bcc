"""Whom the program trusts, and which way it takes."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from pipeops_tui.azure.network import Network, UnusableProxyError, is_loopback


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unknown certificate authority."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    trustme.CA(organization_name="A Company").cert_pem.write_to_path(str(path))
    return path


def names(context: ssl.SSLContext) -> list[str]:
    return [str(certificate.get("subject")) for certificate in context.get_ca_certs()]


def test_verification_is_on_and_cannot_be_turned_off() -> None:
    environ = {"PYTHONHTTPSVERIFY": "0", "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION": "1", "CURL_CA_BUNDLE": ""}
    network = Network.build(None, environ)
    for context in (network.loop_context, network.thread_context):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_the_loop_and_the_threads_share_no_context() -> None:
    network = Network.build(None, {})
    assert network.loop_context is not network.thread_context


def test_a_given_authority_is_trusted_beside_the_system_s(authority: Path) -> None:
    plain, extended = Network.build(None, {}), Network.build(authority, {})
    assert not any("A Company" in name for name in names(plain.loop_context))
    for context in (extended.loop_context, extended.thread_context):
        assert sum("A Company" in name for name in names(context)) == 1
        assert len(names(context)) == len(names(plain.loop_context)) + 1


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_authorities_that_variables_name_hold_for_every_stack(authority: Path, variable: str) -> None:
    network = Network.build(None, {variable: str(authority)})
    for context in (network.loop_context, network.thread_context):
        assert any("A Company" in name for name in names(context))


def test_a_variable_that_names_nothing_usable_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate\n")
    environ = {"SSL_CERT_FILE": str(tmp_path / "missing.pem"), "REQUESTS_CA_BUNDLE": str(tmp_path / "empty.pem")}
    assert Network.build(None, environ).loop_context.verify_mode is ssl.CERT_REQUIRED


def test_a_given_file_that_is_no_authority_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate\n")
    for path in (tmp_path / "missing.pem", tmp_path / "empty.pem"):
        with pytest.raises(OSError):
            Network.build(path, {})


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "0:0:0:0:0:0:0:1"]
)
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["management.azure.com", "localhost.evil.example", "10.0.0.1", "", "127.example.org"])
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_loopback_and_exceptions_are_direct_the_rest_takes_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "graph.microsoft.com")
    network = Network.build(None, {})
    assert network.proxy_for("https://management.azure.com/x") == "http://proxy.example:3128"
    assert network.proxy_for("https://graph.microsoft.com") is None
    assert network.proxy_for("https://localhost:8443") is None
    assert network.proxy_for("https://127.0.0.1:8443") is None


@pytest.mark.parametrize(
    ("setting", "proxy"),
    [
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("http://someone:word@proxy.example:3128", "http://someone:word@proxy.example:3128"),
        ("https://proxy.example", "https://proxy.example"),
        ("  ", None),
    ],
)
def test_proxies_are_understood_alike_by_all_stacks(
    monkeypatch: pytest.MonkeyPatch, setting: str, proxy: str | None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", setting)
    assert Network.build(None, {}).proxy == proxy


@pytest.mark.parametrize(
    "setting", ["socks5://someone:pa55word@proxy.example:1080", "http://", "http://h:port", "ftp://h"]
)
def test_a_proxy_of_another_kind_is_refused_without_its_password(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", setting)
    with pytest.raises(UnusableProxyError) as caught:
        Network.build(None, {})
    assert "pa55word" not in str(caught.value)
