"""Where the fault campaign plays: the simulated Azure, the real SDKs over TLS, and time that costs nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, Self, cast

from pipeops_tui.azure.connector import AzureConnector
from pipeops_tui.core.model import DeviceCode, SignInMethod, Subscription
from pipeops_tui.core.ports import ApplicationSession, Session, Workspace
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.support.clocks import VirtualClock

_TRIES = 20
_TOKENS_LAST = 2400.0
"""Seconds of the world's time; the tokens of a simulated Azure live for an hour and more."""


class Azure(Protocol):
    """A simulated Azure, in this process or another."""

    base_url: str
    ca_file: Path

    @property
    def announcement(self) -> dict[str, Any]: ...

    def advance_clock(self, seconds: float) -> None: ...

    def approve_device_code(self, user_code: str) -> object: ...


class Account:
    """Somebody signed in to a simulated Azure, for whom time costs nothing. An asynchronous context manager."""

    def __init__(self, azure: Azure, method: SignInMethod = SignInMethod.DEVICE_CODE) -> None:
        """Signs in by device code as the person, or by `method`."""
        self._method = method
        self.clock = VirtualClock(datetime.now(UTC), on_advance=azure.advance_clock)
        self._azure = azure
        self._connector = AzureConnector(
            cloud="AzureCloud",
            resource_manager=azure.base_url,
            ca_file=azure.ca_file,
            client_id=None,
            tenant=None,
            log_file=None,
            clock=self.clock,
        )

    async def __aenter__(self) -> Self:
        try:
            with self.clock.busy():
                await self._persistently(self._enter)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connector.close()

    async def sign_in_again(self, claims: str) -> None:
        """What the person does when a run pauses for it: renew the sign-in, or sign in anew where that fails."""
        with self.clock.busy():
            try:
                await self._session.renew(self.subscription.tenant_id, claims, self._show_code)
            except CloudError:
                await self._persistently(self._enter)

    async def _enter(self) -> None:
        await self._connector.prepare()
        self._session: Session = await self._connector.sign_in(self._method, self._show_code)
        self.subscription = await self._first_subscription()
        self.workspace = in_virtual_time(await self._session.workspace(self.subscription), self.clock)

    async def _persistently(self, act: Callable[[], Awaitable[None]]) -> None:
        """`act`, as often as somebody would try in a world full of faults."""
        for _ in range(_TRIES):
            try:
                return await act()
            except CloudError as error:
                failure = error
        raise failure

    async def _first_subscription(self) -> Subscription:
        """The one that the simulated Azure announces. Raises the `CloudError` that kept its tenant from being read."""
        wanted, locked = self._azure.announcement["subscription_id"], None
        async for page in self._session.subscriptions():
            locked = locked or page.tenant.locked
            for subscription in page.subscriptions:
                if subscription.subscription_id == wanted:
                    return subscription
        raise CloudError(FailureKind.SERVER, locked or Problem("No subscription", "It was not listed."))

    def _show_code(self, code: DeviceCode) -> None:
        self._azure.approve_device_code(code.user_code)


class Stage(Account):
    """An account and its simulated Azure, which lives and ends with it."""

    def __init__(self, scenario: str, seed: int) -> None:
        self.azure = start_simulator(SimulatorConfig(scenario=scenario, seed=seed, auto_approve_device_codes=True))
        super().__init__(cast("Azure", self.azure))

    async def __aexit__(self, *exception: object) -> None:
        await super().__aexit__(*exception)
        self.azure.stop()

    @property
    def worn(self) -> bool:
        """Whether the account's tokens are too old to begin another run with."""
        return self.clock.monotonic() > _TOKENS_LAST


def in_virtual_time(workspace: Workspace, clock: VirtualClock) -> Workspace:
    """`workspace`, while whose requests are under way time stands still."""
    return cast("Workspace", _Standing(workspace, clock))


class _Standing:
    """Stands for a workspace, or for a session that one has opened."""

    def __init__(self, inner: Workspace | ApplicationSession, clock: VirtualClock) -> None:
        self._inner = inner
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._inner, name)
        return self._request(attribute) if callable(attribute) else attribute

    def _request(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def request(*arguments: Any) -> Any:
            with self._clock.busy():
                answer = await method(*arguments)
            return _Standing(answer, self._clock) if hasattr(answer, "read_group") else answer

        return request
