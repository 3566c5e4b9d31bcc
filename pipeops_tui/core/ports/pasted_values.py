"""What doctor asks of Azure: first without any account, then as the application that is examined."""

from __future__ import annotations

from typing import Protocol

from pipeops_tui.core.model import ResourceGroup, Subscription
from pipeops_tui.core.model.doctor_facts import TenantPlace
from pipeops_tui.core.ports.reads import AccessPort, GroupPort, SubscriptionPort
from pipeops_tui.core.retry import Waits
from pipeops_tui.core.secret import Secret


class ExaminedApplication(SubscriptionPort, GroupPort, AccessPort, Protocol):
    """The reads of an application that has signed in with the values under examination."""

    async def subscription(self, subscription_id: str) -> Subscription | None:
        """The subscription with this id; None when the application sees none."""

    async def visible_groups(self) -> tuple[tuple[Subscription, ResourceGroup], ...]:
        """The resource groups that the application sees, each with its subscription."""

    async def close(self) -> None:
        """Close its connections and drop its credential and tokens."""


class Examiner(Protocol):
    """Questions about five values. Every coroutine raises `CloudError` and nothing else (besides cancellation)."""

    @property
    def waits(self) -> Waits:
        """Its questions that pause before they are asked again, and those of the applications that have signed in."""

    async def tenant(self, tenant_id: str) -> TenantPlace | None:
        """Where a tenant (a GUID or a verified domain) is, asked of the cloud in use without signing in; None when
        that cloud does not know it."""

    async def tenant_of_subscription(self, subscription_id: str) -> str | None:
        """The id of the tenant that the subscription trusts, as Azure Resource Manager tells it without signing in;
        None when there is no such subscription."""

    async def sign_in(self, tenant_id: str, client_id: str, secret: Secret) -> ExaminedApplication:
        """Sign in as the application, with a credential of its own that is used for nothing else. A refusal is a
        `CloudError` whose problem has Microsoft's number in its facts."""
