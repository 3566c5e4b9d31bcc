"""Resource groups: unique by name in their subscription, deleted over a while."""

from __future__ import annotations

from collections.abc import Iterator

from pipeops_tui.simulator.world.entities import ResourceGroup


class Groups:
    """The resource groups of all subscriptions; names are compared without regard to case."""

    def __init__(self) -> None:
        self._by_subscription: dict[str, dict[str, ResourceGroup]] = {}
        self._deleting: list[ResourceGroup] = []

    def add(self, group: ResourceGroup) -> None:
        """Adds a group whose name is free."""
        self._by_subscription.setdefault(group.subscription_id, {})[group.name.lower()] = group

    def get(self, subscription_id: str, name: str) -> ResourceGroup | None:
        """The group of that name."""
        return self._by_subscription.get(subscription_id, {}).get(name.lower())

    def of(self, subscription_id: str) -> list[ResourceGroup]:
        """The groups of a subscription, in the order they were made."""
        return list(self._by_subscription.get(subscription_id, {}).values())

    def begin_deletion(self, group: ResourceGroup, now: float) -> None:
        """Puts a group in the state Deleting; nothing happens when it already is."""
        if group.deleted_from is None:
            group.deleted_from = now
            self._deleting.append(group)

    def take_deleted(self, before: float) -> list[ResourceGroup]:
        """Removes and returns the groups whose deletion began at `before` or earlier."""
        done = [group for group in self._deleting if group.deleted_from is not None and group.deleted_from <= before]
        for group in done:
            self._deleting.remove(group)
            del self._by_subscription[group.subscription_id][group.name.lower()]
        return done

    def clear(self) -> None:
        """Removes all groups at once."""
        self._by_subscription.clear()
        self._deleting.clear()

    def __iter__(self) -> Iterator[ResourceGroup]:
        return (group for groups in self._by_subscription.values() for group in groups.values())
