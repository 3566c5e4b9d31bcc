"""The order of a run: every operation starts the moment what it needs is done, independent ones side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from pipeops_tui.provisioning.operations.operation import Operation


async def run_in_order(
    operations: Sequence[Operation], done: Iterable[str], perform: Callable[[Operation], Awaitable[bool]]
) -> None:
    """Perform all `operations` that are not `done`; returns when none runs and none can be started any more.

    `perform` says whether the operation is done; what needs one that is not never starts.
    """
    finished = set(done)
    waiting = [operation for operation in operations if operation.key not in finished]
    running: dict[asyncio.Future[bool], Operation] = {}
    try:
        while True:
            for operation in [one for one in waiting if finished.issuperset(one.needs)]:
                waiting.remove(operation)
                running[asyncio.ensure_future(perform(operation))] = operation
            if not running:
                return
            ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                operation = running.pop(task)
                if task.result():
                    finished.add(operation.key)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
