"""Step 2: the subscription to bill. One searchable list over all tenants; rows arrive as the tenants answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from textual import on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.checks.admin_messages import ask_for_subscription
from pipeops_tui.core.model import Subscription, Tenant
from pipeops_tui.core.wizard import Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.journey.lookups import Lookups
from pipeops_tui.ui.base.checking import environment_warnings
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.services import About, Services
from pipeops_tui.ui.steps.subscription.subscription_rows import SubscriptionRows
from pipeops_tui.ui.steps.subscription.subscription_words import (
    about_subscriptions,
    billing_warning,
    found,
    nothing_to_choose,
)
from pipeops_tui.ui.steps.subscription.unusable_rows import unavailable_dialog, unlock, unlocked
from pipeops_tui.ui.widgets.action_buttons import Action, ActionButtons
from pipeops_tui.ui.widgets.key_names import key_in_words
from pipeops_tui.ui.widgets.picker import Picker
from pipeops_tui.ui.widgets.picker_list import PickerList
from pipeops_tui.ui.widgets.picker_rows import Column, PickerRow

_COLUMNS = (
    Column(least=12, rank=0),
    Column(least=8, rank=2),
    Column(least=9, rank=1, is_id=True),
    Column(least=20, rank=3),
)
_REST_SECONDS = 0.3


class SubscriptionScreen(StepScreen):
    """Name, tenant, ID and state; a row that cannot be used says why, Enter signs in to a locked tenant."""

    STEP = Step.SUBSCRIPTION
    QUESTION = "Choose the subscription to bill"
    SENTENCE = "PipeOps will create its servers in this subscription, and Azure bills them to it."
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "FilterEntry"
    BINDINGS = [
        Binding("slash", "filter", "Filter", key_display="/"),
        # Seen where there is nothing to choose.
        Binding("f5,ctrl+r", "check_again(True)", "Check again", key_display="F5"),
        Binding("f5,ctrl+r", "check_again(False)", "Check again", key_display="F5", show=False),
    ]

    def __init__(self, journey: Journey, services: Services) -> None:
        super().__init__(journey, services)
        self._lookups: Lookups | None = None
        self._rows = SubscriptionRows()
        self.complete = False
        """Whether every tenant has answered."""

    def compose_body(self) -> Iterable[Widget]:
        """The list, what to do where it is empty, and warnings about this computer and this cloud."""
        yield Picker(_COLUMNS, placeholder="name, tenant or ID")
        with VerticalScroll(id="none", can_focus=False):
            yield Static(id="none-words", markup=False)
        yield ActionButtons(id="next-steps")
        yield Static(id="notes", markup=False)

    def about(self) -> About:
        """Subscriptions and tenants in plain words."""
        return about_subscriptions(self.journey.portal)

    # The list

    def opened(self) -> None:
        """Read the list, once for each account."""
        self._show_warnings()
        if self._lookups is not self.journey.lookups:
            self._lookups = self.journey.lookups
            self.complete = False
            picker = self.query_one(Picker)
            picker.list.touched = False
            picker.list.empty_text = "Asking Azure for your subscriptions …"
            picker.clear()
            picker.set_rows(())
            self.remove_class("-none")
            self.busy = True
            # The screen first: making the clients that ask takes as long as painting it.
            self.call_after_refresh(self.work.begin, self._read, group="list")

    def _show_warnings(self) -> None:
        if (session := self.journey.session) is not None:
            notes = self.query_one("#notes", Static)
            notes.update(warnings := environment_warnings(self.journey, session.endpoints))
            notes.display = bool(warnings)

    async def _read(self) -> None:
        self._rows = SubscriptionRows()
        feed = self.journey.lookups.subscriptions
        self.status.running("Asking every tenant for its subscriptions")
        async for page in feed.pages():
            self._rows.add(page)
            self._show_rows()
            self._say_progress(page.tenants_pending)
            # Pages may lie ready by the dozen; a key pressed meanwhile must not wait for all of them.
            await asyncio.sleep(0)
        self.complete = True
        self.query_one(Picker).list.empty_text = (
            "Nothing matches. Escape clears the filter." if self._rows.by_id else self._rows.none_found
        )
        self._end_reading()

    async def _read_again(self) -> None:
        """Put the new list in the place of the old one, once it is complete: nothing disappears meanwhile."""
        rows, feed = SubscriptionRows(), self.journey.lookups.subscriptions
        self.status.running("Asking every tenant again for its subscriptions")
        feed.forget()
        async for page in feed.pages():
            rows.add(page)
        self._rows = rows
        self._show_rows()
        self._end_reading()

    def _end_reading(self) -> None:
        self.busy = False
        self._choose_default()
        self._say_summary()
        self._show_next_steps()

    def _show_next_steps(self) -> None:
        """Where no tenant has a subscription: what can be done about it, in the place of list and Continue."""
        session, none = self.journey.session, not self._rows.rows
        self.set_class(none, "-none")
        if none and session is not None:
            words = nothing_to_choose(session.account.name, self._rows.tenants)
            self.query_one("#none-words", Static).update(words)
            buttons = [
                Action("Check again", self.action_check_again),
                Action("Switch account", self._switch_account),
                Action("Copy message", lambda: self.services.copy(ask_for_subscription(session.account), "Message")),
                Action("Go back", self.action_back),
            ]
            self.query_one(ActionButtons).show(buttons, focus=True)
        elif self.focused is None or self.query_one(ActionButtons) in self.focused.ancestors:
            self.query_one(Picker).entry.focus()
        self.refresh_bindings()

    def _switch_account(self) -> None:
        from pipeops_tui.ui.palette import CHOOSE, leave_account

        leave_account(self, CHOOSE)

    def action_check_again(self, _seen: bool = True) -> None:
        """Ask Azure again: an administrator could have helped meanwhile."""
        self.busy = True
        self.work.begin(self._read_again, group="list")

    def _say_progress(self, pending: int) -> None:
        if pending:
            self.status.running(f"{self._count()}, {pending} more to answer")

    def _say_summary(self) -> None:
        wanted = self.journey.settings.subscription
        if wanted is not None and wanted not in self._rows.by_id and not self.query_one(Picker).list.touched:
            self.status.warn(f"--subscription {wanted} was not found: your account cannot see it.")
        elif not self._rows.by_id:
            self.status.warn(self._rows.none_found)
        else:
            self.status.done(self._count(), self.journey.lookups.subscriptions.seconds)

    def _count(self) -> str:
        return found(len(self._rows.by_id), self._rows.tenants)

    def _show_rows(self) -> None:
        self.query_one(Picker).set_rows(self._rows.rows)

    def _choose_default(self) -> None:
        """What was chosen before, else what was asked for, else the first that can be used."""
        picker = self.query_one(Picker)
        if picker.list.touched:
            return
        settings, chosen = self.journey.settings, self.journey.choices.subscription
        wanted = [chosen.subscription_id if chosen else "", settings.subscription or ""]
        home = self.journey.session.account.home_tenant_id if self.journey.session else ""
        for key in self._rows.likeliest(*wanted, tenant_id=settings.tenant, home=home):
            if picker.list.filter.position(key) is not None:
                picker.list.highlight(key)
                return

    # Choosing

    @property
    def _highlighted(self) -> Subscription | None:
        row = self.query_one(Picker).highlighted
        return None if row is None else self._rows.by_id.get(row.key)

    @on(PickerList.Highlighted)
    def _rest_on(self, event: PickerList.Highlighted) -> None:
        """A row that is rested on will probably be chosen: ask early what the next step needs."""
        if event.by_person:
            self.busy = False
            self._say_state()
        if (subscription := self._highlighted) is not None and not subscription.unusable:
            self.work.begin(lambda: self._prefetch(subscription), group="rest")

    async def _prefetch(self, subscription: Subscription) -> None:
        await self.journey.clock.sleep(_REST_SECONDS)
        if self.journey.session is None:  # signed out meanwhile
            return
        lookups = self.journey.lookups
        lookups.prefetch(
            lookups.regions(subscription), lookups.groups(subscription), lookups.closed_regions(subscription)
        )

    def _say_state(self) -> None:
        subscription, refused = self._highlighted, self.query_one(Picker).list.refused
        if refused is not None:
            self.status.warn(f"{refused.cells[0]}: {refused.remark}. Enter says what can be done.")
        elif subscription is None:
            self._say_why_locked()
        elif warning := billing_warning(subscription):
            self.status.warn(warning)
        elif self.complete:
            self.status.done(self._count(), self.journey.lookups.subscriptions.seconds)

    def _say_why_locked(self) -> None:
        tenant = self._rows.locked(self.query_one(Picker).highlighted)
        if tenant is not None and tenant.locked is not None:
            self.status.warn(tenant.locked.title)

    # What cannot be used

    @on(PickerList.Refused)
    def _refuse(self, event: PickerList.Refused) -> None:
        self._explain(event.row)

    def action_continue(self) -> None:
        """Go on; where only a subscription is left that cannot be used, say what can be done about that."""
        refused = self.query_one(Picker).list.refused
        if refused is None or self.busy or self.troubled or self.read_only:
            super().action_continue()
        else:
            self._explain(refused)

    def _explain(self, row: PickerRow) -> None:
        self.status.warn(f"{row.cells[0]}: {row.remark}. {key_in_words('F5')} checks again.")
        tenant = self._rows.locked(row)
        if tenant is not None and tenant.locked is not None:
            from pipeops_tui.ui.dialogs.problem_dialog import ProblemDialog

            self.app.push_screen(ProblemDialog(tenant.locked, self.services.copy))
        elif (subscription := self._rows.by_id.get(row.key)) is not None:
            self.work.begin(lambda: self._show_reason(subscription), group="explain")

    async def _show_reason(self, subscription: Subscription) -> None:
        dialog = await unavailable_dialog(self.journey, self.services, subscription)
        if dialog is not None:
            self.app.push_screen(dialog)

    @on(PickerList.Activated)
    def _activate(self) -> None:
        self.action_continue()

    def missing(self) -> str:
        """A subscription, or a locked tenant to sign in to."""
        if self.query_one(Picker).highlighted:
            return ""
        return "Choose a subscription." if self._rows.by_id else self._rows.none_found

    def proceed(self) -> None:
        """Go on with the subscription; a locked tenant is signed in to first."""
        tenant = self._rows.locked(self.query_one(Picker).highlighted)
        if tenant is not None:
            self.work.begin(lambda: self._unlock(tenant), group="unlock")
        else:
            super().proceed()

    def record(self) -> None:
        """Note it, and ask at once for what the coming steps show."""
        subscription = self._highlighted
        if subscription is None:
            return
        self.journey.wizard.choose(subscription=subscription, tenant_name=subscription.tenant_name)
        lookups = self.journey.lookups
        lookups.prefetch(
            lookups.regions(subscription),
            lookups.groups(subscription),
            lookups.directory(subscription.tenant_id),
            lookups.closed_regions(subscription),
        )

    async def _unlock(self, tenant: Tenant) -> None:
        self.busy = True
        try:
            page = await unlock(self, tenant)
        finally:
            self.busy = False
        if page is not None:
            self._rows.add(page)
            self._show_rows()
            if page.subscriptions:
                self.query_one(Picker).list.highlight(page.subscriptions[0].subscription_id)
            self.status.done(unlocked(tenant, page))

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`/` leads back to the filter from wherever it would not be typed."""
        none = self.has_class("-none")
        if action == "check_again":
            works = self.complete and not (self.busy or self.troubled or self.read_only)
            return works and parameters == (none,)
        if none and action in ("continue", "filter"):
            return False
        if action == "filter":
            return not isinstance(self.focused, type(self.query_one(Picker).entry)) and not self.troubled
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Put the focus into the filter."""
        self.query_one(Picker).entry.focus()
