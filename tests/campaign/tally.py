"""What a campaign counts, and the table it prints."""

from __future__ import annotations

from dataclasses import dataclass, field, fields


@dataclass(slots=True)
class Tally:
    """Figures of a campaign; those under `must be none` are failures of the program."""

    runs: int = 0
    at_once: int = 0
    after_continue: int = 0
    undone: int = 0
    duplicate_applications: int = 0
    duplicate_principals: int = 0
    duplicate_assignments: int = 0
    duplicate_secrets: int = 0
    left_behind: int = 0
    foreign_touched: int = 0
    not_finished: int = 0
    crashes: int = 0
    stories: list[str] = field(default_factory=list)
    """One line for each run that did not end as it must."""

    @property
    def clean(self) -> bool:
        """Whether every run ended as it must."""
        return not self.stories and self.runs == self.at_once + self.after_continue + self.undone

    def table(self) -> str:
        """The figures as text, and the stories behind those that must be none."""
        width = max(len(_label(item.name)) for item in fields(self))
        lines = [
            f"{_label(item.name):<{width}}  {value:>6}"
            for item in fields(self)
            if isinstance(value := getattr(self, item.name), int)
        ]
        return "\n".join([*lines, *(f"  {story}" for story in self.stories)])


def _label(name: str) -> str:
    return name.replace("_", " ")
