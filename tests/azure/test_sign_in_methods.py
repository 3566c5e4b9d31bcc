"""Which ways to sign in are offered on which machine, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pipeops_tui.azure.clouds import built_in
from pipeops_tui.azure.sign_in.azure_cli import CliSession
from pipeops_tui.azure.sign_in.environment_principal import environment_principal
from pipeops_tui.azure.sign_in.sign_in_methods import Machine, no_browser, sign_in_options
from pipeops_tui.core.model import SignInMethod, SignInOption

PUBLIC = built_in("AzureCloud")
DESKTOP = {"DISPLAY": ":0"}
PRINCIPAL = {"AZURE_CLIENT_ID": "b0f3c1de", "AZURE_TENANT_ID": "3f0d", "AZURE_CLIENT_SECRET": "s"}


def machine(
    environ: Mapping[str, str],
    *,
    platform: str = "linux",
    kernel: str = "6.1",
    container: bool = False,
    found: str = "",
) -> Machine:
    """A machine on which `which` finds only `found`."""
    return Machine(platform, environ, lambda name: name if name == found else None, kernel, container)


def ways(environ: Mapping[str, str], session: CliSession | None) -> dict[SignInMethod, SignInOption]:
    return {way.method: way for way in sign_in_options(PUBLIC, machine(environ), session)}


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        (machine(DESKTOP), ""),
        (machine({"WAYLAND_DISPLAY": "wayland-0"}), ""),
        (machine({}, platform="darwin"), ""),
        (machine({}, platform="win32"), ""),
        (machine({"BROWSER": "firefox %s"}), ""),
        (machine({}), "no display"),
        (machine({**DESKTOP, "SSH_CONNECTION": "1 2 3 4"}), "SSH"),
        (machine({"SSH_TTY": "/dev/pts/1"}, platform="darwin"), "SSH"),
        (machine(DESKTOP, container=True), "container"),
        (machine({**DESKTOP, "CODESPACES": "true"}), "container"),
        (machine({**DESKTOP, "BROWSER": "/usr/bin/w3m"}), "inside this terminal"),
        (machine({**DESKTOP, "BROWSER": "lynx:firefox"}), "inside this terminal"),
        (machine({}, kernel="5.15-microsoft-standard-WSL2"), "Windows browser"),
        (machine({}, kernel="5.15-microsoft-standard-WSL2", found="wslview"), ""),
    ],
)
def test_whether_a_browser_can_be_used(there: Machine, reason: str) -> None:
    assert reason in no_browser(there)
    assert bool(reason) == bool(no_browser(there))


def test_all_are_shown_while_the_azure_cli_is_asked() -> None:
    offered = ways(DESKTOP, None)
    assert list(offered) == list(SignInMethod)
    assert not offered[SignInMethod.AZURE_CLI].available
    assert not any(way.recommended for way in offered.values())


def test_the_session_of_the_azure_cli_is_the_best_way() -> None:
    offered = ways({**DESKTOP, **PRINCIPAL}, CliSession(account="you@contoso.com"))
    assert offered[SignInMethod.AZURE_CLI].detail == "continue as you@contoso.com"
    assert [way.method for way in offered.values() if way.recommended] == [SignInMethod.AZURE_CLI]
    assert [way.method for way in offered.values() if not way.available] == [SignInMethod.MANAGED_IDENTITY]


@pytest.mark.parametrize("there", [{"IDENTITY_ENDPOINT": "http://172.16.2.6:8081/msi/token"}, {"MSI_ENDPOINT": "x"}])
def test_the_identity_of_a_machine_in_azure_is_listed_and_never_chosen_by_itself(there: Mapping[str, str]) -> None:
    (*_, identity) = sign_in_options(PUBLIC, machine(there), CliSession(reason="x"))
    assert (identity.method, identity.available, identity.recommended) == (SignInMethod.MANAGED_IDENTITY, True, False)
    (*_, on_a_vm) = sign_in_options(PUBLIC, replace(machine({}), in_azure=True), CliSession(reason="x"))
    assert on_a_vm.available
    (*_, elsewhere) = sign_in_options(PUBLIC, machine({}), CliSession(reason="x"))
    assert elsewhere.detail == "not available: this machine has none from Azure"


def test_what_az_and_the_environment_say_does_not_act_on_the_terminal() -> None:
    hostile = "you\x1b]52;c;eA==\x07\u202e"
    environ = {**DESKTOP, **PRINCIPAL, "AZURE_CLIENT_ID": hostile, "AZURE_AUTHORITY_HOST": f"https://{hostile}"}
    for session in (CliSession(account=hostile, tenant_id=hostile), CliSession(reason=hostile)):
        found = ways(environ, session)
        assert all(f"{way.title} {way.detail}".isprintable() for way in found.values())
        assert "you<U+001B>]52;c;eA==<U+0007><U+202E>" in found[SignInMethod.AZURE_CLI].detail


def test_over_ssh_the_device_code_is_the_best_way() -> None:
    offered = ways({**DESKTOP, "SSH_CONNECTION": "x"}, CliSession(reason="the Azure CLI (az) is not installed"))
    assert [way.method for way in offered.values() if way.recommended] == [SignInMethod.DEVICE_CODE]
    assert offered[SignInMethod.BROWSER].detail.startswith("not available: you are connected over SSH")
    assert offered[SignInMethod.AZURE_CLI].detail == "not available: the Azure CLI (az) is not installed"
    assert offered[SignInMethod.ENVIRONMENT].detail.startswith("not available: AZURE_CLIENT_ID")


def test_at_a_desktop_the_browser_is_the_best_way() -> None:
    offered = ways(DESKTOP, CliSession(reason="x"))
    assert [way.method for way in offered.values() if way.recommended] == [SignInMethod.BROWSER]


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({}, "AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET are not set"),
        ({**PRINCIPAL, "AZURE_TENANT_ID": ""}, "AZURE_TENANT_ID is not set"),
        ({**PRINCIPAL, "AZURE_CLIENT_SECRET": ""}, "AZURE_CLIENT_SECRET is not set"),
        ({**PRINCIPAL, "AZURE_AUTHORITY_HOST": "login.microsoftonline.us"}, "belong to login.microsoftonline.us"),
        (PRINCIPAL, ""),
        ({**PRINCIPAL, "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/"}, ""),
        (
            {"AZURE_CLIENT_ID": "b0f3c1de", "AZURE_TENANT_ID": "t", "AZURE_CLIENT_CERTIFICATE_PATH": "/c.pem"},
            "",
        ),
    ],
)
def test_the_service_principal_of_the_environment(environ: Mapping[str, str], reason: str) -> None:
    principal = environment_principal(environ, PUBLIC)
    assert reason in principal.reason
    assert bool(principal.client_id) == (not reason)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", " ", "\t", "\xa0", "\ufeff", "\u200b"])
@pytest.mark.parametrize("name", PRINCIPAL)
def test_blanks_and_line_ends_around_a_value_are_left_out_and_said(name: str, end: str) -> None:
    environ = {**PRINCIPAL, name: f"{end}{PRINCIPAL[name]}{end}"}
    principal = environment_principal(environ, PUBLIC)
    assert principal.secret is not None
    assert (principal.client_id, principal.tenant_id, principal.secret.reveal()) == ("b0f3c1de", "3f0d", "s")
    told = ways(environ, None)[SignInMethod.ENVIRONMENT].detail
    assert f"blanks or line ends at the ends of {name} are left out" in told
    assert "left out" not in ways(PRINCIPAL, None)[SignInMethod.ENVIRONMENT].detail


def test_a_value_of_nothing_but_blanks_is_not_set() -> None:
    assert environment_principal({**PRINCIPAL, "AZURE_CLIENT_SECRET": " \r\n"}, PUBLIC).reason == (
        "AZURE_CLIENT_SECRET is not set"
    )


def test_where_the_environment_s_secret_goes_is_said_before_it_is_sent() -> None:
    method = ways(PRINCIPAL, None)[SignInMethod.ENVIRONMENT]
    assert method.title == "Environment variables"
    assert method.detail == ("the service principal b0f3c1de, whose credentials are sent to login.microsoftonline.com")


def test_a_cloud_of_ones_own_is_named_by_the_host_that_was_given() -> None:
    own = replace(
        PUBLIC,
        authority="https://login.example.com",
        resource_manager="https://management.example.com:8443",
        discovered=True,
    )
    assert environment_principal(PRINCIPAL, own).reason == (
        "these credentials belong to login.microsoftonline.com, not to management.example.com:8443"
    )


def test_before_the_cloud_is_known_only_what_is_sure_is_offered() -> None:
    offered = {way.method: way for way in sign_in_options(None, machine({**DESKTOP, **PRINCIPAL}), None)}
    assert [method for method, way in offered.items() if way.available] == [
        SignInMethod.BROWSER,
        SignInMethod.DEVICE_CODE,
    ]
    assert not any(way.recommended for way in offered.values())
