"""Walking PipeOps' form, and the words for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeops_tui.clipboard import Copied, CopyOutcome
from pipeops_tui.core.model import Credentials
from pipeops_tui.core.secret import Secret
from pipeops_tui.ui.steps.credentials.pipeops_form import (
    ALL,
    FormProgress,
    block_of,
    clipboard_note,
    value_of,
    what_happened,
    what_helps,
    what_next,
)
from pipeops_tui.ui.widgets.credential_rows import LABELS, SECRET, CopyMark

CREDENTIALS = Credentials(
    "PipeOpsRG", "tenant", "client", Secret("~value"), "subscription", datetime(2027, 5, 22, 9, 14, tzinfo=UTC)
)


def test_each_copy_leads_to_the_next_box() -> None:
    progress = FormProgress()
    walked = []
    while progress.next is not None:
        walked.append(LABELS[progress.next])
        progress.note(progress.next, CopyOutcome.COPIED)
    assert tuple(walked) == LABELS
    assert progress.marks == [CopyMark.COPIED] * 5


def test_copying_one_goes_on_from_there() -> None:
    progress = FormProgress()
    progress.note(3, CopyOutcome.SENT)
    assert progress.next == 4
    assert progress.marks[3] is CopyMark.SENT
    progress.note(0, CopyOutcome.COPIED)
    assert progress.next == 1


def test_a_failure_leads_nowhere() -> None:
    progress = FormProgress()
    progress.note(0, CopyOutcome.FAILED)
    assert (progress.next, progress.marks[0]) == (0, CopyMark.TO_DO)
    progress.note_all(CopyOutcome.FAILED)
    assert progress.marks == [CopyMark.TO_DO] * 5


def test_everything_at_once_leaves_nothing_to_be_next() -> None:
    progress = FormProgress()
    progress.note(2, CopyOutcome.COPIED)
    progress.note_all(CopyOutcome.COPIED)
    assert progress.next is None
    assert progress.complete
    assert progress.marks == [CopyMark.COPIED] * 5


def test_a_new_secret_is_the_next_to_hand_over() -> None:
    progress = FormProgress()
    progress.note_all(CopyOutcome.COPIED)
    progress.renew_secret()
    assert progress.next == SECRET
    assert progress.marks[SECRET] is CopyMark.TO_DO


def test_shown_says_less_than_copied() -> None:
    progress = FormProgress()
    progress.note_shown()
    assert progress.marks[SECRET] is CopyMark.SHOWN
    progress.note(SECRET, CopyOutcome.COPIED)
    progress.note_shown()
    assert progress.marks[SECRET] is CopyMark.COPIED


def test_the_values_are_in_the_order_of_the_labels() -> None:
    values = [value_of(CREDENTIALS, index) for index in range(5)]
    assert values == ["PipeOpsRG", "tenant", "client", CREDENTIALS.client_secret, "subscription"]


def test_the_block_holds_every_label_and_the_expiry() -> None:
    assert block_of(CREDENTIALS).reveal().splitlines() == [
        "Resource Group Name: PipeOpsRG",
        "Tenant ID: tenant",
        "Client ID: client",
        "Client Secret: ~value",
        "Subscription ID: subscription",
        "Client Secret expires: 22 May 2027, 09:14 UTC",
    ]


@pytest.mark.parametrize(
    ("copied", "words"),
    [
        (Copied(CopyOutcome.COPIED), "Tenant ID copied (read back and equal)."),
        (Copied(CopyOutcome.SENT, "Install xclip."), "Tenant ID copied (could not be checked). Paste to make sure."),
        (Copied(CopyOutcome.FAILED, "tmux keeps it."), "Could not copy Tenant ID."),
    ],
)
def test_what_happened_promises_nothing_that_is_not_known(copied: Copied, words: str) -> None:
    assert what_happened("Tenant ID", copied) == words


@pytest.mark.parametrize(
    ("index", "copied", "words"),
    [
        (1, Copied(CopyOutcome.COPIED), ""),
        (1, Copied(CopyOutcome.SENT, "Install xclip."), "Install xclip."),
        (1, Copied(CopyOutcome.FAILED), "Select it with Shift-drag."),
        (
            SECRET,
            Copied(CopyOutcome.FAILED, "tmux keeps it."),
            "tmux keeps it. Press r to show it. Select it with Shift-drag.",
        ),
        (None, Copied(CopyOutcome.FAILED, "tmux keeps it."), "tmux keeps it. Copy them one by one."),
    ],
)
def test_what_failed_is_followed_by_the_next_best_thing(index: int | None, copied: Copied, words: str) -> None:
    assert what_helps(index, copied) == words


def test_what_comes_next_and_clipboard_note_is_said() -> None:
    assert what_next(2) == "Client ID is next."
    assert "Connect" in what_next(None)
    assert "60 seconds" in clipboard_note(CopyOutcome.COPIED)
    assert "clipboard manager" in clipboard_note(CopyOutcome.COPIED)
    assert "cannot clear the clipboard" in clipboard_note(CopyOutcome.SENT)
    assert ALL not in LABELS
