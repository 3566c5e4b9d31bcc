"""What a subscription can use of a region: virtual processors (vCPUs) and sizes of virtual machines."""

from __future__ import annotations

from dataclasses import dataclass

from pipeops_tui.core.plain_text import PlainTexts


@dataclass(frozen=True, slots=True)
class Quota(PlainTexts):
    """How many vCPUs are used and allowed in a region: by a family of sizes, e.g. `standardDSv5Family`, or in all
    (`cores`)."""

    name: str
    used: int
    limit: int

    @property
    def free(self) -> int:
        """How many more can be used; a limit can have been lowered below what is used."""
        return max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class MachineSize(PlainTexts):
    """A size of virtual machines, e.g. `Standard_D2s_v5`, as a region offers it to a subscription."""

    name: str
    family: str
    cores: int
    """vCPUs of one machine."""
    closed: bool = False
    """Whether the subscription cannot use it anywhere in the region."""
