"""Which Azure this is: in the words of the header, and where its portal is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeops_tui.settings import Settings

if TYPE_CHECKING:
    from pipeops_tui.model import CloudEndpoints

_NAMES = {"AzureUSGovernment": "Azure Government", "AzureChinaCloud": "Azure China"}
_PUBLIC_PORTAL = "https://portal.azure.com"


def label(settings: Settings, known: CloudEndpoints | None) -> str:
    """A few words where it is not the public one, else nothing; `known` is the cloud once it has been found."""
    if settings.demo is not None:
        return "simulated Azure"
    if settings.resource_manager is not None:
        return settings.resource_manager.removeprefix("https://")
    return _NAMES.get(known.name if known is not None else settings.cloud or "", "")


def portal(known: CloudEndpoints | None) -> str:
    """Address of the Azure portal; the public one's until the cloud is known, or if it names none."""
    return (known.portal if known is not None else "") or _PUBLIC_PORTAL
