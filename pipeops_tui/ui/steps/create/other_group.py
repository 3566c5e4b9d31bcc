"""Another resource group in place of the one that Azure refused: its name, its region, its tags."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from pipeops_tui.checks.admin_messages import group_name
from pipeops_tui.checks.closed_regions import Closed
from pipeops_tui.core import names
from pipeops_tui.core.model import Region
from pipeops_tui.core.problem import CloudError, Problem
from pipeops_tui.core.refusals import CLOSED_BY_MICROSOFT
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.steps.resource_group.group_choice import region_rows, usual_region
from pipeops_tui.ui.widgets.fields import TextEntry
from pipeops_tui.ui.widgets.picker import MOVES, FilterEntry
from pipeops_tui.ui.widgets.picker_list import PickerList
from pipeops_tui.ui.widgets.picker_rows import Column
from pipeops_tui.ui.widgets.tags_line import TagsLine

_COLUMNS = (Column(least=18, rank=0), Column(least=12, rank=1), Column(least=8, rank=3), Column(least=11, rank=2))
_ALLOWED_REGIONS = re.compile(r"List of available regions is '([^']*)'")


@dataclass(frozen=True, slots=True)
class OtherGroup:
    """The new resource group to create instead of the one that was refused."""

    name: str
    region: Region
    tags: tuple[tuple[str, str], ...]


class OtherGroupDialog(Dialog[OtherGroup | None]):
    """Enter continues with what is entered; Escape changes nothing."""

    CSS_PATH = "other_group.tcss"
    AUTO_FOCUS = None
    BINDINGS = [Binding("enter", "accept", "Continue with it", key_display="⏎"), *MOVES]

    def __init__(self, journey: Journey, problem: Problem) -> None:
        super().__init__()
        self._journey = journey
        self._problem = problem
        self._regions: dict[str, Region] = {}
        self._name_entry = TextEntry(group_name(journey.choices), id="other-name")
        self._region_entry = FilterEntry(id="other-region", placeholder="type to search")
        self._region_list = PickerList(_COLUMNS, id="other-regions")
        self._tags = TagsLine(id="other-tags")

    def compose_card(self) -> Iterable[Widget]:
        """What was refused, the three entries that can be changed, and what is wrong with them."""
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
            yield Button("Continue with it", id="accept", compact=True, variant="primary")
            yield Button("Decide later", id="leave", compact=True)

    def on_mount(self) -> None:
        """Put the focus where the change is needed, and read what can be chosen."""
        choices = self._journey.choices
        refused_region = bool(self._allowed_regions) or self._is_closed
        by_policy = "olicy" in self._problem.title
        if by_policy or choices.group_tags:
            self._tags.display = True
        self._tags.show(choices.group_tags)
        focused = self._region_entry if refused_region else (self._tags.entry if by_policy else self._name_entry)
        focused.focus()
        self.run_worker(self._read_choices(), exit_on_error=False)

    @property
    def _allowed_regions(self) -> frozenset[str]:
        """Names of the regions that Azure allows, where it refused the region; empty otherwise."""
        found = _ALLOWED_REGIONS.search(dict(self._problem.details).get("Message", ""))
        return frozenset(found.group(1).split(",")) if found else frozenset()

    @property
    def _is_closed(self) -> bool:
        """Whether Microsoft has closed the region that was refused."""
        return dict(self._problem.details).get("Code") == CLOSED_BY_MICROSOFT

    async def _read_choices(self) -> None:
        subscription, chosen = self._journey.choices.subscription, self._journey.choices.region
        if subscription is None:
            return
        lookups, allowed = self._journey.lookups, self._allowed_regions
        regions: Iterable[Region] = (chosen,) if chosen else ()
        with suppress(CloudError):
            regions = (await lookups.regions(subscription)).value
        closed: Closed = {}
        with suppress(CloudError):
            closed = await lookups.closed_regions(subscription)
        self._regions = {one.name: one for one in regions if not allowed or one.name in allowed}
        self._region_list.set_rows(region_rows(self._regions.values(), closed))
        keeps = chosen is not None and chosen.name in self._regions and not (self._is_closed and chosen.name in closed)
        usual = usual_region(tuple(self._regions.values()), closed)
        self._region_list.highlight(chosen.name if chosen is not None and keeps else usual)
        region = self._chosen_region
        with suppress(CloudError):
            location = region.name if region else ""
            self._tags.demand(
                await lookups.reads.policy_findings(subscription, self._name_entry.value, location, self._tags.tags)
            )
        self._show_error("")

    @property
    def _chosen_region(self) -> Region | None:
        row = self._region_list.highlighted
        return None if row is None else self._regions.get(row.key)

    @on(Input.Changed, "#other-name")
    def _name_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show_error("")

    @on(Input.Changed, "#other-region")
    def _region_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._region_list.narrow(event.value)
        self._show_error("")

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """The keys that work depend on it."""
        self.refresh_bindings()

    def _show_error(self, error: str) -> None:
        """Say what is wrong: `error`, else what is wrong with the name; or what clusters do not take about it."""
        name = self._name_entry.value
        error = error or names.group_name_error(name)
        hint = names.group_name_hint(name)
        self.query_one("#other-remark", Static).update(f"✗ {error}" if error else f"! {hint}" if hint else "")

    def action_accept(self) -> None:
        """Continue, unless an entry is not allowed."""
        region = self._chosen_region
        error = names.group_name_error(self._name_entry.value) or self._tags.error
        if error or region is None:
            self._show_error(error or "Choose a region.")
        elif self.is_active:
            self.dismiss(OtherGroup(self._name_entry.value, region, self._tags.tags))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "accept":
            self.action_accept()
        else:
            self.action_close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The arrow keys move among the regions while one is searched; Enter on a button is the button's."""
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
