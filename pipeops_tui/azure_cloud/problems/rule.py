"""The shape of one row of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeops_tui.azure_cloud.problems.evidence import Evidence
from pipeops_tui.problem import FailureKind


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads; the parts of a `Problem` that a rule writes."""

    title: str
    what: str
    why: str = ""
    remedy: str = ""
    who: str = ""
    link: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """When `applies`, the failure is of `kind` and reads as `text` says. The first row that applies decides."""

    name: str
    kind: FailureKind
    applies: Callable[[Evidence], bool]
    text: Callable[[Evidence], Text]
