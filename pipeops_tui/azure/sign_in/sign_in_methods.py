"""Lists the sign-in methods, each with whether it can work here and why not. Imports no SDK."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from pipeops_tui.azure.clouds import place_of
from pipeops_tui.azure.sign_in.azure_cli import CliSession
from pipeops_tui.azure.sign_in.environment_principal import (
    environment_principal,
    identity_elsewhere,
    trimmed_words,
)
from pipeops_tui.core.model import CloudEndpoints, SignInMethod, SignInOption

_TEXT_BROWSERS = frozenset({"w3m", "lynx", "links", "links2", "elinks", "browsh", "www-browser"})
_TAG_OF_AZURE = "7783-7084-3265-9085-8269-3286-77"
"""The chassis' asset tag of every virtual machine of Azure (canonical/cloud-init, `sources/azure/identity.py`)."""
_OF_THE_IDENTITY = ("IDENTITY_ENDPOINT", "MSI_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST")
"""Where azure-identity's `ManagedIdentityCredential` looks for the address that gives out its tokens."""
_WSL_OPENERS = ("wslview", "powershell.exe", "explorer.exe")


@dataclass(frozen=True, slots=True)
class Machine:
    """Facts about the machine, gathered once. `platform` is `sys.platform`; `which` finds executables."""

    platform: str
    environ: Mapping[str, str]
    which: Callable[[str], str | None]
    kernel: str = ""
    """Kernel release, which names Microsoft under WSL."""
    in_container: bool = False
    in_azure: bool = False
    """Whether it says that it is a virtual machine of Azure."""


def no_browser(machine: Machine) -> str:
    """Why a browser on this machine cannot be used to sign in; empty when it can."""
    environ = machine.environ
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return "you are connected over SSH, and the answer would go to this machine"
    if machine.in_container or environ.get("CODESPACES") or environ.get("KUBERNETES_SERVICE_HOST"):
        return "this is a container without a browser"
    chosen = environ.get("BROWSER", "").split(":")[0].split()
    if chosen and PurePath(chosen[0]).name.casefold() in _TEXT_BROWSERS:
        return f"BROWSER names {chosen[0]}, which would run inside this terminal"
    if machine.platform in ("darwin", "win32") or chosen:
        return ""
    if "microsoft" in machine.kernel.casefold():
        found = any(machine.which(opener) for opener in _WSL_OPENERS)
        return "" if found else "no Windows browser can be started from here"
    if not environ.get("DISPLAY") and not environ.get("WAYLAND_DISPLAY"):
        return "this machine has no display"
    return ""


def this_machine(environ: Mapping[str, str]) -> Machine:
    """The facts about the machine this runs on."""
    return Machine(
        platform=sys.platform,
        environ=environ,
        which=shutil.which,
        kernel=platform.release(),
        in_azure=_asset_tag() == _TAG_OF_AZURE,
        in_container=Path("/.dockerenv").exists() or Path("/run/.containerenv").exists(),
    )


def _asset_tag() -> str:
    try:
        return Path("/sys/class/dmi/id/chassis_asset_tag").read_text().strip()
    except (OSError, ValueError):
        return ""


def sign_in_options(
    endpoints: CloudEndpoints | None, machine: Machine, session: CliSession | None
) -> tuple[SignInOption, ...]:
    """All methods; the best available one is recommended once everything is known. That is never the managed identity:
    a device code can be used everywhere, and stands before it.

    `endpoints` is None while the cloud is being found, `session` while the Azure CLI is being asked.
    """
    ways = (
        _azure_cli(session),
        _browser(machine),
        _device_code(),
        _environment(machine.environ, endpoints),
        _managed_identity(machine, endpoints),
    )
    best = None if session is None else next((way.method for way in ways if way.available), None)
    return tuple(replace(way, recommended=way.method is best) for way in ways)


def _azure_cli(session: CliSession | None) -> SignInOption:
    title = "Azure CLI"
    if session is None:
        return SignInOption(SignInMethod.AZURE_CLI, title, "looking for a session of az login …", available=False)
    if session.reason:
        return SignInOption(SignInMethod.AZURE_CLI, title, f"not available: {session.reason}", available=False)
    return SignInOption(SignInMethod.AZURE_CLI, title, f"continue as {session.account}", available=True)


def _browser(machine: Machine) -> SignInOption:
    reason = no_browser(machine)
    detail = f"not available: {reason}" if reason else "opens the sign-in page in your browser"
    return SignInOption(SignInMethod.BROWSER, "Browser", detail, available=not reason)


def _device_code() -> SignInOption:
    detail = "enter a code on any device that has a browser"
    return SignInOption(SignInMethod.DEVICE_CODE, "Device code", detail, available=True)


def _environment(environ: Mapping[str, str], endpoints: CloudEndpoints | None) -> SignInOption:
    title = "Environment variables"
    if endpoints is None:
        return SignInOption(SignInMethod.ENVIRONMENT, title, "looking which cloud this is …", available=False)
    principal = environment_principal(environ, endpoints)
    if principal.reason:
        return SignInOption(SignInMethod.ENVIRONMENT, title, f"not available: {principal.reason}", available=False)
    who = f"the service principal {principal.client_id}, whose credentials are sent to {place_of(endpoints.authority)}"
    detail = "; ".join(filter(None, (who, trimmed_words(principal))))
    return SignInOption(SignInMethod.ENVIRONMENT, title, detail, available=True)


def _managed_identity(machine: Machine, endpoints: CloudEndpoints | None) -> SignInOption:
    method, title = SignInMethod.MANAGED_IDENTITY, "Managed identity"
    is_there = machine.in_azure or any(machine.environ.get(name) for name in _OF_THE_IDENTITY)
    reason = "this machine has none from Azure"
    if is_there:
        reason = identity_elsewhere(machine.environ, endpoints) if endpoints else "looking which cloud this is …"
    detail = f"not available: {reason}" if reason else "this machine's own account in Azure"
    return SignInOption(method, title, detail, available=not reason)
