"""What this machine offers for signing in: a browser that can be seen, a service principal in the environment. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from pipeops_tui.azure_cloud.clouds import host_of, same_address
from pipeops_tui.model import CloudEndpoints

_TEXT_BROWSERS = frozenset({"w3m", "lynx", "links", "links2", "elinks", "browsh", "www-browser"})
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


def environment_principal(environ: Mapping[str, str], endpoints: CloudEndpoints) -> tuple[str, str]:
    """The client id of a usable service principal in the environment, and otherwise why there is none.

    Variables as azure-identity's `EnvironmentCredential` reads them. They belong to the cloud that
    AZURE_AUTHORITY_HOST names, and to the public one without it; anywhere else they are not sent.
    """
    client_id = environ.get("AZURE_CLIENT_ID", "")
    missing = [name for name in ("AZURE_CLIENT_ID", "AZURE_TENANT_ID") if not environ.get(name)]
    if not environ.get("AZURE_CLIENT_SECRET") and not environ.get("AZURE_CLIENT_CERTIFICATE_PATH"):
        missing.append("AZURE_CLIENT_SECRET")
    if missing:
        return "", f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set"
    host = environ.get("AZURE_AUTHORITY_HOST", "") or "login.microsoftonline.com"
    if not same_address(host, endpoints.authority):
        # A cloud of one's own may call itself anything, the public one's name included.
        here = host_of(endpoints.resource_manager) if endpoints.discovered else endpoints.name
        return "", f"these credentials belong to {host}, not to {here}"
    return client_id, ""
