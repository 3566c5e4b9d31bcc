"""Step 5: the application's name, and the description and expiry of its client secret."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.checks import Topic, checks_for
from pipeops_tui.core import az_commands, names
from pipeops_tui.core.model import Check, CheckOutcome, DirectoryMember
from pipeops_tui.core.wizard import Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.checking import raise_demand
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.widgets.check_rows import GLYPHS
from pipeops_tui.ui.widgets.expiry_choice import ExpiryChoice
from pipeops_tui.ui.widgets.fields import TextField
from pipeops_tui.ui.widgets.showing import say

_REST_SECONDS = 0.3
"""How long a name must rest before the directory is asked about it."""


class ApplicationScreen(StepScreen):
    """Three entries with good defaults. Applications of the same name are shown and never changed."""

    CSS_PATH = "screen.tcss"
    STEP = Step.APPLICATION
    QUESTION = "Name the application"
    SENTENCE = "PipeOps signs in to Azure as this application, with its own client secret."
    BINDINGS = [Binding("f5,ctrl+r", "check_again", "Check again", key_display="F5")]

    def __init__(self, journey: Journey, services: Services) -> None:
        super().__init__(journey, services)
        choices = journey.choices
        self._app_name = TextField(
            "Application name", choices.application_name, rule=names.application_name_error, id="application-name"
        )
        self._description = TextField(
            "Client secret description",
            choices.secret_description,
            rule=names.secret_description_error,
            id="secret-description",
        )
        self._expiry = ExpiryChoice(choices.secret_days, journey.clock.now, id="expiry")
        self._asked_before = False

    def compose_body(self) -> Iterable[Widget]:
        """Name, description, expiry; below the name, applications of the same name."""
        with VerticalScroll(id="form", can_focus=False):
            yield self._app_name
            yield Static(id="same-name", markup=False)
            yield self._description
            yield self._expiry

    def about(self) -> About:
        """Applications and secrets in plain words."""
        return About(
            "What is an application?",
            (
                "Programs sign in to Azure too. For that they are registered in your tenant under a name, and get a "
                "password, which Azure calls a client secret.",
                "The name is for you: the portal shows it under App registrations. It need not be unique. If an "
                "application of this name exists already, a new one is created, and the other is not changed.",
                "After the secret's last day PipeOps can no longer reach your subscription until it gets a new one. "
                "180 days is what the portal recommends.",
            ),
            "App registrations, New registration",
            f"{self.journey.portal}/#view/Microsoft_AAD_RegisteredApps/CreateApplicationBlade",
            az_commands.create_application(self._app_name.value.strip()),
        )

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        """As in Textual, but an entry that must be scrolled to comes with its label."""
        entries = widget.ancestors if widget is not None else ()
        whole = next((one for one in entries if isinstance(one, TextField | ExpiryChoice)), None)
        super().set_focus(widget, scroll_visible and whole is None, from_app_focus)
        if scroll_visible and whole is not None:
            whole.scroll_visible(animate=False)

    def opened(self) -> None:
        """Ask what the directory knows of the name, and how long a secret may live."""
        # Where the policy cannot be read, the directory itself refuses a lifetime that is too long.
        self.work.begin(self._read_policy, group="policy", without=lambda error: None)
        self._look_up_soon()

    async def _read_policy(self) -> None:
        subscription = self.journey.choices.subscription
        if subscription is None:
            return
        answer = await self.journey.lookups.secret_policy(subscription.tenant_id)
        self._expiry.cap(answer.value.longest_days)

    # The name

    @on(TextField.Changed, "#application-name")
    def _name_changed(self) -> None:
        say(self.query_one("#same-name", Static), "")
        self.query_one("#form").remove_class("-same-name")
        self._look_up_soon()

    def _look_up_soon(self) -> None:
        self.work.begin(self._look_up, group="same name", without=lambda error: None)

    async def _look_up(self) -> None:
        """Look for applications of the same name, once the name has rested."""
        choices = replace(self.journey.choices, application_name=self._app_name.value.strip())
        if choices.subscription is None or self._app_name.error:
            return
        if self._asked_before:
            await self.journey.clock.sleep(_REST_SECONDS)
        self._asked_before = True
        started = self.journey.clock.monotonic()
        self.status.running(f"Looking for applications named {choices.application_name}")
        reads = self.journey.lookups.reads
        checks = await gather(*(spec.run(reads, choices) for spec in checks_for(Step.APPLICATION, choices)))
        self._show(checks, self.journey.clock.monotonic() - started)
        raise_demand(checks)

    def _show(self, checks: Sequence[Check], seconds: float) -> None:
        (same_name,) = checks
        clear = same_name.outcome is CheckOutcome.OK
        self._app_name.remark(f"{same_name.detail[:1].upper()}{same_name.detail[1:]}." if clear else "", good=clear)
        self.query_one("#form").set_class(not clear, "-same-name")
        say(self.query_one("#same-name", Static), "" if clear else f"{GLYPHS[same_name.outcome]} {same_name.detail}")
        self.refresh_bindings()
        self.status.done("Name checked", seconds)

    def action_check_again(self) -> None:
        """Ask the directory again about the name and the longest lifetime of a secret."""
        self.journey.lookups.forget(Topic.APPLICATIONS, Topic.DIRECTORY)
        self.opened()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Checking again is possible where the name exists already, or could not be checked."""
        if action == "check_again":
            return self.query_one("#form").has_class("-same-name") and not (self.troubled or self.read_only)
        return super().check_action(action, parameters)

    # A second owner

    def commands(self) -> Iterable[SystemCommand]:
        """Name a second owner, unless a service principal is signed in: it can be allowed to manage only its own
        applications, and is refused then."""
        session = self.journey.session
        if session is not None and session.account.is_person and not self.read_only:
            yield SystemCommand("Add an owner…", "Who can renew the client secret when you are away", self._ask_owner)

    def _ask_owner(self) -> None:
        from pipeops_tui.ui.dialogs.add_owner_dialog import AddOwnerDialog

        subscription = self.journey.choices.subscription
        if subscription is None:
            return
        reads = self.journey.lookups.reads

        async def find(name: str) -> DirectoryMember | None:
            return await reads.member(subscription.tenant_id, name)

        self.app.push_screen(AddOwnerDialog(self._app_name.value.strip(), find), self._owner_named)

    def _owner_named(self, owner: DirectoryMember | None) -> None:
        if owner is not None:
            self.journey.wizard.choose(second_owner=owner)
            self.status.done(f"{owner.display_name} becomes an owner too.")

    # Going on

    def missing(self) -> str:
        """What is wrong with the first entry that is not allowed."""
        return self._app_name.error or self._description.error or self._expiry.error

    def record(self) -> None:
        """Note the entries as they were typed."""
        self.journey.wizard.choose(
            application_name=self._app_name.value.strip(),
            secret_description=self._description.value,
            secret_days=self._expiry.days,
        )
