"""What a person can ask for in the list of connections, and what carries it out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pipeops_tui.connections.connection import Connection, ConnectionState
from pipeops_tui.core.model import Account


class ConnectionAction(StrEnum):
    """What can be done with one connection. The values are names of actions and ids of buttons."""

    CONTINUE = "continue"
    """Finish an unfinished run."""
    UNDO = "undo"
    """Remove what an unfinished run has created."""
    FORGET = "forget"
    """Leave in Azure what an unfinished run has created, and list it no more."""
    NEW_SECRET = "new_secret"  # noqa: S105 - the name of an action
    REMOVE_OLD = "remove_old"
    """Remove the old client secret, beside which there is a newer one."""
    CHECK = "check"
    """Find out why PipeOps does not work with it."""
    REMOVE = "remove"
    RESTORE = "restore"
    """Bring a deleted application back."""
    ADD_OWNER = "add_owner"


@dataclass(frozen=True, slots=True)
class ConnectionDecision:
    """What the person has decided about one connection. The list and the card have closed by then."""

    action: ConnectionAction
    connection: Connection


class ConnectionActions(Protocol):
    """Carries out what is decided in the list. The list offers no action that is not available."""

    def available(self, connection: Connection) -> Collection[ConnectionAction]:
        """What can be done with `connection` now, besides copying, a reminder, and what an unfinished run offers."""

    def begin(self, decision: ConnectionDecision) -> None:
        """Carry `decision` out. What came of it is shown by whatever does it."""


def run_actions(connection: Connection) -> Collection[ConnectionAction]:
    """What can be done with an unfinished run; nothing with any other connection."""
    if connection.state is not ConnectionState.UNFINISHED or connection.recorded is None:
        return ()
    state = connection.recorded.state
    if state.renewed and state.retiring:  # the old secret can go, and nothing else is to be removed
        return (ConnectionAction.CONTINUE, ConnectionAction.FORGET)
    return (ConnectionAction.CONTINUE, ConnectionAction.UNDO, ConnectionAction.FORGET)


def available_actions(connection: Connection, account: Account | None) -> Collection[ConnectionAction]:
    """What can be done with a connection that is not unfinished, with the signed-in account: nothing where its resource
    group is not known."""
    if not connection.group_name:
        return ()
    if connection.state is ConnectionState.DELETED:
        return (ConnectionAction.RESTORE,) if connection.restorable_until is not None else ()
    has_two = connection.state is ConnectionState.TWO_SECRETS
    old = (ConnectionAction.REMOVE_OLD,) if has_two else ()
    # A service principal that manages only its own applications is refused (Microsoft Graph, "Add owners").
    by_person = account is not None and account.is_person
    owner = (ConnectionAction.ADD_OWNER,) if by_person and connection.object_id else ()
    return (ConnectionAction.NEW_SECRET, *old, ConnectionAction.CHECK, ConnectionAction.REMOVE, *owner)
