"""What becomes of a resource group's name, without a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui.core import names
from pipeops_tui.core.model import Region, RegionRestriction, ResourceGroup
from pipeops_tui.core.names import region_name
from pipeops_tui.ui.steps.resource_group.group_choice import (
    NEW_KEY,
    GroupChoice,
    region_remark,
    region_row,
    region_rows,
    usual_region,
)

WEB = ResourceGroup("web-prod-rg", "westeurope")
TAKEN = ResourceGroup("PipeOpsRG", "northeurope")
GOING = ResourceGroup("old-rg", "eastus", "Deleting")
EUROPE = Region("westeurope", "West Europe", "Europe", recommended=True, has_kubernetes=True)


def choice(*groups: ResourceGroup, typed: str = "") -> GroupChoice:
    made = GroupChoice()
    made.learn_groups(groups)
    if typed:
        made.type(typed)
    return made


def said(of: GroupChoice) -> str:
    return of.remark(lambda location: location)[0]


def test_the_default_name_is_the_first_free_one_whatever_its_case() -> None:
    assert choice(WEB).default_name() == "PipeOpsRG"
    assert choice(TAKEN, ResourceGroup("PIPEOPSRG-2", "eastus")).default_name() == "PipeOpsRG-3"


@pytest.mark.parametrize("typed", ["web-prod-rg", "WEB-PROD-RG", "Web-Prod-Rg"])
def test_a_typed_name_that_exists_stands_for_the_existing_group(typed: str) -> None:
    made = choice(WEB, typed=typed)
    assert made.existing == WEB
    assert made.key == "group:web-prod-rg"
    assert NEW_KEY not in [row.key for row in made.rows(str)]
    assert made.missing() == ""


def test_picking_and_unpicking_keeps_what_was_typed() -> None:
    made = choice(WEB, typed="acme")
    made.pick("group:web-prod-rg")
    assert (made.name, made.existing) == ("web-prod-rg", WEB)
    made.pick(NEW_KEY)
    assert (made.name, made.existing, made.typed) == ("acme", None, "acme")


def test_a_group_that_is_being_deleted_can_neither_be_used_nor_made() -> None:
    made = choice(GOING, typed="OLD-rg")
    assert "being deleted" in made.missing()
    assert said(made).startswith("✗")
    assert [row.enabled for row in made.rows(str)] == [False]


def test_a_name_is_free_once_the_list_or_azure_says_so() -> None:
    made = GroupChoice()
    made.type("acme")
    assert made.missing() == "Azure has not answered yet whether this name is free."
    assert said(made).startswith("●")
    made.learn("Acme", None)
    assert made.missing() == ""
    assert said(made) == "✓ free: a new group will be created"


def test_a_refused_question_lets_the_person_go_on_and_says_so() -> None:
    made = GroupChoice()
    made.type("acme")
    made.learn_unknown("acme", "you may not read it")
    assert made.missing() == ""
    assert said(made) == "? could not check whether it is free: you may not read it"


def test_azure_s_own_answer_is_newer_than_the_list() -> None:
    made = choice(WEB, typed="late-rg")
    made.learn("late-rg", ResourceGroup("late-rg", "eastus"))
    assert made.existing is not None
    made.learn("late-rg", None)
    assert made.existing is None


def test_another_subscription_keeps_only_the_typed_name() -> None:
    made = choice(WEB, typed="acme")
    made.learn("acme", None)
    made.pick("group:web-prod-rg")
    made.forget_groups()
    assert (made.typed, made.existing) == ("acme", None)
    assert made.missing() != ""


@given(st.text(max_size=95))
def test_no_name_that_azure_would_refuse_is_ever_complete(name: str) -> None:
    made = choice(WEB, typed=name)
    if names.group_name_error(made.typed):
        assert made.missing()
        assert not made.worth_asking


@pytest.mark.parametrize("text", ["West Europe", "westeurope", "WESTEUROPE", "west europe"])
def test_a_region_may_be_given_by_either_name(text: str) -> None:
    assert region_name(text) == "westeurope"


@pytest.mark.parametrize(
    ("region", "group", "wanted", "expected"),
    [
        (EUROPE, None, None, "✓ recommended, with managed Kubernetes"),
        (Region("a", "A", "G", recommended=False, has_kubernetes=True), None, None, "✓ with managed Kubernetes"),
        (Region("a", "A", "G", recommended=True, has_kubernetes=False), None, None, "! no managed Kubernetes in this"),
        (Region("a", "A", "G", recommended=True), None, None, "? unknown whether it has Kubernetes"),
        (EUROPE, None, "atlantis", "! --location atlantis is not available to you"),
        (EUROPE, None, "West Europe", "✓ recommended, with managed Kubernetes"),
        (EUROPE, WEB, None, "an existing group keeps its region"),
        (EUROPE, WEB, "eastus", "! an existing group keeps its region, not --location"),
        (None, None, None, ""),
    ],
)
def test_what_is_said_of_the_region(
    region: Region | None, group: ResourceGroup | None, wanted: str | None, expected: str
) -> None:
    text = region_remark(region, group, wanted, {"westeurope": EUROPE}, {})[0].strip()
    assert text.startswith(expected)


def test_a_region_without_kubernetes_says_so_in_its_row() -> None:
    assert region_row(EUROPE).remark == ""
    assert region_row(Region("a", "A", "G", recommended=False, has_kubernetes=False)).remark == "no Kubernetes"


NORTH = Region("northeurope", "North Europe", "Europe", recommended=True, has_kubernetes=True)
BARE = Region("bare", "Bare", "Europe", recommended=True, has_kubernetes=False)
BY_MICROSOFT = RegionRestriction("sys.blockwesteurope", denied=("westeurope",), by_microsoft=True)
BY_POLICY = RegionRestriction("allowed-places", allowed=("northeurope",))


def test_closed_regions_are_at_the_end_with_the_reason_and_can_still_be_picked() -> None:
    rows = region_rows([EUROPE, NORTH], {"westeurope": BY_MICROSOFT})
    assert [row.key for row in rows] == ["northeurope", "westeurope"]
    assert [row.remark for row in rows] == ["", "closed by Microsoft"]
    assert [row.cells[3] for row in rows] == ["recommended", ""]
    assert all(row.enabled for row in rows)


def test_recommended_means_open_and_with_managed_kubernetes() -> None:
    assert region_row(BARE).cells[3] == ""
    assert region_row(EUROPE, BY_POLICY).cells[3] == ""
    assert region_row(Region("a", "A", "G", recommended=True)).cells[3] == "recommended", "unknown changes nothing"


def test_the_usual_region_is_open_and_has_managed_kubernetes() -> None:
    plain = Region("plain", "Plain", "Europe", recommended=False, has_kubernetes=True)
    assert usual_region([BARE, EUROPE, NORTH], {}) == "westeurope"
    assert usual_region([EUROPE, NORTH], {"westeurope": BY_MICROSOFT}) == "northeurope"
    assert usual_region([EUROPE, BARE, plain], {"westeurope": BY_MICROSOFT}) == "plain"
    assert usual_region([EUROPE], {"westeurope": BY_MICROSOFT}) == "westeurope", "none is open: the first of all"
    assert usual_region([], {}) is None


@pytest.mark.parametrize(
    ("restriction", "group", "said"),
    [
        (BY_MICROSOFT, None, "! closed by Microsoft for this subscription: no servers here"),
        (BY_POLICY, None, "! closed by a policy of your organization (allowed-places): no servers here"),
        (BY_MICROSOFT, WEB, "! an existing group keeps its region, which is closed by Microsoft for this subscription"),
    ],
)
def test_a_closed_region_says_who_has_closed_it(
    restriction: RegionRestriction, group: ResourceGroup | None, said: str
) -> None:
    text, mood = region_remark(EUROPE, group, None, {"westeurope": EUROPE}, {"westeurope": restriction})
    assert text.startswith(said)
    assert mood == "warning"


@pytest.mark.parametrize("name", ["größe-rg", "x" * 41])
def test_a_name_that_clusters_cannot_carry_is_hinted_at_when_typed_and_when_picked(name: str) -> None:
    typed = choice(WEB, typed=name)
    assert said(typed) == f"! free, but {names.group_name_hint(name)}"
    assert typed.missing() == "", "a hint stops no one"
    taken = choice(ResourceGroup(name, "westeurope"))
    taken.pick(f"group:{name}")
    assert said(taken) == f"! in westeurope, but {names.group_name_hint(name)}"
    assert taken.missing() == ""
