"""Step 1: choose how to sign in. Shows the device code where one is used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from textual import on
from textual.binding import Binding
from textual.events import ScreenResume
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.core import az_commands
from pipeops_tui.core.option_values import SignInMethod
from pipeops_tui.core.settings import ConnectionToOpen
from pipeops_tui.core.wizard import Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.checking import environment_warnings
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.palette import leave_account, signed_out
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.steps.sign_in.method_list import MethodList
from pipeops_tui.ui.steps.sign_in.sign_in_connections import SignInConnections
from pipeops_tui.ui.widgets.choice_list import ChoiceList
from pipeops_tui.ui.widgets.showing import mount_into

if TYPE_CHECKING:
    from pipeops_tui.core.model import DeviceCode
    from pipeops_tui.ui.widgets.device_code import DeviceCodeCard

_DOING = {
    SignInMethod.AZURE_CLI: "Asking Azure CLI for its account",
    SignInMethod.BROWSER: "Waiting for you to sign in, in your browser",
    SignInMethod.DEVICE_CODE: "Asking Microsoft for a code",
    SignInMethod.ENVIRONMENT: "Signing in with the environment's service principal",
    SignInMethod.MANAGED_IDENTITY: "Signing in with this machine's managed identity",
}
_ShowCode = Callable[["DeviceCode"], None]


class SignInScreen(StepScreen):
    """Lists the methods, the best one selected; Enter signs in and continues."""

    STEP = Step.SIGN_IN
    QUESTION = "Choose how to sign in to Azure"
    SENTENCE = (
        "Use an account that can create resources in your Azure subscription. pipeops-tui acts with that account."
    )
    CONTINUE = "Sign in"
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#methods"
    BINDINGS = [
        Binding("c", "copy_code", "Copy and open"),
        Binding("n", "new_code", "New code"),
        Binding("s", "switch_account", "Switch account"),
        Binding("o", "sign_out", "Sign out"),
        Binding("l", "connections", "Connections"),
        Binding("e", "connections", "Connections", show=False),
    ]

    def __init__(self, journey: Journey, services: Services) -> None:
        super().__init__(journey, services)
        self._methods = MethodList(id="methods")
        self._card: DeviceCodeCard | None = None
        self._notes = Static(id="notes", markup=False)
        self._warnings = ""
        self._methods_known = False
        self._greeting = "Ready"
        self._signing_in = False
        self._sign_ins = 0
        self._connections = SignInConnections(self, changed=self._show_connections, begin=self._carry_out)

    def compose_body(self) -> Iterable[Widget]:
        """The methods. The device code and the notes are mounted when they are first needed."""
        yield self._methods

    def about(self) -> About:
        """Accounts, codes and what this program does with them."""
        return About(
            title="Signing in",
            paragraphs=(
                "Sign in with an account that owns or manages the subscription PipeOps will use. pipeops-tui can do "
                "with that account what you can do with it in the Azure portal.",
                "With a device code you type a short code into a browser on any device, even your phone: your password "
                "is never typed into this terminal. If you have used `az login` on this computer, its account can be "
                "used.",
                "Tokens stay in memory and are gone when you quit. Nothing is created before the step called Create.",
            ),
            portal_page="the sign-in page",
            portal_link=self.journey.portal,
            command=az_commands.log_in_with_device_code(),
        )

    # Arriving

    def opened(self) -> None:
        """Find out which methods work here, once."""
        if self.journey.session is not None:
            self._warnings = environment_warnings(self.journey, self.journey.session.endpoints)
            self._show_notes()
            self.status.done(f"Signed in as {self.journey.session.account.name}")
        elif not self._methods_known and not self.busy:
            self.busy = True
            self.work.begin(self._find_methods, group="methods")

    def restarted(self, greeting: str) -> None:
        """Find out again which methods work on the next arrival, and then show `greeting`."""
        self._methods_known, self._greeting = False, greeting
        self._methods.touched = False

    async def _find_methods(self) -> None:
        demo = self.journey.settings.demo is not None
        doing = "Starting the simulated Azure" if demo else "Looking for sign-in methods"
        self._methods.empty_text = f"{doing} …"
        self.status.running(doing)
        started = self.journey.clock.monotonic()
        self._warnings = environment_warnings(self.journey, await self.journey.prepare())
        await self._connections.look()
        self._show_notes()
        async for methods in self.journey.connector.sign_in_options():
            self._methods.show(methods, self.journey.choices.sign_in)
        self._methods_known = True
        self.busy = False
        self.status.done(self._greeting, self.journey.clock.monotonic() - started)
        if remark := self._methods.remark_on(self.journey.settings.auth):
            self.status.warn(remark)

    # Signing in

    def missing(self) -> str:
        """A method that works here."""
        return "" if self._methods.selected else "Choose a sign-in method that is available here."

    def proceed(self) -> None:
        """Sign in, unless that account is signed in already."""
        session = self.journey.session
        choice = self._methods.selected
        known = session is not None and choice is not None and choice.key == session.account.method
        if known and self._connections.decision is None:
            self.services.forward()
        elif known and not self._connections.needs_other_account:
            self._carry_out()
        elif choice is not None:
            self._sign_in(SignInMethod(choice.key))

    def _sign_in(self, method: SignInMethod) -> None:
        async def act(show_code: _ShowCode) -> Callable[[], None]:
            await self.journey.sign_in(method, show_code)
            self.journey.wizard.start_over()
            self.services.rebuild_other_steps()
            return await self._connections.take_up(show_code) or self.services.forward

        self._attempt(_DOING[method], act)

    def _carry_out(self) -> None:
        """Do what was decided about an earlier run, with the signed-in account."""

        async def act(show_code: _ShowCode) -> Callable[[], None]:
            return await self._connections.take_up(show_code) or self.services.forward

        self._attempt("Looking for the connection", act)

    def _attempt(self, doing: str, act: Callable[[_ShowCode], Awaitable[Callable[[], None]]]) -> None:
        """Do something that may need a code; then what it returns."""
        self._sign_ins += 1
        attempt = self._sign_ins

        def show_code(code: DeviceCode) -> None:
            # It is called from outside the screen's own tasks, and what it starts must belong to them.
            self.call_later(self._show_code, code, attempt)

        async def work() -> None:
            self.busy = self._signing_in = True
            self.status.running(doing)
            try:
                go_on = await act(show_code)
            finally:
                self._end_of_attempt(attempt)
            # A running status would continue to tick behind the next screen.
            self.status.say("")
            go_on()

        self.work.begin(work, group="sign-in")
        self.refresh_bindings()

    def _end_of_attempt(self, attempt: int) -> None:
        # After a newer attempt (a new code) the screen stays as that one made it.
        if attempt == self._sign_ins:
            self.busy = self._signing_in = False
            self._show_methods_again()

    async def _show_code(self, code: DeviceCode, attempt: int) -> None:
        if self._card is None:
            from pipeops_tui.ui.widgets.device_code import DeviceCodeCard

            self._card = DeviceCodeCard(self.journey.clock, id="code")
            self._card.display = False
            await mount_into(self.query_one("#body"), self._card, after=self._methods)
        if attempt != self._sign_ins or not self._signing_in or not self._card.is_attached:
            return
        self._card.show(code)
        self._swap(self._card, code_shown=True)
        self.status.running("Waiting for you to enter the code" if code.user_code else _DOING[SignInMethod.BROWSER])
        self.refresh_bindings()

    def _show_methods_again(self) -> None:
        if self._card is not None:
            self._card.clear()
            self._swap(self._card, code_shown=False)
        self._methods.focus()
        self.refresh_bindings()

    def _swap(self, card: DeviceCodeCard, *, code_shown: bool) -> None:
        card.display = code_shown
        self._methods.display = self.query_one("#actions").display = not code_shown

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The code's keys while there is a code; Escape cancels a sign-in."""
        match action:
            case "copy_code":
                return self._code is not None and not self.troubled
            case "new_code":
                return self._code is not None and bool(self._code.user_code) and not self.troubled
            case "switch_account" | "sign_out":
                return self.journey.session is not None and not self.busy and not self.read_only
            case "back" if self._signing_in or self._connections.decision is not None:
                return True
            case "connections":
                return not self.busy and not self.read_only and not self.troubled
            case "continue" if self._code is not None:
                return False
        return super().check_action(action, parameters)

    @property
    def _code(self) -> DeviceCode | None:
        """The code that is waited for."""
        return self._card.code if self._card is not None else None

    def action_copy_code(self) -> None:
        """Copy the code and open the page where it is entered."""
        if (code := self._code) is not None:
            self.services.copy_code(code)

    def action_new_code(self) -> None:
        """Give the code up and ask for another one."""
        self._sign_in(SignInMethod.DEVICE_CODE)

    def action_switch_account(self) -> None:
        """Sign in with the selected method, also with another account; until that is done nothing changes."""
        if (choice := self._methods.selected) is not None:
            self._sign_in(SignInMethod(choice.key))

    def action_sign_out(self) -> None:
        """Drop the tokens, and stay here."""
        if (session := self.journey.session) is not None:
            leave_account(self, signed_out(session.account.name))

    def action_back(self) -> None:
        """Give up a sign-in that is under way; close a problem; otherwise there is nothing before this step."""
        if self.slip_open:
            self.action_toggle_slip()
        elif self._signing_in:
            self.work.cancel("sign-in")
            self.status.say("Sign-in cancelled.")
        elif self.troubled:
            self.problems.clear()
            if not self._methods_known:
                self.opened()
        elif self._connections.decision is not None:
            self._connections.drop()

    # Connections

    def _show_connections(self) -> None:
        self.query_one("#sentence", Static).update(self._connections.sentence or self.SENTENCE)
        self._show_notes()
        self.refresh_bindings()

    def _show_notes(self) -> None:
        """Warnings about this computer and this cloud, and remarks about connections."""
        lines = [self._warnings] if self._warnings else []
        lines += [f"! {note}" for note in self._connections.notes]
        self._notes.update("\n".join(lines))
        self._notes.display = bool(lines)
        if lines and not self._notes.is_attached:
            mount_into(self.query_one("#body"), self._notes)

    @on(ScreenResume)
    def _offer_what_is_due(self) -> None:
        # It had to wait for a dialog to close.
        self._connections.arrive()

    def action_connections(self) -> None:
        """Show the list of connections, over whichever step is in front."""
        self._connections.offer()

    def open_connection(self, client_id: str) -> None:
        """Begin to renew the client secret of a connection, as `pipeops-tui renew` does."""
        self._connections.open(ConnectionToOpen("renew", client_id))

    async def may_quit(self) -> bool:
        """Ask while an earlier run is being undone."""
        return await self._connections.may_quit()

    @on(ChoiceList.Selected, "#methods")
    def _method_selected(self, event: ChoiceList.Selected) -> None:
        if self._methods_known or not event.choice.enabled:
            self.status.say("")
        if event.twice:
            self.action_continue()
