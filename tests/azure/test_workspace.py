"""Every write, through the real SDKs: what it makes, that it can be repeated, that it is one request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from kiota_abstractions.serialization import ParseNode
from msgraph.generated.models.password_credential import PasswordCredential

from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID, Application, NewPassword, ServicePrincipal, Subscription
from pipeops_tui.core.ports import Session, Workspace
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.secret import Secret
from pipeops_tui.simulator import RunningSimulator

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest_asyncio.fixture(loop_scope="session")
async def group(workspace: Workspace) -> AsyncIterator[str]:
    """A new resource group, deleted afterwards."""
    name = f"test-{uuid4().hex[:8]}"
    await workspace.put_group(name, "westeurope", [("made-by", "tests")])
    yield name
    await workspace.delete_group(name)


@pytest_asyncio.fixture(loop_scope="session")
async def application(workspace: Workspace) -> AsyncIterator[Application]:
    """A new application, purged afterwards."""
    made = await workspace.upsert_application(f"test-{uuid4()}", "PipeOps test", ["tests"])
    assert made is not None
    yield made
    await workspace.delete_application(made.object_id)
    await workspace.purge_application(made.object_id)


@pytest_asyncio.fixture(loop_scope="session")
async def principal(workspace: Workspace, application: Application) -> ServicePrincipal:
    """Its service principal."""
    made = await workspace.upsert_service_principal(application.app_id)
    assert made is not None
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def password(workspace: Workspace, application: Application) -> NewPassword:
    """A client secret of it, valid for a day."""
    return await workspace.add_password(application.object_id, str(uuid4()), "test", in_days(1))


def in_days(days: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)


def stored(azure: RunningSimulator, kind: str, object_id: str) -> dict[str, object]:
    """The simulated Azure's own view of one directory object."""
    return next(dict(item) for item in azure.state()[kind] if item["id"] == object_id)


async def test_a_group_is_made_read_and_deleted(workspace: Workspace) -> None:
    name = f"test-{uuid4().hex[:8]}"
    assert await workspace.get_group(name) is None

    made = await workspace.put_group(name, "westeurope", [("a", "b")])
    assert (made.name, made.location, made.tags) == (name, "westeurope", (("a", "b"),))
    assert await workspace.put_group(name, "westeurope", [("a", "b")]) == made
    assert await workspace.get_group(name) == made
    assert await workspace.group_is_empty(name)

    await workspace.delete_group(name)
    await workspace.delete_group(f"{name}-never-was")


async def test_a_group_with_something_in_it_is_not_empty(
    session: Session, subscription: Subscription, workspace: Workspace
) -> None:
    groups = [group.name for group in await session.resource_groups(subscription)]
    empty = {name: await workspace.group_is_empty(name) for name in groups}
    assert set(empty.values()) == {True, False}


async def test_an_upsert_makes_one_single_tenant_application(workspace: Workspace, azure: RunningSimulator) -> None:
    unique_name = f"test-{uuid4()}"
    made = await workspace.upsert_application(unique_name, "PipeOps test", ["run-7", "tests"])
    assert made is not None

    assert await workspace.upsert_application(unique_name, "PipeOps test", ["run-7", "tests"]) is None
    assert await workspace.application_by_unique_name(unique_name) is not None
    assert [one.object_id for one in await workspace.applications_tagged("run-7")] == [made.object_id]
    kept = stored(azure, "applications", made.object_id)
    assert (kept["signInAudience"], kept["uniqueName"]) == ("AzureADMyOrg", unique_name)

    await workspace.delete_application(made.object_id)
    await workspace.delete_application(made.object_id)
    assert await workspace.get_application(made.object_id) is None
    await workspace.purge_application(made.object_id)
    await workspace.purge_application(made.object_id)


async def test_a_plain_post_makes_a_single_tenant_application_too(
    workspace: Workspace, azure: RunningSimulator
) -> None:
    made = await workspace.create_application("PipeOps test", ["tests"])
    assert stored(azure, "applications", made.object_id)["signInAudience"] == "AzureADMyOrg"
    assert (await workspace.get_application(made.object_id)) is not None
    await workspace.delete_application(made.object_id)


async def test_one_service_principal_an_application(
    workspace: Workspace, application: Application, principal: ServicePrincipal
) -> None:
    assert await workspace.upsert_service_principal(application.app_id) is None
    assert await workspace.service_principal_of(application.app_id) == principal
    assert await workspace.service_principal_of(NOBODY) is None
    assert await workspace.service_principal_exists(principal.object_id)
    assert not await workspace.service_principal_exists(NOBODY)

    with pytest.raises(CloudError) as caught:
        await workspace.create_service_principal(application.app_id)
    assert caught.value.kind is FailureKind.CONFLICT
    assert caught.value.code == "Request_MultipleObjectsWithSameKeyValue"


async def test_a_service_principal_by_plain_post(workspace: Workspace, application: Application) -> None:
    made = await workspace.create_service_principal(application.app_id)
    assert made.app_id == application.app_id


async def test_a_role_assignment_says_what_kind_of_principal_it_is_for(
    workspace: Workspace, subscription: Subscription, group: str, principal: ServicePrincipal, azure: RunningSimulator
) -> None:
    scope, name = f"{subscription.scope}/resourceGroups/{group}", str(uuid4())
    made = await workspace.put_role_assignment(scope, name, principal.object_id, CONTRIBUTOR_ROLE_ID)

    assert (made.name, made.principal_id) == (name, principal.object_id)
    assert made.role_definition_id.endswith(CONTRIBUTOR_ROLE_ID)
    assert await workspace.get_role_assignment(scope, name) == made
    assert await workspace.get_role_assignment(scope, str(uuid4())) is None
    assert await workspace.role_assignments_of(scope, principal.object_id) == [made]

    with pytest.raises(CloudError) as caught:
        await workspace.put_role_assignment(scope, str(uuid4()), principal.object_id, CONTRIBUTOR_ROLE_ID)
    assert (caught.value.kind, caught.value.code) == (FailureKind.CONFLICT, "RoleAssignmentExists")

    await workspace.delete_role_assignment(scope, name)
    await workspace.delete_role_assignment(scope, name)
    assert await workspace.role_assignments_of(scope, principal.object_id) == []


@pytest.mark.parametrize("text", ["abc\x1b]52;c;eA==\x07", "abc\u202edef", "abc\nrm -rf x"])
async def test_a_client_secret_that_would_act_on_a_terminal_is_none(
    azure: RunningSimulator, workspace: Workspace, application: Application, text: str
) -> None:
    azure.add_fault("addPassword:answer", {"set": [["secretText", text]]})
    with pytest.raises(CloudError) as caught:
        await workspace.add_password(application.object_id, str(uuid4()), "test", in_days(1))
    assert text not in caught.value.problem.as_text()


async def test_a_client_secret_keeps_its_key_id_and_end(workspace: Workspace, application: Application) -> None:
    key_id, expires = str(uuid4()), in_days(180)
    made = await workspace.add_password(application.object_id, key_id, "PipeOps secret", expires)

    assert (made.key_id, made.expires) == (key_id, expires)
    assert made.secret.reveal()
    listed = await workspace.passwords(application.object_id)
    assert [(key.key_id, key.description, key.end) for key in listed] == [(key_id, "PipeOps secret", expires)]

    await workspace.remove_password(application.object_id, key_id)
    await workspace.remove_password(application.object_id, key_id)
    assert await workspace.passwords(application.object_id) == []


async def test_the_sdks_own_object_does_not_keep_the_secret(
    workspace: Workspace, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, seen = PasswordCredential.create_from_discriminator_value, list[PasswordCredential]()

    def watched(node: ParseNode) -> PasswordCredential:
        seen.append(read(node))
        return seen[-1]

    monkeypatch.setattr(PasswordCredential, "create_from_discriminator_value", staticmethod(watched))
    made = await workspace.add_password(application.object_id, str(uuid4()), "PipeOps secret", in_days(1))
    assert made.secret.reveal()
    assert seen
    assert all(made.secret.reveal() not in repr(vars(one)) for one in seen)


async def test_removing_a_secret_of_a_deleted_application_succeeds(workspace: Workspace) -> None:
    await workspace.remove_password(NOBODY, str(uuid4()))


async def test_the_new_application_signs_in_and_reads_only_what_its_role_allows(
    workspace: Workspace,
    subscription: Subscription,
    group: str,
    application: Application,
    principal: ServicePrincipal,
    password: NewPassword,
) -> None:
    application_session = await workspace.sign_in_as(application.app_id, password.secret)
    with pytest.raises(CloudError) as caught:
        await application_session.read_group(group)
    assert caught.value.kind is FailureKind.REPLICATION
    await application_session.close()

    scope = f"{subscription.scope}/resourceGroups/{group}"
    await workspace.put_role_assignment(scope, str(uuid4()), principal.object_id, CONTRIBUTOR_ROLE_ID)
    application_session = await workspace.sign_in_as(application.app_id, password.secret)
    assert (await application_session.read_group(group)).name == group
    await application_session.close()


async def test_a_secret_that_is_not_known_yet_is_replication(
    workspace: Workspace, application: Application, principal: ServicePrincipal
) -> None:
    for client_id, code in ((application.app_id, "AADSTS7000215"), (NOBODY, "AADSTS700016")):
        with pytest.raises(CloudError) as caught:
            await workspace.sign_in_as(client_id, Secret("not-the-secret"))
        assert (caught.value.kind, caught.value.code) == (FailureKind.REPLICATION, code)


async def test_every_test_sign_in_is_a_fresh_session(
    workspace: Workspace, application: Application, principal: ServicePrincipal, password: NewPassword,
    azure: RunningSimulator,
) -> None:  # fmt: skip
    since = len(azure.requests())
    sessions = await asyncio.gather(*(workspace.sign_in_as(application.app_id, password.secret) for _ in range(3)))
    for application_session in sessions:
        await application_session.close()

    assert [request["operation"] for request in azure.requests()[since:]] == ["redeemClientSecret"] * 3


async def test_providers_are_registered_on_request(workspace: Workspace) -> None:
    assert await workspace.register_provider("Microsoft.Storage") in ("Registered", "Registering")


async def test_every_method_is_one_request(
    workspace: Workspace, subscription: Subscription, group: str, application: Application, azure: RunningSimulator
) -> None:
    scope = f"{subscription.scope}/resourceGroups/{group}"
    calls = (
        lambda: workspace.get_group(group),
        lambda: workspace.put_group(group, "westeurope", []),
        lambda: workspace.group_is_empty(group),
        lambda: workspace.application_by_unique_name("none"),
        lambda: workspace.applications_tagged("none"),
        lambda: workspace.get_application(application.object_id),
        lambda: workspace.upsert_service_principal(application.app_id),
        lambda: workspace.service_principal_of(application.app_id),
        lambda: workspace.get_role_assignment(scope, NOBODY),
        lambda: workspace.role_assignments_of(scope, NOBODY),
        lambda: workspace.passwords(application.object_id),
        lambda: workspace.add_password(application.object_id, str(uuid4()), "", in_days(1)),
        lambda: workspace.register_provider("Microsoft.Storage"),
    )
    for call in calls:
        since = len(azure.requests())
        await call()
        assert len(azure.requests()) == since + 1, azure.requests()[since:]
