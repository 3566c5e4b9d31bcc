"""The card of a problem."""

from __future__ import annotations

from pipeops_tui.core.problem import Problem
from pipeops_tui.ui.widgets.problem_card import ProblemCard
from tests.ui.widgets.host import Host


async def test_a_card_that_is_gone_can_still_be_filled() -> None:
    """The application may close between two messages of it."""
    card = ProblemCard()
    async with Host(card).run_test():
        await card.present(Problem("No", "It went wrong."), [])
        await card.remove()
        await card.present(Problem("No again", "It went wrong."), [])
        assert not card.is_attached
