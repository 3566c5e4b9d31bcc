"""One journey from sign-in to credentials: what the screens share. Pure; the screens draw it and call it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pipeops_tui import which_cloud
from pipeops_tui.clock import Clock
from pipeops_tui.lookahead import LookAhead
from pipeops_tui.problem import CloudError, FailureKind, Problem, Section
from pipeops_tui.settings import Settings
from pipeops_tui.wizard import (
    DEFAULT_APPLICATION_NAME,
    DEFAULT_SECRET_DAYS,
    Choices,
    Step,
    Wizard,
    choices_of,
)

if TYPE_CHECKING:
    # Not before they are needed: they take a tenth of the time to the first frame.
    from pipeops_tui.earlier import EarlierRuns
    from pipeops_tui.lookups import Lookups
    from pipeops_tui.model import (
        CloudEndpoints,
        DeviceCode,
        Plan,
        Region,
        SignInMethod,
        Subscription,
        SubscriptionPage,
        Tenant,
    )
    from pipeops_tui.ports import Connector, Session, Workspace
    from pipeops_tui.provisioning.journal_store import RecordedRun
    from pipeops_tui.provisioning.run import Run
    from pipeops_tui.waits import Wait


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
        self.session: Session | None = None
        self.run: Run | None = None
        self.waits: tuple[Wait, ...] = ()
        """Reads that wait at the moment before they are tried again."""
        self.waits_changed: Callable[[], None] = lambda: None
        """Called when `waits` is another; the screen on top sets it."""
        self.blocked: dict[Step, str] = {}
        """Steps that a check has found blocked, with the reason in a few words; the rail marks them."""
        self.delivered = False
        """Whether the credentials were handed over: decides the exit code."""
        self.taken_up = False
        """Whether the run was begun by an earlier process: its choices were never made on these screens."""
        self.without_journal = False
        """Whether the person goes on although no journal can be written."""
        self._earlier: EarlierRuns | None = None
        self._opened: list[Run] = []
        self._lookups: Lookups | None = None
        self._look_ahead = LookAhead()
        self._workspaces: dict[tuple[int, str], asyncio.Task[Workspace]] = {}
        self._prepared: asyncio.Task[CloudEndpoints] | None = None

    @property
    def choices(self) -> Choices:
        """What has been chosen so far."""
        return self.wizard.choices

    @property
    def lookups(self) -> Lookups:
        """The questions to Azure. Raises `RuntimeError` before anyone has signed in."""
        if self._lookups is None:
            raise RuntimeError("nobody has signed in yet")
        return self._lookups

    @property
    def portal(self) -> str:
        """Address of this cloud's Azure portal."""
        return which_cloud.portal(self._known_cloud)

    @property
    def _known_cloud(self) -> CloudEndpoints | None:
        prepared = self._prepared
        return prepared.result() if prepared is not None and prepared.done() and _succeeded(prepared) else None

    @property
    def who(self) -> str:
        """The signed-in account, its tenant once it is known, and which Azure; joined by middle dots."""
        account = self.session.account.name if self.session else ""
        subscription = self.choices.subscription
        tenant = self.choices.tenant_name or (subscription.tenant_name if subscription else "")
        return " · ".join(
            part for part in (account, tenant, which_cloud.label(self.settings, self._known_cloud)) if part
        )

    async def prepare(self) -> CloudEndpoints:
        """Load what is slow, once for all who wait; a failure is not kept, so that asking again tries again."""
        if self._prepared is None or (self._prepared.done() and not _succeeded(self._prepared)):
            self._prepared = asyncio.create_task(self.connector.prepare(), name="prepare")
            self._prepared.add_done_callback(_succeeded)
        return await asyncio.shield(self._prepared)

    async def sign_in(self, method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> None:
        """Sign in. Raises `CloudError`; cancel it to give up."""
        session = await self.connector.sign_in(method, show_code)
        await self.sign_out()
        self.session = session
        session.waits.watch(self._note_waits)
        from pipeops_tui.lookups import Lookups

        self._lookups = Lookups(session, self.clock)
        if self.choices.sign_in is not method:
            self.wizard.choose(sign_in=method)

    def _note_waits(self, waits: tuple[Wait, ...]) -> None:
        self.waits = waits
        self.waits_changed()

    async def unlock_tenant(self, tenant: Tenant, show_code: Callable[[DeviceCode], None]) -> SubscriptionPage:
        """Read a tenant that is locked, signing in to it where it asks for that. Raises `CloudError`; cancel it to give
        up."""
        if self.session is None:
            raise RuntimeError("nobody has signed in yet")
        if tenant.asks_sign_in:
            page = await self.session.unlock_tenant(tenant.tenant_id, show_code)
        else:
            page = await self.session.reread_tenant(tenant.tenant_id)
        self.lookups.subscriptions.replace(page)
        return page

    def look_ahead(self, changed: Callable[[], None]) -> None:
        """Find out which of the steps are blocked, given the choices so far; `changed` is called when that changes."""

        def tell(blocked: dict[Step, str]) -> None:
            if blocked != self.blocked:
                self.blocked = blocked
                changed()

        if self._lookups is not None and not self.wizard.locked:
            self._look_ahead.look(self._lookups.reads, self.choices, tell)

    def open_workspace(self) -> asyncio.Future[Workspace]:
        """The writes into the chosen subscription, opened once a session; a failure is not kept. Raises `CloudError`
        when awaited."""
        session, subscription = self.session, self.choices.subscription
        if session is None or subscription is None:
            raise RuntimeError("there is nothing to write into yet")
        key = (id(session), subscription.subscription_id)
        known = self._workspaces.get(key)
        if known is None or (known.done() and not _succeeded(known)):
            known = asyncio.create_task(session.workspace(subscription), name="workspace")
            known.add_done_callback(_succeeded)
            self._workspaces = {key: known}
        opened = asyncio.shield(known)
        # Who opens it ahead does not wait for it, and shall not be told of a failure that nobody has met.
        opened.add_done_callback(_succeeded)
        return opened

    async def begin_run(self, plan: Plan, workspace: Workspace) -> Run:
        """A run of `plan`, from now on the journey's; the choices are final until `end_run`."""
        journal = None if self.without_journal else (await self.earlier_runs()).new_journal()
        from pipeops_tui.provisioning.run import Run

        self.run = Run(plan, workspace, self.clock, uuid4, journal)
        self._opened.append(self.run)
        self.wizard.locked = True
        return self.run

    async def change_group(self, name: str, region: Region, tags: tuple[tuple[str, str], ...]) -> None:
        """Choose another new resource group after all, for the run too if there is one. Raises `CloudError`."""
        changed = self.run is None or await self.run.change_group(name, region.name, region.display_name, tags)
        if changed:
            # Not through the wizard, which holds choices for final once Create was pressed: the run has agreed.
            self.wizard.choices = replace(
                self.choices, existing_group=None, group_name=name, region=region, group_tags=tags
            )

    def end_run(self) -> None:
        """The run was undone: let go of it, choose again, and look anew at what it may have changed."""
        if self.run is not None:
            self.run.close()
        self.run = None
        self.taken_up = False
        self.wizard.locked = False
        self.wizard.reached = Step.CREATE
        from pipeops_tui.checks import Topic

        self.lookups.forget(Topic.GROUPS, Topic.GROUP, Topic.APPLICATIONS, Topic.PROVIDERS, Topic.OBSTACLES)

    def receipt(self, run: Run) -> str:
        """What is printed about `run` once the interface has closed."""
        from pipeops_tui.receipt import receipt_text

        return receipt_text(run.receipt(), simulated=self.settings.demo is not None)

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
        subscription = await self._reach(recorded.state.plan, show_code)
        if self.session is None:
            raise RuntimeError("nobody has signed in yet")
        run = await earlier.take_up(recorded, await self.session.workspace(subscription))
        self._opened.append(run)
        return run, subscription

    def adopt(self, run: Run, subscription: Subscription) -> None:
        """Go on with `run`, which an earlier process began: its choices become this journey's, and are final."""
        self._look_ahead.stop()
        self.blocked = {}
        self.run, self.taken_up = run, True
        self.wizard.choices = choices_of(run.plan, subscription, self.choices.sign_in)
        self.wizard.reached = Step.CREATE
        self.wizard.locked = True

    async def _reach(self, plan: Plan, show_code: Callable[[DeviceCode], None]) -> Subscription:
        """The subscription of `plan` as the account sees it, signing in to its tenant where that is locked."""
        async for page in self.lookups.subscriptions.pages():
            if page.tenant.tenant_id != plan.tenant_id:
                continue
            if page.tenant.locked is not None:
                page = await self.unlock_tenant(page.tenant, show_code)
            for subscription in page.subscriptions:
                if subscription.subscription_id == plan.subscription_id:
                    return subscription
        raise CloudError(FailureKind.REFUSED, _out_of_reach(plan, self.session.account.name if self.session else ""))

    async def forget_account(self) -> None:
        """Sign out, and begin again at the first step with what was typed. Raises `RuntimeError` once Create was
        pressed."""
        self.wizard.begin_anew()
        self.blocked = {}
        await self.sign_out()

    async def sign_out(self) -> None:
        """Drop the session and everything that was asked through it."""
        self._look_ahead.stop()
        lookups, self._lookups = self._lookups, None
        session, self.session = self.session, None
        if lookups is not None:
            await lookups.close()
        if session is not None:
            await session.close()

    async def close(self) -> None:
        """Release everything; the journey is over."""
        pending = [task for task in (self._prepared, *self._workspaces.values()) if task is not None]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        await self.sign_out()
        await self.connector.close()
        for run in self._opened:
            run.close()


def _succeeded(task: asyncio.Future[Any]) -> bool:
    return not task.cancelled() and task.exception() is None


def _earlier_runs(state_dir: Path, clock: Clock) -> EarlierRuns:
    from pipeops_tui.earlier import EarlierRuns

    return EarlierRuns(state_dir, clock)


def _out_of_reach(plan: Plan, account: str) -> Problem:
    return Problem(
        title="This account does not reach that subscription",
        what=f"{account} cannot see {plan.subscription_name} ({plan.subscription_id}) in {plan.tenant_name}, "
        "where the run was begun.",
        remedy="Sign in with the account that began the run, or with another one that may manage that subscription. "
        "Nothing is lost: the run stays on offer.",
        link=Section.SIGN_IN,
    )
