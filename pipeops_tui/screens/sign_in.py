"""Step 1: who is working. Picks a way to sign in, and shows the device code where that is the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding
from textual.events import ScreenResume
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.journey import Journey
from pipeops_tui.screens import forget_built
from pipeops_tui.screens.about import About
from pipeops_tui.screens.account import leave_account
from pipeops_tui.screens.cautions import cautions
from pipeops_tui.screens.errands import Errands
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.screens.way_list import WayList
from pipeops_tui.sign_in_method import SignInMethod
from pipeops_tui.widgets.choice_list import ChoiceList
from pipeops_tui.widgets.mounting import mount_into
from pipeops_tui.wizard import Step

if TYPE_CHECKING:
    from pipeops_tui.model import DeviceCode
    from pipeops_tui.widgets.device_code import DeviceCodeCard

_DOING = {
    SignInMethod.AZURE_CLI: "Asking Azure CLI for its account",
    SignInMethod.BROWSER: "Waiting for you to sign in, in your browser",
    SignInMethod.DEVICE_CODE: "Asking Microsoft for a code",
    SignInMethod.ENVIRONMENT: "Signing in with the environment's service principal",
}
_ShowCode = Callable[["DeviceCode"], None]


class SignInScreen(StepScreen):
    """Rows of ways, the best one selected; Enter signs in and goes on."""

    STEP = Step.SIGN_IN
    QUESTION = "How do you sign in to Azure?"
    SENTENCE = "Everything is done in your name: this account must be allowed to create things in your Azure."
    CONTINUE = "Sign in"
    CSS_PATH = "sign_in.tcss"
    AUTO_FOCUS = "#ways"
    BINDINGS = [
        Binding("c", "copy_code", "Copy and open"),
        Binding("n", "new_code", "New code"),
        Binding("s", "switch_account", "Switch account"),
        Binding("o", "sign_out", "Sign out"),
        Binding("e", "earlier_runs", "Earlier runs"),
    ]

    def __init__(self, journey: Journey) -> None:
        super().__init__(journey)
        self._ways = WayList(id="ways")
        self._card: DeviceCodeCard | None = None
        self._notes = Static(id="notes", markup=False)
        self._cautions = ""
        self._looked_around = False
        self._greeting = "Ready"
        self._signing_in = False
        self._sign_ins = 0
        self._errands = Errands(self, self._show_errand, self._run_errand)

    def compose_body(self) -> Iterable[Widget]:
        """The ways, and in their place the device code while it is waited for; what is to know of earlier runs."""
        # The card and the notes come when they are first needed.
        yield self._ways

    def about(self) -> About:
        """Accounts, codes and what this program does with them."""
        return About(
            title="Signing in",
            paragraphs=(
                "Azure has to know who is asking. Sign in with the account that owns (or may manage) the subscription "
                "PipeOps shall use. It can do in your name what you can do in the Azure portal.",
                "With a device code you type a short code into a browser on any device, even your phone: your password "
                "never comes near this terminal. If you have used `az login` on this machine, its account can be used.",
                "Tokens stay in memory and are gone when you quit. Nothing is created before the step called Create.",
            ),
            portal_page="the sign-in page",
            portal_link=self.journey.portal,
            command="az login --use-device-code",
        )

    # Arriving

    def opened(self) -> None:
        """Find out which ways work here, once; later arrivals find everything as it was left."""
        if self.journey.session is not None:
            self._cautions = cautions(self.journey, self.journey.session.endpoints)
            self._show_notes()
            self.status.done(f"Signed in as {self.journey.session.account.name}")
        elif not self._looked_around and not self.busy:
            self.busy = True
            self.begin(self._look_around, group="ways")

    def look_again(self, greeting: str) -> None:
        """On the next arrival find out anew which ways work, and then say `greeting`."""
        self._looked_around, self._greeting = False, greeting
        self._ways.touched = False

    async def _look_around(self) -> None:
        demo = self.journey.settings.demo is not None
        doing = "Starting the simulated Azure" if demo else "Looking for ways to sign in"
        self._ways.empty_text = f"{doing} …"
        self.status.running(doing)
        started = self.journey.clock.monotonic()
        self._cautions = cautions(self.journey, await self.journey.prepare())
        await self._errands.look()
        self._show_notes()
        async for ways in self.journey.connector.sign_in_ways():
            self._ways.offer(ways, self.journey.choices.sign_in)
        self._looked_around = True
        self.busy = False
        self.status.done(self._greeting, self.journey.clock.monotonic() - started)
        if remark := self._ways.remark_on(self.journey.settings.auth):
            self.status.warn(remark)

    # Signing in

    def missing(self) -> str:
        """A way that works."""
        return "" if self._ways.selected else "Pick a way to sign in that works here."

    def proceed(self) -> None:
        """Sign in, unless that account is signed in already."""
        session = self.journey.session
        choice = self._ways.selected
        known = session is not None and choice is not None and choice.key == session.account.method
        if known and self._errands.errand is None:
            self.pipeops.forward()
        elif known and not self._errands.needs_other_account:
            self._run_errand()
        elif choice is not None:
            self._sign_in(SignInMethod(choice.key))

    def _sign_in(self, method: SignInMethod) -> None:
        async def act(show_code: _ShowCode) -> Callable[[], None]:
            await self.journey.sign_in(method, show_code)
            self.journey.wizard.begin_anew()
            forget_built(self.pipeops)
            return self.pipeops.forward if self._errands.errand is None else await self._errands.take_up(show_code)

        self._attempt(_DOING[method], act)

    def _run_errand(self) -> None:
        """Do what is to be done with an earlier run, for who is signed in."""
        self._attempt("Looking for the run", self._errands.take_up)

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
            # Nothing is left to wait for; a status that runs would go on ticking behind the next screen.
            self.status.say("")
            go_on()

        self.begin(work, group="sign-in")
        self.refresh_bindings()

    def _end_of_attempt(self, attempt: int) -> None:
        # A newer attempt (a new code) has taken the screen over; it stays as that one made it.
        if attempt == self._sign_ins:
            self.busy = self._signing_in = False
            self._show_ways_again()

    async def _show_code(self, code: DeviceCode, attempt: int) -> None:
        if self._card is None:
            from pipeops_tui.widgets.device_code import DeviceCodeCard

            self._card = DeviceCodeCard(self.journey.clock, id="code")
            self._card.display = False
            await mount_into(self.query_one("#body"), self._card, after=self._ways)
        if attempt != self._sign_ins or not self._signing_in or not self._card.is_attached:
            return
        self._card.show(code)
        self._swap(self._card, code_shown=True)
        self.status.running("Waiting for you to enter the code" if code.user_code else _DOING[SignInMethod.BROWSER])
        self.refresh_bindings()

    def _show_ways_again(self) -> None:
        if self._card is not None:
            self._card.clear()
            self._swap(self._card, code_shown=False)
        self._ways.focus()
        self.refresh_bindings()

    def _swap(self, card: DeviceCodeCard, *, code_shown: bool) -> None:
        card.display = code_shown
        self._ways.display = self.query_one("#actions").display = not code_shown

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
            case "back" if self._signing_in or self._errands.errand is not None:
                return True
            case "earlier_runs":
                return self._errands.any and not self.busy and not self.read_only and not self.troubled
            case "continue" if self._code is not None:
                return False
        return super().check_action(action, parameters)

    @property
    def _code(self) -> DeviceCode | None:
        """What is waited for."""
        return self._card.code if self._card is not None else None

    def action_copy_code(self) -> None:
        """Copy the code and open the page where it is entered."""
        if (code := self._code) is not None:
            self.pipeops.copy_code(code)

    def action_new_code(self) -> None:
        """Give the code up and ask for another one."""
        self._sign_in(SignInMethod.DEVICE_CODE)

    def action_switch_account(self) -> None:
        """Sign in anew the selected way, perhaps as somebody else; until that is done everything stays as it is."""
        if (choice := self._ways.selected) is not None:
            self._sign_in(SignInMethod(choice.key))

    def action_sign_out(self) -> None:
        """Drop the tokens, and stay here."""
        if (session := self.journey.session) is not None:
            leave_account(self, f"Signed out: no token of {session.account.name} is left.")

    def action_back(self) -> None:
        """Give up a sign-in that is under way; close a problem; otherwise there is nothing before this step."""
        if self._signing_in:
            self.workers.cancel_group(self, "sign-in")
            self.status.say("Sign-in cancelled.")
        elif self.troubled:
            self.clear_problem()
            if not self._looked_around:
                self.opened()
        elif self._errands.errand is not None:
            self._errands.drop()

    # Runs of earlier processes

    def _show_errand(self) -> None:
        self.query_one("#sentence", Static).update(self._errands.sentence or self.SENTENCE)
        self._show_notes()
        self.refresh_bindings()

    def _show_notes(self) -> None:
        """What is to know of this computer, this cloud and earlier runs."""
        lines = [self._cautions] if self._cautions else []
        lines += [f"! {note}" for note in self._errands.notes]
        self._notes.update("\n".join(lines))
        self._notes.display = bool(lines)
        if lines and not self._notes.is_attached:
            mount_into(self.query_one("#body"), self._notes)

    @on(ScreenResume)
    def _offer_what_is_due(self) -> None:
        # It had to wait for a dialog to close.
        self._errands.arrive()

    def action_earlier_runs(self) -> None:
        """Show what can be continued, undone or forgotten."""
        self._errands.offer()

    def commands(self) -> Iterable[SystemCommand]:
        """The list of earlier runs."""
        return () if self.busy or self.read_only else self._errands.commands()

    async def may_quit(self) -> bool:
        """Ask while an earlier run is being undone."""
        return await self._errands.may_quit()

    @on(ChoiceList.Selected, "#ways")
    def _way_selected(self, event: ChoiceList.Selected) -> None:
        if self._looked_around or not event.choice.enabled:
            self.status.say("")
        if event.twice:
            self.action_continue()
