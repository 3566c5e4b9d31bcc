"""What Create promises before anything is written."""

from __future__ import annotations

from dataclasses import replace

from pipeops_tui.core.model import Plan
from pipeops_tui.ui.steps.create.create_words import duration, promise

PLAN = Plan(
    tenant_id="t",
    tenant_name="Contoso",
    subscription_id="s",
    subscription_name="Pay-As-You-Go",
    group_name="PipeOpsRG",
    group_is_new=True,
    location="eastus",
    location_display="East US",
    application_name="PipeOps",
    secret_description="PipeOps secret",
    secret_days=180,
)


def test_all_of_a_plan_without_registrations_can_be_undone() -> None:
    assert promise(PLAN) == "Nothing that exists is changed, and everything can be undone."
    assert duration(PLAN) == "It takes about 10 seconds. You can undo it afterwards."


def test_registrations_of_resource_providers_are_said_to_stay() -> None:
    plan = replace(PLAN, providers=("Microsoft.Compute",))
    assert (
        promise(plan)
        == "Nothing that exists is changed; everything except the resource provider registrations can be undone."
    )
    assert (
        duration(plan)
        == "It takes about 10 seconds; everything except the resource provider registrations can be undone."
    )
    assert "everything except the resource provider registrations" in duration(replace(plan, owner_assigns=True))
