"""One journey from sign-in to credentials: what the screens share. Pure; the screens draw it and call it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.settings import Settings, cloud_label, portal_address
from pipeops_tui.core.wizard import (
    DEFAULT_APPLICATION_NAME,
    DEFAULT_SECRET_DAYS,
    Choices,
    Step,
    Wizard,
    choices_of,
)
from pipeops_tui.journey.early_checks import EarlyChecks, Workspaces, succeeded

if TYPE_CHECKING:
    # Loaded late: they take a tenth of the time to the first frame.
    from pipeops_tui.core.model import (
        CloudEndpoints,
        DeviceCode,
        Plan,
        Region,
        SignInMethod,
        Subscription,
        SubscriptionPage,
        Tenant,
    )
    from pipeops_tui.core.ports import Connector, Session, Workspace
    from pipeops_tui.core.retry import Wait
    from pipeops_tui.journey.earlier_runs import EarlierRuns
    from pipeops_tui.journey.lookups import Lookups
    from pipeops_tui.provisioning import RecordedRun, Run


class Journey:
    """Everything that outlives a screen: settings, choices, the session, what was asked, the run."""

    def __init__(self, settings: Settings, connector: Connector, clock: Clock, state_dir: Path) -> None:
        """`state_dir` is where journals of runs lie; it need not exist yet."""
        self.settings = settings
        self.connector = connector
        self.clock = clock
        self.state_dir = state_dir
        self.wizard = Wizard(
            Choices(
                sign_in=settings.auth,
                group_name=settings.resource_group or "",
                application_name=settings.app_name or DEFAULT_APPLICATION_NAME,
                secret_days=settings.expires_in or DEFAULT_SECRET_DAYS,
            )
        )
        self._session: Session | None = None
        self._run: Run | None = None
        self._waits: tuple[Wait, ...] = ()
        self._show_waits: Callable[[tuple[Wait, ...]], None] = lambda waits: None
        self._blocked: dict[Step, str] = {}
        self._delivered = False
        self._resumed = False
        self._without_journal = False
        self._earlier: EarlierRuns | None = None
        self.opened: list[Run] = []
        """The runs of this journey, which are closed at its end."""
        self._lookups: Lookups | None = None
        self._look_ahead = EarlyChecks()
        self._workspaces = Workspaces()
        self._prepared: asyncio.Task[CloudEndpoints] | None = None

    @property
    def choices(self) -> Choices:
        """What has been chosen so far."""
        return self.wizard.choices

    @property
    def session(self) -> Session | None:
        """The signed-in account; None before the first sign-in and after a sign-out."""
        return self._session

    @property
    def run(self) -> Run | None:
        """The run that creates what was chosen; None before Create was pressed."""
        return self._run

    @property
    def resumed(self) -> bool:
        """Whether an earlier process began the run: its choices were never made on these screens."""
        return self._resumed

    # Events that several screens report

    @property
    def delivered(self) -> bool:
        """Whether the person has the client secret; decides the exit code."""
        return self._delivered

    def secret_delivered(self) -> None:
        """The client secret was copied or revealed."""
        self._delivered = True

    def secret_replaced(self) -> None:
        """There is a new client secret, which was neither copied nor revealed yet."""
        self._delivered = False

    def secret_removed(self) -> None:
        """The client secret was removed from Azure with everything else."""
        self._delivered = False

    @property
    def blocked(self) -> Mapping[Step, str]:
        """Steps that a check has found blocked, with the reason in a few words; the rail marks them."""
        return self._blocked

    def step_blocked(self, step: Step, reason: str) -> None:
        """A check of `step` blocks it."""
        self._blocked = {**self._blocked, step: reason}

    def step_unblocked(self, step: Step) -> None:
        """No check of `step` blocks it, or the person has decided to continue all the same."""
        self._blocked = {other: reason for other, reason in self._blocked.items() if other is not step}

    @property
    def without_journal(self) -> bool:
        """Whether the next run is to write no journal."""
        return self._without_journal

    def journal_declined(self) -> None:
        """No journal can be written, and the person continues without one."""
        self._without_journal = True

    def watch_waits(self, show: Callable[[tuple[Wait, ...]], None]) -> None:
        """Call `show` with the reads that wait before they are tried again: now, and at every change, in place of an
        earlier listener."""
        self._show_waits = show
        show(self._waits)

    # Asking Azure

    @property
    def lookups(self) -> Lookups:
        """The questions to Azure. Raises `RuntimeError` before anyone has signed in."""
        if self._lookups is None:
            raise RuntimeError("no account has signed in yet")
        return self._lookups

    @property
    def portal(self) -> str:
        """Address of this cloud's Azure portal."""
        return portal_address(self._known_cloud)

    @property
    def _known_cloud(self) -> CloudEndpoints | None:
        prepared = self._prepared
        return prepared.result() if prepared is not None and prepared.done() and succeeded(prepared) else None

    @property
    def who(self) -> str:
        """The signed-in account, its tenant once it is known, and which Azure; joined by middle dots."""
        account = self.session.account.name if self.session else ""
        subscription = self.choices.subscription
        tenant = self.choices.tenant_name or (subscription.tenant_name if subscription else "")
        return " · ".join(part for part in (account, tenant, cloud_label(self.settings, self._known_cloud)) if part)

    async def prepare(self) -> CloudEndpoints:
        """Load what is slow, once for all who wait; a failure is not kept, so that asking again tries again."""
        if self._prepared is None or (self._prepared.done() and not succeeded(self._prepared)):
            self._prepared = asyncio.create_task(self.connector.prepare(), name="prepare")
            self._prepared.add_done_callback(succeeded)
        return await asyncio.shield(self._prepared)

    async def sign_in(self, method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> None:
        """Sign in. Raises `CloudError`; cancel it to give up."""
        session = await self.connector.sign_in(method, show_code)
        await self.sign_out()
        self._session = session
        session.waits.watch(self._note_waits)
        from pipeops_tui.journey.lookups import Lookups

        self._lookups = Lookups(session, self.clock)
        if self.choices.sign_in is not method:
            self.wizard.choose(sign_in=method)

    def _note_waits(self, waits: tuple[Wait, ...]) -> None:
        self._waits = waits
        self._show_waits(waits)

    async def unlock_tenant(self, tenant: Tenant, show_code: Callable[[DeviceCode], None]) -> SubscriptionPage:
        """Read a tenant that is locked, signing in to it where it asks for that. Raises `CloudError`; cancel it to give
        up."""
        if self.session is None:
            raise RuntimeError("no account has signed in yet")
        if tenant.asks_sign_in:
            page = await self.session.unlock_tenant(tenant.tenant_id, show_code)
        else:
            page = await self.session.reread_tenant(tenant.tenant_id)
        self.lookups.subscriptions.replace(page)
        return page

    def look_ahead(self, changed: Callable[[], None]) -> None:
        """Find out which of the steps are blocked, given the choices so far; `changed` is called when that changes."""

        def tell(blocked: dict[Step, str]) -> None:
            if blocked != self._blocked:
                self._blocked = blocked
                changed()

        if self._lookups is not None and not self.wizard.locked:
            self._look_ahead.start(self._lookups.reads, self.choices, tell)

    def open_workspace(self) -> asyncio.Future[Workspace]:
        """See `Workspaces.open`, for the chosen subscription."""
        session, subscription = self.session, self.choices.subscription
        if session is None or subscription is None:
            raise RuntimeError("no subscription has been chosen yet")
        return self._workspaces.open(session, subscription)

    async def begin_run(self, plan: Plan, workspace: Workspace) -> Run:
        """A run of `plan`, from now on the journey's; the choices are final until `end_run`."""
        journal = None if self._without_journal else (await self.earlier_runs()).new_journal()
        from pipeops_tui.provisioning import Run

        self._run = run = Run(plan, workspace, self.clock, uuid4, journal)
        self.opened.append(run)
        self.wizard.locked = True
        return run

    async def change_group(self, name: str, region: Region, tags: tuple[tuple[str, str], ...]) -> None:
        """Choose another new resource group after all, for the run too if there is one. Raises `CloudError`."""
        changed = self.run is None or await self.run.change_group(name, region.name, region.display_name, tags)
        if changed:
            # Not through the wizard, which holds choices for final once Create was pressed: the run has agreed.
            self.wizard.choices = replace(
                self.choices, existing_group=None, group_name=name, region=region, group_tags=tags
            )

    def end_run(self) -> None:
        """The run was undone: close it, unlock the choices, and read again what it may have changed."""
        if self._run is not None:
            self._run.close()
        self._run = None
        self._resumed = False
        self.wizard.locked = False
        self.wizard.reached = Step.CREATE
        from pipeops_tui.checks import Topic

        self.lookups.forget(Topic.GROUPS, Topic.GROUP, Topic.APPLICATIONS, Topic.PROVIDERS, Topic.RESTRICTIONS)

    def leave_run(self) -> None:
        """Leave the run as it is, or as undo has left it, and start over with the same account."""
        self.end_run()
        self._blocked = {}
        self.wizard.start_over()

    def receipt(self, run: Run) -> str:
        """What is printed about `run` once the interface has closed."""
        from pipeops_tui.journey.receipt_text import receipt_text

        return receipt_text(run.receipt(), simulated=self.settings.demo is not None, now=self.clock.now())

    # Runs of earlier processes

    async def earlier_runs(self) -> EarlierRuns:
        """The journals; what reads them is loaded off the event loop."""
        if self._earlier is None:
            self._earlier = await asyncio.to_thread(_earlier_runs, self.state_dir, self.clock)
        return self._earlier

    async def take_up(self, recorded: RecordedRun, show_code: Callable[[DeviceCode], None]) -> tuple[Run, Subscription]:
        """The run of an earlier process, ready to be undone or to be adopted, and its subscription.

        Raises `CloudError` when the account does not reach where it began, and `JournalUnavailable`.
        """
        earlier = await self.earlier_runs()
        subscription = await self.reach(recorded.state.plan, show_code)
        if self.session is None:
            raise RuntimeError("no account has signed in yet")
        run = await earlier.take_up(recorded, await self.session.workspace(subscription))
        self.opened.append(run)
        return run, subscription

    def adopt(self, run: Run, subscription: Subscription) -> None:
        """Continue `run`, which an earlier process began: its choices become this journey's, and are final."""
        self._look_ahead.stop()
        self._blocked = {}
        self._run, self._resumed = run, True
        self.wizard.choices = choices_of(run.plan, subscription, self.choices.sign_in)
        self.wizard.reached = Step.CREATE
        self.wizard.locked = True

    async def reach(self, plan: Plan, show_code: Callable[[DeviceCode], None]) -> Subscription:
        """The subscription of `plan` as the account sees it, signing in to its tenant where that is locked. Raises
        `CloudError` when it does not see it."""
        async for page in self.lookups.subscriptions.pages():
            if page.tenant.tenant_id.lower() != plan.tenant_id.lower():
                continue
            if page.tenant.locked is not None:
                page = await self.unlock_tenant(page.tenant, show_code)
            for subscription in page.subscriptions:
                if subscription.subscription_id.lower() == plan.subscription_id.lower():
                    return subscription
        from pipeops_tui.journey.earlier_runs import out_of_reach

        raise CloudError(FailureKind.REFUSED, out_of_reach(plan, self.session.account.name if self.session else ""))

    async def forget_account(self) -> None:
        """Sign out, and start over at the first step with what was typed. Raises `RuntimeError` once Create was
        pressed."""
        self.wizard.start_over()
        self._blocked = {}
        await self.sign_out()

    async def sign_out(self) -> None:
        """Drop the session and everything that was asked through it."""
        self._look_ahead.stop()
        lookups, self._lookups = self._lookups, None
        session, self._session = self._session, None
        if lookups is not None:
            await lookups.close()
        if session is not None:
            await session.close()

    async def close(self) -> None:
        """Release everything; the journey is over."""
        pending: list[asyncio.Task[Any]] = [*self._workspaces.pending]
        pending += [self._prepared] if self._prepared is not None else []
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        await self.sign_out()
        await self.connector.close()
        for run in self.opened:
            run.close()


def _earlier_runs(state_dir: Path, clock: Clock) -> EarlierRuns:
    from pipeops_tui.journey.earlier_runs import EarlierRuns

    return EarlierRuns(state_dir, clock)
