"""Facts that doctor reads about pasted values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeops_tui.core.plain_text import PlainTexts


@dataclass(frozen=True, slots=True)
class TenantPlace:
    """A tenant that exists."""

    tenant_id: str
    cloud: str
    """The name of the cloud it is in, as `CloudEndpoints.name` has it: `AzureCloud`, `AzureUSGovernment`, …"""


@dataclass(frozen=True, slots=True)
class FailedOperation(PlainTexts):
    """An operation of an application that Azure refused, as the activity log remembers it."""

    at: datetime
    """When it failed, in UTC."""
    action: str
    """What was tried, such as `Microsoft.ContainerService/managedClusters/write`."""
    resource_id: str
    """On what: an ARM id."""
    code: str
    """Azure's own code of the innermost reason, such as `MissingSubscriptionRegistration`; empty where it gave none."""
    message: str
    """Azure's own words for it, without what looks like a secret."""
