"""Finds out which GUID is which: only Azure can tell a tenant's ID from a subscription's. No secret is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeops_tui.core import names
from pipeops_tui.core.model.doctor_facts import TenantPlace
from pipeops_tui.core.ports.pasted_values import Examiner
from pipeops_tui.core.problem import CloudError
from pipeops_tui.doctor.five_values import IDS, FiveValues, ValueName

T = TypeVar("T")
TenantAnswer = TenantPlace | CloudError | None
"""Where the tenant is, why that could not be asked, or None where there is no such tenant."""
SubscriptionAnswer = str | CloudError | None
"""The tenant of the subscription, why it could not be asked, or None where there is no such subscription."""


class IdFacts:
    """What Azure says about ids without a sign-in; asks about each once."""

    def __init__(self, examiner: Examiner) -> None:
        self._examiner = examiner
        self._tenants: dict[str, TenantAnswer] = {}
        self._subscriptions: dict[str, SubscriptionAnswer] = {}

    async def tenant(self, id: str) -> TenantAnswer:
        """Where the tenant `id` (a GUID or a domain) is."""
        if id not in self._tenants:
            try:
                self._tenants[id] = await self._examiner.tenant(id)
            except CloudError as error:
                self._tenants[id] = error
        return self._tenants[id]

    async def subscription(self, id: str) -> SubscriptionAnswer:
        """The tenant of the subscription `id`."""
        if id not in self._subscriptions:
            try:
                self._subscriptions[id] = await self._examiner.tenant_of_subscription(id)
            except CloudError as error:
                self._subscriptions[id] = error
        return self._subscriptions[id]


@dataclass(frozen=True, slots=True)
class IdOrder:
    """The values with each id in its place, and which were not."""

    values: FiveValues
    moved: tuple[ValueName, ...] = ()


async def order_of_ids(facts: IdFacts, values: FiveValues) -> IdOrder:
    """Put the ids into the places that Azure proves: where the one given as tenant is none, another one that is; the
    same for the subscription. Without a proof they stay."""
    given = {name: values.text(name) for name in IDS}
    guids = [text for text in given.values() if names.is_guid(text)]
    if len(guids) < 2 or len(set(guids)) < len(guids):
        return IdOrder(values)
    tenant_answer, subscription_answer = await asyncio.gather(
        _asked(facts.tenant, given[ValueName.TENANT]), _asked(facts.subscription, given[ValueName.SUBSCRIPTION])
    )
    placed: dict[ValueName, str] = {}
    if isinstance(tenant_answer, TenantPlace):
        placed[ValueName.TENANT] = given[ValueName.TENANT]
    if isinstance(subscription_answer, str):
        placed[ValueName.SUBSCRIPTION] = given[ValueName.SUBSCRIPTION]
    free = [text for text in guids if text not in placed.values()]
    if given[ValueName.TENANT] and tenant_answer is None:
        for text in free:
            if isinstance(await facts.tenant(text), TenantPlace):
                placed[ValueName.TENANT] = text
                break
    if given[ValueName.SUBSCRIPTION] and subscription_answer is None:
        for text in free:
            if text not in placed.values() and isinstance(await facts.subscription(text), str):
                placed[ValueName.SUBSCRIPTION] = text
                break
    return _moved(values, given, placed)


async def _asked(question: Callable[[str], Awaitable[T]], id: str) -> T | None:
    return await question(id) if id else None


def _moved(values: FiveValues, given: dict[ValueName, str], placed: dict[ValueName, str]) -> IdOrder:
    left = [text for text in given.values() if text and text not in placed.values()]
    now = dict(placed)
    for name in IDS:
        if name not in now and given[name] in left:
            now[name] = given[name]
            left.remove(given[name])
    for name in IDS:
        if name not in now and given[name]:
            now[name] = left.pop(0)
    moved = tuple(name for name in IDS if now.get(name, "") != given[name])
    if not moved:
        return IdOrder(values)
    ordered = replace(
        values,
        tenant_id=now.get(ValueName.TENANT, ""),
        client_id=now.get(ValueName.CLIENT, ""),
        subscription_id=now.get(ValueName.SUBSCRIPTION, ""),
    )
    return IdOrder(ordered, moved)
