"""Room for a server: what the person reads on Access, and that it never blocks, delays or asks anything."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from tests.journeys.test_happy_path import LABELS
from tests.journeys.test_known_before import world
from tests.support.person import PROVED, Person, person_at

OF_ROOM = ("listUsages", "listSkus")
SIZE = (120, 40)


def asked(azure: RunningSimulator) -> Counter[str]:
    """How often each of the two reads was sent."""
    return Counter(str(request["operation"]) for request in azure.requests() if request["operation"] in OF_ROOM)


async def passes_with_one_enter(person: Person) -> None:
    """The step is not held up: Enter leads to the review."""
    assert person.app.journey.wizard.step is Step.ACCESS
    await person.presses("enter")
    await person.waits_until(lambda _screen: person.app.journey.wizard.step is Step.CREATE, "the review")


async def test_on_the_happy_path_it_is_one_row_and_two_requests(azure: RunningSimulator) -> None:
    async with person_at(azure, size=SIZE) as person:
        await person.walks_to(Step.ACCESS)
        screen = await person.sees(r"✓ ok +Room for a server +100 of 100 vCPUs free in East US", "All 9 checks passed")
        assert "Other regions" not in screen
        await passes_with_one_enter(person)
        before = len(azure.requests())
        await person.accepts_everything()
        since = azure.requests()[before:]
        assert not [request for request in since if request["operation"] in OF_ROOM]
        assert LABELS[3] in await person.sees(LABELS[3], PROVED)
    assert asked(azure) == {"listUsages": 1, "listSkus": 1}


async def test_a_region_without_quota_is_a_warning_and_others_are_named() -> None:
    opened: list[str] = []
    with world("no-quota") as azure:
        async with person_at(azure, size=SIZE, opened=opened) as person:
            await person.walks_to(Step.ACCESS)
            await person.sees(
                "! warning +Room for a server", "10 of 10 vCPUs free in East US, but none for the usual sizes",
                "8 of 9 checks passed", "o Other regions",
            )  # fmt: skip
            assert asked(azure) == {"listUsages": 1, "listSkus": 1}
            await person.presses("o")
            await person.sees(
                "Room for a server in East US",
                "Quota too small +BS, Bsv2, DSv2, DSv3, DSv4, DSv5",
                r"✓ 10 of 10 vCPUs free in Central US \(DSv3, DSv5\)",
                r"✓ 10 of 10 vCPUs free in West US 3 \(BS\)",
                "Choose one of these in PipeOps",
                "Too little room: West US 2, East US 2, South Central US",
                "at least 2 vCPUs for each node",
                "QuotaMenuBlade",
            )
            assert asked(azure) == {"listUsages": 6, "listSkus": 3}
            await person.presses("p")
            await person.waits_until(lambda _screen: bool(opened), "the page of the quotas")
            assert opened == ["https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade/~/myQuotas"]
            await person.presses("escape")
            await person.sees("8 of 9 checks passed")
            await passes_with_one_enter(person)


ZERO: Any = {"set": [["value[*].limit", 0]]}
EMPTY = {"set": [["value", []]]}
TEXTS = {"set": [["value[*].limit", "100"]]}
REFUSED = {
    "effect": False,
    "status": 403,
    "body": {"error": {"code": "AuthorizationFailed", "message": "The client does not have authorization"}},
}
NOT_THERE = {"effect": False, "status": 404, "body": {"error": {"code": "NotFound", "message": "Not found."}}}
CLOSED = {
    "set": [
        ["value[*].restrictions", [{"type": "Location", "reasonCode": "NotAvailableForSubscription", "values": ["x"]}]]
    ]
}


@pytest.mark.parametrize(
    ("operation", "answer", "says"),
    [
        ("listUsages", ZERO, r"! warning +Room for a server\s+0 of 0 vCPUs free in East US: a server needs at least 2"),
        ("listUsages", EMPTY, r"\? unknown +Room for a server\s+Azure does not say how many vCPUs are free in East US"),
        ("listUsages", TEXTS, r"\? unknown +Room for a server\s+Azure does not say how many"),
        ("listUsages", REFUSED, r"\? unknown +Room for a server\s+could not be checked: no permission to read it"),
        ("listUsages", NOT_THERE, r"\? unknown +Room for a server\s+could not be checked"),
        ("listSkus", REFUSED, r"✓ ok +Room for a server +100 of 100 vCPUs free in East US"),
        ("listSkus", CLOSED, r"! warning +Room for a server\s+the usual sizes are not open to this subscription"),
    ],
    ids=["quota at zero", "empty list", "texts", "403", "404", "sizes 403", "sizes closed"],
)
async def test_no_answer_blocks_or_asks_for_anything(
    azure: RunningSimulator, operation: str, answer: Any, says: str
) -> None:
    azure.add_fault(f"{operation}@*:answer", answer)
    async with person_at(azure, size=SIZE) as person:
        await person.walks_to(Step.ACCESS)
        assert "✗" not in await person.sees(says, r"\d of 9 checks passed|All 9")
        await passes_with_one_enter(person)


async def test_a_new_sign_in_is_not_demanded_for_it(azure: RunningSimulator) -> None:
    azure.add_fault("listUsages@*:401-claims")
    async with person_at(azure, size=SIZE) as person:
        await person.walks_to(Step.ACCESS)
        await person.sees(r"\? unknown +Room for a server", "8 of 9 checks passed")
        await passes_with_one_enter(person)


async def test_nobody_waits_for_it(azure: RunningSimulator) -> None:
    azure.add_fault("listSkus@*:delay=50")
    async with person_at(azure, size=SIZE) as person:
        await person.walks_to(Step.ACCESS)
        await person.sees("● checking +Room for a server", "All 8 checks passed")
        await passes_with_one_enter(person)


async def test_where_the_provider_is_not_registered_it_is_unknown() -> None:
    with world("providers-unregistered") as azure:
        async with person_at(azure, size=SIZE) as person:
            await person.walks_to(Step.ACCESS)
            await person.sees("unknown +Room for a server", "Microsoft.Compute is not registered")
            await passes_with_one_enter(person)


async def test_an_existing_group_is_asked_about_in_its_own_region(azure: RunningSimulator) -> None:
    async with person_at(azure, size=SIZE, settings=Settings(demo="happy", resource_group="data-rg")) as person:
        await person.walks_to(Step.ACCESS)
        await person.sees("Room for a server +100 of 100 vCPUs free in North Europe")
        paths = [str(request["path"]) for request in azure.requests() if request["operation"] == "listUsages"]
        assert [path.split("/")[-2] for path in paths][-1] == "northeurope"


async def test_checking_again_asks_for_the_quotas_again_and_not_for_the_sizes(azure: RunningSimulator) -> None:
    azure.add_fault("listUsages:answer", ZERO)
    async with person_at(azure, size=SIZE) as person:
        await person.walks_to(Step.ACCESS)
        await person.sees("! warning +Room for a server")
        await person.presses("f5")
        await person.sees("✓ ok +Room for a server +100 of 100", "All 9 checks passed")
        assert asked(azure) == {"listUsages": 2, "listSkus": 1}
