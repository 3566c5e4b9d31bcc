"""What stands in the terminal after the interface has closed: everything but the secret."""

from __future__ import annotations

from collections.abc import Iterator

from pipeops_tui.dates import spell_instant
from pipeops_tui.provisioning.receipt import Receipt


def receipt_text(receipt: Receipt) -> str:
    """The receipt as plain text; empty when nothing was created."""
    return "\n".join(_lines(receipt))


def _lines(receipt: Receipt) -> Iterator[str]:
    if receipt.undone:
        yield "Undone: nothing of this run is left in Azure."
        return
    if not receipt.created:
        return
    yield "For PipeOps (console.pipeops.io → Integrations → Azure → Connect):"
    yield f"  Resource Group Name  {receipt.resource_group_name}"
    yield f"  Tenant ID            {receipt.tenant_id}"
    yield f"  Client ID            {receipt.client_id or 'not created'}"
    yield f"  Subscription ID      {receipt.subscription_id}"
    if receipt.expires is not None:
        delivered = "" if receipt.delivered else ", and was neither copied nor revealed"
        yield f"  The client secret expires {spell_instant(receipt.expires)}{delivered}."
    yield ""
    yield "Created in Azure:"
    yield from (f"  {line}" for line in receipt.created)
    yield ""
    yield "To undo, start pipeops-tui again, or run:"
    yield from (f"  {left.command}" for left in receipt.left if left.command)
