"""A renewal as `pipeops-tui renew --yes` prints it. Never the secret."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from pipeops_tui.core import az_commands
from pipeops_tui.core.clock import spell_day

if TYPE_CHECKING:
    from pipeops_tui.cli.scripted_renewal import RenewedSecret
    from pipeops_tui.connections.connection import ConnectionSecret


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
        "kept": added.kept[-1].key_id if added.kept else None,
        "also_kept": [one.key_id for one in added.kept_ours[:-1]],
    }


def sentences_of(added: RenewedSecret) -> str:
    """Lines for a person."""
    until = f", which expires on {spell_day(added.expires)}" if added.expires else ""
    lines = [
        f"{added.application_name} on {added.resource_group_name} has a new client secret{until}.",
        f"Client ID {added.client_id}, key ID {added.key_id}.",
    ]
    commands = [az_commands.remove_old_secret(added.client_id, one.key_id) for one in added.kept_ours]
    if len(commands) == 1:
        lines.append(f"The old client secret stays. When PipeOps works with the new one, remove it: {commands[0]}")
    elif commands:
        lines.append(f"{len(commands)} older client secrets stay. When PipeOps works with the new one, remove them:")
        lines += [f"  {command}" for command in commands]
    lines += [_foreign(one, added.client_id) for one in added.kept if not one.ours]
    return "\n".join(lines)


def _foreign(secret: ConnectionSecret, client_id: str) -> str:
    parts = [f"begins with {secret.hint}"] if secret.hint else []
    parts += [f"“{secret.description}”"] if secret.description else []
    parts += [f"expires {spell_day(secret.expires)}"] if secret.expires else []
    known = f" ({', '.join(parts)})" if parts else ""
    return (
        f"The client secret {secret.key_id}{known} was not added by pipeops-tui, and stays. When nothing uses it any "
        f"more, remove it: {az_commands.delete_secret(client_id, secret.key_id)}"
    )
