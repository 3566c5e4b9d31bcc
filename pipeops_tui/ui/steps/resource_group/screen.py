"""Step 3: the resource group, new or existing, and its region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Input, Static

from pipeops_tui.core import az_commands, wizard
from pipeops_tui.core.model import Region, ResourceGroup
from pipeops_tui.core.names import region_name
from pipeops_tui.core.wizard import Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.steps.resource_group.group_choice import (
    GroupChoice,
    region_remark,
    region_row,
    region_rows,
    usual_region,
)
from pipeops_tui.ui.steps.resource_group.group_reads import GroupReads
from pipeops_tui.ui.widgets.picker import MOVES, FilterEntry, NameEntry
from pipeops_tui.ui.widgets.picker_list import PickerList
from pipeops_tui.ui.widgets.picker_rows import Column
from pipeops_tui.ui.widgets.showing import remark
from pipeops_tui.ui.widgets.tags_line import TagsLine

_GROUP_COLUMNS = (Column(least=12, rank=0), Column(least=12, rank=1), Column(least=8, rank=2))
_REGION_COLUMNS = (
    Column(least=20, rank=0),
    Column(least=18, rank=2),
    Column(least=8, rank=1),
    Column(least=11, rank=3),
)


class _Line(Horizontal):
    """A label, and what is entered beside it."""

    def __init__(self, label: str, entry: FilterEntry) -> None:
        super().__init__(classes="line")
        self._label = label
        self._entry = entry

    def compose(self) -> ComposeResult:
        yield Static(self._label, classes="label", markup=False)
        yield self._entry


class ResourceGroupScreen(StepScreen):
    """Name and region, and below them the list that belongs to the one with the focus."""

    STEP = Step.RESOURCE_GROUP
    QUESTION = "Choose the resource group for PipeOps"
    SENTENCE = "A folder inside your subscription: PipeOps can work in this folder and nowhere else."
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#name"
    BINDINGS = [*MOVES, Binding("f5,ctrl+r", "check_again", "Check again", key_display="F5")]

    def __init__(self, journey: Journey, services: Services) -> None:
        super().__init__(journey, services)
        self._reads = GroupReads(
            self,
            region=lambda: self._group_region,
            found=self._show_found,
            learned=self._show_learned,
            closed=self._show_closed,
        )
        self._has_warning = False
        """Whether a warning stands below the name or the region."""
        self._given_name = journey.choices.group_name or journey.settings.resource_group or ""
        self._written = ""
        """What the entry was last filled with."""
        self._regions: dict[str, Region] = {}
        self._shown = "groups"
        """The list of the line that had the focus last."""

    def compose_body(self) -> Iterable[Widget]:
        """Two lines to type in, with a remark each, and the lists."""
        yield _Line("Name", NameEntry(id="name"))
        yield Static(id="name-remark", classes="remark", markup=False)
        yield _Line("Region", FilterEntry(id="region"))
        yield Static(id="region-remark", classes="remark", markup=False)
        yield TagsLine(id="tags")
        with ContentSwitcher(initial=self._shown):
            yield PickerList(_GROUP_COLUMNS, id="groups")
            yield PickerList(_REGION_COLUMNS, id="regions")

    def about(self) -> About:
        """Resource groups and regions in plain words."""
        name, location = self._choice.name or wizard.DEFAULT_GROUP_NAME, self._region_name or "westeurope"
        subscription = self.journey.choices.subscription
        return About(
            title="What is a resource group?",
            paragraphs=(
                "A resource group is a folder in your subscription. Everything PipeOps creates goes into this one, and "
                "its permission ends there. Deleting the group deletes everything in it.",
                "A new group is the safe choice. In an existing one PipeOps could change everything that is in it.",
                "Use letters A to Z and digits in a new name, 40 characters at most: managed Kubernetes (AKS), which "
                "PipeOps' servers use, takes no others and needs room for names of its own.",
                "The region is where the group keeps its records, and where PipeOps' servers will run unless you tell "
                "PipeOps otherwise. Choose one near your users with managed Kubernetes (AKS).",
                "Closed regions are at the end of the list, with the reason. Microsoft closes regions to student, free "
                "and new subscriptions; no role in your organization changes that. A resource group can be in a closed "
                "region, but PipeOps' servers cannot.",
            ),
            portal_page="Resource groups",
            portal_link=f"{self.journey.portal}/#view/HubsExtension/BrowseResourceGroups",
            command=az_commands.create_group(
                subscription.subscription_id if subscription else "", name, location, self.journey.choices.group_tags
            ),
        )

    @property
    def _choice(self) -> GroupChoice:
        return self._reads.choice

    # Arriving

    def opened(self) -> None:
        """Read groups and regions of the subscription, once for each."""
        subscription = self.journey.choices.subscription
        tags = self.query_one(TagsLine)
        if subscription is None or (subscription == self._reads.subscription and self._regions):
            tags.show(self.journey.choices.group_tags)
            return
        self._reads.turn_to(subscription)
        self._regions = {}
        tags.forget()
        tags.show(self.journey.choices.group_tags)
        self.query_one("#regions", PickerList).set_rows(())
        self._reads.read_all()

    def _show_found(self, regions: Sequence[Region]) -> None:
        """Offer `regions`, and the groups that `choice` has learned of."""
        self._regions = {region.name: region for region in regions}
        self._prefill()
        self._show_regions()
        self._show_groups()
        self.busy = False
        self._name_changed()

    def _show_regions(self) -> None:
        listed = self.query_one("#regions", PickerList)
        listed.set_rows(region_rows(self._regions.values(), self._reads.closed))
        self._preselect_region(listed)

    def _show_closed(self) -> None:
        self._show_regions()
        self._remark()

    def _show_learned(self) -> None:
        self._show_groups()
        self._remark()

    def _prefill(self) -> None:
        choice, value = self._choice, self.query_one("#name", NameEntry).value
        if not choice.edited and value != self._written:
            choice.type(value)  # it was typed a moment ago, and the entry's message is still on its way
        if not choice.edited:
            choice.typed = self._given_name or choice.default_name()
            self._write_name(choice.typed)

    def _preselect_region(self, listed: PickerList) -> None:
        """What was chosen or asked for; else the first open, recommended region that has managed Kubernetes."""
        wanted = self.journey.settings.location
        chosen = self.journey.choices.region
        order = [chosen.name] if chosen else []
        order += [region_name(wanted)] if wanted else []
        usual = usual_region(tuple(self._regions.values()), self._reads.closed)
        if not listed.touched or listed.highlighted is None:
            listed.highlight(next((name for name in order if name in self._regions), usual))

    # The name

    @on(Input.Changed, "#name")
    def _name_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._choice.type(event.value)
        self._show_groups()
        self._name_changed()

    @on(PickerList.Highlighted, "#groups")
    def _group_highlighted(self, event: PickerList.Highlighted) -> None:
        key = event.list.highlighted_key
        if key is not None and event.by_person:
            self._choice.pick(key)  # of a group that cannot be used the remark says why
            self._write_name(self._choice.name)
            self._name_changed()

    def _show_groups(self) -> None:
        listed = self.query_one("#groups", PickerList)
        listed.filter.narrow(self._choice.typed if self._choice.edited else "")
        listed.set_rows(self._choice.rows(self._display_of))
        listed.highlight(self._choice.key)

    def _write_name(self, name: str) -> None:
        entry, self._written = self.query_one("#name", NameEntry), name
        with entry.prevent(Input.Changed):
            entry.value = name
        entry.cursor_position = len(name)

    def _name_changed(self) -> None:
        self._remark()
        self._reads.ask_about_name()
        self._reads.ask_about_policies()
        self._reads.ask_about_room(self._region_name)

    # The region

    @on(Input.Changed, "#region")
    def _region_typed(self, event: Input.Changed) -> None:
        event.stop()
        regions = self.query_one("#regions", PickerList)
        regions.empty_text = "No region matches. Escape clears the filter." if event.value else ""
        regions.narrow(event.value)
        self.refresh_bindings()

    @on(PickerList.Highlighted, "#regions")
    def _region_highlighted(self) -> None:
        self._remark()
        self._reads.ask_about_policies()
        self._reads.ask_about_room(self._region_name)

    @property
    def _group_region(self) -> Region | None:
        """Where the group is, or will be; None when that is not known."""
        group = self._choice.existing
        if group is not None:
            return self._regions.get(group.location)
        row = self.query_one("#regions", PickerList).highlighted
        return None if row is None else self._regions.get(row.key)

    @property
    def _region_name(self) -> str:
        region, group = self._group_region, self._choice.existing
        return group.location if group else (region.name if region else "")

    def _display_of(self, location: str) -> str:
        region = self._regions.get(location)
        return region.display_name if region else location

    def _remark(self) -> None:
        """Say below each line what stands there."""
        name_remark, name_mood = self._choice.remark(self._display_of)
        remark(self.query_one("#name-remark", Static), name_remark, name_mood)
        group, region = self._choice.existing, self._group_region
        entry = self.query_one("#region", FilterEntry)
        entry.disabled = group is not None
        entry.placeholder = " · ".join(region_row(region).cells[:3]) if region else self._region_name
        text, mood = region_remark(region, group, self.journey.settings.location, self._regions, self._reads.closed)
        remark(self.query_one("#region-remark", Static), text, mood)
        self._has_warning = {name_mood, mood} & {"warning", "wrong"} != set()
        self.refresh_bindings()

    # Tags

    @on(TagsLine.Changed)
    def _tags_typed(self) -> None:
        self._reads.ask_about_policies()

    # Focus and keys

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the list of the line that has the focus."""
        match event.widget.id:
            case "region":
                self._shown = "regions"
            case "name":
                self._shown = "groups"
                self.query_one("#region", FilterEntry).value = ""
            case _:
                return
        # The focus is seen first: laying the other list out takes longer than the answer to a key may.
        self.call_after_refresh(self._show_list)

    def _show_list(self) -> None:
        for switcher in self.query(ContentSwitcher):  # none is left when the application has closed meanwhile
            switcher.current = self._shown

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The list does not move while tags are typed; checking again is possible where there is a warning."""
        if action == "check_again":
            return self._has_warning and not (self.busy or self.troubled or self.read_only)
        if action.startswith("move") and self.focused is self.query_one(TagsLine).entry:
            return False
        return super().check_action(action, parameters)

    @property
    def _list(self) -> PickerList:
        return self.query_one(f"#{self._shown}", PickerList)

    def action_check_again(self) -> None:
        """Ask Azure again."""
        self._reads.read_again()

    def action_move(self, lines: int) -> None:
        """Move in the list that is shown."""
        self._list.move(lines)

    def action_move_page(self, pages: int) -> None:
        """Move by screenfuls."""
        self._list.move_page(pages)

    def action_move_to_end(self, last: bool) -> None:
        """Move to the first or the last row."""
        self._list.move_to_end(last)

    @on(PickerList.Activated)
    def _activate(self) -> None:
        self.action_continue()

    @on(PickerList.Refused)
    def _refuse(self, event: PickerList.Refused) -> None:
        self.status.warn(f"{event.row.cells[0]} cannot be used: {event.row.cells[-1]}.")

    # Going on

    def missing(self) -> str:
        """A name that Azure takes, and a region."""
        tags = "" if self._choice.existing else self.query_one(TagsLine).error
        return self._choice.missing() or ("" if self._region_name else "Choose a region.") or tags

    def record(self) -> None:
        """Note the group that exists, or the name and region of a new one."""
        group: ResourceGroup | None = self._choice.existing
        self.journey.wizard.choose(
            existing_group=group,
            group_name=self._choice.typed if group is None else "",
            region=self._group_region,
            group_tags=self.query_one(TagsLine).tags if group is None else (),
        )
