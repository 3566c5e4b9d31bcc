"""Each situation has an answer, and the answer is the right one."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from pipeops_tui.azure.errors.judge import RULES, rule_for
from pipeops_tui.checks import ALL_CHECKS
from tests.azure.cases import CASES
from tests.azure.test_errors import evidence_of, judged
from tests.checks.world import world
from tests.known_failures.access import ASSIGNMENTS, RIGHTS, SUBSCRIPTIONS
from tests.known_failures.answers import Answer, Designed, Explained, Foreseen, Situation, Unmet
from tests.known_failures.directory import APPLICATIONS, PRINCIPALS, PROOF, SECRETS
from tests.known_failures.resources import GROUPS, NEXT
from tests.known_failures.sign_in import MACHINE, SIGN_IN
from tests.known_failures.terminal import TERMINAL

TESTS = Path(__file__).parents[1]
SITUATIONS: tuple[Situation, ...] = (
    *SIGN_IN,
    *MACHINE,
    *SUBSCRIPTIONS,
    *RIGHTS,
    *GROUPS,
    *APPLICATIONS,
    *SECRETS,
    *PRINCIPALS,
    *ASSIGNMENTS,
    *PROOF,
    *NEXT,
    *TERMINAL,
)
EVERYDAY = frozenset(
    {"unknown", "conflict", "refused", "signed out", "lost answer", "no cloud", "no authority", "declined"}
    | {"code declined", "code expired", "not completed", "bad tags", "no permission to change"}
)
"""Rules for what is in no collection: the last resort, and what a person does or mistypes."""


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
async def test_each_situation_is_answered(situation: Situation) -> None:
    assert situation.answers
    for answer in situation.answers:
        await _assert_right(answer)


async def _assert_right(answer: Answer) -> None:
    match answer:
        case Explained(rule, cases):
            found = cases or tuple(case for case in CASES if case.rule == rule)
            assert found, rule
            assert {rule_for(evidence_of(case)).name for case in found} == {rule}
            assert all(judged(case).problem.remedy for case in found)
        case Foreseen(key, outcome, answers, choices):
            spec = next(one for one in ALL_CHECKS if one.key == key)
            assert spec.ready(choices)
            check = await spec.run(world(**answers), choices)
            assert check.outcome is outcome, check
        case Designed(test):
            path, _, name = test.partition("::")
            assert re.search(rf"^(async )?def {name}\(", (TESTS / path).read_text(), re.MULTILINE), test
        case Unmet(why):
            assert why.endswith(".")


def test_each_situation_is_listed_once() -> None:
    assert [what for what, times in Counter(map(str, SITUATIONS)).items() if times > 1] == []
    assert len(SITUATIONS) == 149


def test_no_rule_and_no_check_is_without_its_situation() -> None:
    answers = [answer for situation in SITUATIONS for answer in situation.answers]
    explained = {answer.rule for answer in answers if isinstance(answer, Explained)}
    assert {rule.name for rule in RULES} - explained == EVERYDAY
    foreseen = {answer.check for answer in answers if isinstance(answer, Foreseen)}
    assert {spec.key for spec in ALL_CHECKS} - foreseen == {"clock", "cloud"}  # by the clock and the cloud signed in to
