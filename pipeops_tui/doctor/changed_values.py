"""Five values after a change: a second paste, a value that was typed, the right ones in place of wrong ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeops_tui.core.secret import Secret
from pipeops_tui.doctor.finding import RightValue
from pipeops_tui.doctor.five_values import IDS, FiveValues, Flaw, ValueName

_FIELDS = {
    ValueName.GROUP: "group_name",
    ValueName.TENANT: "tenant_id",
    ValueName.CLIENT: "client_id",
    ValueName.SECRET: "secret",
    ValueName.SUBSCRIPTION: "subscription_id",
}


def combined(before: FiveValues, new: FiveValues) -> FiveValues:
    """`before` with what `new` has in its place; `before` itself where `new` has nothing."""
    given = [name for name in ValueName if new.has(name)]
    if not given and not new.error_codes:
        return before
    texts: dict[str, str | Secret | None] = {_FIELDS[name]: getattr(new, _FIELDS[name]) for name in given}
    kept = (flaw for flaw in before.flaws if flaw.name not in given)
    still_guessed = before.is_order_guessed and not set(IDS) <= set(given)
    return replace(
        before,
        **texts,  # type: ignore[arg-type]  # each field of the type that it has
        flaws=_in_order((*kept, *new.flaws)),
        exchanged=new.exchanged,
        error_codes=tuple(dict.fromkeys((*before.error_codes, *new.error_codes))),
        is_order_guessed=new.is_order_guessed or still_guessed,
    )


def corrected(values: FiveValues, right: Iterable[RightValue]) -> FiveValues:
    """`values` with those that are known to belong in their places."""
    for one in right:
        values = replace(
            values,
            flaws=tuple(flaw for flaw in values.flaws if flaw.name is not one.name),
            is_order_guessed=False,
            **{_FIELDS[one.name]: one.text},  # type: ignore[arg-type]  # never the secret
        )
    return values


def _in_order(flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    names = tuple(ValueName)
    return tuple(sorted(flaws, key=lambda flaw: names.index(flaw.name)))
