"""What can be done with which connection."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeops_tui.connections.connection import Connection, ConnectionState
from pipeops_tui.connections.connection_actions import ConnectionAction, available_actions
from pipeops_tui.core.model import Account, SignInMethod
from tests.provisioning.world import TENANT
from tests.ui.connections.listed import EVERY_STATE, connection
from tests.ui.memory import START

PERSON = Account("you@contoso.com", "11111111-1111-4111-8111-111111111111", TENANT, SignInMethod.BROWSER)
_ALIVE = tuple(one for one in EVERY_STATE if one.state is not ConnectionState.DELETED)


@pytest.mark.parametrize("one", _ALIVE, ids=lambda one: one.state.value)
def test_the_old_secret_can_go_only_where_there_are_two(one: Connection) -> None:
    actions = available_actions(one, PERSON)
    assert {ConnectionAction.NEW_SECRET, ConnectionAction.REMOVE} <= set(actions)
    assert (ConnectionAction.REMOVE_OLD in actions) is (one.state is ConnectionState.TWO_SECRETS)


@pytest.mark.parametrize("state", [ConnectionState.UNKNOWN, ConnectionState.DELETED])
def test_nothing_is_available_without_a_resource_group(state: ConnectionState) -> None:
    known = connection(1, state, object_id="0f1e", restorable_until=START + timedelta(days=20))
    assert available_actions(known, PERSON)
    assert available_actions(replace(known, group_name=""), PERSON) == ()


def test_an_application_that_can_no_longer_be_restored_offers_nothing() -> None:
    deleted = connection(1, ConnectionState.DELETED, restorable_until=START + timedelta(days=20))
    assert available_actions(deleted, PERSON) == (ConnectionAction.RESTORE,)
    assert available_actions(replace(deleted, restorable_until=None), PERSON) == ()


@pytest.mark.parametrize("method", list(SignInMethod))
def test_a_service_principal_is_not_offered_to_add_an_owner_however_it_has_signed_in(method: SignInMethod) -> None:
    works = connection(0, ConnectionState.WORKS, object_id="0f1e")
    person, program = (replace(PERSON, method=method, is_person=is_person) for is_person in (True, False))
    assert ConnectionAction.ADD_OWNER in available_actions(works, person)
    assert ConnectionAction.ADD_OWNER not in available_actions(works, program)
    assert ConnectionAction.ADD_OWNER not in available_actions(works, None)
