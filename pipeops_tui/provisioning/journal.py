"""A run's journal: what it holds, and the state that replaying it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pipeops_tui.model import Plan
from pipeops_tui.problem import Problem


class JournalUnavailable(Exception):
    """The journal cannot be written (full disk, no permission). `problem` says so for the person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class RunState:
    """Everything known about one run."""

    run_id: str
    resource_manager: str
    plan: Plan


class Journal(Protocol):
    """Where a run's entries are kept."""
