"""The text printed in the terminal after the interface has closed; never the client secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pipeops_tui.checks.admin_messages import contributor_in_portal
from pipeops_tui.core import az_commands
from pipeops_tui.core.clock import spell_instant
from pipeops_tui.provisioning import Leftover, Receipt


def receipt_text(receipt: Receipt, *, simulated: bool = False, now: datetime | None = None) -> str:
    """`receipt` as plain text at `now`; empty when nothing was created. With `simulated`, what was created ended with
    the program."""
    return "\n".join(_lines(receipt, simulated, now))


def _lines(receipt: Receipt, simulated: bool, now: datetime | None) -> Iterator[str]:
    if receipt.renewed:
        yield from _renewal(receipt, simulated, now)
        return
    if receipt.undone:
        yield from _what_remains(receipt.left if not simulated else ())
        return
    if not receipt.left:
        return
    if receipt.unfinished and not simulated:
        yield from _how_to_continue(receipt)
    if receipt.owner_command and not simulated:
        yield "An Owner has to give the application access. In the Azure portal:"
        yield f"  {contributor_in_portal(receipt.resource_group_name)}"
        yield "Or with Azure CLI:"
        yield f"  {receipt.owner_command}"
        yield f"  {az_commands.git_bash_hint(receipt.owner_command)}"
        yield ""
    if receipt.created:
        yield from _values(receipt, simulated)
        yield ""
        yield "Created in the simulated Azure:" if simulated else "Created in Azure:"
        yield from (f"  {line}" for line in receipt.created)
        yield ""
    if simulated:
        yield "This was a simulated Azure: everything in it is gone. In a real Azure:"
    yield "To undo, start pipeops-tui again, or run:" if receipt.journaled else "To undo, run:"
    yield from (f"  {left.command}" for left in receipt.left if left.command)


def _renewal(receipt: Receipt, simulated: bool, now: datetime | None) -> Iterator[str]:
    """After a renewal: the values, and what becomes of the secret that was in use before."""
    if not receipt.created:
        yield "No client secret was added. PipeOps goes on with the one it has."
        return
    if receipt.unfinished and not simulated:
        yield "The renewal is not finished. Start pipeops-tui again to continue or to discard it."
        yield ""
    yield from _values(receipt, simulated)
    yield ""
    if receipt.kept_until is not None and now is not None and receipt.kept_until <= now:
        yield f"The old client secret expired {spell_instant(receipt.kept_until)}."
    elif receipt.kept_until is not None:
        yield f"The old client secret works until {spell_instant(receipt.kept_until)}. When PipeOps works with the"
        yield "new one, start pipeops-tui again and press l to remove the old one."
    elif receipt.made_by_hand:
        yield "pipeops-tui did not add the old client secret and has not removed it. When PipeOps works with the new"
        yield "one, remove the old one. These commands list the client secrets and remove one:"
        yield f"  {az_commands.list_secrets(receipt.client_id)}"
        yield f"  {az_commands.delete_secret(receipt.client_id)}"
    elif receipt.old_removed:
        yield "The old client secret is removed."


def _what_remains(left: Sequence[Leftover]) -> Iterator[str]:
    """After undo: what the run is not allowed to remove, because it did not create it."""
    yield f"Undone: nothing that was created is left in Azure{', except this' if left else ''}."
    for one in left:
        yield ""
        yield f"{one.what} stays:"
        yield f"  {one.why}"
        yield f"  To remove it: {one.command}"


def _how_to_continue(receipt: Receipt) -> Iterator[str]:
    if receipt.journaled:
        yield "Not everything is created yet. Start pipeops-tui again to continue or to undo."
    else:
        yield "Not everything is created. Without a journal this cannot be continued: undo it."
    yield ""


def _values(receipt: Receipt, simulated: bool) -> Iterator[str]:
    if simulated:
        yield "Made up by the demo. PipeOps cannot use these values:"
    else:
        yield "For PipeOps (console.pipeops.io → Integrations → Azure → Connect):"
    yield f"  Resource Group Name  {receipt.resource_group_name}"
    yield f"  Tenant ID            {receipt.tenant_id}"
    yield f"  Client ID            {receipt.client_id or 'not created'}"
    yield f"  Subscription ID      {receipt.subscription_id}"
    if receipt.expires is not None:
        delivered = "" if receipt.delivered else ", and was neither copied nor revealed"
        yield f"  The client secret expires {spell_instant(receipt.expires)}{delivered}."
