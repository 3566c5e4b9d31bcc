"""Finds the connection that a client ID names, for a command that asks the person nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeops_tui.cli.script import ScriptError
from pipeops_tui.connections.connection import SOON, Connection, ConnectionState
from pipeops_tui.connections.examination import known_again, made_elsewhere
from pipeops_tui.connections.searched_tenant import SearchedTenant, asked
from pipeops_tui.core.marks import run_ids
from pipeops_tui.core.model import Application, SubscriptionPage
from pipeops_tui.core.problem import Problem
from pipeops_tui.journey.journey import Journey
from pipeops_tui.provisioning import Origin


class NoSuchConnectionError(ScriptError):
    """The client ID names no connection that can be changed. The text says why, as a clause without a period."""


async def named_connection(journey: Journey, known: Sequence[Connection], client_id: str) -> Connection:
    """The connection with this client ID as Azure knows it now.

    `known`: those of this computer's journals. Another one is found by the tag of its application and by its role. One
    that was made by hand is a connection only where a journal knows it. Raises `NoSuchConnectionError`, and
    `CloudError` when the tenants cannot be listed.
    """
    journaled = [one for one in known if one.client_id.lower() == client_id and _is_here(journey, one)]
    if len({one.tenant_id.lower() for one in journaled}) > 1:
        tenants = ", ".join(one.tenant_id for one in journaled)
        raise NoSuchConnectionError(f"{client_id} is known in several tenants; choose one with --tenant: {tenants}")
    if journaled:
        return await _journaled(journey, journaled[0])
    return await _by_its_tag(journey, client_id)


def _is_here(journey: Journey, one: Connection) -> bool:
    """Whether a journal is about the cloud, and the tenant, of this command."""
    session, tenant = journey.session, journey.settings.tenant
    here = session.endpoints.resource_manager if session is not None else ""
    is_cloud = one.resource_manager.rstrip("/").lower() == here.rstrip("/").lower()
    return is_cloud and tenant in (None, one.tenant_id.lower())


def _now(journey: Journey) -> datetime:
    skew = journey.session.clock_skew if journey.session is not None else None
    return journey.clock.now() - timedelta(seconds=skew or 0.0)


async def _journaled(journey: Journey, known: Connection) -> Connection:
    async for page in journey.lookups.subscriptions.pages():
        if page.tenant.tenant_id.lower() != known.tenant_id.lower():
            continue
        if page.tenant.locked is not None:
            raise NoSuchConnectionError(_locked(page, page.tenant.locked))
        reads = SearchedTenant(journey.lookups.reads, page)
        application = await reads.application(known)
        if application is None:
            raise NoSuchConnectionError(
                f"the application {known.application_name} ({known.client_id}) does not exist in "
                f"{page.tenant.display_name} any more. Open pipeops-tui to restore it, or connect PipeOps again"
            )
        if not _is_of(application, known):
            raise NoSuchConnectionError(
                f"the application {application.display_name} ({known.client_id}) does not carry the tag of this "
                "connection, so it is not changed"
            )
        return await known_again(reads, known, application, _now(journey), SOON)
    account = journey.session.account.name if journey.session is not None else ""
    raise NoSuchConnectionError(f"{account} cannot see the tenant {known.tenant_name} ({known.tenant_id})")


def _is_of(application: Application, known: Connection) -> bool:
    """Whether Azure confirms what the journal says: a person can have edited it. Of an application that was made by
    hand and then adopted, Azure knows nothing of us."""
    if application.object_id.lower() != known.object_id.lower():
        return False
    is_adopted = known.recorded is not None and known.recorded.state.origin is Origin.ADOPTED
    return is_adopted or known.run_id.lower() in run_ids(application.tags)


async def _by_its_tag(journey: Journey, client_id: str) -> Connection:
    refusals: list[str] = []
    async for page in journey.lookups.subscriptions.pages():
        if journey.settings.tenant not in (None, page.tenant.tenant_id.lower()):
            continue
        if page.tenant.locked is not None:
            refusals.append(_locked(page, page.tenant.locked))
            continue
        lookups = journey.lookups.reads
        tenant_id, name = page.tenant.tenant_id, page.tenant.display_name
        application, reason = await asked(lookups.application_by_client_id(tenant_id, client_id))
        if reason:
            refusals.append(f"{name} could not be asked: {reason}")
        if application is not None:
            return await _tagged(journey, page, application)
    why = "".join(f". {refusal}" for refusal in refusals)
    raise NoSuchConnectionError(f"no application with the client ID {client_id} is known{why}")


async def _tagged(journey: Journey, page: SubscriptionPage, application: Application) -> Connection:
    name = f"the application {application.display_name} ({application.app_id})"
    if not run_ids(application.tags):
        raise NoSuchConnectionError(
            f"{name} was not made by pipeops-tui, and no journal on this computer knows it. "
            "Open pipeops-tui to renew it"
        )
    reads = SearchedTenant(journey.lookups.reads, page)
    connection = await made_elsewhere(reads, application, _now(journey), SOON)
    if connection is None:
        raise NoSuchConnectionError(
            f"{name} carries the tag of pipeops-tui, but is Contributor on no resource group that this account can "
            "see, or on several"
        )
    return connection


def why_not_renewable(connection: Connection) -> str:
    """Why no new client secret of a connection would work, as a clause; empty where one can."""
    match connection.state:
        case ConnectionState.NO_GROUP:
            return f"the resource group {connection.group_name} does not exist any more"
        case ConnectionState.NO_ROLE:
            return f"the application has no role on {connection.group_name} any more"
        case ConnectionState.DELETED:
            return f"the application {connection.application_name} is deleted"
    return ""


def _locked(page: SubscriptionPage, problem: Problem) -> str:
    return f"{page.tenant.display_name} could not be asked: {problem.title}"
