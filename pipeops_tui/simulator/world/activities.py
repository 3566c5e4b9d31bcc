"""What the activity log of a subscription remembers: operations that changed something, or tried to."""

from __future__ import annotations

from dataclasses import dataclass

from pipeops_tui.simulator.wire import JsonObject
from pipeops_tui.simulator.world.clock import Moment


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """One operation that has ended."""

    at: Moment
    """When it ended; it began `seconds` before."""
    subscription_id: str
    tenant_id: str
    group: str
    action: str
    """The operation of Azure Resource Manager, such as `Microsoft.ContainerService/managedClusters/write`."""
    title: str
    """The operation in words, as Azure writes it."""
    resource_id: str
    caller: str
    """Object id of a service principal, or user principal name."""
    app_id: str
    status: int
    """HTTP status with which it ended."""
    answer: JsonObject | None = None
    """The body of the refusal; None where it succeeded."""
    seconds: float = 4.0
