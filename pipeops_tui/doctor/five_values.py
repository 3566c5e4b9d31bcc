"""The five values that PipeOps asks for, as they were read, and what is wrong with the form of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.core.secret import MASK, Secret


class ValueName(StrEnum):
    """The labels of PipeOps' form, in its order."""

    GROUP = "Resource Group Name"
    TENANT = "Tenant ID"
    CLIENT = "Client ID"
    SECRET = "Client Secret"  # noqa: S105 - a label
    SUBSCRIPTION = "Subscription ID"


IDS = (ValueName.TENANT, ValueName.CLIENT, ValueName.SUBSCRIPTION)
"""Those that are GUIDs."""
SAME_AS_SECRET = "It is the same text as the Client Secret."  # noqa: S105 - a sentence
"""The flaw of a group's name that is not shown for that reason."""


@dataclass(frozen=True, slots=True)
class Flaw(PlainTexts):
    """What is wrong with the form of a value that was given. The value itself is not kept: it can be a secret that
    stands in the wrong place."""

    name: ValueName
    reason: str
    """A sentence that quotes no more than one character of the value."""


@dataclass(frozen=True, slots=True)
class FiveValues(PlainTexts):
    """What was taken for each value. An id is a GUID in lower case (a tenant can be a domain), and empty where it was
    not given or has a flaw."""

    group_name: str = ""
    tenant_id: str = ""
    client_id: str = ""
    secret: Secret | None = None
    subscription_id: str = ""
    flaws: tuple[Flaw, ...] = ()
    exchanged: tuple[tuple[ValueName, ValueName], ...] = ()
    """Pairs of values of which each has the form of the other; they were exchanged here."""
    is_order_guessed: bool = False
    """Whether nothing named the ids, so that their order is that of PipeOps' form until Azure tells another."""
    error_codes: tuple[str, ...] = ()
    """Azure's codes of errors that the text named, of those that are known."""

    def text(self, name: ValueName) -> str:
        """One of the four values that are not secret; empty for the secret."""
        return {
            ValueName.GROUP: self.group_name,
            ValueName.TENANT: self.tenant_id,
            ValueName.CLIENT: self.client_id,
            ValueName.SUBSCRIPTION: self.subscription_id,
        }.get(name, "")

    def shown(self, name: ValueName) -> str:
        """A value as a person is shown it: of the client secret only how long it is, and a dash where there is none."""
        if name is not ValueName.SECRET:
            return self.text(name) or "–"
        if self.secret is None:
            return "–"
        length = len(self.secret.reveal())
        return f"{MASK} ({length} character{'' if length == 1 else 's'})"

    def flaw(self, name: ValueName) -> str:
        """What is wrong with the form of this value; empty where nothing is."""
        return next((flaw.reason for flaw in self.flaws if flaw.name is name), "")

    @property
    def missing(self) -> tuple[ValueName, ...]:
        """Those that were not given, in the order of PipeOps' form."""
        return tuple(name for name in ValueName if not self.has(name))

    def has(self, name: ValueName) -> bool:
        """Whether the value was given, in whatever form."""
        is_there = self.secret is not None if name is ValueName.SECRET else bool(self.text(name))
        return is_there or bool(self.flaw(name))


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a pasted text, a file or the environment gave."""

    values: FiveValues = field(default_factory=FiveValues)
    remarks: tuple[str, ...] = ()
    """Sentences about what was taken off or not used. They quote nothing of the text."""
    unreadable: str = ""
    """A sentence about why nothing could be read at all; empty where that is not so."""


def names_of(names: Mapping[ValueName, object] | tuple[ValueName, ...]) -> str:
    """`Tenant ID, Client ID and Client Secret`."""
    *others, last = [name.value for name in names]
    return f"{', '.join(others)} and {last}" if others else last
