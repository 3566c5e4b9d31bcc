"""One journey from sign-in to credentials: what the screens share. Pure; the screens draw it and call it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from pipeops_tui.clock import Clock
from pipeops_tui.lookups import Lookups
from pipeops_tui.model import CloudEndpoints, DeviceCode, SignInMethod
from pipeops_tui.ports import Connector, Session
from pipeops_tui.provisioning.run import Run
from pipeops_tui.settings import Settings
from pipeops_tui.wizard import DEFAULT_APPLICATION_NAME, DEFAULT_SECRET_DAYS, Choices, Step, Wizard


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
        self.blocked: dict[Step, str] = {}
        """Steps that a check has found blocked, with the reason in a few words; the rail marks them."""
        self.delivered = False
        """Whether the credentials were handed over: decides the exit code."""
        self._lookups: Lookups | None = None
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
    def cloud_label(self) -> str:
        """Which Azure this is, where it is not the public one; empty otherwise."""
        if self.settings.demo is not None:
            return "simulated Azure"
        if self.settings.resource_manager is not None:
            return self.settings.resource_manager.removeprefix("https://")
        return {"AzureUSGovernment": "Azure Government", "AzureChinaCloud": "Azure China"}.get(self.settings.cloud, "")

    @property
    def who(self) -> str:
        """The signed-in account, its tenant once it is known, and which Azure; joined by middle dots."""
        account = self.session.account.name if self.session else ""
        subscription = self.choices.subscription
        tenant = self.choices.tenant_name or (subscription.tenant_name if subscription else "")
        return " · ".join(part for part in (account, tenant, self.cloud_label) if part)

    async def prepare(self) -> CloudEndpoints:
        """Load what is slow, once for all who wait; a failure is not kept, so that asking again tries again."""
        if self._prepared is None or (self._prepared.done() and not _succeeded(self._prepared)):
            self._prepared = asyncio.create_task(self.connector.prepare(), name="prepare")
            self._prepared.add_done_callback(_succeeded)
        return await asyncio.shield(self._prepared)

    async def sign_in(self, method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> None:
        """Sign in, and start asking for the subscriptions at once. Raises `CloudError`; cancel it to give up."""
        session = await self.connector.sign_in(method, show_code)
        await self.sign_out()
        self.session = session
        self._lookups = Lookups(session, self.clock)
        self._lookups.subscriptions.begin()
        self.wizard.choose(sign_in=method)

    async def sign_out(self) -> None:
        """Drop the session and everything that was asked through it."""
        lookups, self._lookups = self._lookups, None
        session, self.session = self.session, None
        if lookups is not None:
            await lookups.close()
        if session is not None:
            await session.close()

    async def close(self) -> None:
        """Release everything; the journey is over."""
        if self._prepared is not None:
            self._prepared.cancel()
            await asyncio.gather(self._prepared, return_exceptions=True)
        await self.sign_out()
        await self.connector.close()


def _succeeded(task: asyncio.Task[CloudEndpoints]) -> bool:
    return not task.cancelled() and task.exception() is None
