"""What is told about a run once the interface has closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeops_tui.provisioning.entries import Outcome
from pipeops_tui.provisioning.events import Leftover
from pipeops_tui.provisioning.owner_step import owner_step
from pipeops_tui.provisioning.state import RunState
from pipeops_tui.provisioning.undo import leftovers


@dataclass(frozen=True, slots=True)
class Receipt:
    """What may be printed after the interface has closed. Holds no secret."""

    run_id: str
    resource_group_name: str
    tenant_id: str
    client_id: str
    """Empty when there is no application (yet, or any more)."""
    subscription_id: str
    expires: datetime | None
    """When the client secret expires (UTC); None when there is none."""
    delivered: bool
    """Whether the secret was copied or revealed."""
    created: tuple[str, ...]
    """What this run created and has not removed, one line each."""
    left: tuple[Leftover, ...]
    """The same with the commands that remove it."""
    undone: bool
    unfinished: bool
    """Whether there is something to go on with."""
    journaled: bool
    """Whether the next start knows of the run."""
    owner_command: str = ""
    """The Azure CLI line of the Owner whom the run waits for; empty when it waits for nobody."""


def receipt_of(state: RunState, *, journaled: bool) -> Receipt:
    """The receipt as things stand."""
    made = [secret for secret in state.secrets if secret.made]
    return Receipt(
        run_id=state.run_id,
        resource_group_name=state.plan.group_name,
        tenant_id=state.plan.tenant_id,
        client_id=state.client_id,
        subscription_id=state.plan.subscription_id,
        expires=made[-1].expires if made else None,
        delivered=state.delivered,
        created=_created(state),
        left=leftovers(state),
        undone=state.outcome is Outcome.UNDONE,
        unfinished=state.unfinished,
        journaled=journaled,
        owner_command=awaited.command if (awaited := owner_step(state)) else "",
    )


def _created(state: RunState) -> tuple[str, ...]:
    plan = state.plan
    lines = (
        (state.group.made, f"Resource group {plan.group_name} in {plan.location_display or plan.location}"),
        (state.application.made, f"Application {plan.application_name} (client id {state.client_id})"),
        (state.principal.made, f"Service principal (object id {state.principal.id})"),
        (state.assignment.made, f"Contributor on {plan.group_name} for that service principal"),
        (state.granted, f"Contributor on {plan.group_name} for that service principal (assigned by an Owner)"),
        (any(secret.made for secret in state.secrets), f"Client secret “{plan.secret_description}”"),
    )
    return tuple(line for made, line in lines if made)
