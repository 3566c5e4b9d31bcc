"""Walking PipeOps' form, and the words for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeops_tui.clipboard import Copied, Outcome
from pipeops_tui.model import Credentials
from pipeops_tui.screens.handover import (
    ALL,
    Handover,
    block_of,
    value_of,
    what_happened,
    what_helps,
    what_lingers,
    what_next,
)
from pipeops_tui.secret import Secret
from pipeops_tui.widgets.credential_rows import LABELS, SECRET, Mark

CREDENTIALS = Credentials(
    "PipeOpsRG", "tenant", "client", Secret("~value"), "subscription", datetime(2027, 5, 22, 9, 14, tzinfo=UTC)
)


def test_each_copy_leads_to_the_next_box() -> None:
    handover = Handover()
    walked = []
    while handover.next is not None:
        walked.append(LABELS[handover.next])
        handover.note(handover.next, Outcome.COPIED)
    assert tuple(walked) == LABELS
    assert handover.marks == [Mark.COPIED] * 5


def test_copying_one_goes_on_from_there() -> None:
    handover = Handover()
    handover.note(3, Outcome.SENT)
    assert handover.next == 4
    assert handover.marks[3] is Mark.SENT
    handover.note(0, Outcome.COPIED)
    assert handover.next == 1


def test_a_failure_leads_nowhere() -> None:
    handover = Handover()
    handover.note(0, Outcome.FAILED)
    assert (handover.next, handover.marks[0]) == (0, Mark.TO_DO)
    handover.note_all(Outcome.FAILED)
    assert handover.marks == [Mark.TO_DO] * 5


def test_everything_at_once_leaves_the_walk_at_its_beginning() -> None:
    handover = Handover()
    handover.note(2, Outcome.COPIED)
    handover.note_all(Outcome.COPIED)
    assert handover.next == 0
    assert handover.marks == [Mark.COPIED] * 5


def test_a_new_secret_is_the_next_to_hand_over() -> None:
    handover = Handover()
    handover.note_all(Outcome.COPIED)
    handover.renew_secret()
    assert handover.next == SECRET
    assert handover.marks[SECRET] is Mark.TO_DO


def test_shown_says_less_than_copied() -> None:
    handover = Handover()
    handover.note_shown()
    assert handover.marks[SECRET] is Mark.SHOWN
    handover.note(SECRET, Outcome.COPIED)
    handover.note_shown()
    assert handover.marks[SECRET] is Mark.COPIED


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
        (Copied(Outcome.COPIED), "Tenant ID copied (read back and equal)."),
        (Copied(Outcome.SENT, "Install xclip."), "Tenant ID sent to your terminal, unverified."),
        (Copied(Outcome.FAILED, "tmux keeps it."), "Could not copy Tenant ID."),
    ],
)
def test_what_happened_promises_nothing_that_is_not_known(copied: Copied, words: str) -> None:
    assert what_happened("Tenant ID", copied) == words


@pytest.mark.parametrize(
    ("index", "copied", "words"),
    [
        (1, Copied(Outcome.COPIED), ""),
        (1, Copied(Outcome.SENT, "Install xclip."), "Install xclip."),
        (1, Copied(Outcome.FAILED), "Select it with Shift-drag."),
        (SECRET, Copied(Outcome.FAILED, "tmux keeps it."), "tmux keeps it. r shows it: select it with Shift-drag."),
        (None, Copied(Outcome.FAILED, "tmux keeps it."), "tmux keeps it. Copy them one by one."),
    ],
)
def test_what_failed_is_followed_by_the_next_best_thing(index: int | None, copied: Copied, words: str) -> None:
    assert what_helps(index, copied) == words


def test_what_comes_next_and_what_lingers_is_said() -> None:
    assert what_next(2) == "Client ID is next."
    assert "Connect" in what_next(None)
    assert "60 s" in what_lingers(Outcome.COPIED)
    assert "clipboard manager" in what_lingers(Outcome.COPIED)
    assert "nor cleared" in what_lingers(Outcome.SENT)
    assert ALL not in LABELS
