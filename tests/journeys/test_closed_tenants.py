"""Tenants that let nobody in, beside others that can be used: what their rows say, and what Enter on them explains."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from tests.journeys.holdings import writes
from tests.support.person import Person, person_at
from tests.support.wrong_answers import put_entries

BLOCKED = (5000225, "interaction_required", "This tenant has been blocked due to inactivity.")
UNKNOWN = (90002, "invalid_request", "Tenant not found.")
REFUSED = (53003, "invalid_grant", "Access has been blocked by Conditional Access policies.")
BLOCKED_TITLE = "This tenant is blocked because it was not used"


def fabrikam(azure: RunningSimulator) -> str:
    tenant_id: str = next(one["tenantId"] for one in azure.state()["tenants"] if one["displayName"] == "Fabrikam")
    return tenant_id


def asked_of_fabrikam(azure: RunningSimulator) -> int:
    """How many requests have gone to its sign-in."""
    return sum(one["path"].startswith(f"/{fabrikam(azure)}/") for one in azure.requests())


@asynccontextmanager
async def beside_fabrikam(
    refusal: tuple[int, str, str], size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Person, RunningSimulator]]:
    """A person on Subscription, where Fabrikam's answer to each sign-in is `refusal`: number, error, text."""
    number, error, text = refusal
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as azure:
        body = {"error": error, "error_description": f"AADSTS{number}: {text}", "error_codes": [number]}
        answer = {"status": 400, "json": body}
        put_entries(azure, [{"method": "POST", "path": f"^/{fabrikam(azure)}/oauth2/v2.0/token", "answer": answer}])
        async with person_at(azure, size=size) as person:
            await person.walks_to(Step.SUBSCRIPTION)
            await person.sees("10 subscriptions in 3 tenants")
            yield person, azure


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 36)])
async def test_the_row_of_a_blocked_tenant_is_the_last_and_enter_says_why(size: tuple[int, int]) -> None:
    async with beside_fabrikam(BLOCKED, size) as (person, azure):
        before = asked_of_fabrikam(azure)
        await person.presses("end")
        screen = await person.sees("▌ Fabrikam", "Fabrikam: This tenant is blocked")
        assert "Enter signs in" not in screen
        await person.presses("enter")
        screen = await person.sees(BLOCKED_TITLE, "Close")
        assert "Sign in again" not in screen
        assert asked_of_fabrikam(azure) == before, "nothing is asked again"
        await person.presses("escape")
        await person.sees("▌ Fabrikam", "11 of 11 shown")
        assert person.app.journey.wizard.step is Step.SUBSCRIPTION
        assert person.app.journey.choices.subscription is None
        await person.presses("home", "enter")
        await person.sees("Choose the resource group")
        assert writes(azure) == []


async def test_filtering_for_a_blocked_tenant_leads_no_further_than_its_reason() -> None:
    async with beside_fabrikam(BLOCKED) as (person, _):
        await person.types("fabrikam")
        await person.sees("1 of 11 shown")
        await person.presses("enter")
        await person.sees("Use another tenant", "Copy details +Close")
        await person.presses("escape", "escape")
        await person.sees("11 of 11 shown")


async def test_a_tenant_that_this_cloud_does_not_know_is_closed_as_well() -> None:
    async with beside_fabrikam(UNKNOWN) as (person, _):
        await person.types("fabrikam")
        await person.sees("1 of 11 shown", "There is no such tenant")
        await person.presses("enter")
        await person.sees("There is no such tenant in this cloud", "choose another cloud", "Close")


async def test_a_tenant_with_a_policy_offers_a_sign_in_and_its_refusal_leads_back() -> None:
    async with beside_fabrikam(REFUSED) as (person, azure):
        await person.types("fabrikam")
        await person.sees("Fabrikam +locked: Enter signs in")
        await person.presses("enter")
        await person.sees("✗ Conditional Access refused this sign-in", "Try another sign-in method", "Go back")
        await person.presses("escape")
        await person.sees("Choose how to sign in to Azure", "Signed in as")
        await person.presses("enter")
        await person.sees("Choose the subscription to bill", "Fabrikam +locked: Enter signs in")
        assert writes(azure) == []
