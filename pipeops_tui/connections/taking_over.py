"""Take up a connection to renew, restore or remove it: from this computer's journal, or from what Azure shows of it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from pipeops_tui.connections.connection import Connection, FoundBy
from pipeops_tui.core.marks import run_ids
from pipeops_tui.core.model import Application, DeviceCode, Plan, ResourceGroup, Subscription
from pipeops_tui.core.names import OWN_TAG
from pipeops_tui.core.ports import Session, Workspace
from pipeops_tui.core.problem import CloudError, FailureKind, Problem, Section
from pipeops_tui.core.wizard import DEFAULT_SECRET_DAYS, DEFAULT_SECRET_DESCRIPTION
from pipeops_tui.journey.journey import Journey
from pipeops_tui.provisioning import Entry, Run, adopted, found_elsewhere


async def take_up(
    journey: Journey, connection: Connection, show_code: Callable[[DeviceCode], None]
) -> tuple[Run, Subscription]:
    """The run of `connection`, ready to be renewed or removed, and its subscription.

    One that this computer has no journal of is written to a new one with the first thing that is done. Raises
    `CloudError` when the account does not reach it or it is gone, and `JournalUnavailable`.
    """
    if connection.recorded is not None:
        return await journey.take_up(connection.recorded, show_code)
    subscription = await journey.reach(plan_of(connection), show_code)
    session = journey.session
    if session is None:
        raise RuntimeError("no account has signed in yet")
    workspace = await session.workspace(subscription)
    application = await _application(session, connection)
    entries = await _entries(journey, connection, workspace, application)
    journal = (await journey.earlier_runs()).new_journal()
    run = Run.take_over(entries, workspace, journey.clock, uuid4, journal)
    journey.opened.append(run)
    return run, subscription


def plan_of(connection: Connection, group: ResourceGroup | None = None, *, owns_group: bool = False) -> Plan:
    """The plan that would have led to `connection`."""
    return Plan(
        tenant_id=connection.tenant_id,
        tenant_name=connection.tenant_name,
        subscription_id=connection.subscription_id,
        subscription_name=connection.subscription_name,
        group_name=connection.group_name,
        group_is_new=owns_group,
        location=group.location if group is not None else "",
        location_display=group.location if group is not None else "",
        application_name=connection.application_name,
        secret_description=DEFAULT_SECRET_DESCRIPTION,
        secret_days=DEFAULT_SECRET_DAYS,
    )


async def _application(session: Session, connection: Connection) -> Application:
    """The application, which may be a deleted one."""
    tenant_id, client_id = connection.tenant_id, connection.client_id
    application = await session.application_by_client_id(tenant_id, client_id)
    if application is None:
        deleted = await session.deleted_applications(tenant_id)
        application = next((one for one in deleted if one.app_id.lower() == client_id.lower()), None)
    if application is None:
        raise CloudError(FailureKind.NOT_FOUND, _gone(connection))
    return application


async def _entries(
    journey: Journey, connection: Connection, workspace: Workspace, application: Application
) -> tuple[Entry, ...]:
    now, resource_manager = journey.clock.now(), workspace.resource_manager
    named = run_ids(application.tags)
    if connection.found_by is FoundBy.ASSIGNMENT or not named:
        return adopted(str(uuid4()), resource_manager, plan_of(connection), application, now)
    run_id = named[0]
    group = await workspace.get_group(connection.group_name)
    owns_group = group is not None and any(name.lower() == OWN_TAG and value == run_id for name, value in group.tags)
    principal = await workspace.service_principal_of(application.app_id)
    scope = plan_of(connection).group_scope
    assignments = await workspace.role_assignments_of(scope, principal.object_id) if principal and group else ()
    plan = plan_of(connection, group, owns_group=owns_group)
    return found_elsewhere(
        run_id,
        resource_manager,
        plan,
        application,
        principal,
        assignments,
        owns_group=owns_group,
        now=now,
    )


def _gone(connection: Connection) -> Problem:
    return Problem(
        title="This application no longer exists",
        what=f"{connection.application_name} ({connection.client_id}) is neither in {connection.tenant_name} nor among "
        "its deleted applications.",
        why="A tenant keeps deleted applications for 30 days.",
        remedy="Connect PipeOps with a new application.",
        link=Section.RUN,
    )
