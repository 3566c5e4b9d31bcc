"""Restoring an application, adding an owner, reading client secrets: through the real SDKs."""

from __future__ import annotations

import pytest

from pipeops_tui.core.marks import APPLICATION_TAG
from pipeops_tui.core.ports import Session, Workspace
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.world.authorization import CLOUD_APPLICATION_ADMINISTRATOR
from tests.azure.conftest import Prepared, subscription_of

NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_restoring_brings_the_application_back_without_its_service_principal(
    visitor: Session, later: RunningSimulator, prepared: Prepared, tenant: str
) -> None:
    workspace = await visitor.workspace(subscription_of(prepared["works"]))
    made = await workspace.create_application("PipeOps test", [APPLICATION_TAG], "kept")
    principal = await workspace.create_service_principal(made.app_id)
    await workspace.delete_application(made.object_id)
    gone = await workspace.deleted_application(made.object_id)
    assert gone is not None
    assert gone.deleted is not None

    back = await workspace.restore_application(made.object_id)
    assert (back.object_id, back.app_id, back.deleted) == (made.object_id, made.app_id, None)
    assert await workspace.service_principal_of(made.app_id) is None
    assert (await workspace.create_service_principal(made.app_id)).object_id != principal.object_id
    with pytest.raises(CloudError) as caught:
        await workspace.restore_application(made.object_id)
    assert caught.value.kind is FailureKind.NOT_FOUND
    await workspace.delete_application(made.object_id)
    await workspace.purge_application(made.object_id)


async def test_restoring_without_a_directory_role_says_which_are_needed(
    workspace: Workspace, azure: RunningSimulator
) -> None:
    made = await workspace.create_application("PipeOps test", [APPLICATION_TAG])
    await workspace.delete_application(made.object_id)
    with pytest.raises(CloudError) as caught:
        await workspace.restore_application(made.object_id)
    problem = caught.value.problem
    assert caught.value.kind is FailureKind.REFUSED
    assert problem.title == "No permission to restore applications"
    for role in ("Application Administrator", "Cloud Application Administrator", "Hybrid Identity Administrator"):
        assert role in problem.who
    assert await workspace.deleted_application(made.object_id) is not None
    await workspace.purge_application(made.object_id)


async def test_a_second_owner_is_added_once(
    visitor: Session, later: RunningSimulator, prepared: Prepared, tenant: str
) -> None:
    workspace = await visitor.workspace(subscription_of(prepared["works"]))
    me = await visitor.member(tenant, "you@contoso.com")
    assert me is not None
    one = prepared["no-role"]
    for _ in range(2):
        await workspace.add_owner(one.object_id, me.object_id)
    names = [owner.account_name for owner in await visitor.application_owners(tenant, one.object_id)]
    assert names == ["robin@contoso.com", "you@contoso.com"]
    with pytest.raises(CloudError) as caught:
        await workspace.add_owner(one.object_id, NOBODY)
    assert caught.value.kind is not FailureKind.REFUSED


async def test_secrets_are_listed_with_their_first_characters(
    visitor: Session, later: RunningSimulator, prepared: Prepared
) -> None:
    workspace = await visitor.workspace(subscription_of(prepared["works"]))
    one = prepared["two-secrets"]
    keys = await workspace.passwords(one.object_id)
    directory = later.call(lambda azure: list(azure.world.directory.applications[one.object_id].passwords))
    assert [(key.key_id, key.hint) for key in keys] == [(key.key_id, key.hint) for key in directory]


async def test_another_s_application_cannot_be_given_an_owner(workspace: Workspace, azure: RunningSimulator) -> None:
    assert CLOUD_APPLICATION_ADMINISTRATOR not in azure.call(_own_roles)
    other = azure.call(lambda one: _named(one, "Backup scripts"))
    with pytest.raises(CloudError) as caught:
        await workspace.add_owner(other, azure.call(_own_id))
    assert caught.value.problem.title == "The tenant does not allow this"


def _own_roles(azure: SimulatedAzure) -> tuple[str, ...]:
    user = azure.world.directory.user_of(azure.world.person, azure.world.announced.tenant_id)
    assert user is not None
    return user.directory_roles


def _own_id(azure: SimulatedAzure) -> str:
    user = azure.world.directory.user_of(azure.world.person, azure.world.announced.tenant_id)
    assert user is not None
    return user.object_id


def _named(azure: SimulatedAzure, name: str) -> str:
    return next(one.object_id for one in azure.world.directory.applications.values() if one.display_name == name)
