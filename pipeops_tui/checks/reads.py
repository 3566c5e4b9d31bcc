"""What checks ask, and a stand-in that asks every question once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol, TypeVar, cast

from pipeops_tui.model import (
    Account,
    Application,
    CloudEndpoints,
    DenyAssignment,
    Directory,
    EligibleRole,
    Lock,
    Permission,
    PolicyFinding,
    Provider,
    Region,
    ResourceGroup,
    RoleGrant,
    SecretPolicy,
    Subscription,
    TokenFacts,
)

T = TypeVar("T")


class Topic(StrEnum):
    """What questions are about: those of one topic get other answers for the same reason."""

    REGIONS = "regions"
    GROUPS = "groups"
    GROUP = "group"
    PROVIDERS = "providers"
    RIGHTS = "rights"
    OBSTACLES = "obstacles"
    DIRECTORY = "directory"
    APPLICATIONS = "applications"
    SIGN_IN = "sign-in"


_TOPIC_OF: Mapping[str, Topic] = {
    "regions": Topic.REGIONS,
    "resource_group": Topic.GROUP,
    "providers": Topic.PROVIDERS,
    "permissions": Topic.RIGHTS,
    "own_roles": Topic.RIGHTS,
    "eligible_roles": Topic.RIGHTS,
    "deny_assignments": Topic.OBSTACLES,
    "locks": Topic.OBSTACLES,
    "role_assignment_count": Topic.OBSTACLES,
    "policy_findings": Topic.OBSTACLES,
    "directory": Topic.DIRECTORY,
    "users_may_register": Topic.DIRECTORY,
    "directory_roles": Topic.DIRECTORY,
    "secret_policy": Topic.DIRECTORY,
    "applications_named": Topic.APPLICATIONS,
    "owned_application_count": Topic.APPLICATIONS,
    "token_facts": Topic.SIGN_IN,
}
"""The topic of each question of `Reads`."""

_Question = tuple[str, *tuple[object, ...]]
"""Which question it is, then what it is asked about."""


class Reads(Protocol):
    """The part of `ports.Session` that checks use; see there."""

    @property
    def account(self) -> Account: ...

    @property
    def endpoints(self) -> CloudEndpoints: ...

    @property
    def clock_skew(self) -> float | None: ...

    async def regions(self, subscription: Subscription) -> Sequence[Region]: ...

    async def resource_group(self, subscription: Subscription, name: str) -> ResourceGroup | None: ...

    async def providers(self, subscription: Subscription, namespaces: Sequence[str] = ()) -> Sequence[Provider]: ...

    async def permissions(self, subscription: Subscription, group_name: str = "") -> Sequence[Permission]: ...

    async def directory(self, tenant_id: str) -> Directory: ...

    async def applications_named(self, tenant_id: str, display_name: str) -> Sequence[Application]: ...

    async def token_facts(self, tenant_id: str) -> TokenFacts: ...

    async def own_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[RoleGrant]: ...

    async def eligible_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[EligibleRole]: ...

    async def deny_assignments(self, subscription: Subscription, group_name: str = "") -> Sequence[DenyAssignment]: ...

    async def locks(self, subscription: Subscription, group_name: str = "") -> Sequence[Lock]: ...

    async def role_assignment_count(self, subscription: Subscription) -> int: ...

    async def policy_findings(
        self, subscription: Subscription, group_name: str, location: str, tags: Sequence[tuple[str, str]]
    ) -> Sequence[PolicyFinding]: ...

    async def users_may_register(self, tenant_id: str) -> bool | None: ...

    async def directory_roles(self, tenant_id: str) -> frozenset[str]: ...

    async def secret_policy(self, tenant_id: str) -> SecretPolicy: ...

    async def owned_application_count(self, tenant_id: str) -> int: ...


class SharedReads:
    """Asks `reads` each question once, however many checks want to know, also while the answer is under way.

    Answers count as current until their topic is forgotten. A question goes on when one who asked it gives up, and
    when its topic is forgotten; `close` ends those still open.
    """

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._asked: dict[_Question, asyncio.Task[Any]] = {}
        self._under_way: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """End what is under way."""
        tasks = list(self._under_way)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def forget(self, topics: Collection[Topic]) -> None:
        """Ask anew the next time about these topics; all other answers stay."""
        self._asked = {key: task for key, task in self._asked.items() if _TOPIC_OF[key[0]] not in topics}

    def forget_failures(self) -> None:
        """Ask anew what could not be answered."""
        self._asked = {key: task for key, task in self._asked.items() if not _has_failed(task)}

    def forget_sign_in(self) -> None:
        """After a new sign-in: ask anew what the old one was refused, and what the sign-in itself says."""
        self.forget_failures()
        self.forget({Topic.SIGN_IN})

    @property
    def account(self) -> Account:
        """Who is signed in."""
        return self._reads.account

    @property
    def endpoints(self) -> CloudEndpoints:
        """The cloud signed in to."""
        return self._reads.endpoints

    @property
    def clock_skew(self) -> float | None:
        """Seconds this computer's clock is ahead of Azure's."""
        return self._reads.clock_skew

    async def regions(self, subscription: Subscription) -> Sequence[Region]:
        """See `ports.Session`."""
        return await self._once(("regions", subscription.subscription_id), lambda: self._reads.regions(subscription))

    async def resource_group(self, subscription: Subscription, name: str) -> ResourceGroup | None:
        """See `ports.Session`."""
        return await self._once(
            ("resource_group", subscription.subscription_id, name),
            lambda: self._reads.resource_group(subscription, name),
        )

    async def providers(self, subscription: Subscription, namespaces: Sequence[str] = ()) -> Sequence[Provider]:
        """See `ports.Session`."""
        return await self._once(
            ("providers", subscription.subscription_id, tuple(namespaces)),
            lambda: self._reads.providers(subscription, namespaces),
        )

    async def permissions(self, subscription: Subscription, group_name: str = "") -> Sequence[Permission]:
        """See `ports.Session`."""
        return await self._once(
            ("permissions", subscription.subscription_id, group_name),
            lambda: self._reads.permissions(subscription, group_name),
        )

    async def directory(self, tenant_id: str) -> Directory:
        """See `ports.Session`."""
        return await self._once(("directory", tenant_id), lambda: self._reads.directory(tenant_id))

    async def applications_named(self, tenant_id: str, display_name: str) -> Sequence[Application]:
        """See `ports.Session`."""
        return await self._once(
            ("applications_named", tenant_id, display_name),
            lambda: self._reads.applications_named(tenant_id, display_name),
        )

    async def token_facts(self, tenant_id: str) -> TokenFacts:
        """See `ports.Session`."""
        return await self._once(("token_facts", tenant_id), lambda: self._reads.token_facts(tenant_id))

    async def own_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[RoleGrant]:
        """See `ports.Session`."""
        return await self._once(
            ("own_roles", subscription.subscription_id, group_name),
            lambda: self._reads.own_roles(subscription, group_name),
        )

    async def eligible_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[EligibleRole]:
        """See `ports.Session`."""
        return await self._once(
            ("eligible_roles", subscription.subscription_id, group_name),
            lambda: self._reads.eligible_roles(subscription, group_name),
        )

    async def deny_assignments(self, subscription: Subscription, group_name: str = "") -> Sequence[DenyAssignment]:
        """See `ports.Session`."""
        return await self._once(
            ("deny_assignments", subscription.subscription_id, group_name),
            lambda: self._reads.deny_assignments(subscription, group_name),
        )

    async def locks(self, subscription: Subscription, group_name: str = "") -> Sequence[Lock]:
        """See `ports.Session`."""
        return await self._once(
            ("locks", subscription.subscription_id, group_name), lambda: self._reads.locks(subscription, group_name)
        )

    async def role_assignment_count(self, subscription: Subscription) -> int:
        """See `ports.Session`."""
        return await self._once(
            ("role_assignment_count", subscription.subscription_id),
            lambda: self._reads.role_assignment_count(subscription),
        )

    async def policy_findings(
        self, subscription: Subscription, group_name: str, location: str, tags: Sequence[tuple[str, str]]
    ) -> Sequence[PolicyFinding]:
        """See `ports.Session`."""
        return await self._once(
            ("policy_findings", subscription.subscription_id, group_name, location, tuple(tags)),
            lambda: self._reads.policy_findings(subscription, group_name, location, tags),
        )

    async def users_may_register(self, tenant_id: str) -> bool | None:
        """See `ports.Session`."""
        return await self._once(("users_may_register", tenant_id), lambda: self._reads.users_may_register(tenant_id))

    async def directory_roles(self, tenant_id: str) -> frozenset[str]:
        """See `ports.Session`."""
        return await self._once(("directory_roles", tenant_id), lambda: self._reads.directory_roles(tenant_id))

    async def secret_policy(self, tenant_id: str) -> SecretPolicy:
        """See `ports.Session`."""
        return await self._once(("secret_policy", tenant_id), lambda: self._reads.secret_policy(tenant_id))

    async def owned_application_count(self, tenant_id: str) -> int:
        """See `ports.Session`."""
        return await self._once(
            ("owned_application_count", tenant_id), lambda: self._reads.owned_application_count(tenant_id)
        )

    async def _once(self, key: _Question, ask: Callable[[], Awaitable[T]]) -> T:
        async def answer() -> T:
            return await ask()

        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.create_task(answer(), name=f"check {key[0]}")
            self._under_way.add(task)
            task.add_done_callback(self._end)
        return cast("T", await asyncio.shield(task))

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        # Looking at a failure keeps asyncio from reporting one that nobody waited for.
        if not task.cancelled():
            task.exception()


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
