"""A renewal as `pipeops-tui renew --yes` prints it. Never the secret."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from pipeops_tui.core import az_commands
from pipeops_tui.core.clock import spell_day

if TYPE_CHECKING:
    from pipeops_tui.cli.scripted_renewal import RenewedSecret


def values_of(added: RenewedSecret, secret_to: str) -> dict[str, object]:
    """The JSON object for a secret that went to `secret_to`; what is not known is null."""
    return {
        "resource_group_name": added.resource_group_name,
        "tenant_id": added.tenant_id,
        "client_id": added.client_id,
        "subscription_id": added.subscription_id,
        "key_id": added.key_id,
        "expires": added.expires.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if added.expires else None,
        "proved": True,
        "secret_to": secret_to,
        "kept": added.kept or None,
    }


def sentences_of(added: RenewedSecret) -> str:
    """Lines for a person."""
    until = f", which expires on {spell_day(added.expires)}" if added.expires else ""
    lines = [
        f"{added.application_name} on {added.resource_group_name} has a new client secret{until}.",
        f"Client ID {added.client_id}, key ID {added.key_id}.",
    ]
    if added.kept and added.kept_is_ours:
        remove = az_commands.remove_old_secret(added.client_id, added.kept)
        lines.append(f"The old client secret stays. When PipeOps works with the new one, remove it: {remove}")
    elif added.kept:
        lines.append(f"The client secret {added.kept}, which pipeops-tui has not added, stays.")
    return "\n".join(lines)
