"""A creation as `pipeops-tui create --yes` prints it: the plan, what exists already, what came of it. Never the
secret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeops_tui.core.clock import spell_day

if TYPE_CHECKING:
    from pipeops_tui.cli.scripted_creation import Existing
    from pipeops_tui.core.model import Plan
    from pipeops_tui.plain.scripted_run import ScriptedSecret
    from pipeops_tui.provisioning import Row


def plan_values(plan: Plan, rows: Sequence[Row]) -> dict[str, object]:
    """The JSON object of --dry-run. `changes` has an az command line where there is one for it."""
    return {
        "dry_run": True,
        "resource_group_name": plan.group_name,
        "new_resource_group": plan.group_is_new,
        "location": plan.location,
        "tenant_id": plan.tenant_id,
        "subscription_id": plan.subscription_id,
        "application_name": plan.application_name,
        "expires_in_days": plan.secret_days,
        "changes": [
            {"title": row.title, "detail": row.detail, "command": row.equivalent or None} for row in rows if row.writes
        ],
    }


def plan_sentences(plan: Plan, rows: Sequence[Row]) -> str:
    """The plan for a person, a line for each change."""
    place = f"{plan.tenant_name}, subscription {plan.subscription_name} ({plan.subscription_id})"
    changes = [f"  {row.title}: {row.detail}" for row in rows if row.writes]
    return "\n".join([f"This would be created in {place}:", *changes, "Nothing was created."])


def existing_values(existing: Existing) -> dict[str, object]:
    """The JSON object for what exists already."""
    one = existing.connection
    return {
        "exists": True,
        "resource_group_name": one.group_name,
        "tenant_id": one.tenant_id,
        "client_id": one.client_id,
        "subscription_id": one.subscription_id,
    }


def existing_sentences(existing: Existing) -> str:
    """What exists already, for a person."""
    one = existing.connection
    return (
        f"{one.application_name} exists already on {one.group_name}, client ID {one.client_id}. Nothing was changed.\n"
        "With --again another one is made."
    )


def created_sentences(created: ScriptedSecret) -> str:
    """What was created, for a person."""
    until = f" Its client secret expires on {spell_day(created.expires)}." if created.expires else ""
    tested = ", and its test sign-in worked" if created.proved else ". It could not be tested from here"
    return "\n".join(
        [
            f"{created.application_name} is created{tested}.{until}",
            f"Resource Group Name: {created.resource_group_name}",
            f"Tenant ID: {created.tenant_id}",
            f"Client ID: {created.client_id}",
            f"Subscription ID: {created.subscription_id}",
        ]
    )
