"""How one application really is: its resource group, its role and its secrets, asked of one tenant."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from pipeops_tui.connections.connection import (
    Connection,
    ConnectionSecret,
    ConnectionState,
    FoundBy,
    state_by_secrets,
)
from pipeops_tui.connections.searched_tenant import SearchedTenant, asked
from pipeops_tui.core import marks
from pipeops_tui.core.model import Application, PasswordKey, Subscription
from pipeops_tui.provisioning import Origin, RecordedRun

_BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)
OUT_OF_SIGHT: Final = "this account cannot see the subscription"


async def known_again(
    reads: SearchedTenant, known: Connection, application: Application, now: datetime, soon: timedelta
) -> Connection:
    """A connection of this computer's journal as Azure knows it."""
    seen = replace(
        known,
        application_name=application.display_name,
        client_id=application.app_id,
        object_id=application.object_id,
        secrets=secrets_of(application, known.recorded),
        owners=await reads.owners(application),
        notes=application.notes,
    )
    subscription = reads.subscriptions.get(known.subscription_id.lower())
    group, has_role, reason = True, True, ""
    if subscription is None:
        reason = OUT_OF_SIGHT
    else:
        (found, why_group), (role, why_role) = await asyncio.gather(
            asked(reads.group_exists(subscription, known.group_name)),
            asked(_has_role(reads, application, subscription, known.group_name)),
        )
        group, has_role, reason = found is not False, role is not False, why_group or why_role
    if known.state is ConnectionState.UNFINISHED:
        return seen
    return _with_state(seen, group, has_role, reason, now, soon)


async def made_elsewhere(
    reads: SearchedTenant, application: Application, now: datetime, soon: timedelta
) -> Connection | None:
    """The connection of a tagged application; None where it is Contributor on no resource group that the account can
    see, or on several: then its tag is only a claim."""
    return await _by_its_role(reads, application, FoundBy.TAG, now, soon)


async def made_by_hand(
    reads: SearchedTenant, application: Application, now: datetime, soon: timedelta
) -> Connection | None:
    """The connection of an application without a tag; None as for `made_elsewhere`."""
    return await _by_its_role(reads, application, FoundBy.ASSIGNMENT, now, soon)


def gone(known: Connection, restorable_until: datetime | None) -> Connection:
    """A connection whose application is deleted; it can be restored until then, or not at all."""
    if known.state is ConnectionState.UNFINISHED:
        return known
    return replace(known, state=ConnectionState.DELETED, restorable_until=restorable_until)


def refused(known: Connection, reason: str) -> Connection:
    """A connection about which Azure could not be asked."""
    if known.state is ConnectionState.UNFINISHED:
        return replace(known, reason=reason)
    return replace(known, state=ConnectionState.UNKNOWN, reason=reason)


def secrets_of(application: Application, recorded: RecordedRun | None) -> tuple[ConnectionSecret, ...]:
    """The client secrets of an application, the newest last. One is ours only if the application carries the tag of the
    run that added it, or that run has adopted it: its key id is one of that run's or, for one that an older version
    began, stands in its journal on this computer."""
    runs = set(marks.run_ids(application.tags))
    state = recorded.state if recorded is not None else None
    if state is not None and state.origin is Origin.ADOPTED:
        runs.add(state.run_id.lower())
    is_its_run = state is not None and state.run_id.lower() in runs
    journaled = {one.live_key.lower(): one for one in state.secrets} if state is not None and is_its_run else {}

    def secret(key: PasswordKey) -> ConnectionSecret:
        noted = journaled.get(key.key_id.lower())
        is_older = state is not None and state.older and noted is not None and noted.description == key.description
        return ConnectionSecret(
            key.key_id,
            key.end,
            key.description,
            key.hint,
            ours=is_older or any(marks.secret_number(run, key.key_id) is not None for run in runs),
            delivered=noted is not None and noted.delivered,
        )

    ordered = sorted(application.secrets, key=lambda key: (key.start or _BEFORE_ALL, key.end or _BEFORE_ALL))
    return tuple(secret(key) for key in ordered)


async def _by_its_role(
    reads: SearchedTenant, application: Application, found_by: FoundBy, now: datetime, soon: timedelta
) -> Connection | None:
    place, _ = await asked(reads.only_group(application))
    if place is None:
        return None
    subscription, group_name = place
    found = Connection(
        application_name=application.display_name,
        client_id=application.app_id,
        tenant_id=reads.tenant.tenant_id,
        tenant_name=reads.tenant.display_name or reads.tenant.tenant_id,
        subscription_id=subscription.subscription_id,
        subscription_name=subscription.display_name or subscription.subscription_id,
        group_name=group_name,
        resource_manager=reads.resource_manager,
        found_by=found_by,
        state=ConnectionState.UNKNOWN,
        object_id=application.object_id,
        made=application.created,
        secrets=secrets_of(application, None),
        owners=await reads.owners(application),
        notes=application.notes,
        run_id=next(iter(marks.run_ids(application.tags)), ""),
    )
    group, reason = await asked(reads.group_exists(subscription, group_name))
    return _with_state(found, group is not False, True, reason, now, soon)


async def _has_role(
    reads: SearchedTenant, application: Application, subscription: Subscription, group_name: str
) -> bool:
    principal_id = (await reads.principal_id(application)).lower()
    scope = subscription.scope_of(group_name).lower()
    assignments = await reads.contributors(subscription) if principal_id else ()
    return any(one.principal_id.lower() == principal_id and one.scope.lower() == scope for one in assignments)


def _with_state(
    seen: Connection, group: bool, has_role: bool, reason: str, now: datetime, soon: timedelta
) -> Connection:
    """`reason` says why something could not be asked. What certainly is wrong is said all the same."""
    by_secrets = state_by_secrets(seen.secrets, now, soon) if seen.secrets else ConnectionState.EXPIRED
    if not group:
        return replace(seen, state=ConnectionState.NO_GROUP)
    if not has_role:
        return replace(seen, state=ConnectionState.NO_ROLE)
    if by_secrets is not ConnectionState.EXPIRED and reason:
        return replace(seen, state=ConnectionState.UNKNOWN, reason=reason)
    return replace(seen, state=by_secrets or ConnectionState.WORKS)
