"""Removing one old secret by its key id: never the newest, never one of somebody else, and no other with it."""

from __future__ import annotations

import pytest

from pipeops_tui.core.marks import secret_key_id
from tests.provisioning.bench import PLAN, Watcher
from tests.provisioning.network import Killed
from tests.provisioning.test_renewal import DAY, FOREIGN, Connection, taken_over


async def with_three() -> tuple[Connection, list[str]]:
    """A connection that was renewed twice, and the key ids of its secrets, the oldest first."""
    connection = await Connection.lived()
    for days in (170, 30):
        await connection.renew()
        await connection.run.mark_delivered()
        connection.world.clock.advance(days * DAY / 10)
        connection.again()
    return connection, connection.keys


async def test_only_that_one_goes() -> None:
    connection, (first, second, third) = await with_three()
    watcher = Watcher(connection.run)
    await connection.run.remove_old_secret(second.upper())
    assert watcher.failure == ""
    assert connection.keys == [first, third]
    assert [secret.live_key for secret in connection.run.state.secrets] == [first, third]
    assert not connection.run.state.unfinished


async def test_the_newest_stays() -> None:
    connection, keys = await with_three()
    watcher = Watcher(connection.run)
    await connection.run.remove_old_secret(keys[-1])
    assert watcher.failure == "There is no newer client secret that works"
    assert connection.keys == keys


async def test_one_without_an_unexpired_newer_one_stays() -> None:
    connection, keys = await with_three()
    connection.world.clock.advance(300 * DAY)
    watcher = Watcher(connection.run)
    await connection.run.remove_old_secret(keys[0])
    assert watcher.failure == "There is no newer client secret that works"
    assert connection.keys == keys


async def test_one_of_somebody_else_stays() -> None:
    connection = await Connection.lived()
    await connection.add_foreign()
    connection.world.clock.advance(DAY)
    await connection.renew()
    await connection.run.mark_delivered()
    before = connection.keys
    watcher = Watcher(connection.run)
    await connection.run.remove_old_secret(FOREIGN)
    assert watcher.failure == "PipeOps has a client secret that this run did not add"
    assert connection.keys == before


async def test_another_computer_knows_which_is_newer_though_it_expires_earlier() -> None:
    connection = await Connection.lived()
    watcher = Watcher(connection.run)
    await connection.run.begin_renewal(PLAN.secret_description, 5)
    await connection.run.execute()
    await connection.run.mark_delivered()
    connection.world.clock.advance(DAY)
    new = connection.keys[-1]
    run = await taken_over(connection)
    assert [secret.live_key for secret in run.state.secrets] == [connection.old, new]
    watcher = Watcher(run)
    await run.remove_old_secret(connection.old)
    assert watcher.failure == ""
    assert connection.keys == [new]


@pytest.mark.parametrize("carried_out", [False, True])
async def test_killed_anywhere_it_takes_no_other_with_it(carried_out: bool) -> None:
    """Another computer, on which none of the secrets is known to be kept."""
    boundary = 0
    while True:
        boundary += 1
        connection, keys = await with_three()
        connection.world.requests.clear()
        run = await taken_over(connection)
        connection.world.kill_at = (boundary, carried_out)
        try:
            await run.remove_old_secret(keys[0])
        except Killed:
            assert keys[1:] == [key for key in connection.keys if key != keys[0]]
        else:
            break
        if not connection.journal.text:
            continue
        again = connection.again()
        watcher = Watcher(again)
        if again.state.unfinished:
            await again.execute()
            assert watcher.failure == "", boundary
            assert connection.keys == keys[1:], boundary
        await again.begin_renewal(PLAN.secret_description, 180)
        await again.execute()
        assert watcher.failure == "", boundary
        assert set(keys[1:]) < set(connection.keys), boundary
        assert again.state.secrets[-1].live_key == connection.keys[-1]
    assert connection.keys == keys[1:]
    assert boundary > 3


async def test_a_renewal_that_was_not_delivered_is_replaced_by_the_next() -> None:
    connection = await Connection.lived()
    await connection.renew()
    lost = connection.keys[-1]
    connection.world.clock.advance(DAY)
    connection.again()
    watcher = await connection.renew()
    assert watcher.failure == ""
    assert connection.keys == [connection.old, secret_key_id(connection.run.state.run_id, 2)]
    assert lost not in connection.keys
