"""What Microsoft Graph can say to a write: busy, or not in this way. Through the real SDKs."""

from __future__ import annotations

from typing import Any

import pytest

from pipeops_tui.provisioning.events import RowChanged, RowState
from tests.campaign.stage import Stage
from tests.provisioning.test_wrong_answers import Life

BUSY: dict[str, Any] = {
    "status": 409,
    "body": {
        "error": {
            "code": "Directory_ConcurrencyViolation",
            "message": "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
        }
    },
}
DENIED: dict[str, Any] = {
    "status": 403,
    "body": {
        "error": {
            "code": "Authorization_RequestDenied",
            "message": "Insufficient privileges to complete the operation.",
        }
    },
}
QUOTA: dict[str, Any] = {
    "status": 403,
    "body": {"error": {"code": "Directory_QuotaExceeded", "message": "The directory object quota limit for the …"}},
}
SCOPES: dict[str, Any] = {
    "status": 403,
    "body": {"error": {"code": "AccessDenied", "message": "Required scopes are missing in the token."}},
}
WRITES = ("updateApplication", "updateServicePrincipal", "addPassword")
REMOVALS = ("removePassword", "deleteApplication", "purgeDeletedItem")
REASON = "Microsoft Entra is busy with another change in your tenant"


def reasons(life: Life, state: RowState = RowState.RETRYING) -> set[str]:
    events = life.watcher.events
    return {event.row.reason for event in events if isinstance(event, RowChanged) and event.row.state is state}


@pytest.mark.parametrize("operation", WRITES)
async def test_a_busy_directory_is_waited_out_with_its_own_words(operation: str) -> None:
    """nais/azurerator#448."""
    async with Stage("happy", 11) as stage:
        life = Life(stage, "busy")
        for number in (1, 2):
            life.answer(operation, BUSY, f"@{number}")
        await life.created()
        assert reasons(life) == {f"{REASON} (try 2)", f"{REASON} (try 3)"}
        assert life.holdings.one_of_everything


@pytest.mark.parametrize("operation", ["createApplication", "createServicePrincipal"])
async def test_so_it_is_where_upserts_are_not_offered(operation: str) -> None:
    async with Stage("happy", 12) as stage:
        life = Life(stage, "busy")
        life.answer("updateApplication", {"status": 400, "body": {"error": {"code": "BadRequest", "message": "no"}}})
        life.answer(
            "updateServicePrincipal", {"status": 400, "body": {"error": {"code": "BadRequest", "message": "no"}}}
        )
        life.answer(operation, BUSY, "@1")
        await life.created()
        assert reasons(life) == {f"{REASON} (try 2)"}
        assert life.holdings.one_of_everything


@pytest.mark.parametrize("operation", REMOVALS)
async def test_so_it_is_in_undo(operation: str) -> None:
    async with Stage("happy", 13) as stage:
        life = Life(stage, "busy")
        await life.created()
        life.answer(operation, BUSY, "@1")
        assert await life.run.undo() == ()
        assert reasons(life) == {f"{REASON} (try 2)"}
        assert life.holdings.nothing


@pytest.mark.parametrize("operation", ["addPassword", "removePassword"])
async def test_so_it_is_with_a_new_secret(operation: str) -> None:
    async with Stage("happy", 14) as stage:
        life = Life(stage, "busy")
        await life.created()
        life.answer(operation, BUSY, "@1")
        await life.run.new_secret()
        assert life.watcher.failure == ""
        assert reasons(life) == {f"{REASON} (try 2)"}
        assert len(life.holdings.secrets) == 1


async def test_where_only_post_is_allowed_it_is_tried_before_the_person_is_told() -> None:
    """Azure/azure-cli#30427: a custom role with createAsOwner."""
    async with Stage("happy", 15) as stage:
        life = Life(stage, "post")
        life.answer("updateApplication", DENIED)
        life.answer("updateServicePrincipal", DENIED)
        await life.created()
        assert life.holdings.one_of_everything
        await life.settle()


@pytest.mark.parametrize(
    ("answer", "posts", "title"),
    [
        (DENIED, 1, "No permission to register applications"),
        (QUOTA, 0, "You own too many applications"),
        (SCOPES, 0, "This cannot be read with this sign-in"),
    ],
)
async def test_a_person_who_cannot_register_is_told_so_after_one_post(
    answer: dict[str, Any], posts: int, title: str
) -> None:
    """A quota, or what the sign-in carries, is no matter of how the request is sent."""
    async with Stage("happy", 16) as stage:
        life = Life(stage, "denied")
        life.answer("updateApplication", answer)
        life.answer("createApplication", answer)
        await life.run.execute()
        assert life.watcher.failure == title
        assert [request["operation"] for request in stage.azure.requests()].count("createApplication") == posts
        assert life.run.state.application.existence == "absent"
        await life.settle()
