"""The bounded part of the kill campaign."""

from __future__ import annotations

import pytest

from tests.campaign import kills_lines
from tests.campaign.kills import Death, deaths, run_campaign
from tests.campaign.kills_connections import Ending, connection_deaths
from tests.campaign.kills_waiting import WaitingDeath, waiting_deaths


@pytest.mark.timeout(900)
def test_killed_at_five_points_it_can_be_continued_or_undone() -> None:
    tally = run_campaign(deaths(5), seed=5)
    assert tally.clean, tally.table()
    assert tally.after_continue
    assert tally.undone


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "death",
    [
        WaitingDeath(owner_acted=False, undoes=False),
        WaitingDeath(owner_acted=False, undoes=True),
    ],
    ids=str,
)
def test_killed_while_an_owner_is_waited_for_it_can_be_continued_or_undone(death: WaitingDeath) -> None:
    tally = run_campaign([death], seed=5)
    assert tally.clean, tally.table()
    assert (tally.after_continue, tally.undone) == (not death.undoes, death.undoes)


def test_the_whole_campaign_has_both_kinds_of_death() -> None:
    assert set(waiting_deaths()) < set(deaths(None))


def test_the_five_points_are_of_all_sorts() -> None:
    chosen = [death for death in deaths(5) if isinstance(death, Death)]
    assert {death.carried_out for death in chosen} == {True, False}
    assert {death.undoes for death in chosen} == {True, False}
    assert len({death.boundary for death in chosen}) == 5


@pytest.mark.timeout(900)
@pytest.mark.parametrize("journey", ["renew", "remove"])
def test_killed_while_renewing_or_removing_it_goes_on(journey: str) -> None:
    tally = run_campaign(connection_deaths(journey, 3), seed=5)
    assert tally.clean, tally.table()


def test_the_whole_campaign_of_a_renewal_has_every_ending_at_every_boundary() -> None:
    every = connection_deaths("renew", None)
    boundaries = {death.boundary for death in every}
    assert len(every) == len(boundaries) * len(Ending) * 2


@pytest.mark.timeout(900)
def test_killed_at_five_points_without_a_screen_it_can_be_continued_or_undone() -> None:
    chosen = kills_lines.lines_deaths(5)
    assert {death.mode for death in chosen} == {"script", "plain"}
    assert {death.carried_out for death in chosen} == {True, False}
    tally = kills_lines.run_campaign(chosen, seed=5)
    assert tally.clean, tally.table()
    assert tally.after_continue
    assert tally.undone
