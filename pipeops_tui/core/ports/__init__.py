"""What the rest of the program needs from Azure, as protocols; `azure` implements them with the SDKs.

`Connector` signs in and gives a `Session`: the reads of one account. `Session.workspace` gives a `Workspace`: the
writes into one subscription. Every coroutine raises `CloudError` and nothing else (besides cancellation), has a
deadline, and can be cancelled at any moment.

A new read is one method of a port in `reads`, marked with its topic, and its implementation in `azure`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from pipeops_tui.core.model import (
    CloudEndpoints,
    DeviceCode,
    SignInMethod,
    SignInOption,
    Subscription,
    SubscriptionPage,
)
from pipeops_tui.core.ports.pasted_values import ExaminedApplication, Examiner
from pipeops_tui.core.ports.reads import (
    AccessPort,
    AccountPort,
    CapacityPort,
    ConnectionPort,
    DirectoryPort,
    GroupPort,
    Reads,
    RegionPort,
    SubscriptionPort,
    Topic,
    read,
    topic_of,
)
from pipeops_tui.core.ports.writes import ApplicationSession, Workspace
from pipeops_tui.core.retry import Waits

__all__ = [
    "AccessPort",
    "AccountPort",
    "ApplicationSession",
    "CapacityPort",
    "ConnectionPort",
    "Connector",
    "DirectoryPort",
    "ExaminedApplication",
    "Examiner",
    "GroupPort",
    "Reads",
    "RegionPort",
    "Session",
    "SubscriptionPort",
    "Topic",
    "Workspace",
    "read",
    "topic_of",
]


class Connector(Protocol):
    """Everything before there is a session. Cheap to construct: SDKs load in `prepare`, off the event loop."""

    async def prepare(self) -> CloudEndpoints:
        """Load what is slow (SDKs, TLS context, a demo's simulated Azure), find the cloud's endpoints. Idempotent."""

    def sign_in_options(self) -> AsyncIterator[Sequence[SignInOption]]:
        """All sign-in methods, once more each time one of them is known to work here or not: probing the Azure CLI
        takes a while."""

    async def sign_in(self, method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> Session:
        """Sign in; `show_code` is called on the event loop for a device code, and for a browser sign-in with the
        page's address and no code. Cancel the coroutine to give up."""

    async def examiner(self) -> Examiner:
        """Questions about values that were pasted, asked without any account of the person's. Prepares what is slow
        first, and sends nothing about the values."""

    async def example(self) -> str:
        """Five values to play with, some of them wrong, as a person would paste them; empty outside of a demo."""

    async def close(self) -> None:
        """Release everything, including what `prepare` started."""


class Session(Reads, Protocol):
    """A signed-in account. Nothing here writes to Azure; `workspace` leads to what does."""

    @property
    def waits(self) -> Waits:
        """Reads that pause before they are tried again."""

    def subscriptions(self) -> AsyncIterator[SubscriptionPage]:
        """Tenants side by side, one page each time a tenant has answered; a locked tenant is a page with its reason."""

    async def unlock_tenant(self, tenant_id: str, show_code: Callable[[DeviceCode], None]) -> SubscriptionPage:
        """Sign in to one tenant that asked for it, and list it."""

    async def reread_tenant(self, tenant_id: str) -> SubscriptionPage:
        """List a tenant again that could not be read for another reason than a missing sign-in."""

    async def renew(self, tenant_id: str, claims: str, show_code: Callable[[DeviceCode], None]) -> None:
        """Sign in to `tenant_id` again, with the `claims` that a `CloudError` of kind SIGN_IN brought (or none); then
        repeat what was refused. With the Azure CLI this uses what `az login` did in another terminal."""

    async def workspace(self, subscription: Subscription) -> Workspace:
        """The writes into `subscription` and its tenant. Checks first that the Graph token belongs to that tenant."""

    async def close(self) -> None:
        """Close connections and drop all tokens."""
