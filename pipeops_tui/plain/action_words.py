"""The words for what can be done with a connection, and what each does."""

from __future__ import annotations

from typing import Final

from pipeops_tui.connections.connection_actions import ConnectionAction

TYPED_AS: Final = {ConnectionAction.NEW_SECRET: "renew", ConnectionAction.REMOVE_OLD: "old"}
"""The words that are typed, where they are others than those of the actions."""
WHAT_IT_DOES: Final = {
    ConnectionAction.CONTINUE: "checks what exists, and creates the rest",
    ConnectionAction.UNDO: "removes what was created",
    ConnectionAction.FORGET: "leaves it in Azure, and shows how to remove it",
    ConnectionAction.NEW_SECRET: "makes a new client secret; the one in use stays",
    ConnectionAction.REMOVE_OLD: "removes the old client secret",
    ConnectionAction.CHECK: "finds out why PipeOps does not work with it",
    ConnectionAction.REMOVE: "removes all of it from Azure",
    ConnectionAction.RESTORE: "brings the deleted application back",
}
"""What is said of an action; those that are not here are only on the screen."""
