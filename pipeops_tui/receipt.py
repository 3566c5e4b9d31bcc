"""What stands in the terminal after the interface has closed: everything but the secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeops_tui.dates import spell_instant
from pipeops_tui.provisioning.events import Leftover
from pipeops_tui.provisioning.receipt import Receipt


def receipt_text(receipt: Receipt, *, simulated: bool = False) -> str:
    """The receipt as plain text; empty when nothing was created. `simulated` says that this Azure ends with the
    program."""
    return "\n".join(_lines(receipt, simulated))


def _lines(receipt: Receipt, simulated: bool) -> Iterator[str]:
    if receipt.undone:
        yield from _what_stays(receipt.left if not simulated else ())
        return
    if not receipt.left:
        return
    if receipt.unfinished and not simulated:
        yield from _how_to_go_on(receipt)
    if receipt.owner_command and not simulated:
        yield "An Owner has to give the application its access with this line:"
        yield f"  {receipt.owner_command}"
        yield ""
    if receipt.created:
        yield from _values(receipt)
        yield ""
        yield "Created in Azure:"
        yield from (f"  {line}" for line in receipt.created)
        yield ""
    if simulated:
        yield "This was the simulated Azure, and all of it is gone. On a real one:"
    yield "To undo, start pipeops-tui again, or run:" if receipt.journaled else "To undo, run:"
    yield from (f"  {left.command}" for left in receipt.left if left.command)


def _what_stays(left: Sequence[Leftover]) -> Iterator[str]:
    """After undo: what is not this run's to remove."""
    yield f"Undone: nothing of this run is left in Azure{' but what stands here' if left else ''}."
    for one in left:
        yield ""
        yield f"{one.what} stays:"
        yield f"  {one.why}"
        yield f"  To remove it: {one.command}"


def _how_to_go_on(receipt: Receipt) -> Iterator[str]:
    if receipt.journaled:
        yield "This run is not finished: start pipeops-tui again to finish it or to undo it."
    else:
        yield "This run is not finished, and without a journal it cannot be gone on with: undo it."
    yield ""


def _values(receipt: Receipt) -> Iterator[str]:
    yield "For PipeOps (console.pipeops.io → Integrations → Azure → Connect):"
    yield f"  Resource Group Name  {receipt.resource_group_name}"
    yield f"  Tenant ID            {receipt.tenant_id}"
    yield f"  Client ID            {receipt.client_id or 'not created'}"
    yield f"  Subscription ID      {receipt.subscription_id}"
    if receipt.expires is not None:
        delivered = "" if receipt.delivered else ", and was neither copied nor revealed"
        yield f"  The client secret expires {spell_instant(receipt.expires)}{delivered}."
