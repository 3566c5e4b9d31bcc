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
    """What is wrong with the form of a value that was given."""

    name: ValueName
    reason: str
    """A sentence that quotes no more than one character of the value."""
    given: str = ""
    """The value; empty where it can be a secret that stands in the wrong place."""

    @property
    def sentence(self) -> str:
        """The value, where it can be shown, and what is wrong with it."""
        return f"Given was {self.given}. {self.reason}" if self.given else self.reason


@dataclass(frozen=True, slots=True)
class OtherValue(PlainTexts):
    """One more that was given for a value, and is not used."""

    name: ValueName
    value: str | Secret
    """A `Secret` where it is a client secret."""


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
    others: tuple[OtherValue, ...] = ()
    """What was given as well for a value that is there, in the order of the text."""
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
        return "–" if self.secret is None else shown_secret(self.secret)

    def flaw(self, name: ValueName) -> str:
        """What is wrong with the form of this value; empty where nothing is."""
        flaw = self.flaw_of(name)
        return flaw.reason if flaw is not None else ""

    def flaw_of(self, name: ValueName) -> Flaw | None:
        """The flaw of this value; None where it has none."""
        return next((flaw for flaw in self.flaws if flaw.name is name), None)

    def others_of(self, name: ValueName) -> tuple[str | Secret, ...]:
        """What was given as well for this value."""
        return tuple(other.value for other in self.others if other.name is name)

    def forget_secrets(self) -> None:
        """Drop the client secret, and others that were given."""
        for one in (self.secret, *self.others_of(ValueName.SECRET)):
            if isinstance(one, Secret):
                one.forget()

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


def shown_secret(secret: Secret) -> str:
    """Only how long it is."""
    length = len(secret.reveal())
    return f"{MASK} ({length} character{'' if length == 1 else 's'})"


def others_given(values: FiveValues) -> list[str]:
    """A sentence for each value of which more than one was given, with those that are not used."""
    sentences = []
    for name in ValueName:
        if others := values.others_of(name):
            shown = ", ".join(shown_secret(one) if isinstance(one, Secret) else one for one in others)
            sentences.append(f"{name}: {len(others) + 1} were given, and the first is used. Not used: {shown}.")
    return sentences


def names_of(names: Mapping[ValueName, object] | tuple[ValueName, ...]) -> str:
    """`Tenant ID, Client ID and Client Secret`."""
    *others, last = [name.value for name in names]
    return f"{', '.join(others)} and {last}" if others else last
