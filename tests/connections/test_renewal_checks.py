"""What is known before a renewal: asked of Azure, never taken from a journal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeops_tui.connections.connection import Connection, ConnectionSecret, ConnectionState, FoundBy
from pipeops_tui.connections.renewal_checks import renewal_checks
from pipeops_tui.core.model import Check, CheckOutcome
from pipeops_tui.core.ports import Session
from pipeops_tui.core.wizard import Choices
from pipeops_tui.simulator import PreparedConnection, RunningSimulator
from pipeops_tui.simulator.wire import Json

_REFUSAL: dict[str, Json] = {
    "status": 403,
    "body": {"error": {"code": "AuthorizationFailed", "message": "Not you."}},
    "effect": False,
}


def journaled(made: PreparedConnection) -> Connection:
    """What the computer that made it knows without asking."""
    return Connection(
        application_name=made.application_name,
        client_id=made.client_id,
        tenant_id=made.tenant_id,
        tenant_name=made.tenant_name,
        subscription_id=made.subscription_id,
        subscription_name=made.subscription_name,
        group_name=made.group_name,
        resource_manager="",
        found_by=FoundBy.JOURNAL,
        state=ConnectionState.NOT_CHECKED,
        object_id=made.object_id,
    )


async def checked(session: Session, connection: Connection, key: str) -> Check:
    found = [one async for page in session.subscriptions() for one in page.subscriptions]
    (subscription,) = (one for one in found if one.subscription_id == connection.subscription_id)
    spec = next(spec for spec in renewal_checks(connection) if spec.key == key)
    return await spec.run(session, Choices(subscription=subscription))


@pytest.mark.parametrize(
    ("kind", "outcome", "words"),
    [
        ("works", CheckOutcome.OK, "Contributor on PipeOpsRG"),
        ("no-role", CheckOutcome.WARNING, "it does not have Contributor on pipeops-research"),
        ("no-group", CheckOutcome.WARNING, "pipeops-training does not exist"),
    ],
)
async def test_its_access_is_asked_of_azure(
    session: Session, prepared: dict[str, PreparedConnection], kind: str, outcome: CheckOutcome, words: str
) -> None:
    check = await checked(session, journaled(prepared[kind]), "access")
    assert check.outcome is outcome
    assert check.detail.startswith(words)


@pytest.mark.parametrize("operation", ["getResourceGroup", "getServicePrincipal", "listRoleAssignments"])
async def test_what_cannot_be_asked_is_not_called_ok(
    session: Session, later: RunningSimulator, prepared: dict[str, PreparedConnection], operation: str
) -> None:
    later.add_fault(f"{operation}@*:answer", _REFUSAL)
    check = await checked(session, journaled(prepared["works"]), "access")
    assert any(request["fault"] for request in later.requests())
    assert (check.outcome, check.detail) == (CheckOutcome.UNKNOWN, "could not be checked: no permission to read it")


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        ((True,), "1"),
        ((False,), "1, not added by pipeops-tui: it stays"),
        ((True, False), "2, 1 of them not added by pipeops-tui: it stays"),
        ((False, True, False), "3, 2 of them not added by pipeops-tui: they stay"),
    ],
)
async def test_secrets_of_others_are_counted_in_plain_words(
    session: Session, prepared: dict[str, PreparedConnection], ours: tuple[bool, ...], words: str
) -> None:
    secrets = tuple(ConnectionSecret(str(number), None, ours=mine) for number, mine in enumerate(ours))
    check = await checked(session, replace(journaled(prepared["works"]), secrets=secrets), "number-of-secrets")
    assert check.detail == words
