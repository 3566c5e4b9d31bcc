"""A renewal as `pipeops-tui renew --yes` prints it. Never the secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeops_tui.core import az_commands
from pipeops_tui.core.clock import spell_day

if TYPE_CHECKING:
    from pipeops_tui.connections.connection import ConnectionSecret
    from pipeops_tui.plain.scripted_run import ScriptedSecret


def values_of(added: ScriptedSecret, secret_to: str) -> dict[str, object]:
    """The JSON object for a secret that went to `secret_to`; what is not known is null."""
    return {
        **added.values(secret_to),
        "kept": added.kept[-1].key_id if added.kept else None,
        "also_kept": [one.key_id for one in added.kept_ours[:-1]],
    }


def sentences_of(added: ScriptedSecret) -> str:
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
