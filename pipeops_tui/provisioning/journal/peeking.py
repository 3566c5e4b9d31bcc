"""Reads the journals of a directory as they are: nothing is locked, renamed, deleted or changed, and no cloud is left
out. Loads little, for a command that only prints a list."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.core.private_files import read_unchanged
from pipeops_tui.provisioning.journal.codec import (
    SUFFIX,
    CorruptJournalError,
    ForeignJournalError,
    complete_lines,
    read_state,
)
from pipeops_tui.provisioning.journal.run_state import RunState

LARGEST: Final = 1_000_000
"""Bytes; a journal of a run that was resumed a hundred times stays far below."""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run of an earlier process, as read from its journal."""

    path: Path
    state: RunState


@dataclass(frozen=True, slots=True)
class Peek(PlainTexts):
    """All runs found in the journals, newest first."""

    runs: tuple[RecordedRun, ...] = ()
    complaints: tuple[str, ...] = ()
    """A sentence for each file that cannot be used."""


def peek(directory: Path) -> Peek:
    """The runs of every journal in `directory`, which need not exist; of one that another process is writing, as far as
    it has come. Never raises."""
    runs: list[RecordedRun] = []
    complaints: list[str] = []
    try:
        paths = sorted(path for path in directory.iterdir() if path.name.endswith(SUFFIX))
    except FileNotFoundError:
        return Peek()
    except OSError as error:
        return Peek(complaints=(f"The journals in {directory} cannot be read: {error.strerror or error}.",))
    for path in paths:
        try:
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
                raise ForeignJournalError("it was not written by pipeops-tui")
            state = read_state(complete_lines(read_unchanged(path, LARGEST)))
        except FileNotFoundError:
            continue  # another process has just dealt with it
        except (CorruptJournalError, ForeignJournalError) as error:
            complaints.append(f"The journal {path.name} cannot be used: {error}.")
        except OSError as error:
            complaints.append(f"The journal {path.name} cannot be read: {error.strerror or error}.")
        else:
            runs += [RecordedRun(path, state)] if state is not None else []
    runs.sort(key=lambda run: run.state.begun, reverse=True)
    return Peek(tuple(runs), tuple(complaints))
