"""Step 3: the resource group, new or existing, and its region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Input, Static

from pipeops_tui import wizard
from pipeops_tui.checks import Topic
from pipeops_tui.journey import Journey
from pipeops_tui.lookups import Answer
from pipeops_tui.model import Region, ResourceGroup, Subscription
from pipeops_tui.problem import CloudError
from pipeops_tui.screens.about import About
from pipeops_tui.screens.group_choice import GroupChoice, region_name, region_remark, region_row
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.screens.tags_line import TagsLine
from pipeops_tui.widgets.picker import MOVES, FilterEntry, NameEntry
from pipeops_tui.widgets.picker_list import PickerList
from pipeops_tui.widgets.picker_rows import Column
from pipeops_tui.wizard import Step

_GROUP_COLUMNS = (Column(least=12, rank=0), Column(least=12, rank=1), Column(least=8, rank=2))
_REGION_COLUMNS = (
    Column(least=20, rank=0),
    Column(least=18, rank=2),
    Column(least=8, rank=1),
    Column(least=11, rank=3),
)
_REST_SECONDS = 0.3
_GONE_SECONDS = 5.0
"""Between two looks at a group that is being deleted, which takes a minute or more."""


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
    QUESTION = "Which resource group may PipeOps use?"
    SENTENCE = "A folder inside your subscription: PipeOps can work in this one folder and nowhere else."
    CONTINUE = "Use this group"
    CSS_PATH = "resource_group.tcss"
    AUTO_FOCUS = "#name"
    BINDINGS = [*MOVES, Binding("f5", "check_again", "Check again", key_display="F5")]

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self._remarkable = False
        """Whether anything but that all is well is said of the name or the region."""
        self._subscription: Subscription | None = None
        self._choice = GroupChoice()
        self._given_name = journey.choices.group_name or journey.settings.resource_group or ""
        self._regions: dict[str, Region] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Two lines to type in, with a remark each, and the lists."""
        yield _Line("Name", NameEntry(id="name"))
        yield Static(id="name-remark", classes="remark", markup=False)
        yield _Line("Region", FilterEntry(id="region"))
        yield Static(id="region-remark", classes="remark", markup=False)
        yield TagsLine(id="tags")
        with ContentSwitcher(initial="groups"):
            yield PickerList(_GROUP_COLUMNS, id="groups")
            yield PickerList(_REGION_COLUMNS, id="regions")

    def about(self) -> About:
        """Resource groups and regions in plain words."""
        name, location = self._choice.name or wizard.DEFAULT_GROUP_NAME, self._region_name or "westeurope"
        return About(
            title="What is a resource group?",
            paragraphs=(
                "A resource group is a folder in your subscription. Everything PipeOps creates goes into this one, and "
                "the permission you are about to give ends at its edge. Deleting the group deletes all that is in it.",
                "A new group is the safe choice. In an existing one PipeOps could change everything that is in it.",
                "The region is where the group keeps its records, and where PipeOps' servers will run unless you tell "
                "PipeOps otherwise. Pick one near your users that offers managed Kubernetes (AKS).",
            ),
            portal_page="Resource groups",
            portal_link=f"{self.journey.portal}/#view/HubsExtension/BrowseResourceGroups",
            command=f"az group create --name {name} --location {location}",
        )

    # Arriving

    def opened(self) -> None:
        """Read groups and regions of the subscription, once for each."""
        subscription = self.journey.choices.subscription
        tags = self.query_one(TagsLine)
        if subscription is None or (subscription == self._subscription and self._regions):
            tags.show(self.journey.choices.group_tags)
            return
        self._subscription, self._regions = subscription, {}
        self._choice.forget_groups()
        tags.forget()
        tags.show(self.journey.choices.group_tags)
        self.query_one("#regions", PickerList).set_rows(())
        self.busy = True
        self.begin(self._load, group="load")

    async def _load(self) -> None:
        subscription = self._subscription
        if subscription is None:
            return
        self.status.running("Asking Azure for regions and resource groups")
        lookups = self.journey.lookups
        lookups.prefetch(lookups.groups(subscription))
        regions = await lookups.regions(subscription)

        def do_without(error: CloudError) -> None:
            self.status.warn(f"{error.problem.title}: existing groups cannot be listed")
            self._show(regions.value)

        self.begin(lambda: self._load_groups(subscription, regions), group="load groups", without=do_without)

    async def _load_groups(self, subscription: Subscription, regions: Answer[Sequence[Region]]) -> None:
        self.busy = True
        groups = await self.journey.lookups.groups(subscription)
        self._choice.learn_groups(groups.value)
        found = f"{len(groups.value)} resource group{'' if len(groups.value) == 1 else 's'}"
        self.status.done(f"{len(regions.value)} regions, {found}", max(regions.seconds, groups.seconds))
        self._show(regions.value)

    def _show(self, regions: Sequence[Region]) -> None:
        self._regions = {region.name: region for region in regions}
        self._prefill()
        self.query_one("#regions", PickerList).set_rows([region_row(region) for region in regions])
        self._preselect_region()
        self._show_groups()
        self.busy = False
        self._name_changed()

    def _prefill(self) -> None:
        choice = self._choice
        if not choice.edited:
            choice.typed = self._given_name or choice.default_name()
            self._write_name(choice.typed)

    def _preselect_region(self) -> None:
        """What was chosen or asked for; else the first recommended region that has managed Kubernetes."""
        wanted = self.journey.settings.location
        chosen = self.journey.choices.region
        regions = list(self._regions.values())
        order = [chosen.name] if chosen else []
        order += [region_name(wanted)] if wanted else []
        order += [region.name for region in regions if region.recommended and region.has_kubernetes]
        order += [region.name for region in regions if region.has_kubernetes]
        order += [region.name for region in regions]
        listed = self.query_one("#regions", PickerList)
        if not listed.touched or listed.highlighted is None:
            listed.highlight(next((name for name in order if name in self._regions), None))

    # The name

    @on(Input.Changed, "#name")
    def _name_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._choice.type(event.value)
        self._show_groups()
        self._name_changed()

    @on(PickerList.Highlighted, "#groups")
    def _group_highlighted(self, event: PickerList.Highlighted) -> None:
        if event.row is not None and event.by_person:
            self._choice.pick(event.row.key)
            self._write_name(self._choice.name)
            self._name_changed()

    def _show_groups(self) -> None:
        listed = self.query_one("#groups", PickerList)
        listed.filter.narrow(self._choice.typed if self._choice.edited else "")
        listed.set_rows(self._choice.rows(self._display_of))
        listed.highlight(self._choice.key)

    def _write_name(self, name: str) -> None:
        entry = self.query_one("#name", NameEntry)
        with entry.prevent(Input.Changed):
            entry.value = name
        entry.cursor_position = len(name)

    def _name_changed(self) -> None:
        self._remark()
        self.workers.cancel_group(self, "free")
        subscription, name = self._subscription, self._choice.name
        if subscription is not None and self._choice.worth_asking:
            if self._choice.deleting:
                self.begin(lambda: self._wait_until_gone(subscription, name), group="free")
            else:
                cannot_tell = partial(self._cannot_tell, name)
                self.begin(lambda: self._ask_whether_free(subscription, name), group="free", without=cannot_tell)
        self._ask_for_policies()

    async def _ask_whether_free(self, subscription: Subscription, name: str) -> None:
        """Azure itself is asked about a name that has rested for a moment; the list may be old, or forbidden."""
        await self.journey.clock.sleep(_REST_SECONDS)
        answer = await self.journey.lookups.group(subscription, name)
        self._choice.learn(name, answer.value)
        self._show_groups()
        self._remark()

    def _cannot_tell(self, name: str, error: CloudError) -> None:
        self._choice.learn_unknown(name, error.problem.title)
        self._show_groups()
        self._remark()

    async def _wait_until_gone(self, subscription: Subscription, name: str) -> None:
        """A name becomes free by itself once Azure has removed the group that has it."""
        session = self.journey.session
        while session is not None:
            self.status.running(f"Waiting until Azure has removed {name}")
            await self.journey.clock.sleep(_GONE_SECONDS)
            if await session.resource_group(subscription, name) is None:
                break
        self.journey.lookups.forget(Topic.GROUP, Topic.GROUPS)
        self._choice.learn(name, None)
        self.status.done(f"{name} is gone, its name is free again")
        self._show_groups()
        self._name_changed()

    # The region

    @on(Input.Changed, "#region")
    def _region_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#regions", PickerList).narrow(event.value)
        self.refresh_bindings()

    @on(PickerList.Highlighted, "#regions")
    def _region_highlighted(self) -> None:
        self._remark()
        self._ask_for_policies()

    @property
    def _region(self) -> Region | None:
        group = self._choice.existing
        if group is not None:
            return self._regions.get(group.location)
        row = self.query_one("#regions", PickerList).highlighted
        return None if row is None else self._regions.get(row.key)

    @property
    def _region_name(self) -> str:
        region, group = self._region, self._choice.existing
        return group.location if group else (region.name if region else "")

    def _display_of(self, location: str) -> str:
        region = self._regions.get(location)
        return region.display_name if region else location

    def _remark(self) -> None:
        """Say below each line what stands there."""
        name_remark, name_mood = self._choice.remark(self._display_of)
        line = self.query_one("#name-remark", Static)
        line.set_classes(f"remark -{name_mood}")
        line.update(name_remark)
        group, region = self._choice.existing, self._region
        entry = self.query_one("#region", FilterEntry)
        entry.disabled = group is not None
        entry.placeholder = " · ".join(region_row(region).cells[:3]) if region else self._region_name
        text, mood = region_remark(region, group, self.journey.settings.location, self._regions)
        line = self.query_one("#region-remark", Static)
        line.set_classes(f"remark -{mood}")
        line.update(text)
        self._remarkable = {name_mood, mood} & {"warning", "wrong"} != set()
        self.refresh_bindings()

    # Tags

    @on(TagsLine.Changed)
    def _tags_typed(self) -> None:
        self._ask_for_policies()

    def _ask_for_policies(self) -> None:
        """Ask Azure what policies say of the group as it stands, once that has rested for a moment."""
        self.workers.cancel_group(self, "policies")
        if not self._choice.missing() and self._choice.existing is None and not self.query_one(TagsLine).error:
            # Azure may keep its policies to itself; then the write itself is the first to meet them.
            self.begin(self._read_policies, group="policies", without=lambda error: None)

    async def _read_policies(self) -> None:
        await self.journey.clock.sleep(_REST_SECONDS)
        subscription, name, region, line = (
            self._subscription,
            self._choice.typed,
            self._region,
            self.query_one(TagsLine),
        )
        if subscription is None or region is None:
            return
        line.demand(await self.journey.lookups.reads.policy_findings(subscription, name, region.name, line.tags))

    # Focus and keys

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the list of the line that has the focus."""
        if event.widget.id == "region":
            self.query_one(ContentSwitcher).current = "regions"
        elif event.widget.id == "name":
            self.query_one(ContentSwitcher).current = "groups"
            self.query_one("#region", FilterEntry).value = ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is picked from a list while tags are typed; asked again is about what is not well."""
        if action == "check_again":
            return self._remarkable and not (self.busy or self.troubled or self.read_only)
        if action.startswith("move") and self.focused is self.query_one(TagsLine).entry:
            return False
        return super().check_action(action, parameters)

    @property
    def _list(self) -> PickerList:
        return self.query_one(f"#{self.query_one(ContentSwitcher).current}", PickerList)

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

    def action_check_again(self) -> None:
        """Ask Azure anew about groups, regions and policies: somebody may have helped meanwhile."""
        self.journey.lookups.forget(Topic.GROUP, Topic.GROUPS, Topic.REGIONS, Topic.PROVIDERS, Topic.OBSTACLES)
        if self._choice.name != self._choice.typed:
            self._choice.type(self._choice.name)
        self._choice.forget_groups()
        self.busy = True
        self.begin(self._load, group="load")

    # Going on

    def missing(self) -> str:
        """A name that Azure takes, and a region."""
        tags = "" if self._choice.existing else self.query_one(TagsLine).error
        return self._choice.missing() or ("" if self._region_name else "Pick a region.") or tags

    def record(self) -> None:
        """Note the group that exists, or the name and region of a new one."""
        group: ResourceGroup | None = self._choice.existing
        self.journey.wizard.choose(
            existing_group=group,
            group_name=self._choice.typed if group is None else "",
            region=self._region,
            group_tags=self.query_one(TagsLine).tags if group is None else (),
        )
