"""The one retry policy: which failures are waited out, how patiently, and with which words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeops_tui.problem import CloudError, FailureKind


class Cause(StrEnum):
    """Why something is tried again."""

    REPLICATION = "replication"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    LOST_ANSWER = "lost answer"
    SERVER = "server"
    BEING_DELETED = "being deleted"
    """The resource group is still going away (409 `ResourceGroupBeingDeleted`, Azure/azure-cli#21121)."""
    SECRET_SPREADING = "secret spreading"  # noqa: S105 - a cause
    ACCESS_SPREADING = "access spreading"
    DELETING = "deleting"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Seconds between tries (the last one repeats), and the seconds after which the person is asked."""

    delays: tuple[float, ...]
    budget: float

    def delay(self, failures: int) -> float:
        """The pause after that many failures (from 1)."""
        return self.delays[min(failures, len(self.delays)) - 1]


SCHEDULES: dict[Cause, Schedule] = {
    # Azure CLI waits 36 times 5 s for both kinds of replication (azure-cli, create_service_principal_for_rbac).
    Cause.REPLICATION: Schedule((2, 3, 4, 5), 180),
    Cause.THROTTLED: Schedule((2, 4, 8, 16, 32, 60), 600),
    Cause.UNREACHABLE: Schedule((1, 2, 4, 8, 15), 120),
    Cause.LOST_ANSWER: Schedule((1, 2, 4, 8, 15), 120),
    Cause.SERVER: Schedule((2, 4, 8, 15), 120),
    Cause.BEING_DELETED: Schedule((10,), 300),
    # A new secret was measured to work 4 to 18 s after it was added (microsoftgraph/microsoft-graph-docs#17966).
    Cause.SECRET_SPREADING: Schedule((5,), 120),
    # Role assignments can take up to 10 minutes (Microsoft Learn, "Troubleshoot Azure RBAC").
    Cause.ACCESS_SPREADING: Schedule((15,), 600),
    # An empty resource group has been seen to take 78 s to go away.
    Cause.DELETING: Schedule((5,), 600),
}

POLLING = frozenset({Cause.DELETING})
"""Waits in which nothing has failed: Azure is at work and is asked how far it is."""

_REASONS: dict[Cause, str] = {
    Cause.THROTTLED: "Azure asks to slow down",
    Cause.UNREACHABLE: "No connection to Azure",
    Cause.LOST_ANSWER: "The answer got lost on its way; asking again is safe",
    Cause.SERVER: "Azure had a failure; asking again is safe",
    Cause.BEING_DELETED: "An older resource group of this name is still being deleted",
    Cause.SECRET_SPREADING: "Waiting for Microsoft Entra to accept the new client secret everywhere",
    Cause.ACCESS_SPREADING: "Access is granted; Azure may need up to 10 minutes to apply it everywhere",
    Cause.DELETING: "Azure is deleting it",
}

_BY_KIND: dict[FailureKind, Cause] = {
    FailureKind.THROTTLED: Cause.THROTTLED,
    FailureKind.UNREACHABLE: Cause.UNREACHABLE,
    FailureKind.LOST_ANSWER: Cause.LOST_ANSWER,
    FailureKind.SERVER: Cause.SERVER,
}

AMBIGUOUS = frozenset({FailureKind.LOST_ANSWER, FailureKind.SERVER})
"""Failures after which nobody but Azure knows whether the request was carried out."""


def cause_of(error: CloudError, *, fresh: bool, repeatable: bool) -> Cause | None:
    """Why the failed request should be tried again; None when it should not.

    `fresh` says that the request was about something this run has just made: only then is not being found a matter of
    time. `repeatable` says that sending it twice does what sending it once does.
    """
    if error.kind in AMBIGUOUS and not repeatable:
        return None
    if error.kind in (FailureKind.REPLICATION, FailureKind.NOT_FOUND):
        return Cause.REPLICATION if fresh else None
    if error.kind is FailureKind.CONFLICT and error.code == "ResourceGroupBeingDeleted":
        return Cause.BEING_DELETED
    return _BY_KIND.get(error.kind)


def reason_for(cause: Cause, waiting_for: str = "") -> str:
    """One plain sentence for the row, without the number of the try."""
    if cause is Cause.REPLICATION:
        return f"Waiting for {waiting_for}"
    return _REASONS[cause]
