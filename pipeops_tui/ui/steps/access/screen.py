"""Step 6: what the application is allowed to do, whether this account can give it that, what the subscription lacks."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import SystemCommand
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.checks import PROVIDERS, Registrations, registrations
from pipeops_tui.checks.admin_messages import group_name, group_scope
from pipeops_tui.checks.room_words import ROOM, ROOM_TITLE
from pipeops_tui.core import az_commands
from pipeops_tui.core.model import Check
from pipeops_tui.core.wizard import Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.check_list import CheckList, Decision
from pipeops_tui.ui.base.checking import count, environment_checks
from pipeops_tui.ui.base.checks_screen import ChecksScreen
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.steps.access.room_row import RoomRow, location_of
from pipeops_tui.ui.widgets.fields import Tick

NOT_ALLOWED = (
    "This is enough for a Kubernetes cluster of PipeOps. Three things the application cannot do. It cannot assign "
    "roles: a private container registry, an own network or DNS zone of a cluster can need that, and an Owner assigns "
    "that one role. It has no access to the group MC_… that Azure makes for a cluster's machines: they are changed "
    "through the cluster, or an Owner gives it Contributor there. It cannot register resource providers: leave them "
    "selected here, or a Contributor of the subscription registers them. When PipeOps meets one of these, the last "
    "screen (press w there) and pipeops-tui doctor say which."
)
"""What Contributor on one resource group does not include (Microsoft Learn, "Azure Kubernetes Service (AKS) frequently
asked questions", "Use a service principal with AKS"; "Azure resource providers and types")."""


class AccessScreen(ChecksScreen):
    """Shows the role assignment, the checks, and the resource providers that will be registered."""

    CSS_PATH = ["../../base/check_list.tcss", "screen.tcss"]
    AUTO_FOCUS = "#continue"
    STEP = Step.ACCESS
    QUESTION = "Give PipeOps access"
    SENTENCE = "PipeOps can create, change and delete what is in this one resource group. It sees nothing else."
    BINDINGS = [Binding("h", "leave_to_owner", "Ask an Owner"), Binding("o", "room", "Other regions")]

    def __init__(self, journey: Journey, services: Services) -> None:
        super().__init__(journey, services)
        self._room_row = RoomRow(self, changed=lambda: self.checks.rows_below_changed())
        self.checks = CheckList(
            self,
            prepare=self._read_environment,
            finish=self._read_providers,
            rows_above=lambda: self._warnings,
            rows_below=lambda: self._room_row.rows,
            keeps_detail=self._keeps_detail,
            changed=self._show_next_step,
        )
        self._warnings: tuple[Check, ...] = ()
        self._missing_providers = Registrations()
        """Resource providers that can be registered as well."""

    def _keeps_detail(self, check: Check) -> bool:
        return check.key == ROOM or (check.key == PROVIDERS and bool(self._missing_providers.namespaces))

    def compose_body(self) -> Iterable[Widget]:
        """The grant, the checks, who can help, what will be registered."""
        yield Static(id="grant", markup=False)
        yield from self.checks.compose()
        yield Tick("Register them", True, id="register")

    def about(self) -> About:
        """Roles and scopes in plain words."""
        choices = self.journey.choices
        return About(
            "What is access?",
            (
                "In Azure a role says what is allowed, and a scope says where. The application gets the role "
                f"Contributor on the resource group {group_name(choices)}: it can create, change and delete resources "
                "there. It cannot give access to anyone, and it sees nothing outside.",
                "To assign a role you need the role Owner, User Access Administrator or Role Based Access Control "
                "Administrator. Contributor is not enough. That is checked here, before anything is "
                "created.",
                "Resource providers are Azure's services, such as Kubernetes. Each has to be registered once in a "
                "subscription before it can be used. It costs nothing.",
                "Room for a server is a hint: how many processors (vCPUs) your subscription can still use in the "
                "region, and whether the sizes that small servers have are open to it. Region and size are chosen in "
                "PipeOps when you add a server. Where there is too little room, the key o asks other regions.",
                NOT_ALLOWED,
            ),
            "Resource group, Access control (IAM)",
            f"{self.journey.portal}/#@/resource{group_scope(choices)}/users",
            az_commands.create_assignment(group_scope(choices)),
        )

    def opened(self) -> None:
        """Check what has been chosen, unless that has been done."""
        self.query_one("#grant", Static).update(f"Contributor on {group_name(self.journey.choices)}, nothing else")
        self.checks.check_if_changed()

    async def _read_environment(self) -> None:
        """Warnings about this computer and this cloud, shown above the checks. What a server needs is asked beside
        them."""
        self._room_row.begin()
        self._warnings = await environment_checks(self.journey)

    async def _read_providers(self) -> None:
        """The resource providers that a server needs: ticked where this account is allowed to register them, only
        shown where that is not known."""
        subscription = self.journey.choices.subscription
        if subscription is None:
            return
        providers = await registrations(self.journey.lookups.reads, subscription)
        if providers != self._missing_providers:
            self._missing_providers = providers
            self.query_one("#register", Tick).value = providers.certain

    def _show_next_step(self) -> None:
        """What Enter does now; the tick for resource providers where nothing blocks."""
        leaving = self.checks.decision is Decision.LEAVE_TO_OWNER
        self.relabel("continue", "Continue (ask an Owner)" if leaving else self.CONTINUE)
        tick, number = self.query_one("#register", Tick), len(self._missing_providers.namespaces)
        tick.display = bool(number) and not self.checks.blocked
        uncertain = "" if self._missing_providers.certain else ", if you are allowed to"
        tick.label = f"Register {count(number, 'resource provider')} as well{uncertain}"

    # Going on

    def record(self) -> None:
        """Note what is tried anyway, who assigns the role, and which providers to register."""
        self.checks.record()
        register = self.query_one("#register", Tick).value
        self.journey.wizard.choose(
            owner_assigns=self.checks.decision is Decision.LEAVE_TO_OWNER and bool(self.checks.blocking),
            providers=self._missing_providers.namespaces if register else (),
        )

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now is shown."""
        if action == "leave_to_owner":
            return self.checks.can_leave_to_owner and not self.troubled and not self.read_only
        if action == "room":
            room = self._room_row.room
            return room is not None and room.is_too_small and not self.troubled
        return super().check_action(action, parameters)

    def action_leave_to_owner(self) -> None:
        """Create everything but the role assignment."""
        self.checks.leave_to_owner()

    def action_room(self) -> None:
        """Show what the region has room for, and ask other regions."""
        from pipeops_tui.ui.steps.access.room_dialog import RoomDialog

        choices, room = self.journey.choices, self._room_row.room
        if choices.subscription is not None and room is not None:
            location = location_of(choices)
            self.app.push_screen(RoomDialog(self.journey, self.services, choices.subscription, location, room))

    def commands(self) -> Iterable[SystemCommand]:
        """The checks' own, and the details of the room for a server, which have a key only where it is too small."""
        yield from super().commands()
        if self._room_row.room is not None:
            yield SystemCommand(ROOM_TITLE, "Quotas and sizes of the region, other regions", self.action_room)
