"""The list of mutants fits the program as it is; one of them, for the machinery."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.campaign.mutants import MUTANTS, Mutant
from tests.campaign.mutants.campaign import ROOT, full_name, mutated, run_campaign


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    assert len(MUTANTS) >= 150
    assert len({full_name(mutant) for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=full_name)
def test_each_fits_its_file_exactly_once_and_names_tests_that_exist(mutant: Mutant) -> None:
    sound = (ROOT / "pipeops_tui" / mutant.file).read_text("utf-8")
    changed = mutated(mutant, sound)
    assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(sound))
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert (ROOT / "tests" / file).is_file()
        assert not name or f"def {name.partition('[')[0]}(" in (ROOT / "tests" / file).read_text("utf-8")


@pytest.mark.timeout(600)
def test_one_is_noticed_and_its_result_is_kept(tmp_path: Path) -> None:
    results = tmp_path / "results"
    tally = run_campaign([], results, only="core/names.py: period at the end")
    assert tally.clean, tally.table()
    assert run_campaign([], results, only="core/names.py: period at the end") == tally
    assert len(results.read_text().splitlines()) == 1
