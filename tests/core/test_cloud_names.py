"""The header names every Azure but the public one, however it came to be the one in use."""

from __future__ import annotations

import pytest

from pipeops_tui.core.model import CloudEndpoints
from pipeops_tui.core.settings import Settings, cloud_label, portal_address

PUBLIC = CloudEndpoints("AzureCloud", "https://l", "https://m", "s", "https://g", "s", "https://portal.azure.com")
CHINA = CloudEndpoints("AzureChinaCloud", "https://l", "https://m", "s", "https://g", "s", "https://portal.azure.cn")
PRIVATE = CloudEndpoints("Private", "https://l", "https://m", "s", "https://g", "s", "")


@pytest.mark.parametrize(
    ("settings", "known", "label"),
    [
        (Settings(), None, ""),
        (Settings(), PUBLIC, ""),
        (Settings(), CHINA, "Azure China"),
        (Settings(cloud="AzureUSGovernment"), None, "Azure Government"),
        (Settings(cloud="AzureCloud"), PUBLIC, ""),
        (Settings(resource_manager="https://management.private.example"), PRIVATE, "management.private.example"),
        (Settings(demo="happy"), PRIVATE, "simulated Azure"),
    ],
)
def test_its_name(settings: Settings, known: CloudEndpoints | None, label: str) -> None:
    assert cloud_label(settings, known) == label


def test_its_portal() -> None:
    found = [portal_address(known) for known in (None, PUBLIC, CHINA, PRIVATE)]
    assert found == [PUBLIC.portal, PUBLIC.portal, CHINA.portal, PUBLIC.portal]
