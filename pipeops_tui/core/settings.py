"""The options of the command line as one immutable value, and the cloud that they choose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeops_tui.core.option_values import PUBLIC_PORTAL, SignInMethod
from pipeops_tui.core.plain_text import PlainTexts

if TYPE_CHECKING:
    from pipeops_tui.core.model import CloudEndpoints

_CLOUD_NAMES = {"AzureUSGovernment": "Azure Government", "AzureChinaCloud": "Azure China"}


@dataclass(frozen=True, slots=True)
class ConnectionToOpen:
    """What `pipeops-tui renew`, `remove` and, line by line, `list` begin with. `action` is that word; `client_id` is
    empty where none was given."""

    action: str
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Settings(PlainTexts):
    """Values that are given fill in their screens; None means the screen's own default."""

    demo: str | None = None
    """Scenario of the simulated Azure to run against; None is real Azure."""
    faults: tuple[str, ...] = ()
    auth: SignInMethod | None = None
    client_id: str | None = None
    tenant: str | None = None
    subscription: str | None = None
    resource_group: str | None = None
    location: str | None = None
    app_name: str | None = None
    expires_in: int | None = None
    """Lifetime of the client secret in days."""
    cloud: str | None = None
    """Name of a built-in cloud. None is the one that AZURE_AUTHORITY_HOST names, else the public one."""
    resource_manager: str | None = None
    """URL of a custom cloud's Resource Manager; replaces `cloud`."""
    ca_file: Path | None = None
    log_file: Path | None = None
    opens: ConnectionToOpen | None = None
    """The connection that the interface opens first."""
    doctor: bool = False
    """Whether the interface opens with doctor."""
    plain: bool = False
    """Whether everything is asked line by line, without a screen."""


def cloud_label(settings: Settings, known: CloudEndpoints | None) -> str:
    """The name of the cloud for the header; empty for the public one. `known` is the cloud once its endpoints have been
    found."""
    if settings.demo is not None:
        return "simulated Azure"
    if settings.resource_manager is not None:
        return settings.resource_manager.removeprefix("https://")
    return _CLOUD_NAMES.get(known.name if known is not None else settings.cloud or "", "")


def portal_address(known: CloudEndpoints | None) -> str:
    """Address of the Azure portal; that of the public cloud until the cloud is known, or when it names none."""
    return (known.portal if known is not None else "") or PUBLIC_PORTAL
