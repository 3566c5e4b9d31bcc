"""Another resource group in place of the one that Azure refused: its name, its region, its tags."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Input, Static

from pipeops_tui import names
from pipeops_tui.checks.requests import group_name
from pipeops_tui.journey import Journey
from pipeops_tui.model import Region
from pipeops_tui.problem import CloudError, Problem
from pipeops_tui.screens.dialog import Dialog
from pipeops_tui.screens.group_choice import region_row
from pipeops_tui.screens.mending import OtherGroup
from pipeops_tui.screens.tags_line import TagsLine
from pipeops_tui.widgets.button import Button
from pipeops_tui.widgets.fields import TextEntry
from pipeops_tui.widgets.picker import MOVES, FilterEntry
from pipeops_tui.widgets.picker_list import PickerList
from pipeops_tui.widgets.picker_rows import Column

_COLUMNS = (Column(least=18, rank=0), Column(least=12, rank=1), Column(least=8, rank=3), Column(least=11, rank=2))
_OPEN_REGIONS = re.compile(r"List of available regions is '([^']*)'")


class OtherGroupDialog(Dialog[OtherGroup | None]):
    """Enter goes on with what is entered; Escape leaves everything as it was."""

    CSS_PATH = "other_group.tcss"
    AUTO_FOCUS = None
    BINDINGS = [Binding("enter", "accept", "Go on with it", key_display="⏎"), *MOVES]

    def __init__(self, journey: Journey, problem: Problem) -> None:
        super().__init__()
        self._journey = journey
        self._problem = problem
        self._offered: dict[str, Region] = {}
        self._name_entry = TextEntry(group_name(journey.choices), id="other-name")
        self._region_entry = FilterEntry(id="other-region", placeholder="type to search")
        self._region_list = PickerList(_COLUMNS, id="other-regions")
        self._tags = TagsLine(id="other-tags")

    def compose_card(self) -> Iterable[Widget]:
        """What was refused, the three things that can be changed, the remark about them."""
        yield Static(Text("Change the resource group"), id="dialog-title")
        with VerticalScroll(id="other-why", can_focus=False):
            yield Static(Text(f"{self._problem.title}. {self._problem.what}"))
        with Horizontal(classes="line"):
            yield Static("Name", classes="label", markup=False)
            yield self._name_entry
        yield self._tags
        with Horizontal(classes="line"):
            yield Static("Region", classes="label", markup=False)
            yield self._region_entry
        yield self._region_list
        yield Static(id="other-remark", markup=False)
        with Horizontal(classes="buttons"):
            yield Button("Go on with it", id="accept", compact=True, variant="primary")
            yield Button("Decide later", id="leave", compact=True)

    def on_mount(self) -> None:
        """Put the focus where the change is needed, and look up what can be chosen."""
        choices = self._journey.choices
        refused_region, by_policy = bool(self._open_regions), "olicy" in self._problem.title
        if by_policy or choices.group_tags:
            self._tags.display = True
        self._tags.show(choices.group_tags)
        focused = self._region_entry if refused_region else (self._tags.entry if by_policy else self._name_entry)
        focused.focus()
        self.run_worker(self._look_up(), exit_on_error=False)

    @property
    def _open_regions(self) -> frozenset[str]:
        """Names of the regions that Azure says are open, where that is what it refused."""
        found = _OPEN_REGIONS.search(dict(self._problem.details).get("Message", ""))
        return frozenset(found.group(1).split(",")) if found else frozenset()

    async def _look_up(self) -> None:
        subscription, chosen = self._journey.choices.subscription, self._journey.choices.region
        if subscription is None:
            return
        lookups, open_ones = self._journey.lookups, self._open_regions
        regions: Iterable[Region] = (chosen,) if chosen else ()
        with suppress(CloudError):
            regions = (await lookups.regions(subscription)).value
        self._offered = {one.name: one for one in regions if not open_ones or one.name in open_ones}
        self._region_list.set_rows([region_row(one) for one in self._offered.values()])
        likely = [one.name for one in self._offered.values() if one.has_kubernetes]
        wanted = [chosen.name] if chosen else []
        self._region_list.highlight(next((name for name in (*wanted, *likely) if name in self._offered), None))
        region = self._chosen_region
        with suppress(CloudError):
            location = region.name if region else ""
            self._tags.demand(
                await lookups.reads.policy_findings(subscription, self._name_entry.value, location, self._tags.tags)
            )
        self._say("")

    @property
    def _chosen_region(self) -> Region | None:
        row = self._region_list.highlighted
        return None if row is None else self._offered.get(row.key)

    @on(Input.Changed, "#other-name")
    def _name_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._say(names.group_name_error(event.value))

    @on(Input.Changed, "#other-region")
    def _region_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._region_list.narrow(event.value)
        self._say("")

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """The keys that work depend on it."""
        self.refresh_bindings()

    def _say(self, error: str) -> None:
        self.query_one("#other-remark", Static).update(f"✗ {error}" if error else "")

    def action_accept(self) -> None:
        """Go on, unless something cannot stay."""
        region = self._chosen_region
        error = names.group_name_error(self._name_entry.value) or self._tags.error
        if error or region is None:
            self._say(error or "Pick a region.")
        elif self.is_active:
            self.dismiss(OtherGroup(self._name_entry.value, region, self._tags.tags))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "accept":
            self.action_accept()
        else:
            self.action_dismiss_quietly()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The arrow keys move among the regions while one is looked for; Enter on a button is the button's."""
        if action.startswith("move"):
            return self.focused is self._region_entry
        if action == "accept":
            return not isinstance(self.focused, Button)
        return True

    def action_move(self, lines: int) -> None:
        """Move in the list of regions."""
        self._region_list.move(lines)

    def action_move_page(self, pages: int) -> None:
        """Move by screenfuls."""
        self._region_list.move_page(pages)

    def action_move_to_end(self, last: bool) -> None:
        """Move to the first or the last region."""
        self._region_list.move_to_end(last)
