"""Step 5: the application's name, and what its secret is called and how long it lives."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual import on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui import names
from pipeops_tui.checks import Topic, checks_for
from pipeops_tui.journey import Journey
from pipeops_tui.model import Check, CheckOutcome
from pipeops_tui.provisioning import commands
from pipeops_tui.screens.about import About
from pipeops_tui.screens.checking import heed
from pipeops_tui.screens.expiry_choice import ExpiryChoice
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.widgets.check_rows import GLYPHS
from pipeops_tui.widgets.fields import TextField
from pipeops_tui.widgets.said import say
from pipeops_tui.wizard import Step

_REST_SECONDS = 0.3
"""How long a name must rest before the directory is asked about it."""


class ApplicationScreen(StepScreen):
    """Three answers, all with good defaults. Applications of the same name are told of and never touched."""

    CSS_PATH = "application.tcss"
    STEP = Step.APPLICATION
    QUESTION = "What shall the application be called?"
    SENTENCE = "PipeOps signs in to Azure as this application, with a secret of its own."
    CONTINUE = "Use these"
    BINDINGS = [Binding("f5", "check_again", "Check again", key_display="F5")]

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
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
        """Name, description, expiry; below the name what the directory knows of it."""
        with VerticalScroll(id="form", can_focus=False):
            yield self._app_name
            yield Static(id="twins", markup=False)
            yield self._description
            yield self._expiry

    def about(self) -> About:
        """Applications and secrets in plain words."""
        return About(
            "What is an application?",
            (
                "Programs sign in to Azure too. For that they are registered in your directory under a name, and get "
                "a password, which Azure calls a client secret. Nobody signs in as a person with it.",
                "The name is for you: you will meet it in the portal under App registrations. It need not be unique. "
                "If there is one of this name already, a new one is made beside it, and the other stays as it is.",
                "After the secret's last day PipeOps can no longer reach your subscription until it gets a new one. "
                "180 days is what the portal recommends.",
            ),
            "App registrations, New registration",
            f"{self.journey.portal}/#view/Microsoft_AAD_RegisteredApps/CreateApplicationBlade",
            commands.create_application(self._app_name.value.strip()),
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
        # Where it cannot be read nobody may say no here: the directory itself will, if it comes to that.
        self.begin(self._read_policy, group="policy", without=lambda error: None)
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
        say(self.query_one("#twins", Static), "")
        self.query_one("#form").remove_class("-twins")
        self._look_up_soon()

    def _look_up_soon(self) -> None:
        self.begin(self._look_up, group="twins", without=lambda error: None)

    async def _look_up(self) -> None:
        """Look for applications of the same name, once the name has rested."""
        choices = replace(self.journey.choices, application_name=self._app_name.value.strip())
        if choices.subscription is None or self._app_name.error:
            return
        if self._asked_before:
            await self.journey.clock.sleep(_REST_SECONDS)
        self._asked_before = True
        started = self.journey.clock.monotonic()
        self.status.running(f"Looking for applications called {choices.application_name}")
        reads = self.journey.lookups.reads
        checks = await gather(*(spec.run(reads, choices) for spec in checks_for(Step.APPLICATION, choices)))
        self._show(checks, self.journey.clock.monotonic() - started)
        heed(checks)

    def _show(self, checks: Sequence[Check], seconds: float) -> None:
        (twins,) = checks
        clear = twins.outcome is CheckOutcome.OK
        self._app_name.remark(f"{twins.detail[:1].upper()}{twins.detail[1:]}." if clear else "", good=clear)
        self.query_one("#form").set_class(not clear, "-twins")
        say(self.query_one("#twins", Static), "" if clear else f"{GLYPHS[twins.outcome]} {twins.detail}")
        self.refresh_bindings()
        self.status.done("Looked the name up", seconds)

    def action_check_again(self) -> None:
        """Ask the directory anew about the name and the lifetime of secrets."""
        self.journey.lookups.forget(Topic.APPLICATIONS, Topic.DIRECTORY)
        self.opened()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Asked again is about a name that is taken, or could not be looked up."""
        if action == "check_again":
            return self.query_one("#form").has_class("-twins") and not (self.troubled or self.read_only)
        return super().check_action(action, parameters)

    # Going on

    def missing(self) -> str:
        """What is wrong with the first answer that cannot stay."""
        return self._app_name.error or self._description.error or self._expiry.error

    def record(self) -> None:
        """Note the answers as they were typed."""
        self.journey.wizard.choose(
            application_name=self._app_name.value.strip(),
            secret_description=self._description.value,
            secret_days=self._expiry.days,
        )
