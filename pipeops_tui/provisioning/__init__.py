"""Create what the plan says, so that every run can be finished or undone. Pure: speaks to Azure through `core.ports`.

This module is the one door: other rooms import only from here. A module of the room is loaded when one of its names is
first used; most of them load msgspec and filelock, so whatever is loaded before the first frame imports names inside
functions.

    run.py            `Run`: one run, with the verbs the interface calls
    events.py         what a run tells meanwhile: rows and events
    creating.py       one attempt to create: which operations, in which order (`dependencies.py`), and how it ended
    undo.py           one attempt to remove everything again, and what is left
    inspection.py     what undo looks at before its first removal
    found_runs.py     the journal of what another computer created, or of what was made by hand
    operations/       what each operation needs, how it is made, checked and removed again
    job.py            what an operation works with: requests with retries, the journal, its row
    cancellation.py   stopping within a second
    progress_rows.py  the rows on screen and how they change
    receipt.py        what is told about a run once the interface has closed
    journal/          what was written down before and after each request, on disk and as a state
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeops_tui.core.lazy_names import lazy_names

if TYPE_CHECKING:
    from pipeops_tui.provisioning.creating import planned_rows
    from pipeops_tui.provisioning.events import (
        CredentialsReady,
        Event,
        Leftover,
        RetriesExhausted,
        RollbackStarted,
        Row,
        RowChanged,
        RowState,
        RunEnded,
        UndoEnded,
    )
    from pipeops_tui.provisioning.found_runs import FoundSecret, adopted, found_elsewhere
    from pipeops_tui.provisioning.journal.codec import Journal, JournalUnavailable
    from pipeops_tui.provisioning.journal.entries import Begun, Delivered, Entry, Intended, Made, Origin, Subject
    from pipeops_tui.provisioning.journal.journal_store import JournalStore, Survey
    from pipeops_tui.provisioning.journal.peeking import Peek, RecordedRun, peek
    from pipeops_tui.provisioning.journal.run_state import RunState, SecretRecord
    from pipeops_tui.provisioning.operations.await_owner import OwnerStep
    from pipeops_tui.provisioning.receipt import Receipt
    from pipeops_tui.provisioning.run import Run
    from pipeops_tui.provisioning.undo import Extent, leftovers
else:
    __getattr__ = lazy_names(
        __name__,
        {
            "creating": "planned_rows",
            "events": (
                "CredentialsReady Event Leftover RetriesExhausted RollbackStarted Row RowChanged RowState "
                "RunEnded UndoEnded"
            ),
            "found_runs": "FoundSecret adopted found_elsewhere",
            "journal.codec": "Journal JournalUnavailable",
            "journal.entries": "Begun Delivered Entry Intended Made Origin Subject",
            "journal.journal_store": "JournalStore Survey",
            "journal.peeking": "Peek RecordedRun peek",
            "journal.run_state": "RunState SecretRecord",
            "operations.await_owner": "OwnerStep",
            "receipt": "Receipt",
            "run": "Run",
            "undo": "Extent leftovers",
        },
    )
