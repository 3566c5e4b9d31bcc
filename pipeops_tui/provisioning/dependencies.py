"""The order of a run: every operation starts the moment what it needs is done, independent ones side by side.

Writes that Azure may refuse are the exception: each of them goes before all others and alone, so that a refusal leaves
nothing behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence, Set
from typing import Final

from pipeops_tui.provisioning.operations.operation import CreateOperation

Needs = Mapping[str, Set[str]]
"""Keys of the operations that each one waits for, by its own key."""

_LEAST: Final[Mapping[str, frozenset[str]]] = {"secret": frozenset({"application"})}
"""The needs an operation cannot do without, where that is less than it usually waits for: a secret comes last only so
that none exists before it is useful."""


def needs_of(operations: Iterable[CreateOperation], first: Collection[str] = ()) -> Needs:
    """What each of `operations` waits for. Those named in `first` come, each with what it needs, one after the other
    and before all others."""
    needs: dict[str, frozenset[str]] = {operation.key: frozenset(operation.needs) for operation in operations}
    for key in [key for key in needs if key in first and key in _LEAST]:
        for other in [other for other in needs if key in needs[other]]:
            needs[other] |= needs[key]
        needs[key] = _LEAST[key]
    early: set[str] = set()
    for key in [key for key in needs if key in first]:
        stage = _with_ancestors(key, needs) - early
        for member in stage:
            needs[member] |= early
        early |= stage
    return {key: waits if key in early else waits | early for key, waits in needs.items()}


def sorted_by_needs(operations: Sequence[CreateOperation], needs: Needs) -> tuple[CreateOperation, ...]:
    """`operations` in the order they begin in; where that leaves a choice, as they were."""
    left, in_order = list(operations), list[CreateOperation]()
    while left:
        begun = {operation.key for operation in in_order}
        in_order.append(next(operation for operation in left if needs[operation.key] <= begun))
        left.remove(in_order[-1])
    return tuple(in_order)


def _with_ancestors(key: str, needs: Needs) -> set[str]:
    return {key}.union(*(_with_ancestors(need, needs) for need in needs[key]))


async def run_in_order(
    operations: Sequence[CreateOperation],
    needs: Needs,
    done: Iterable[str],
    perform: Callable[[CreateOperation], Awaitable[bool]],
) -> None:
    """Perform all `operations` that are not `done`; returns when none runs and none can be started any more.

    `perform` returns whether the operation is done; operations that need one that is not never start.
    """
    finished = set(done)
    waiting = [operation for operation in operations if operation.key not in finished]
    running: dict[asyncio.Future[bool], CreateOperation] = {}
    try:
        while True:
            for operation in [one for one in waiting if finished.issuperset(needs[one.key])]:
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
