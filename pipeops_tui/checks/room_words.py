"""Says whether a region has room for a server: the row of the Access step, what to do, the message to who can help."""

from __future__ import annotations

from typing import Final

from pipeops_tui.checks.admin_messages import AdminRequest, ask_for
from pipeops_tui.checks.room import NODE_CORES, Room, RoomState
from pipeops_tui.core.model import Account, Check, CheckOutcome, Subscription

ROOM: Final = "room"
"""Key of the check."""
ROOM_TITLE: Final = "Room for a server"
QUOTA_PAGE: Final = "#view/Microsoft_Azure_Capacity/QuotaMenuBlade/~/myQuotas"
"""The page "My quotas", behind the address of the portal (Microsoft Learn, "Increase VM-family vCPU quotas")."""


def room_check(room: Room) -> Check:
    """The row: a warning where there is too little room or a spending limit; never blocked."""
    match room.state:
        case RoomState.UNKNOWN:
            outcome = CheckOutcome.UNKNOWN
        case RoomState.ENOUGH if not room.has_spending_limit:
            outcome = CheckOutcome.OK
        case _:
            outcome = CheckOutcome.WARNING
    return Check(ROOM, ROOM_TITLE, outcome, room_detail(room))


def room_detail(room: Room) -> str:
    """What the state means, in a few words without a period."""
    free = free_cores(room)
    match room.state:
        case RoomState.FULL:
            return f"{free}: a server needs at least {NODE_CORES}"
        case RoomState.NO_FAMILY:
            return f"{free}, but none for the usual sizes"
        case RoomState.CLOSED:
            return f"the usual sizes are not open to this subscription in {room.place}"
        case RoomState.ONE_NODE:
            return f"{free}: enough for 1 node only"
        case RoomState.UNKNOWN if room.unknown_because:
            return f"could not be checked: {room.unknown_because}"
        case RoomState.UNKNOWN:
            return f"Azure does not say how many vCPUs are free in {room.place}"
    if room.has_spending_limit:
        return f"{free}; the spending limit can stop a server"
    without = [one.title for one in room.families if not one.has_room]
    return f"{free}, but not for {', '.join(without)}" if without else free


def free_cores(room: Room) -> str:
    """`90 of 100 vCPUs free in West Europe`."""
    total = room.total
    if total is not None:
        return f"{total.free} of {total.limit} vCPUs free in {room.place}"
    most = max((one.free for one in room.families), default=0)
    return f"up to {most} vCPUs free in {room.place}"


def room_advice(room: Room) -> str:
    """What a server needs, and what to do, in sentences."""
    need = f"A small PipeOps server needs at least {NODE_CORES} vCPUs for each node."
    unknown = "Which size and region PipeOps takes is not known here."
    match room.state:
        case RoomState.ENOUGH if room.has_spending_limit:
            return (
                f"{need} {unknown} When the credit is used up, Azure stops everything in this subscription: watch it, "
                "or remove the spending limit."
            )
        case RoomState.ENOUGH | RoomState.UNKNOWN:
            return f"{need} {unknown}"
        case RoomState.CLOSED:
            return (
                f"{need} Continue: the credentials work. Then choose another region, or a size that is open, in "
                "PipeOps. Azure closes sizes to subscriptions; your organization cannot open them, Azure support can."
            )
    advice = f"{need} Continue: the credentials work. Then choose another region or size in PipeOps"
    if room.is_free_trial:
        return f"{advice}. A free trial gets no higher quota: upgrade it to pay-as-you-go first."
    return f"{advice}, or have the quota raised: New Quota Request on the page below."


def quota_message(account: Account, subscription: Subscription, room: Room) -> str:
    """A message to who can request a higher quota; empty where that would not help."""
    if room.state not in (RoomState.FULL, RoomState.NO_FAMILY, RoomState.ONE_NODE) or room.is_free_trial:
        return ""
    cores = 2 * NODE_CORES
    families = " or ".join(f"“Standard {title} Family vCPUs”" for title in ("DSv5", "DSv3"))
    request = AdminRequest(
        f"Please request a higher quota for {room.place}: {families}, so that at least {cores} vCPUs are free. Azure "
        "raises “Total Regional vCPUs” with it. A quota costs nothing by itself.",
        "For good: PipeOps' servers run there.",
        f"Quotas → Compute → the subscription and {room.place} → the quota → New Quota Request → Enter a new limit",
    )
    return ask_for(account, subscription, request)
