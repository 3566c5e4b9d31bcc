"""A connector that is made when it is first needed: what it is made of takes a sixth of the time to the first frame."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeops_tui.model import CloudEndpoints, DeviceCode, SignInMethod, SignInWay
    from pipeops_tui.ports import Connector, Session


class LaterConnector:
    """`ports.Connector` in front of the one that `make` returns, which is called once and off the event loop."""

    def __init__(self, make: Callable[[], Connector]) -> None:
        self._make = make
        self._making = asyncio.Lock()
        self._made: Connector | None = None

    async def prepare(self) -> CloudEndpoints:
        return await (await self._connector()).prepare()

    async def sign_in_ways(self) -> AsyncIterator[Sequence[SignInWay]]:
        async for ways in (await self._connector()).sign_in_ways():
            yield ways

    async def sign_in(self, method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> Session:
        return await (await self._connector()).sign_in(method, show_code)

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()

    async def _connector(self) -> Connector:
        async with self._making:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
            return self._made
