"""Which resource group it will be: what was typed, what exists, what follows from it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pipeops_tui.checks.closed_regions import Closed, why_closed
from pipeops_tui.core import names, wizard
from pipeops_tui.core.model import Lock, Region, RegionRestriction, ResourceGroup, Subscription
from pipeops_tui.core.names import region_name
from pipeops_tui.ui.widgets.picker_rows import PickerRow

NEW_KEY = "new"
"""Key of the row that stands for a new group; groups have their lower-cased names, prefixed."""
_GROUP_KEY = "group:"
_READ_ONLY = "readonly"
DELETING = "Deleting"
"""`properties.provisioningState` of a group that is on its way out."""

Remark = tuple[str, str]
"""A sentence with its glyph, and its mood: `good`, `wrong`, `warning` or `muted`."""


class GroupChoice:
    """Compares typed text with existing groups, ignoring case as Azure does."""

    def __init__(self) -> None:
        self.typed = ""
        self.edited = False
        """Whether the person has typed: then the list is narrowed by it, and it survives another subscription."""
        self._picked: ResourceGroup | None = None
        self._groups: dict[str, ResourceGroup] | None = None
        self._free: set[str] = set()
        self._unknown: dict[str, str] = {}
        self._locks: dict[str, str] = {}
        """Names of read-only locks, by the lower-cased names of the groups that they lock."""

    # What is known

    def forget_groups(self) -> None:
        """Forget what is known of one subscription, because another was chosen."""
        self._picked, self._groups = None, None
        self._free.clear()
        self._unknown.clear()
        self._locks.clear()

    def learn_locks(self, locks: Sequence[Lock], subscription: Subscription) -> None:
        """Read-only locks on whole groups: PipeOps could not work in those."""
        read_only = {lock.scope.casefold(): lock.name for lock in locks if lock.level.casefold() == _READ_ONLY}
        scopes = {name: subscription.scope_of(name).casefold() for name in self._groups or ()}
        everywhere = read_only.get(subscription.scope.casefold())
        found = {name: read_only.get(scope, everywhere) for name, scope in scopes.items()}
        self._locks = {name: lock for name, lock in found.items() if lock is not None}

    def learn_groups(self, groups: Sequence[ResourceGroup]) -> None:
        """All groups of the subscription."""
        self._groups = {group.name.lower(): group for group in groups}

    def learn(self, name: str, group: ResourceGroup | None) -> None:
        """Azure's answer about one name."""
        if group is None:
            self._free.add(name.lower())
            if self._groups is not None:
                self._groups.pop(name.lower(), None)
        else:
            self._groups = {**(self._groups or {}), group.name.lower(): group}

    def learn_unknown(self, name: str, why: str) -> None:
        """Azure did not answer whether `name` is free."""
        self._unknown[name.lower()] = why

    def default_name(self) -> str:
        """The first free one of our names."""
        return wizard.free_group_name(frozenset(self._groups or ()))

    # What the person does

    def type(self, text: str) -> None:
        """The field has another text."""
        self.typed, self.edited, self._picked = text, True, None

    def pick(self, key: str) -> None:
        """Choose a row of the list."""
        self._picked = None if key == NEW_KEY else (self._groups or {}).get(key.removeprefix(_GROUP_KEY))

    # What follows

    @property
    def existing(self) -> ResourceGroup | None:
        """The existing group that will be used: picked, or typed by its name."""
        return self._picked or (self._groups or {}).get(self.typed.lower())

    @property
    def name(self) -> str:
        """What the field shows."""
        return self._picked.name if self._picked else self.typed

    @property
    def key(self) -> str:
        """Key of the row that will be used."""
        return NEW_KEY if self.existing is None else f"{_GROUP_KEY}{self.existing.name.lower()}"

    @property
    def deleting(self) -> bool:
        """Whether the name is that of a group on its way out."""
        return self.existing is not None and _deleting(self.existing)

    @property
    def worth_asking(self) -> bool:
        """Whether Azure has something to say about a name not yet asked about."""
        lowered = self.name.lower()
        return not names.group_name_error(self.name) and lowered not in self._free and lowered not in self._unknown

    def missing(self) -> str:
        """Why this cannot be used yet, as a sentence; empty when it can."""
        group = self.existing
        if group is not None:
            return f"{group.name} is being deleted: wait, or use another name." if _deleting(group) else ""
        if error := names.group_name_error(self.typed):
            return error
        known = self._groups is not None or self.typed.lower() in self._free or self.typed.lower() in self._unknown
        return "" if known else "Azure has not answered yet whether this name is free."

    def rows(self, display_of: Callable[[str], str]) -> list[PickerRow]:
        """The new group (unless its name is taken or not allowed), then those that exist."""
        rows = []
        if (self.typed.lower() not in (self._groups or {})) and not names.group_name_error(self.typed):
            rows.append(PickerRow(NEW_KEY, (self.typed, "new group", "")))
        for group in (self._groups or {}).values():
            gone = _deleting(group)
            state = "being deleted" if gone else ("locked" if group.name.lower() in self._locks else "existing")
            cells = (group.name, display_of(group.location), state)
            rows.append(PickerRow(f"{_GROUP_KEY}{group.name.lower()}", cells, enabled=not gone, also=group.location))
        return rows

    def remark(self, display_of: Callable[[str], str]) -> Remark:
        """The remark below the name."""
        group = self.existing
        if group is not None:
            where = display_of(group.location)
            if _deleting(group):
                return f"✗ in {where}, being deleted: wait, or use another name", "wrong"
            if lock := self._locks.get(group.name.lower()):
                return f"! locked by {lock}: PipeOps cannot work in it", "warning"
            if hint := names.group_name_hint(group.name):
                return f"! in {where}, but {hint}", "warning"
            if self._picked is None:
                return f"! exists in {where}: Enter uses it there", "warning"
            return f"! in {where}: PipeOps can change everything in it", "warning"
        if error := names.group_name_error(self.typed):
            return ("", "muted") if not self.typed and not self.edited else (f"✗ {error}", "wrong")
        if why := self._unknown.get(self.typed.lower()):
            return f"? could not check whether it is free: {why}", "warning"
        if self._groups is not None or self.typed.lower() in self._free:
            hint = names.group_name_hint(self.typed)
            return (f"! free, but {hint}", "warning") if hint else ("✓ free: a new group will be created", "good")
        return "● asking Azure whether it is free", "muted"


def region_row(region: Region, closed: RegionRestriction | None = None) -> PickerRow:
    """A region in four columns: display name, name, geography, what is special. A closed one can be picked all the
    same: the group itself is allowed there."""
    remark = "no Kubernetes" if region.has_kubernetes is False else ""
    if closed is not None:
        # The whole reason is below the entry; here it would push the other columns out.
        remark = "closed by Microsoft" if closed.by_microsoft else "closed by a policy"
    recommended = "recommended" if region.recommended and not remark else ""
    return PickerRow(region.name, (region.display_name, region.name, region.geography, recommended), remark=remark)


def region_rows(regions: Iterable[Region], closed: Closed) -> list[PickerRow]:
    """All regions in their order, those that are closed at the end."""
    order = sorted(regions, key=lambda region: region.name in closed)
    return [region_row(region, closed.get(region.name)) for region in order]


def usual_region(regions: Sequence[Region], closed: Closed) -> str | None:
    """Name of the region that is chosen without a wish of the person's: the first that is open, recommended and has
    managed Kubernetes, or what comes nearest to it; None where there is none at all."""
    ranks = [
        (region.name in closed, not region.has_kubernetes, not region.recommended, number)
        for number, region in enumerate(regions)
    ]
    return regions[min(ranks)[-1]].name if ranks else None


def region_remark(
    region: Region | None,
    group: ResourceGroup | None,
    wanted: str | None,
    regions: Mapping[str, Region],
    closed: Closed,
) -> Remark:
    """The remark below the region."""
    if group is not None:
        fixed = "an existing group keeps its region"
        if group.location in closed:
            return f"! {fixed}, which is {_closed(closed[group.location])}: choose another one in PipeOps", "warning"
        if wanted is not None and region_name(wanted) != group.location:
            return f"! {fixed}, not --location", "warning"
        return f"  {fixed}", "muted"
    if region is None:
        return "", "muted"
    if wanted is not None and region_name(wanted) not in regions:
        return f"! --location {wanted} is not available to you", "warning"
    if region.name in closed:
        return f"! {_closed(closed[region.name])}: no servers here", "warning"
    if region.has_kubernetes is False:
        return "! no managed Kubernetes in this region", "warning"
    if region.has_kubernetes is None:
        return "? unknown whether it has Kubernetes", "warning"
    recommended = "recommended, " if region.recommended else ""
    return f"✓ {recommended}with managed Kubernetes", "good"


def _closed(restriction: RegionRestriction) -> str:
    named = f" ({restriction.policy})" if restriction.policy and not restriction.by_microsoft else ""
    return f"{why_closed(restriction)}{named}"


def _deleting(group: ResourceGroup) -> bool:
    return group.provisioning_state == DELETING
