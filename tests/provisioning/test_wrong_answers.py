"""Answers that Azure never gives, through the real SDKs: nothing is taken for done that is not, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeops_tui.provisioning.events import RowState
from pipeops_tui.provisioning.journal.codec import read_state
from pipeops_tui.provisioning.journal.entries import RunOutcome
from pipeops_tui.provisioning.run import Run
from tests.campaign.holdings import Holdings, belongings
from tests.campaign.stage import Stage
from tests.provisioning.bench import PLAN, MemoryJournal, Watcher, new_ids, resumed

BETWEEN = "Something between you and Azure answered"
INCOMPLETE = "The answer is incomplete"
CREATIONS = ("putResourceGroup", "updateApplication", "updateServicePrincipal", "putRoleAssignment", "addPassword")
REMOVALS = ("removePassword", "deleteRoleAssignment", "deleteApplication", "purgeDeletedItem", "deleteResourceGroup")
READS = ("getResourceGroup", "getApplication", "getServicePrincipal", "getRoleAssignment", "listGroupResources")
HTML = {"Content-Type": "text/html"}
ELSEWHERE = {"Location": "https://login.proxy.example/"}
FOREIGN: tuple[Mapping[str, Any], ...] = (
    *({"status": status, "headers": ELSEWHERE, "body": ""} for status in (301, 302, 303, 307, 308)),
    *({"status": status, "headers": dict[str, str](), "body": ""} for status in (300, 302, 304, 206)),
    {"status": 200, "headers": HTML, "body": "<html>Sign in to the network</html>"},
    {"status": 404, "headers": HTML, "body": "<html>There is no such page</html>"},
    {"status": 203, "headers": {}, "body": ""},
    {"status": 404, "body": {"detail": "no route"}},
    {"status": 200, "headers": {"Content-Type": "text/plain"}, "body": "OK"},
)
LACKING: tuple[Any, ...] = (
    *({}, [], None, 0, "text", {"error": None}),
    *({"id": "", "appId": ""}, {"id": 5, "appId": 6}, {"id": "x/../y", "appId": "x"}, {"id": None, "appId": None}),
    {"id": "5e0c0f4e-94a7-4cf1-a3a4-0d3a2a3c7b11", "appId": []},
    {"value": None},
    {"value": [{"id": "x"}]},
    {"id": "/x", "name": "other", "location": "westeurope"},
    {"name": "x", "properties": {"principalId": "", "scope": "/", "roleDefinitionId": "/"}},
    {"keyId": "", "secretText": "", "endDateTime": "x"},
    {"keyId": "5e0c0f4e-94a7-4cf1-a3a4-0d3a2a3c7b11", "secretText": None, "endDateTime": "2027-01-01T00:00:00Z"},
    {"keyId": "not-a-guid", "secretText": "abc8Q~0123456789012345678901234567890", "endDateTime": "2027-01-01"},
)


@dataclass
class Life:
    """A run on a stage, and its journal."""

    stage: Stage
    name: str

    def __post_init__(self) -> None:
        self.journal = MemoryJournal()
        plan = replace(
            PLAN,
            tenant_id=self.stage.subscription.tenant_id,
            subscription_id=self.stage.subscription.subscription_id,
            group_name=f"PipeOps-{self.name}",
        )
        stage = self.stage
        self.run = Run(plan, stage.workspace, stage.clock, new_ids(f"run {self.name}"), self.journal)
        self.watcher = Watcher(self.run)

    def answer(self, operation: str, answer: Mapping[str, Any], when: str = "@*") -> None:
        self.stage.azure.add_fault(f"{operation}{when}:answer", answer)

    def clear(self) -> None:
        self.stage.azure.clear_faults()

    @property
    def holdings(self) -> Holdings:
        return Holdings.of(self.stage.azure.state(), self.run.state.run_id)

    def restart(self) -> None:
        """Another process takes over: what it knows is what the journal says."""
        found = resumed(self.stage.workspace, self.stage.clock, self.journal)
        assert found is not None
        assert read_state(self.journal.text) is not None
        self.run, self.watcher = found, Watcher(found)

    async def created(self) -> None:
        await self.run.execute()
        assert self.watcher.failure == ""

    async def settle(self) -> None:
        """Nothing is in the way any more: undo leaves nothing."""
        self.clear()
        for _ in range(3):
            if not await self.run.undo():
                break
        assert self.holdings.nothing


def sent(effect: bool, answer: Mapping[str, Any]) -> dict[str, Any]:
    return {"effect": effect, **answer}


def problems(run: Run) -> Sequence[str]:
    return [row.problem.title for row in run.undo_rows() if row.problem is not None]


@pytest.mark.parametrize("operation", REMOVALS)
async def test_no_foreign_answer_to_a_removal_counts_as_done(operation: str) -> None:
    async with Stage("happy", 1) as stage:
        life = Life(stage, "removal")
        await life.created()
        for answer in FOREIGN:
            life.answer(operation, sent(False, answer))
            left = await life.run.undo()
            assert BETWEEN in problems(life.run), answer
            # A secret goes with its application, a role assignment with its group.
            assert left or operation == "removePassword", answer
            assert not any(item.accepted for item in left)
            life.clear()
            if left and operation != "purgeDeletedItem":
                life.restart()
                assert life.run.state.unfinished
            await life.settle()
            assert life.run.state.outcome is RunOutcome.UNDONE
            life = Life(stage, f"removal-{FOREIGN.index(answer)}")
            await life.created()


@pytest.mark.parametrize("effect", [False, True])
@pytest.mark.parametrize("operation", CREATIONS)
async def test_no_foreign_answer_to_a_creation_counts_as_done(operation: str, effect: bool) -> None:
    async with Stage("happy", 2) as stage:
        life = Life(stage, "creation")
        for answer in FOREIGN[effect::2]:
            life.answer(operation, sent(effect, answer))
            await life.run.execute()
            assert life.watcher.failure == BETWEEN, answer
            life.clear()
            life.restart()
            await life.created()
            assert life.holdings.one_of_everything, answer
            await life.settle()
            life = Life(stage, f"creation-{FOREIGN.index(answer)}")


@pytest.mark.parametrize("operation", CREATIONS)
async def test_a_whole_answer_with_another_status_is_no_success(operation: str) -> None:
    async with Stage("happy", 9) as stage:
        life = Life(stage, "status")
        life.answer(operation, {"status": 202, "set": [["added", 1]]})
        await life.run.execute()
        assert life.watcher.failure == BETWEEN
        await life.settle()


@pytest.mark.parametrize("effect", [False, True])
@pytest.mark.parametrize("operation", CREATIONS)
async def test_an_answer_without_its_ids_is_no_success(operation: str, effect: bool) -> None:
    status = 200 if operation in ("putResourceGroup", "addPassword") else 201
    async with Stage("happy", 3) as stage:
        for number, body in enumerate(LACKING[effect::2]):
            life = Life(stage, f"ids-{number}")
            life.answer(operation, sent(effect, {"status": status, "body": body}))
            await life.run.execute()
            assert life.watcher.failure in (INCOMPLETE, BETWEEN) or life.holdings.one_of_everything, body
            life.clear()
            life.restart()
            if number % 2:
                await life.created()
                assert life.holdings.one_of_everything, body
            await life.settle()


@pytest.mark.parametrize("operation", REMOVALS[1:])
async def test_what_azure_still_shows_is_not_called_gone(operation: str) -> None:
    """The removal is accepted, and nothing happens: no failure, and the next start looks again."""
    accepted = {"status": 202 if operation == "deleteResourceGroup" else 204, "body_base64": ""}
    async with Stage("happy", 4) as stage:
        life = Life(stage, "shown")
        await life.created()
        life.answer(operation, sent(False, accepted))
        before = stage.clock.monotonic()
        left = await life.run.undo()
        assert 60 <= stage.clock.monotonic() - before < 240
        row = next(row for row in life.run.undo_rows() if row.state is RowState.ACCEPTED)
        assert row.reason == "Removal accepted, Azure still shows it"
        assert not problems(life.run)
        assert [item.why for item in left if item.accepted] == ["Removal accepted, Azure still shows it"]
        life.restart()
        assert life.run.state.unfinished
        await life.settle()


async def test_a_replaced_secret_that_still_shows_is_looked_for_at_the_next_start() -> None:
    async with Stage("happy", 5) as stage:
        life = Life(stage, "renewed")
        await life.created()
        await life.run.mark_delivered()
        life.answer("removePassword", sent(False, {"status": 204, "body_base64": ""}))
        await life.run.new_secret()
        assert life.watcher.failure == ""
        rows = {row.key: row for row in life.run.rows}
        assert rows["retire"].state is RowState.ACCEPTED
        assert len(life.holdings.secrets) == 2
        newest = life.run.state.secrets[-1].live_key
        await life.run.mark_delivered()
        life.clear()
        life.restart()
        assert life.run.state.unfinished
        await life.run.execute()
        assert life.watcher.failure == ""
        assert list(life.holdings.secrets) == [newest]
        assert not life.run.state.unfinished


async def test_a_new_secret_says_so_when_the_old_one_could_not_be_removed() -> None:
    async with Stage("happy", 6) as stage:
        life = Life(stage, "renewed")
        await life.created()
        life.answer("removePassword", sent(False, {"status": 302, "body": "", "headers": ELSEWHERE}))
        await life.run.new_secret()
        assert life.watcher.failure == BETWEEN
        assert len(life.holdings.secrets) == len(life.run.state.secrets) == 2


@pytest.mark.parametrize("body", [{}, [], None, {"value": None}, {"value": "x"}, {"value": {}}])
async def test_a_group_is_deleted_only_when_it_is_certainly_empty(body: object) -> None:
    async with Stage("happy", 7) as stage:
        life = Life(stage, "filled")
        await life.created()
        life.answer("listGroupResources", sent(False, {"status": 200, "body": body}))
        assert [item.what for item in await life.run.undo()] == [f"Resource group {life.run.plan.group_name}"]
        assert len(life.holdings.groups) == 1


ANSWERS = st.one_of(
    st.sampled_from(FOREIGN),
    st.builds(
        lambda status, body: {"status": status, "body": body},
        st.sampled_from([200, 201, 202, 204, 206]),
        st.sampled_from(LACKING),
    ),
    st.builds(lambda status: {"status": status, "body_base64": ""}, st.sampled_from([200, 201, 202, 204, 205])),
)
WRONG = st.tuples(
    st.sampled_from((*CREATIONS, *REMOVALS, *READS, "createApplication", "createServicePrincipal", "listApplications")),
    st.sampled_from(["@*", "@1", "@2", "@p0.5"]),
    st.booleans(),
    ANSWERS,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(wrong=st.lists(WRONG, min_size=1, max_size=3), undoes=st.booleans(), restarts=st.booleans())
def test_whatever_the_answers_one_of_everything_or_nothing(
    wrong: list[tuple[str, str, bool, Mapping[str, Any]]], undoes: bool, restarts: bool
) -> None:
    async def story() -> None:
        async with Stage("happy", 8) as stage:
            before = belongings(stage.azure.state())
            life = Life(stage, "any")
            for operation, when, effect, answer in wrong:
                life.answer(operation, sent(effect, answer), when)
            await life.run.execute()
            assert read_state(life.journal.text) is not None
            if restarts:
                life.restart()
            if undoes:
                await life.run.undo()
                assert read_state(life.journal.text) is not None
            life.clear()
            if life.run.state.outcome is None and not undoes:
                for _ in range(2):
                    await life.run.execute()
                assert life.watcher.failure == ""
                assert life.holdings.one_of_everything
            await life.settle()
            assert belongings(stage.azure.state()) == before

    asyncio.run(story())
