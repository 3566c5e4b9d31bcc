"""The demo's connector: starts the simulated Azure, then connects to it like to any private cloud."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from pipeops_tui.cli.demo_journals import remember_prepared
from pipeops_tui.core.model import CloudEndpoints, DeviceCode, SignInMethod, SignInOption
from pipeops_tui.core.ports import Connector, Examiner, Session
from pipeops_tui.core.problem import CloudError, FailureKind, Problem, Section
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, SimulatorError, start_simulator

Connect = Callable[[str, Path], Connector]
"""Makes a connector for a Resource Manager URL and a CA file."""

_OWNER_TAKES = 12.0
"""Seconds: the simulated Owner acts before the program looks for the second time."""

_EXAMPLE = """
Resource Group Name: data-r
Tenant ID: {owner[client_id]}
Client ID: {tenant_id}
Client Secret: "{owner[client_secret]}"
Subscription ID: {subscription_id}
"""
"""Tenant and client exchanged, the group misspelt: it is `data-rg`. The format takes what `simulate` announces."""


class DemoConnector:
    """`ports.Connector` over a simulated Azure in this process; nothing but `prepare` differs from a private cloud."""

    def __init__(self, scenario: str, faults: Sequence[str], connect: Connect, state_dir: Path) -> None:
        """`state_dir`: where journals are kept. Those of some of the connections that the scenario begins with are
        written there."""
        self._config = SimulatorConfig(
            scenario=scenario,
            faults=tuple(faults),
            auto_approve_device_codes=True,
            owner_assigns_after_s=_OWNER_TAKES,
        )
        self._connect = connect
        self._state_dir = state_dir
        self._starting = asyncio.Lock()
        self._simulator: asyncio.Task[RunningSimulator] | None = None
        self._inner: Connector | None = None

    async def prepare(self) -> CloudEndpoints:
        return await (await self._started()).prepare()

    async def sign_in_options(self) -> AsyncIterator[Sequence[SignInOption]]:
        async for ways in (await self._started()).sign_in_options():
            yield ways

    async def sign_in(self, method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> Session:
        return await (await self._started()).sign_in(method, show_code)

    async def examiner(self) -> Examiner:
        return await (await self._started()).examiner()

    async def example(self) -> str:
        await self._started()
        assert self._simulator is not None  # noqa: S101 - it has just been started
        told = (await self._simulator).announcement
        return _EXAMPLE.format(**told)

    async def close(self) -> None:
        if self._inner is not None:
            await self._inner.close()
        if self._simulator is not None:
            with contextlib.suppress(CloudError):  # then there is nothing to stop
                await asyncio.to_thread((await self._simulator).stop)

    async def _started(self) -> Connector:
        async with self._starting:
            if self._inner is None:
                if self._simulator is None or _failed(self._simulator):
                    self._simulator = asyncio.create_task(asyncio.to_thread(self._start))
                # A caller that is cancelled must not cancel the start: `close` stops what has started.
                simulator = await asyncio.shield(self._simulator)
                await remember_prepared(self._state_dir, simulator)
                # In a thread as well: it imports what connects.
                self._inner = await asyncio.to_thread(self._connect, simulator.base_url, simulator.ca_file)
            return self._inner

    def _start(self) -> RunningSimulator:
        try:
            return start_simulator(self._config)
        except SimulatorError as error:
            raise CloudError(
                FailureKind.FINAL,
                Problem(
                    title="The simulated Azure did not start",
                    what=str(error),
                    remedy="Try again; if it happens again, start it alone with: pipeops-tui simulate",
                    link=Section.ELSE,
                ),
            ) from error


def _failed(task: asyncio.Task[RunningSimulator]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
