"""The text of a run's journal: one JSON object a line, encoded and checked by msgspec from the classes in `entries`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import MsgspecError, Struct, json, to_builtins

from pipeops_tui.core.names import is_guid
from pipeops_tui.provisioning.journal.entries import Begun, Entry, Intended, Made, Subject
from pipeops_tui.provisioning.journal.replay import begin, replay
from pipeops_tui.provisioning.journal.run_state import RunState

if TYPE_CHECKING:
    from pipeops_tui.core.problem import Problem

FORMAT: Final = "pipeops-tui run"
SUFFIX: Final = ".journal"
"""Of the files that hold such texts."""
VERSION: Final = 3
"""What is written. Programs that know only older versions leave such a journal alone: they would forget it after 30
days, and remove the secret that a renewal keeps."""
_VERSIONS = (1, 2, VERSION)
_UNREADABLE = (MsgspecError, UnicodeError, RecursionError)


class _Header(Struct):
    """What the first line of every version tells, whatever else it holds."""

    format: object = None
    version: object = None


_HEADER: Final = json.Decoder(_Header)
_ENTRY: Final = json.Decoder(Entry)


class JournalUnavailable(Exception):  # noqa: N818 - named for what is the case
    """The journal cannot be written (full disk, no permission, in use). `problem` explains it to the user."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class ForeignJournalError(ValueError):
    """The text was not written by this program, or by a version of it whose journals are not understood."""

    def __init__(self, reason: str, *, from_other_version: bool = False) -> None:
        super().__init__(reason)
        self.from_other_version = from_other_version


class CorruptJournalError(ValueError):
    """The text began as a journal of this program, but cannot be trusted."""


class Journal(Protocol):
    """The destination of one run's entries. One process at a time holds it."""

    async def append(self, entry: Entry) -> None:
        """Returns when `entry` would survive a power cut; raises `JournalUnavailable` when it could not be written."""

    def close(self) -> None:
        """Release it. Can be called again."""


def to_line(entry: Entry) -> str:
    """`entry` as one line, newline included. The first line of a journal also names the format and its version.

    Raises `CorruptJournalError` for what `read_state` would refuse: the whole journal would be lost with it.
    """
    value: dict[str, object] = to_builtins(entry)
    if isinstance(entry, Begun):
        value = {"format": FORMAT, "version": VERSION} | value
    line = json.encode(value) + b"\n"
    _entry(1, line)
    return line.decode()


def upgraded(text: bytes) -> bytes:
    """The bytes of a journal with the present version in its first line; as they are where it has it. Raises
    `CorruptJournalError` for what is no journal."""
    first, end, rest = text.partition(b"\n")
    try:
        header = _HEADER.decode(first)
        value: dict[str, object] = json.decode(first, type=dict)
    except _UNREADABLE as error:
        raise CorruptJournalError("line 1 cannot be read") from error
    if header.version == VERSION:
        return text
    return json.encode(value | {"version": VERSION, "older": True}) + end + rest


def complete_lines(text: bytes) -> bytes:
    """`text` without the half-written line a crash can leave at its end. No request was sent for such a line: one is
    sent only after its line, newline included, is on disk."""
    return text[: text.rfind(b"\n") + 1]


def read_state(text: bytes) -> RunState | None:
    """The state that the bytes of a journal give; None when even its first line is incomplete.

    Raises `ForeignJournalError` or `CorruptJournalError`, whose texts complete a sentence for the user.
    """
    lines = complete_lines(text).splitlines()
    if not lines:
        return None
    try:
        header = _HEADER.decode(lines[0])
    except _UNREADABLE:
        header = _Header()
    if header.format != FORMAT:
        raise ForeignJournalError("it was not written by pipeops-tui")
    if header.version not in _VERSIONS:
        raise ForeignJournalError("it was written by another version of pipeops-tui", from_other_version=True)
    if header.version != VERSION:
        lines = upgraded(complete_lines(text)).splitlines()
    return _replayed([_entry(number, line) for number, line in enumerate(lines, start=1)])


def _replayed(entries: Sequence[Entry]) -> RunState:
    try:
        return replay(entries) or begin(entries[0])
    except ValueError as error:
        raise CorruptJournalError(f"its lines contradict each other: {error}") from error


def _entry(number: int, line: bytes) -> Entry:
    try:
        entry: Entry = _ENTRY.decode(line)
    except _UNREADABLE as error:
        raise CorruptJournalError(f"line {number} cannot be read") from error
    if not all(map(is_guid, _guids(entry))):
        raise CorruptJournalError(f"line {number} cannot be read")
    return entry


def _guids(entry: Entry) -> tuple[str, ...]:
    """The ids in `entry` that must be GUIDs: they become parts of the paths of requests that delete."""
    match entry:
        case Begun(run_id=run_id, plan=plan):
            return (run_id, plan.tenant_id, plan.subscription_id)
        case Made(subject=Subject.APPLICATION, id=object_id, client_id=client_id):
            return (object_id, client_id)
        case Made(subject=Subject.PRINCIPAL, id=object_id):
            return (object_id,)
        case Made(subject=Subject.SECRET, name=name, id=key_id):
            return (name, key_id)
        case (
            Intended(subject=Subject.ASSIGNMENT | Subject.SECRET | Subject.GRANT, name=name)
            | Made(subject=Subject.ASSIGNMENT | Subject.GRANT, name=name)
        ):
            return (name,)
        case _:
            return ()
