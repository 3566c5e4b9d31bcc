"""What the services answer, as facts: status, headers, keys in their order, kinds of values.

Sources: recorded exchanges of Azure/azure-cli, Azure/azure-dev, Azure/azure-sdk-for-python, Azure/azure-sdk-for-java,
Azure/azure-powershell and cloud-custodian; Microsoft Learn, "Azure REST API" and "Microsoft Graph REST API v1.0".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.conformity.headers import Rule
from tests.conformity.recordings import Recording
from tests.conformity.shapes import Json, Shape


@dataclass(frozen=True, slots=True)
class Expected:
    """One answer. `ask` is `METHOD /path/with/{places}`; `about` is what its situation needs to know of the answer."""

    name: str
    ask: str
    status: int
    shape: Shape
    rules: tuple[Rule, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    sent: Json = None
    about: Json = None

    def recording(self, api: str) -> Recording:
        """As a recording, so that the situations of recordings fit."""
        method, _, path = self.ask.partition(" ")
        return Recording(
            self.name, api, method, path, self.query, {}, self.sent, self.status, {}, self.about, None, False, ()
        )


def message(code: str) -> Json:
    """What a situation needs to know of an ARM or Graph error."""
    return {"error": {"code": code}}
