"""What is said of runs of earlier processes, and the choices they bring along."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeops_tui.core.model import Plan, Subscription, SubscriptionState
from pipeops_tui.core.wizard import choices_of, plan
from pipeops_tui.journey.earlier_runs import changes, name_of, progress_of
from pipeops_tui.journey.receipt_text import receipt_text
from pipeops_tui.provisioning.journal.entries import Begun, Delivered, Entry, Gone, Intended, Made, Removing, Subject
from pipeops_tui.provisioning.journal.replay import replay
from pipeops_tui.provisioning.journal.run_state import RunState
from pipeops_tui.provisioning.receipt import receipt_of

AT = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
ID = "0b4f0f54-5b2c-4f0b-8f4c-0d8b3a5b9c01"
PLAN = Plan(
    tenant_id=ID,
    tenant_name="Contoso",
    subscription_id=ID,
    subscription_name="Pay-As-You-Go",
    group_name="PipeOpsRG",
    group_is_new=True,
    location="westeurope",
    location_display="West Europe",
    application_name="PipeOps",
    secret_description="PipeOps secret",
    secret_days=180,
    providers=("Microsoft.Compute",),
    group_tags=(("costCenter", "7"),),
)
HERE = Subscription(ID, "Pay-As-You-Go", ID, "Contoso", SubscriptionState.ENABLED)
ALL = (
    Made(AT, Subject.GROUP, "PipeOpsRG"),
    Made(AT, Subject.APPLICATION, "name", ID, client_id=ID),
    Made(AT, Subject.PRINCIPAL, ID, ID),
    Made(AT, Subject.ASSIGNMENT, ID),
    Intended(AT, Subject.PROVIDER, "Microsoft.Compute"),
    Made(AT, Subject.SECRET, ID, ID, expires=datetime(2027, 5, 22, tzinfo=UTC)),
)


def state_after(*entries: Entry, of: Plan = PLAN) -> RunState:
    state = replay([Begun(AT, ID, "https://management.azure.com", of), *entries])
    assert state is not None
    return state


def text_after(*entries: Entry, journaled: bool = True, simulated: bool = False) -> str:
    return receipt_text(receipt_of(state_after(*entries), journaled=journaled), simulated=simulated)


@pytest.mark.parametrize("new", [True, False])
def test_the_choices_of_a_run_lead_to_the_same_plan_again(new: bool) -> None:
    tags = PLAN.group_tags if new else ()
    display = "West Europe"
    before = replace(PLAN, group_is_new=new, group_tags=tags, location_display=display)
    assert plan(choices_of(before, HERE, None)) == before


def test_a_run_is_known_by_its_group_and_its_subscription() -> None:
    assert name_of(PLAN) == "PipeOpsRG in Pay-As-You-Go"


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((Intended(AT, Subject.GROUP, "PipeOpsRG"),), "0 of 6 changes made"),
        (ALL[:2], "2 of 6 changes made"),
        (ALL, "client secret never copied"),
        ((*ALL, Delivered(AT, ID)), "expires 22 May 2027 (UTC)"),
        ((*ALL, Delivered(AT, ID), Removing(AT, Subject.SECRET, ID), Gone(AT, Subject.SECRET, ID)), "partly undone"),
    ],
)
def test_how_far_a_run_has_come(entries: tuple[Entry, ...], said: str) -> None:
    assert progress_of(state_after(*entries)) == said


def test_an_existing_group_is_no_change() -> None:
    assert changes(state_after(of=replace(PLAN, group_is_new=False, providers=()))) == (0, 4)


def test_the_receipt_says_how_to_go_on() -> None:
    text = text_after(*ALL[:2])
    assert text.startswith("Not everything is created yet. Start pipeops-tui again to continue or to undo.")
    assert "az ad app delete" in text


def test_what_was_only_about_to_be_made_is_not_forgotten() -> None:
    text = text_after(Intended(AT, Subject.APPLICATION, "pipeops-tui-1"))
    assert "Not everything is created" in text
    assert "Created in Azure" not in text
    assert "az ad app list --filter" in text


def test_without_a_journal_nothing_is_promised() -> None:
    text = text_after(*ALL[:2], journaled=False)
    assert "start pipeops-tui again" not in text
    assert "undo it" in text
    assert "az ad app delete" in text


def test_of_a_simulated_azure_nothing_is_left_to_go_on_with() -> None:
    text = text_after(*ALL[:2], simulated=True)
    assert "everything in it is gone" in text
    assert "Not everything is created" not in text


def test_nothing_created_nothing_said() -> None:
    assert text_after() == ""
