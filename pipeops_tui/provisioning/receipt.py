"""The facts about a run that are printed after the interface has closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeops_tui.provisioning.events import Leftover
from pipeops_tui.provisioning.journal.entries import Origin, RunOutcome
from pipeops_tui.provisioning.journal.run_state import RunState
from pipeops_tui.provisioning.operations.await_owner import owner_step
from pipeops_tui.provisioning.operations.remove_secrets import SecretRemoval
from pipeops_tui.provisioning.undo import leftovers


@dataclass(frozen=True, slots=True)
class Receipt:
    """What can be printed after the interface has closed. Holds no secret."""

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
    """Whether the run can be continued."""
    journaled: bool
    """Whether the next start of the program finds the run."""
    renewed: bool = False
    """Whether a client secret was renewed: nothing else was created then."""
    kept_until: datetime | None = None
    """When the last of the secrets expires that the renewal has kept; None when it keeps none."""
    made_by_hand: bool = False
    """Whether pipeops-tui did not create the application: it leaves the secrets that it did not add."""
    old_removed: bool = False
    """Whether a renewal has left no older secret of this run."""
    owner_command: str = ""
    """The Azure CLI line for the Owner the run waits for; empty when it does not wait for one."""


def receipt_of(state: RunState, *, journaled: bool) -> Receipt:
    """The receipt for the present `state`; `journaled` as in `Receipt`."""
    made = [secret for secret in state.secrets if secret.made]
    left = SecretRemoval(renewed_only=True).left(state) if state.renewed and not state.undoing else leftovers(state)
    return Receipt(
        run_id=state.run_id,
        resource_group_name=state.plan.group_name,
        tenant_id=state.plan.tenant_id,
        client_id=state.client_id,
        subscription_id=state.plan.subscription_id,
        expires=made[-1].expires if made else None,
        delivered=state.delivered,
        created=_created(state),
        left=left,
        undone=state.outcome is RunOutcome.UNDONE,
        unfinished=state.unfinished,
        journaled=journaled,
        renewed=state.renewed and not state.undoing,
        kept_until=max((one.expires for one in state.kept_secrets if one.expires is not None), default=None),
        made_by_hand=state.origin is Origin.ADOPTED,
        old_removed=state.renewed and not state.restores and not state.kept_secrets,
        owner_command=awaited.command if (awaited := owner_step(state)) else "",
    )


def _created(state: RunState) -> tuple[str, ...]:
    plan = state.plan
    if state.renewed and not state.undoing:
        made = [secret for secret in state.secrets if secret.made and not secret.kept]
        return (f"Client secret “{plan.secret_description}”",) if made else ()
    lines = (
        (state.group.made, f"Resource group {plan.group_name} in {plan.location_display or plan.location}"),
        (state.application.made, f"Application {plan.application_name} (client id {state.client_id})"),
        (state.principal.made, f"Service principal (object id {state.principal.id})"),
        (state.assignment.made, f"Contributor on {plan.group_name} for that service principal"),
        (state.granted, f"Contributor on {plan.group_name} for that service principal (assigned by an Owner)"),
        (any(secret.made for secret in state.secrets), f"Client secret “{plan.secret_description}”"),
    )
    return tuple(line for made, line in lines if made)
