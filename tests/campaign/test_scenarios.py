"""Runs in worlds that are not plain, through the real SDKs: what the person sees, and what is left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from pipeops_tui.core.problem import FailureKind
from pipeops_tui.provisioning.events import RowChanged, RunEnded
from pipeops_tui.provisioning.run import Run
from tests.campaign.holdings import Holdings
from tests.campaign.stage import Stage
from tests.provisioning.bench import PLAN, MemoryJournal, Watcher, new_ids


@dataclass
class Performance:
    """A run on a stage, and what it told."""

    stage: Stage
    run: Run
    watcher: Watcher

    @property
    def holdings(self) -> Holdings:
        return Holdings.of(self.stage.azure.state(), self.run.state.run_id)

    @property
    def reasons(self) -> set[str]:
        rows = [event.row for event in self.watcher.events if isinstance(event, RowChanged)]
        return {row.reason.partition(" (try")[0] for row in rows if row.reason}

    def ended(self) -> RunEnded:
        return self.watcher.ended


@asynccontextmanager
async def performance(scenario: str, *, seed: int = 0, group: str = "PipeOps-new") -> AsyncIterator[Performance]:
    """A run of the standard plan in the world `scenario`, not yet begun."""
    async with Stage(scenario, seed) as stage:
        place = stage.subscription
        plan = replace(PLAN, tenant_id=place.tenant_id, subscription_id=place.subscription_id, group_name=group)
        run = Run(plan, stage.workspace, stage.clock, new_ids(scenario), MemoryJournal())
        yield Performance(stage, run, Watcher(run, patience=1))


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("slow-replication", "Waiting for Microsoft Entra to copy the new application"),
        ("throttled", "Azure is limiting requests"),
        ("upsert-refused", ""),
    ],
)
async def test_succeeds_with_the_reasons_visible(scenario: str, reason: str) -> None:
    async with performance(scenario) as play:
        await play.run.execute()
        assert play.ended().failed is None
        assert play.holdings.one_of_everything
        assert not reason or reason in play.reasons
        assert await play.run.undo() == ()
        assert play.holdings.nothing


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_flaky_azure_is_overcome(seed: int) -> None:
    async with performance("flaky", seed=seed) as play:
        await play.run.execute()
        for _ in range(5):
            error = play.ended().error
            if error is None or error.kind is not FailureKind.SIGN_IN:
                break
            await play.stage.sign_in_again(error.claims)
            await play.run.retry(play.stage.workspace)
        assert play.ended().failed is None
        assert play.holdings.one_of_everything


@pytest.mark.parametrize("scenario", ["mfa-surprise", "revoked-session"])
async def test_a_sign_in_in_the_middle_loses_nothing(scenario: str) -> None:
    async with performance(scenario) as play:
        await play.run.execute()
        error = play.ended().error
        assert error is not None
        assert error.kind is FailureKind.SIGN_IN
        await play.stage.sign_in_again(error.claims)
        await play.run.retry(play.stage.workspace)
        assert play.ended().failed is None
        assert play.holdings.one_of_everything


@pytest.mark.parametrize("scenario", ["contributor-only", "secrets-forbidden", "policy-requires-tag", "quota-full"])
async def test_what_cannot_be_finished_can_be_undone(scenario: str) -> None:
    async with performance(scenario) as play:
        await play.run.execute()
        assert play.watcher.failure
        assert await play.run.undo() == ()
        assert play.holdings.nothing


async def test_waits_for_a_group_that_is_being_deleted() -> None:
    async with performance("group-deleting", group="PipeOpsRG") as play:
        await play.run.execute()
        assert play.ended().failed is None
        assert "An older resource group with this name is still being deleted" in play.reasons


async def test_a_new_secret_over_the_wire() -> None:
    async with performance("slow-replication") as play:
        await play.run.execute()
        (first,) = play.holdings.secrets
        await play.run.new_secret()
        assert play.ended().failed is None
        assert play.holdings.one_of_everything
        assert first not in play.holdings.secrets
