"""Room for a server in detail: quotas and sizes of the chosen region, what to do, and other regions that have room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from pipeops_tui.checks.room import Room, RoomState, find_room, other_regions
from pipeops_tui.checks.room_words import QUOTA_PAGE, ROOM_TITLE, free_cores, quota_message, room_advice, room_detail
from pipeops_tui.connections.searched_tenant import asked
from pipeops_tui.core.model import Region, Subscription
from pipeops_tui.core.problem import CloudError
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.background_work import problem_of
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.services import Services
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons
from pipeops_tui.ui.widgets.showing import Facts, link, say

_SCROLL = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}


class RoomDialog(Dialog[None]):
    """Asks other regions at once where the chosen one has too little room, else on the key o."""

    CSS_PATH = ["../../dialogs/dialogs.tcss", "room_dialog.tcss"]
    VERTICAL_BREAKPOINTS = [*Dialog.VERTICAL_BREAKPOINTS, (22, "-tall"), (32, "-lofty")]
    AUTO_FOCUS = "ActionButtons Button"
    BINDINGS = [
        Binding("o", "ask_others", "Other regions"),
        Binding("p", "open_quotas", "Quota page"),
        Binding("c", "copy_address", "Copy address"),
        Binding("m", "copy_message", "Copy message"),
        *(Binding(key, f"scroll({lines})", show=False) for key, lines in _SCROLL.items()),
    ]

    def __init__(
        self, journey: Journey, services: Services, subscription: Subscription, location: str, room: Room
    ) -> None:
        """`location` is the `name` of the chosen region, which `room` is about."""
        super().__init__()
        self._journey = journey
        self._services = services
        self._subscription = subscription
        self._location = location
        self._room = room
        self._others: dict[str, Room | None] = {}
        """Answers of other regions by their names, None while they are asked; empty before anyone has asked."""
        self._names: dict[str, str] = {}
        self._asked = False
        account = journey.session.account if journey.session is not None else None
        self._message = quota_message(account, subscription, room) if account is not None else ""

    @property
    def quota_page(self) -> str:
        """Address of the portal's page with the quotas."""
        return f"{self._journey.portal}/{QUOTA_PAGE}"

    def compose_card(self) -> Iterable[Widget]:
        """The facts, what to do, the other regions, the page for a higher quota, the answers."""
        yield Static(Text(f"{ROOM_TITLE} in {self._room.place}"), id="dialog-title")
        with VerticalScroll(id="room-text", can_focus=False):
            facts = Facts()
            facts.facts = tuple(_facts(self._room))
            yield facts
            yield Static(id="others", markup=False)
            yield Static(Text(room_advice(self._room)), classes="paragraph")
            yield Static(Text("Quotas in the Azure portal (Compute)"), classes="label")
            yield Static(link(self.quota_page), classes="paragraph")
        yield ActionButtons(list(self._actions()))

    def _actions(self) -> Iterable[Action]:
        yield Action("Close", self.action_close)
        if not self._asked:
            yield Action("Ask other regions", self.action_ask_others)
        yield Action("Open quota page", self.action_open_quotas)
        if self._message:
            yield Action("Copy message", self.action_copy_message)

    def on_mount(self) -> None:
        """Ask at once where another region can be better."""
        if self._room.is_too_small:
            self.action_ask_others()

    # Other regions

    def action_ask_others(self) -> None:
        """Ask other regions near the chosen one, once."""
        if self._asked:
            return
        self._asked = True
        self.add_class("-asked")
        self.query_one(ActionButtons).show(list(self._actions()), focus=True)
        say(self.query_one("#others", Static), "● asking other regions")
        self.refresh_bindings()
        _worker: Worker[None] = self.run_worker(self._ask_others, group="room", exclusive=True, exit_on_error=False)

    async def _ask_others(self) -> None:
        lookups = self._journey.lookups
        try:
            listed = (await lookups.regions(self._subscription)).value
            closed, _ = await asked(lookups.closed_regions(self._subscription))
            regions = other_regions(listed, self._location, closed or ())
        except CloudError as error:
            say(self.query_one("#others", Static), f"? Other regions could not be listed: {error.problem.title}.")
            return
        self._names = {region.name: region.display_name for region in regions}
        self._others = dict.fromkeys(self._names)
        self._show_others()
        await find_room(lookups.reads, self._subscription, regions, self._told)

    def _told(self, region: Region, room: Room) -> None:
        self._others[region.name] = room
        self._show_others()

    def _show_others(self) -> None:
        for others in self.query("#others").results(Static):  # none is left when the dialog was closed meanwhile
            say(others, "\n".join(self._lines()))

    def _lines(self) -> Iterable[str]:
        if not self._others:
            yield f"There is no other region with managed Kubernetes near {self._room.place}."
            return
        answered = {self._names[name]: room for name, room in self._others.items() if room is not None}
        having = [room for room in answered.values() if room.state is RoomState.ENOUGH]
        yield from (f"✓ {free_cores(room)}{_with_sizes(room)}" for room in having)
        if waiting := [self._names[name] for name, room in self._others.items() if room is None]:
            yield f"● asking {', '.join(waiting)}"
        elif having:
            yield "Choose one of these in PipeOps when you add a server. The resource group can stay where it is."
        if small := [place for place, room in answered.items() if room.is_too_small]:
            yield f"Too little room: {', '.join(small)}"
        if unknown := [place for place, room in answered.items() if room.state is RoomState.UNKNOWN]:
            yield f"Could not be checked: {', '.join(unknown)}"

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        """Say it where something fails that is no answer of Azure's: a mistake in this program."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            problem = problem_of(event.worker.error, self._journey.clock.now())
            say(self.query_one("#others", Static), f"✗ {problem.title}. {problem.what}")

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Other regions are asked once; there is not always a message."""
        if action == "ask_others":
            return not self._asked
        return action != "copy_message" or bool(self._message)

    def action_open_quotas(self) -> None:
        """Open the page with the quotas in a browser."""
        self._services.visit(self.quota_page)

    def action_copy_address(self) -> None:
        """Copy the address of the page with the quotas."""
        self._services.copy(self.quota_page, "Address")

    def action_copy_message(self) -> None:
        """Copy the message to the person who can request a higher quota."""
        self._services.copy(self._message, "Message")

    def action_scroll(self, lines: int) -> None:
        """Move the text where it does not fit."""
        self.query_one("#room-text").scroll_relative(y=lines, animate=False)


def _facts(room: Room) -> Iterable[tuple[str, str]]:
    """Rows of label and value."""
    if room.state is RoomState.UNKNOWN:
        yield "All sizes", room_detail(room)
    elif room.total is not None:
        yield "All sizes", f"{room.total.free} of {room.total.limit} vCPUs free"
    families = room.families
    for label, found in (
        ("With room", [f"{one.title} ({one.free})" for one in families if one.has_room]),
        ("Quota too small", [one.title for one in families if not one.has_room and not one.closed]),
        ("Not open to you", [one.title for one in families if one.closed]),
    ):
        if found:
            yield label, ", ".join(found)
    if room.sizes is None:
        yield "Sizes", "could not be checked"
    if room.has_spending_limit:
        yield "Spending limit", "on"


def _with_sizes(room: Room) -> str:
    titles: Sequence[str] = [one.title for one in room.families if one.has_room]
    return f" ({', '.join(titles)})" if titles else ""
