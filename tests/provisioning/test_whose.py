"""Whose a group, a role assignment, a service principal and a secret are: what only looks like this run's is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from pipeops_tui.core.marks import assignment_name
from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID, Application, ResourceGroup
from pipeops_tui.core.names import OWN_TAG
from pipeops_tui.provisioning.run import Run
from tests.campaign.stage import Stage
from tests.provisioning.bench import (
    PLAN,
    MemoryJournal,
    Watcher,
    assert_one_of_everything,
    new_ids,
    new_run,
    resumed,
)
from tests.provisioning.small_azure import USER
from tests.provisioning.test_wrong_answers import Life
from tests.provisioning.world import Fault, FaultKind, World
from tests.support.clocks import VirtualClock

ANOTHER_RUN = str(UUID(int=5, version=4))
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
FOREVER = 10**9


def marked(run_id: str, tag: str = OWN_TAG) -> ResourceGroup:
    return ResourceGroup("PipeOpsRG", "westeurope", tags=((tag, run_id),))


# The resource group


async def test_the_group_of_another_run_is_not_adopted() -> None:
    world = World(VirtualClock())
    world.groups["pipeopsrg"] = marked(ANOTHER_RUN)
    run = new_run(world)
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure == "A resource group PipeOpsRG already exists"
    assert "put_group" not in world.requests
    assert not run.state.group.may_exist


async def test_the_group_of_another_run_is_not_removed() -> None:
    world = World(VirtualClock())
    run = new_run(world)
    await run.execute()
    world.groups["pipeopsrg"] = marked(ANOTHER_RUN)
    left = await run.undo()
    assert [item.why for item in left] == ["PipeOpsRG no longer carries the tag of pipeops-tui"]
    assert "delete_group" not in world.requests
    assert world.groups["pipeopsrg"].tags == ((OWN_TAG, ANOTHER_RUN),)


async def test_nor_is_it_when_the_answer_to_the_own_one_was_lost() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.DROP_REQUEST, "put_group", 1, FOREVER)])
    run = new_run(world)
    Watcher(run)
    await run.execute()
    assert run.state.group.may_exist
    world.groups["pipeopsrg"] = marked(ANOTHER_RUN)
    assert await run.undo() != ()
    assert "delete_group" not in world.requests


async def test_azure_may_change_the_case_of_the_tag() -> None:
    world = World(VirtualClock(), [Fault(FaultKind.DROP_ANSWER, "put_group")])
    run = new_run(world)
    world.groups["pipeopsrg"] = marked(run.state.run_id, OWN_TAG.upper())
    await run.execute()
    assert run.credentials is not None
    assert_one_of_everything(world, run)


# The role assignment


async def assigned_up_to(stage: Stage, name: str) -> Life:
    """A run that has made all but its role assignment."""
    life = Life(stage, name)
    life.answer("putRoleAssignment", {"status": 403, "body": {"error": {"code": "AuthorizationFailed", "message": ""}}})
    await life.run.execute()
    life.clear()
    assert life.run.state.principal.made
    assert not life.run.state.assignment.may_exist
    return life


def conflict(code: str) -> dict[str, Any]:
    return {"status": 409, "body": {"error": {"code": code, "message": "The role assignment already exists."}}}


@pytest.mark.parametrize("effect", [False, True])
async def test_only_one_conflict_means_that_the_role_is_assigned(effect: bool) -> None:
    async with Stage("happy", 21) as stage:
        life = await assigned_up_to(stage, "conflict")
        life.answer("putRoleAssignment", {"effect": effect, **conflict("RoleAssignmentConflict")})
        before = stage.clock.monotonic()
        await life.run.execute()
        assert life.watcher.failure == "Could not assign the role"
        assert stage.clock.monotonic() - before < 30
        assert not life.run.state.assignment.made
        await life.settle()


async def test_an_assignment_that_exists_counts_only_with_this_scope_and_role() -> None:
    async with Stage("happy", 22) as stage:
        life = await assigned_up_to(stage, "exists")
        principal_id, scope = life.run.state.principal.id, life.run.plan.group_scope
        subscription = stage.subscription.scope
        await stage.workspace.put_role_assignment(scope, str(UUID(int=1, version=4)), principal_id, READER)
        above, below = str(UUID(int=2, version=4)), f"{scope}-2"
        await stage.workspace.put_role_assignment(subscription, above, principal_id, CONTRIBUTOR_ROLE_ID)
        await stage.workspace.put_group(f"{life.run.plan.group_name}-2", "westeurope", [])
        await stage.workspace.put_role_assignment(below, str(UUID(int=3, version=4)), principal_id, CONTRIBUTOR_ROLE_ID)
        life.answer("putRoleAssignment", conflict("RoleAssignmentExists"))
        await life.run.execute()
        assert not life.run.state.assignment.made
        assert life.run.credentials is None
        life.clear()
        ours = str(UUID(int=4, version=4))
        await stage.workspace.put_role_assignment(scope, ours, principal_id, CONTRIBUTOR_ROLE_ID)
        await life.created()  # the simulated Azure refuses a second one with RoleAssignmentExists
        assert life.run.state.assignment.name == ours


async def test_two_runs_in_one_group_have_an_assignment_each() -> None:
    world = World(VirtualClock())
    world.groups["pipeopsrg"] = ResourceGroup("PipeOpsRG", "westeurope")
    plan = replace(PLAN, group_is_new=False)
    for name in ("one", "other"):
        run = Run(plan, world, world.clock, new_ids(name), MemoryJournal())
        watcher = Watcher(run)
        await run.execute()
        assert watcher.failure == ""
    principals = {principal.object_id for principal in world.principals.values()}
    assert {assignment.principal_id for assignment in world.assignments.values()} == principals
    assert len(world.assignments) == len(principals) == 2


def test_the_name_of_an_assignment_is_made_of_all_three_in_any_case() -> None:
    scope, principal_id = "/subscriptions/1/resourceGroups/PipeOpsRG", "AB"
    name = assignment_name(scope, principal_id, READER)
    assert name == assignment_name(scope.upper(), principal_id.lower(), READER.upper())
    others = ((f"{scope}-2", principal_id, READER), (scope, "AC", READER), (scope, principal_id, CONTRIBUTOR_ROLE_ID))
    assert name not in {assignment_name(*other) for other in others}


async def test_continuing_without_the_application_removes_no_foreign_assignment() -> None:
    """The journal was edited: it names an assignment of another principal, as if that were the deleted one's."""
    world, journal = World(VirtualClock()), MemoryJournal()
    run = new_run(world, journal)
    await run.execute()
    ours, foreign = run.state.assignment.name, str(UUID(int=10, version=4))
    await world.delete_application(world.living[0].record.object_id)
    item = next(one for one in world.azure.world.assignments if one.name == ours)
    world.azure.world.assignments.add(replace(item, name=foreign, principal_id=USER))
    journal.text = journal.text.replace(ours.encode(), foreign.encode())
    world.clock.advance(1000)
    world.restart()
    again = resumed(world, world.clock, journal)
    assert again is not None
    watcher = Watcher(again)
    await again.execute()
    assert watcher.failure == ""
    assert foreign in world.assignments


# The application


class Adopting(World):
    """Another team takes the application over while it is being removed."""

    async def delete_role_assignment(self, scope: str, name: str) -> None:
        await super().delete_role_assignment(scope, name)
        self.living[0].record.properties["tags"] = ["payroll"]


async def test_an_application_that_changes_hands_during_undo_stays() -> None:
    world = Adopting(VirtualClock())
    run = new_run(world)
    await run.execute()
    left = await run.undo()
    assert "PipeOps no longer carries the tag of pipeops-tui" in {item.why for item in left}
    assert len(world.living) == 1


class StaleIndex(World):
    """Lists applications by a tag that they carry no more."""

    async def applications_tagged(self, tag: str) -> Sequence[Application]:
        await super().applications_tagged(tag)
        return [found.application for found in self.living]


async def test_an_application_that_only_the_index_takes_for_this_run_s_stays() -> None:
    world = StaleIndex(VirtualClock())
    world.refuse_upserts = True
    await world.create_application("Payroll", ["payroll"])
    world.faults = [Fault(FaultKind.DROP_REQUEST, "create_application", 2)]
    run = new_run(world, MemoryJournal())
    watcher = Watcher(run)
    await run.execute()
    assert watcher.failure == ""
    assert world.requests.count("create_application") == 3
    assert sorted(found.application.display_name for found in world.living) == ["Payroll", "PipeOps"]


# The service principal


@pytest.mark.parametrize("operation", ["updateServicePrincipal", "createServicePrincipal"])
async def test_only_one_conflict_means_that_the_service_principal_exists(operation: str) -> None:
    """Another one comes from a server that lags behind (hashicorp/terraform-provider-azuread#1764)."""
    async with Stage("happy", 23) as stage:
        life = Life(stage, "principal")
        if operation == "createServicePrincipal":
            life.answer(
                "updateServicePrincipal", {"status": 400, "body": {"error": {"code": "BadRequest", "message": "no"}}}
            )
        life.answer(operation, conflict("Request_BadRequest"), "@1")
        await life.created()
        assert life.holdings.one_of_everything


async def test_one_that_was_deleted_and_made_again_elsewhere_gets_the_role() -> None:
    world, journal = World(VirtualClock()), MemoryJournal()
    run = new_run(world, journal)
    await run.execute()
    before = run.state.principal.id
    world.clock.advance(86_400)
    world.graph("DELETE", f"/servicePrincipals/{before}")
    world.graph("POST", "/servicePrincipals", {"appId": run.state.client_id})
    world.restart()
    again = resumed(world, world.clock, journal)
    assert again is not None
    watcher = Watcher(again)
    await again.execute()
    assert watcher.failure == ""
    assert again.state.principal.id not in ("", before)
    assert_one_of_everything(world, again)


# The client secret


@pytest.mark.parametrize("kind", [FaultKind.DROP_REQUEST, FaultKind.DROP_ANSWER])
async def test_a_secret_that_was_there_before_is_not_taken_for_the_lost_one(kind: FaultKind) -> None:
    world = World(VirtualClock(), [Fault(kind, "add_password", 3)])
    run = new_run(world, MemoryJournal())
    await run.execute()
    object_id = world.living[0].record.object_id
    theirs = await world.add_password(object_id, str(UUID(int=6, version=4)), PLAN.secret_description, NEXT_YEAR)
    watcher = Watcher(run)
    await run.new_secret()
    assert watcher.failure == ""
    keys = {key.key_id for key in world.living[0].passwords}
    assert keys == {theirs.key_id, run.state.secrets[-1].live_key}


async def test_a_conflict_about_a_secret_that_was_added_all_the_same_leaves_one() -> None:
    async with Stage("happy", 26) as stage:
        life = Life(stage, "conflict")
        life.answer("addPassword", {"status": 409, "body": {}, "effect": True}, "@1")
        await life.run.execute()
        life.clear()
        life.restart()
        await life.created()
        assert life.holdings.one_of_everything


NEXT_YEAR = VirtualClock().now().replace(year=VirtualClock().now().year + 1)


@pytest.mark.parametrize(
    ("message", "gone"),
    [
        ("No password credential found with keyId '…'.", True),
        ("Invalid value specified for property 'keyId' of resource 'Application'.", False),
        ("", False),
    ],
)
async def test_a_bad_request_means_that_a_secret_is_gone_only_if_it_says_so(message: str, gone: bool) -> None:
    async with Stage("happy", 24) as stage:
        life = Life(stage, "secret")
        await life.created()
        error = {"code": "Request_BadRequest", "message": message}
        life.answer("removePassword", {"status": 400, "body": {"error": error}, "effect": gone})
        await life.run.undo()
        failed = [row.key for row in life.run.undo_rows() if row.problem is not None]
        assert failed == ([] if gone else ["undo:secret"])
