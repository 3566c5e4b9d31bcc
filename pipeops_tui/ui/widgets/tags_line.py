"""The tags of a new resource group: shown where a policy requires them, checked while they are typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Paste
from textual.message import Message
from textual.widgets import Input, Static

from pipeops_tui.core import names
from pipeops_tui.core.model import PolicyFinding
from pipeops_tui.ui.widgets.fields import TextEntry
from pipeops_tui.ui.widgets.showing import remark

Tags = tuple[tuple[str, str], ...]


class _TagsEntry(TextEntry):
    """Takes all lines of a paste, a tag each."""

    MOST_PASTED = names.TAGS_LENGTH_MAX

    def on_paste(self, event: Paste) -> None:
        """Join the lines with commas: the entry would take the first line only."""
        lines = [line.strip().rstrip(",;") for line in event.text.splitlines()]
        if len(lines) > 1:
            event.text = names.join_tags([line for line in lines if line])


class TagsLine(Vertical):
    """A label, the tags as `name=value, name=value`, and a remark. Hidden until a policy requires tags."""

    DEFAULT_CSS = """
    TagsLine {
        height: auto;
        & > Horizontal { height: 1; }
        & Static.label { width: 8; color: $text-muted; }
        & TextEntry { width: 1fr; }
    }
    """

    @dataclass
    class Changed(Message):
        """Other tags have been typed."""

        line: TagsLine

        @property
        def control(self) -> TagsLine:
            """For `@on` selectors."""
            return self.line

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._demands: dict[str, PolicyFinding] = {}
        self._entry = _TagsEntry(placeholder="name=value, name=value", id="tags-entry")
        self._remark = Static(classes="remark", markup=False)
        self.display = False

    def compose(self) -> ComposeResult:
        """The line, and the remark below it."""
        with Horizontal():
            yield Static("Tags", classes="label", markup=False)
            yield self._entry
        yield self._remark

    @property
    def entry(self) -> TextEntry:
        """The input, for focus."""
        return self._entry

    @property
    def error(self) -> str:
        """Why Azure would refuse what is typed; empty when it would not, or when no tags are asked for."""
        return names.tags_error(self._entry.value) if self.display else ""

    @property
    def tags(self) -> Tags:
        """What is typed; nothing as long as it cannot stay."""
        return () if self.error or not self.display else names.parse_tags(self._entry.value)

    def forget(self) -> None:
        """Another subscription, with other policies: what only the old ones asked for goes, what was typed
        stays."""
        asked = {_beginning(finding) for finding in self._demands.values()}
        kept = [part for part in names.split_tags(self._entry.value) if part not in asked]
        self._demands.clear()
        self._write(names.join_tags(kept))
        self.display = bool(kept)

    def show(self, tags: Tags) -> None:
        """Tags that were chosen elsewhere."""
        self.display = self.display or bool(tags)
        if tags and tags != self.tags:
            self._write(names.spell_tags(tags))

    def demand(self, findings: Sequence[PolicyFinding]) -> None:
        """Ask for the tags that policies want. What was asked for once stays."""
        new = {finding.tag.casefold(): finding for finding in findings if finding.tag}
        unheard = [finding for name, finding in new.items() if name not in self._demands]
        self._demands |= new
        parts = names.split_tags(self._entry.value)
        given = {part.partition("=")[0].strip().casefold() for part in parts}
        wanted = [_beginning(finding) for finding in unheard if finding.tag.casefold() not in given]
        self.display = self.display or bool(self._demands)
        if wanted:
            self._write(names.join_tags([*parts, *wanted]))
        self._judge()

    def _write(self, text: str) -> None:
        with self._entry.prevent(Input.Changed):
            self._entry.value = text
        self._entry.cursor_position = len(text)
        self._judge()

    def _judge(self) -> None:
        glyph, mood, text = self._verdict()
        remark(self._remark, f"{glyph} {text}", mood)

    def _verdict(self) -> tuple[str, str, str]:
        asked = _listed(finding.tag for finding in self._demands.values())
        if self.error:
            why = f" A policy of your organization requires {asked}." if asked else ""
            return "✗", "wrong", f"{self.error}{why}"
        given = {name.casefold(): value for name, value in self.tags}
        for name, finding in self._demands.items():
            if name not in given:
                return "!", "warning", f"a policy of your organization requires {finding.tag}"
            if finding.allowed and given[name] not in finding.allowed:
                return "!", "warning", f"{finding.tag} must be {' or '.join(finding.allowed)}"
        return ("✓", "good", f"with {asked}, as a policy requires") if asked else (" ", "muted", "")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._judge()
        self.post_message(self.Changed(self))


def _beginning(finding: PolicyFinding) -> str:
    """`name=`, with the value where only one is allowed."""
    return f"{finding.tag}={finding.allowed[0] if len(finding.allowed) == 1 else ''}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
