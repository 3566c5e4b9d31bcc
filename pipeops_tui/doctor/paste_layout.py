"""Finds names with their values in cleaned text: JSON, lines of many kinds, tables; and what stands without a name."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeops_tui.doctor.five_values import IDS, ValueName
from pipeops_tui.doctor.paste_documents import LONGEST_VALUE, documents_in
from pipeops_tui.doctor.value_forms import as_guid, is_domain, may_be_secret
from pipeops_tui.doctor.value_names import (
    LONGEST_NAME_OF_A_VALUE,
    is_name_of_names,
    is_name_of_secret_id,
    is_name_of_values,
    value_named,
)

_WIDE: Final = re.compile(r"[ \t]{3,}")
"""Between columns; made short, because other patterns look for blanks too."""
_LONGEST_LINE: Final = 4_000
MOST_LINES: Final = 2_500
"""Lines that are read of the beginning, and of the end: in a log the values can be at either."""
_BULLET: Final = re.compile(r"^\s*(?:[-*+•‣·◦–—]\s+|\(?\d{1,2}[.)]\s+|\d{1,2}\s{2,}|#{1,6}\s+)")
_DECLARATION: Final = re.compile(
    r"^\s*(?:export|set|setx|declare\s+-x|env|-e|--env|let|const|var|final|string|\[string\])\s+(?=\S)|^\s*\$(?:env:)?(?=\w)",
    re.IGNORECASE,
)
_SIGN_IN: Final = re.compile(r"\baz login\b.*--service-principal")
_BRACKETED: Final = re.compile(r"^\s*(?:Env:|\[(?:System\.)?Environment\]::SetEnvironmentVariable\()", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"\s*(?::=|=>|->|[:=：＝→⇒﹕])\s*|\s*\t\s*|\s+[–—-]\s+|\s+|,\s*(?=[\"'])")
_HARD: Final = re.compile(r"[:=：＝→⇒﹕>\t,–—-]")
"""What separates a name from its value although the value has blanks in it."""
_CELLS: Final = re.compile(r"\s*[|│┃]\s*|\t+|\s{2,}")
_ONLY_SEPARATORS: Final = re.compile(r"[:=：＝→⇒﹕>–—-]*")
_COLUMNS: Final = re.compile(r"\s*[|│┃,;]\s*|\t+|\s{2,}")
_PIECES: Final = re.compile(r"\s*[,;]\s*|\s+(?=-e\s|--[a-z])|\s+(?=[A-Za-z_]\w*=)")
"""Between several names with values on one line."""
_ELEMENT: Final = re.compile(r"<\w+\s+(?:key|name)=\"([^\"<>]+)\"\s+value=\"([^\"<>]*)\"\s*/?>")
_QUOTED: Final = re.compile(r"\s*([\"']).*\1[\s,;]*")
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+")
_LABEL: Final = re.compile(r"[\w .()/_’'-]+")
_LABEL_OF_A_GROUP: Final = re.compile(r".*[\s:].*|resource_?group(?:_?name)?", re.IGNORECASE)
"""A group can be called `my-rg`: a single word alone names a group only if it is one of these."""
_RULE: Final = re.compile(r"[\s|:+=─━═┄┼┃│-]+")
_COMMENT: Final = re.compile(r"\s+(?:#|//|<!--).*$")
_QUOTES: Final = "\"'`´“”„‟«»‘’‚‛"
_AROUND: Final = f"{_QUOTES}*"
_TOKENS: Final = re.compile(r"[\s,;|]+")
_MESSAGE_WORDS: Final = (
    "a an and are be been but by can cannot could denied does error expired failed for found from has have if in "
    "incorrect invalid is it its missing must not of or please provided refused required should that the this to "
    "unauthorized unknown valid was were which will with wrong you your"
)
_OF_MESSAGES: Final = frozenset(_MESSAGE_WORDS.split())
"""Words that stand in messages and in no value."""
_MOST_WORDS: Final = 12
"""More words on a line are a sentence."""


@dataclass(slots=True, repr=False)
class PasteLayout:
    """What was found. It holds secrets, so it has no representation, and exists only while a text is read."""

    named: list[tuple[ValueName, str]] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    """Single words without a name, in their order."""
    has_secret_id: bool = False
    """Whether a secret's id was named as such."""
    is_cut: bool = False
    """Whether lines in the middle were left out."""


def layout_of(text: str) -> PasteLayout:
    """Names and values in `text`, which is clean."""
    documents = documents_in(text)
    found = PasteLayout(documents.named, has_secret_id=documents.has_secret_id)
    lines = [line for line in documents.rest.split("\n") if line.strip()]
    if len(lines) > 2 * MOST_LINES:
        found.is_cut = True
        lines = [*lines[:MOST_LINES], *lines[-MOST_LINES:]]
    lines = [_WIDE.sub(_narrow, line[:_LONGEST_LINE].rstrip()) for line in lines]
    _read_lines([line for line in lines if line.strip()], found)
    return found


def _narrow(blanks: re.Match[str]) -> str:
    return "\t" if "\t" in blanks[0] else "  "


def without_quotes(text: str) -> str:
    """`text` without blanks, quotes and the separators of programs around it."""
    before = None
    while text != before:
        before = text
        text = text.strip().rstrip(",;").strip(_QUOTES)
        text = re.sub(r"^(\*{1,2})(.+)\1$", r"\2", re.sub(r"^(?:\*{1,2}\s+)+", "", text))
    return text


def _read_lines(lines: Sequence[str], found: PasteLayout) -> None:
    reader = _LineReader(found)
    for line in lines:
        if _RULE.fullmatch(line) and not any(character.isalnum() for character in line):
            continue
        reader.read(_ELEMENT.sub(r"\1=\2", line))


class _LineReader:
    """Reads lines one after the other, and remembers what an earlier one has named."""

    def __init__(self, found: PasteLayout) -> None:
        self._found = found
        self._waiting: deque[ValueName | None] = deque()
        """Names whose values come on later lines; None for one that is not used."""
        self._columns: list[ValueName | None] = []
        self._setting: ValueName | None = None
        """What `name: …` has named, so that `value: …` gives it."""

    def read(self, line: str) -> None:
        """Read one line that is not blank."""
        if self._columns and _read_row(line, self._columns, self._found):
            self._columns = []
            return
        self._columns = []
        if head := _head_of(line):
            self._columns = head
            self._waiting.clear()
            return
        pieces = [_undeclared(piece) for piece in _PIECES.split(_with_names(_BULLET.sub("", line)))]
        pairs = [pair for piece in pieces if (pair := _pair_in(piece)) is not None and pair[1]]
        if len(pairs) > 1:
            self._found.named += pairs
            self._waiting.clear()
            return
        stripped = _undeclared(_BULLET.sub("", line))
        if self._read_alone(stripped) or self._read_pair(stripped):
            return
        if pairs and len(pieces) > 1:
            self._found.named += pairs
        else:
            self._read_bare(stripped)

    def _read_alone(self, line: str) -> bool:
        """Read a name whose value comes on a later line."""
        text = line.strip(f" {_AROUND}|")
        if is_name_of_secret_id(text):
            self._found.has_secret_id = True
            self._waiting.append(None)
            return True
        label = text.rstrip(":： ")
        name = value_named(label) if _LABEL.fullmatch(label) else None
        if name is None or (name is ValueName.GROUP and not _LABEL_OF_A_GROUP.fullmatch(text)):
            return False
        if name is ValueName.GROUP and list(self._waiting) == [name]:
            return False
        self._waiting.append(name)
        return True

    def _read_pair(self, line: str) -> bool:
        cells = [cell for cell in _CELLS.split(line) if cell.strip()]
        if len(cells) > 1 and value_named(cells[0]) and _ONLY_SEPARATORS.fullmatch(cells[1]) is None:
            line = f"{cells[0]}\t{cells[1]}"
        for name, _, value in _splits(line):
            text = without_quotes(value)
            if is_name_of_secret_id(name):
                self._found.has_secret_id = True
                self._waiting.clear()
                return True
            if is_name_of_names(name) and (which := value_named(text)):
                self._setting = which
                return True
            if is_name_of_values(name) and self._setting:
                self._found.named.append((self._setting, value))
                self._setting = None
                return True
            if is_name_of_values(name) and may_be_secret(text):
                self._found.named.append((ValueName.SECRET, value))
                return True
        pair = _pair_in(line)
        if pair is None:
            return False
        self._waiting.clear()
        if pair[1]:
            self._found.named.append(pair)
        return True

    def _read_bare(self, line: str) -> None:
        """Read values without a name, or the value of a name on an earlier line."""
        text = without_quotes(_COMMENT.sub("", line))
        if self._waiting:
            text = text.lstrip(":=： ")
            if not text or _is_sentence(text) or len(text) > LONGEST_VALUE:
                return
            name = self._waiting.popleft()
            if name is not None:
                self._found.named.append((name, text))
            return
        if "://" in text or text.endswith(":"):
            return
        words = [word for part in _TOKENS.split(text) if (word := without_quotes(part))]
        if len(words) == 1 or (1 < len(words) <= _MOST_WORDS and sum(bool(as_guid(word)) for word in words) > 1):
            self._found.bare += words


def _with_names(line: str) -> str:
    """`line` with the long names of the short options of `az login`."""
    if _SIGN_IN.search(line) is None:
        return line
    return re.sub(r"\s-u\s+", " --client-id ", re.sub(r"\s-p\s+", " --client-secret ", line))


def _undeclared(line: str) -> str:
    line = _DECLARATION.sub("", _BRACKETED.sub("", line.strip().strip("|│┃").strip()))
    return line.rstrip(")") if line.count(")") > line.count("(") else line


def _head_of(line: str) -> list[ValueName | None]:
    """The columns of a table's head; empty where the line is none. `Client ID | Client Secret`."""
    cells = [cell for cell in _COLUMNS.split(line.strip().strip("|│┃").strip()) if cell]
    named = [ValueName.SECRET if is_name_of_values(cell) else value_named(cell) for cell in cells]
    columns = {name for name in named if name is not None}
    is_head = len(columns) > 1 or (bool(columns) and any(map(is_name_of_secret_id, cells)))
    return named if is_head and not any(as_guid(cell) for cell in cells) else []


def _read_row(line: str, columns: Sequence[ValueName | None], found: PasteLayout) -> bool:
    """Read the line below a head; False where it does not fit."""
    cells = [cell for cell in _COLUMNS.split(line.strip().strip("|│┃").strip()) if cell]
    if len(cells) != len(columns):
        return False
    found.named += [(name, cell) for name, cell in zip(columns, cells, strict=True) if name is not None]
    return True


def _pair_in(line: str) -> tuple[ValueName, str] | None:
    """`name: value`, with an empty value where `name=` gives none; None where the line is no pair."""
    for name, separator, value in _splits(line):
        which = value_named(name)
        if which is None:
            continue
        value = _COMMENT.sub("", value)
        if "=" in separator and not without_quotes(value):
            return which, ""
        is_plain = _VARIABLE.fullmatch(name.strip()) is not None or _QUOTED.fullmatch(value) is not None
        if _can_be(which, name, value, is_hard=is_plain or _HARD.search(separator) is not None):
            return which, value
    return None


def _splits(line: str) -> Iterator[tuple[str, str, str]]:
    """Where the line can be a name, a separator and a value; the longest name first."""
    found = [
        (line[: match.start()], match[0], line[match.end() :])
        for match in _SEPARATOR.finditer(line[: LONGEST_NAME_OF_A_VALUE + 20])
        if match.start() and match.end() <= len(line)
    ]
    yield from reversed(found)


def _can_be(name: ValueName, label: str, value: str, *, is_hard: bool) -> bool:
    """Whether `value` can be meant as this one, and is no part of a sentence."""
    text = without_quotes(value)
    if not text or len(text) > LONGEST_VALUE:
        return False
    if not is_hard:
        if name in IDS:
            return bool(as_guid(text)) or (name is ValueName.TENANT and is_domain(text))
        if re.search(r"\s", text):
            return False
        if name is ValueName.GROUP:
            return label.strip().lower() == name.lower()
        return any(map(str.isdigit, text))
    return not _is_sentence(text)


def _is_sentence(text: str) -> bool:
    """Whether it is words of a message: two or more, some of which only messages have, in no brackets."""
    words = [word.strip(".,;:!?'()") for word in text.split()]
    if len(words) > _MOST_WORDS:
        return True
    is_value = as_guid(words[0]) or may_be_secret(words[0]) or text[0] in "<[{("
    return len(words) > 1 and not is_value and not _OF_MESSAGES.isdisjoint(word.lower() for word in words)
