"""The rows of the list of subscriptions: what they say, and that they stay where they are."""

from __future__ import annotations

from pipeops_tui.core.model import Subscription, SubscriptionPage, SubscriptionState, Tenant
from pipeops_tui.core.problem import Problem
from pipeops_tui.ui.steps.subscription.subscription_rows import SubscriptionRows

LOCK = Problem("Your organization asks for a second factor", "Fabrikam wants one.")


def tenant(name: str, *, locked: Problem | None = None, asks_sign_in: bool = False) -> Tenant:
    return Tenant(name, name.title(), locked=locked, asks_sign_in=asks_sign_in)


def one(
    number: str,
    of: str,
    state: SubscriptionState = SubscriptionState.ENABLED,
    *,
    home_tenant_id: str = "",
    spending_limit: str = "",
) -> Subscription:
    return Subscription(
        f"{of}-{number}",
        f"{of} {number}",
        of,
        of.title(),
        state,
        home_tenant_id=home_tenant_id,
        spending_limit=spending_limit,
    )


def page(of: Tenant, *subscriptions: Subscription) -> SubscriptionPage:
    return SubscriptionPage(of, subscriptions, 0)


def keys(rows: SubscriptionRows) -> list[str]:
    return [row.key for row in rows.rows]


def test_pages_are_added_at_the_end() -> None:
    rows = SubscriptionRows()
    rows.add(page(tenant("northwind"), one("1", "northwind")))
    rows.add(page(tenant("contoso"), one("1", "contoso"), one("2", "contoso")))
    assert keys(rows) == ["northwind-1", "contoso-1", "contoso-2"]
    assert rows.tenants == 2


def test_what_was_delegated_joins_what_the_tenant_has_itself() -> None:
    rows = SubscriptionRows()
    rows.add(page(tenant("contoso"), one("1", "contoso")))
    rows.add(page(tenant("northwind"), one("1", "northwind")))
    rows.add(page(tenant("contoso"), one("2", "contoso", home_tenant_id="fabrikam")))
    assert keys(rows) == ["contoso-1", "contoso-2", "northwind-1"]
    assert [row.remark for row in rows.rows] == ["", "another organization's", ""]
    assert [row.enabled for row in rows.rows] == [True, False, True]
    assert rows.tenants == 2


def test_a_locked_tenant_opens_where_its_row_stands() -> None:
    rows = SubscriptionRows()
    rows.add(page(tenant("fabrikam", locked=LOCK, asks_sign_in=True)))
    rows.add(page(tenant("northwind"), one("1", "northwind")))
    assert rows.rows[0].remark == "locked: Enter signs in"
    assert rows.rows[0].enabled
    found = rows.locked(rows.rows[0])
    assert found is not None
    assert found.tenant_id == "fabrikam"
    assert rows.locked(rows.rows[1]) is None

    rows.add(page(tenant("fabrikam"), one("1", "fabrikam"), one("2", "fabrikam")))
    assert keys(rows) == ["fabrikam-1", "fabrikam-2", "northwind-1"]
    assert rows.locked(rows.rows[0]) is None


def test_a_tenant_that_could_not_be_read_says_so_and_does_not_speak_of_signing_in() -> None:
    rows = SubscriptionRows()
    rows.add(page(tenant("fabrikam", locked=LOCK)))
    assert rows.rows[0].remark == "could not be read: Enter tries again"


def test_what_cannot_be_used_says_why() -> None:
    rows = SubscriptionRows()
    disabled = SubscriptionState.DISABLED
    rows.add(page(tenant("contoso"), one("1", "contoso", disabled), one("2", "contoso", disabled, spending_limit="On")))
    assert [row.remark for row in rows.rows] == ["disabled: billing stopped it", "disabled: its credit is spent"]
    assert not any(row.enabled for row in rows.rows)


def test_the_likeliest_is_what_was_asked_for_then_the_account_s_own() -> None:
    rows = SubscriptionRows()
    rows.add(page(tenant("northwind"), one("1", "northwind")))
    rows.add(page(tenant("contoso"), one("0", "contoso", SubscriptionState.DISABLED), one("1", "contoso")))
    assert rows.likeliest(tenant_id=None, home="contoso") == ["contoso-1", "northwind-1"]
    assert rows.likeliest("", "nowhere", "northwind-1", tenant_id=None, home="contoso")[0] == "northwind-1"
    assert rows.likeliest(tenant_id="northwind", home="contoso") == ["northwind-1", "contoso-1"]
