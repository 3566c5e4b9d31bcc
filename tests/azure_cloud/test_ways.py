"""Which ways to sign in are offered on which machine, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pipeops_tui.azure_cloud.clouds import built_in
from pipeops_tui.azure_cloud.signin.azure_cli import CliSession
from pipeops_tui.azure_cloud.signin.surroundings import Machine, environment_principal, no_browser
from pipeops_tui.azure_cloud.signin.ways import sign_in_ways
from pipeops_tui.model import SignInMethod, SignInWay

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


def ways(environ: Mapping[str, str], session: CliSession | None) -> dict[SignInMethod, SignInWay]:
    return {way.method: way for way in sign_in_ways(PUBLIC, machine(environ), session)}


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


def test_all_four_are_shown_while_the_azure_cli_is_asked() -> None:
    offered = ways(DESKTOP, None)
    assert list(offered) == list(SignInMethod)
    assert not offered[SignInMethod.AZURE_CLI].available
    assert not any(way.recommended for way in offered.values())


def test_the_session_of_the_azure_cli_is_the_best_way() -> None:
    offered = ways({**DESKTOP, **PRINCIPAL}, CliSession(account="you@contoso.com"))
    assert offered[SignInMethod.AZURE_CLI].detail == "continue as you@contoso.com"
    assert [way.method for way in offered.values() if way.recommended] == [SignInMethod.AZURE_CLI]
    assert all(way.available for way in offered.values())


def test_over_ssh_the_device_code_is_the_best_way() -> None:
    offered = ways({**DESKTOP, "SSH_CONNECTION": "x"}, CliSession(reason="the Azure CLI (az) is not installed"))
    assert [way.method for way in offered.values() if way.recommended] == [SignInMethod.DEVICE_CODE]
    assert offered[SignInMethod.BROWSER].detail.startswith("not offered: you are connected over SSH")
    assert offered[SignInMethod.AZURE_CLI].detail == "not offered: the Azure CLI (az) is not installed"
    assert offered[SignInMethod.ENVIRONMENT].detail.startswith("not offered: AZURE_CLIENT_ID")


def test_at_a_desktop_the_browser_is_the_best_way() -> None:
    offered = ways(DESKTOP, CliSession(reason="x"))
    assert [way.method for way in offered.values() if way.recommended] == [SignInMethod.BROWSER]


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({}, "AZURE_CLIENT_ID and AZURE_TENANT_ID and AZURE_CLIENT_SECRET are not set"),
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
    client_id, why_not = environment_principal(environ, PUBLIC)
    assert reason in why_not
    assert bool(client_id) == (not reason)


def test_a_cloud_of_ones_own_is_named_by_the_host_that_was_given() -> None:
    own = replace(
        PUBLIC,
        authority="https://login.example.com",
        resource_manager="https://management.example.com:8443",
        discovered=True,
    )
    assert environment_principal(PRINCIPAL, own) == (
        "",
        "these credentials belong to login.microsoftonline.com, not to management.example.com:8443",
    )


def test_before_the_cloud_is_known_only_what_is_sure_is_offered() -> None:
    offered = {way.method: way for way in sign_in_ways(None, machine({**DESKTOP, **PRINCIPAL}), None)}
    assert [method for method, way in offered.items() if way.available] == [
        SignInMethod.BROWSER,
        SignInMethod.DEVICE_CODE,
    ]
    assert not any(way.recommended for way in offered.values())
