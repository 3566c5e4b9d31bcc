"""Five values after a change: a second paste, a value that was typed, the right ones in place of wrong ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeops_tui.core.secret import Secret
from pipeops_tui.doctor.finding import RightValue
from pipeops_tui.doctor.five_values import IDS, FiveValues, Flaw, OtherValue, ValueName

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
        others=(*(other for other in before.others if other.name not in given), *new.others),
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


def with_next(values: FiveValues, name: ValueName) -> FiveValues:
    """`values` with the next one that was given for this value in its place; the one before it can be chosen again."""
    mine = [other for other in values.others if other.name is name]
    if not mine:
        return values
    used = values.secret if name is ValueName.SECRET else values.text(name)
    kept = [other for other in values.others if other.name is not name]
    before = [OtherValue(name, used)] if used else []
    return replace(
        values,
        others=(*kept, *mine[1:], *before),
        flaws=tuple(flaw for flaw in values.flaws if flaw.name is not name),
        **{_FIELDS[name]: mine[0].value},  # type: ignore[arg-type]  # of the type that it has
    )


def _in_order(flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    names = tuple(ValueName)
    return tuple(sorted(flaws, key=lambda flaw: names.index(flaw.name)))
