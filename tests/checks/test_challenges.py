"""Azure asks for another sign-in in the middle of checking: no check passes that over."""

from __future__ import annotations

import inspect

import pytest

from pipeops_tui.checks import ALL_CHECKS, Reads
from pipeops_tui.core.problem import FailureKind
from tests.checks.world import EVERYTHING, EXISTING, GROUP, NEW, READER, refusal, world

QUESTIONS = [name for name, _ in inspect.getmembers(Reads, inspect.iscoroutinefunction)]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("rights", [EVERYTHING, READER], ids=["owner", "reader"])
async def test_a_check_says_for_which_of_its_questions_azure_asks_another_sign_in(
    question: str, rights: object
) -> None:
    """Also where it could do without the answer: with it, it might say something else."""
    demand = refusal(FailureKind.SIGN_IN, 401)
    answers: dict[str, object] = {"owned_application_count": 249, "providers": [], "permissions": [rights]}
    there = world(**answers | {f"permissions/{GROUP.name}": [rights], question: demand})
    for one in ALL_CHECKS:
        for choices in (NEW, EXISTING):
            there.asked.clear()
            if one.ready(choices):
                check = await one.run(there, choices)
                assert (check.challenge is demand) == (question in there.asked), (one.key, check)


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_plain_refusal_is_no_demand_to_sign_in(question: str) -> None:
    there = world(**{question: refusal()})
    checks = [await one.run(there, NEW) for one in ALL_CHECKS if one.ready(NEW)]
    assert not any(check.challenge for check in checks)
