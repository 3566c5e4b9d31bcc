"""What the list of subscriptions holds: tenants in the order in which they came, so that nothing that is shown moves.
Pure."""

from __future__ import annotations

from pipeops_tui.core.model import Subscription, SubscriptionPage, Tenant
from pipeops_tui.ui.base.checking import count
from pipeops_tui.ui.widgets.key_names import key_in_words
from pipeops_tui.ui.widgets.picker_rows import PickerRow

_LOCKED = "tenant:"


class SubscriptionRows:
    """Grows at the end, page by page; a tenant that was locked opens where its row stands."""

    def __init__(self) -> None:
        self.by_id: dict[str, Subscription] = {}
        self._tenants: dict[str, Tenant] = {}
        self._rows: dict[str, list[PickerRow]] = {}
        """Of each tenant; the order of the tenants is that of their first pages."""

    @property
    def tenants(self) -> int:
        """How many have answered, locked ones included."""
        return len(self._tenants)

    @property
    def none_found(self) -> str:
        """What is true where there is no subscription: a tenant that could not be read can have some."""
        unread = sum(tenant.locked is not None for tenant in self._tenants.values())
        if not unread:
            return f"No subscription found. Press {key_in_words('F5')} to check again."
        of = f"{unread} of {count(self.tenants, 'tenant')} could not be read"
        again = f"{key_in_words('F5')} to check all again"
        return f"No subscription found, but {of}. Press Enter on one to try it, or {again}."

    @property
    def rows(self) -> list[PickerRow]:
        """All of them, from top to bottom."""
        return [row for rows in self._rows.values() for row in rows]

    def add(self, page: SubscriptionPage) -> None:
        """One more page. A tenant may have a second one, with what other organizations delegated to it."""
        tenant = page.tenant
        before = self._tenants.get(tenant.tenant_id)
        rows = self._rows.setdefault(tenant.tenant_id, [])
        if before is not None and before.locked is not None:
            rows.clear()
        if tenant.locked is not None:
            rows.append(_locked_row(tenant))
        self._tenants[tenant.tenant_id] = tenant
        rows.extend(_row(one) for one in page.subscriptions)
        self.by_id.update((one.subscription_id, one) for one in page.subscriptions)

    def locked(self, row: PickerRow | None) -> Tenant | None:
        """The tenant that `row` stands for, if it is one that asks to be signed in to."""
        if row is None or not row.key.startswith(_LOCKED):
            return None
        tenant = self._tenants.get(row.key.removeprefix(_LOCKED))
        return tenant if tenant is not None and tenant.locked is not None else None

    def likeliest(self, *wanted: str, tenant_id: str | None, home: str) -> list[str]:
        """Ids in the order in which they would be preselected: those `wanted`, then what can be used of the tenant
        asked for, of the account's own, of any."""
        usable = [one for one in self.by_id.values() if not one.unusable]
        usable.sort(key=lambda one: (one.tenant_id != tenant_id, one.tenant_id != home))
        return [*(one for one in wanted if one in self.by_id), *(one.subscription_id for one in usable)]


def _row(one: Subscription) -> PickerRow:
    return PickerRow(
        key=one.subscription_id,
        cells=(one.display_name, one.tenant_name, one.subscription_id, one.state.value.lower()),
        remark=one.unusable,
        enabled=not one.unusable,
        also=one.tenant_id,
    )


def _locked_row(tenant: Tenant) -> PickerRow:
    if tenant.closed and tenant.locked is not None:
        return PickerRow(
            key=f"{_LOCKED}{tenant.tenant_id}",
            cells=(tenant.display_name or tenant.tenant_id, "", "", ""),
            remark=tenant.locked.title,
            enabled=False,
            also=tenant.tenant_id,
        )
    return PickerRow(
        key=f"{_LOCKED}{tenant.tenant_id}",
        cells=(tenant.display_name or tenant.tenant_id, "", "", ""),
        remark="locked: Enter signs in" if tenant.asks_sign_in else "could not be read: Enter tries again",
        also=tenant.tenant_id,
    )
