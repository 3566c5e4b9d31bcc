"""Sentences about a connection: none has a gap where a value is not known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeops_tui.connections.connection import ConnectionSecret, ConnectionState, FoundBy
from pipeops_tui.connections.connection_words import (
    due_sentence,
    old_secret_sentence,
    secret_lines,
    shown_state,
    state_sentence,
)
from pipeops_tui.connections.state_words import state_words
from pipeops_tui.core.clock import spell_day
from pipeops_tui.ui.connections.row_details import title_of
from tests.ui.connections.listed import connection, secret
from tests.ui.memory import START

GAP = re.compile(r" [.,:;)]|\(\)|  |, on \.|until \.|\bNone\b| $|: ?\.")
UNDATED = ConnectionSecret("00000001-0000-4000-8000-000000000000", None)


@pytest.mark.parametrize("state", list(ConnectionState))
@pytest.mark.parametrize("secrets", [(), (UNDATED,), (secret(12), secret(170, number=2))])
@pytest.mark.parametrize("found_by", list(FoundBy))
@pytest.mark.parametrize("placed", [True, False])
def test_no_sentence_has_a_gap(
    state: ConnectionState, secrets: tuple[ConnectionSecret, ...], found_by: FoundBy, placed: bool
) -> None:
    one = connection(1, state, secrets=secrets, found_by=found_by, made=None)
    if not placed:
        if state not in (ConnectionState.UNKNOWN, ConnectionState.DELETED):
            return  # of all others the group is known
        one = replace(one, group_name="", subscription_name="")
    sentences = [title_of(one), state_sentence(one, START), state_words(one, START), shown_state(one).text]
    sentences += [due_sentence((one,), START), old_secret_sentence(one, START)]
    sentences += [part for line in secret_lines(one, START) for part in line]
    assert [sentence for sentence in sentences if GAP.search(sentence)] == []


def test_an_application_without_a_secret_is_not_called_expired() -> None:
    one = connection(1, ConnectionState.EXPIRED, secrets=())
    assert shown_state(one).text == "✗ no client secret"
    assert state_sentence(one, START) == "The application has no client secret, so PipeOps cannot sign in."


def test_two_secrets_of_which_the_new_one_ends_soon_are_due() -> None:
    late, soon = ((secret(3), secret(days, number=2)) for days in (170, 20))
    assert due_sentence((connection(1, ConnectionState.TWO_SECRETS, secrets=late),), START) == ""
    assert due_sentence((connection(1, ConnectionState.TWO_SECRETS, secrets=soon),), START) == (
        "The client secret of PipeOps-1 (PipeOpsRG-1) expires in 20 days. Press l to renew it."
    )
    both = (connection(1, ConnectionState.TWO_SECRETS, secrets=soon), connection(2, ConnectionState.EXPIRED, -3))
    assert due_sentence(both, START) == (
        "2 client secrets expire soon or have expired. The first one expired 3 days ago. Press l to renew them."
    )


def test_a_deleted_application_of_which_only_a_tenant_knows_says_where_it_is_restored() -> None:
    deleted = replace(connection(1, ConnectionState.DELETED), restorable_until=START)
    known = "The application was deleted. It can be restored until"
    assert state_sentence(deleted, START).startswith(known)
    assert "portal" not in state_sentence(deleted, START)
    elsewhere = state_sentence(replace(deleted, group_name=""), START)
    assert elsewhere.startswith(known)
    assert "In the portal, open App registrations, Deleted applications." in elsewhere


def test_the_new_one_of_two_is_what_was_added_last_also_where_it_expires_first() -> None:
    one = connection(1, ConnectionState.TWO_SECRETS, secrets=(secret(195), secret(180, number=2)))
    old, new = (spell_day(START + timedelta(days=days)) for days in (195, 180))
    assert state_words(one, START) == f"2 client secrets, the old one until {old}"
    assert f"the new one until {new}." in state_sentence(one, START)
    assert f"works until {old}. The new one begins with Q2f and works until {new}." in old_secret_sentence(one, START)
