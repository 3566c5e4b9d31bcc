"""What Azure has answered to somebody, put into a whole journey: it ends at the five values, or with a sentence."""

from __future__ import annotations

import re

import pytest

from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from tests.journeys.witness import witness_of
from tests.support.clocks import hurried_clock
from tests.support.inside import crash_of
from tests.support.person import person_at
from tests.support.traveller import Arrival, goes_on
from tests.support.wrong_answers import CASES, put_case

_WITH_A_PRINCIPAL = {"graph-device-not-managed-env-create", "principal-not-in-tenant"}
_FINISHED = {
    "application-409-concurrency": "waited for",
    "emoji-names": "only names",
    "name-bidi": "only names",
    "name-csi-2j": "only names",
    "name-markup": "only names",
    "name-osc52-clip": "only names",
    "mfa-write-policy": "blocks no resource group",
    "region-policy-readable": "the default is an open region",
}
_SAYS_NOTHING = "unexpected|Traceback|has an error"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("case", CASES)
async def test_a_wrong_answer_ends_in_the_values_or_in_a_sentence(
    azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    settings = Settings(demo="happy")
    if case in _WITH_A_PRINCIPAL:
        owner = azure.announcement["owner"]
        assert isinstance(owner, dict)
        monkeypatch.setenv("AZURE_TENANT_ID", str(azure.announcement["tenant_id"]))
        monkeypatch.setenv("AZURE_CLIENT_ID", owner["client_id"])
        monkeypatch.setenv("AZURE_CLIENT_SECRET", owner["client_secret"])
        monkeypatch.setenv("AZURE_AUTHORITY_HOST", azure.base_url)
        settings = Settings(auth=SignInMethod.ENVIRONMENT, resource_manager=azure.base_url)
    put_case(azure, case)
    async with person_at(azure, clock=hurried_clock(azure), size=(110, 40), settings=settings) as person:
        async with witness_of(person) as witness:
            journey = await goes_on(person)
        assert not [line for line in witness.lines if _UNPRINTABLE.search(line)]
        assert crash_of(person.app) is None
        assert not re.search(_SAYS_NOTHING, journey.screen), journey.screen
        match journey.arrival:
            case Arrival.FINISHED:
                assert journey.step is Step.CREDENTIALS
            case Arrival.PROBLEM:
                assert journey.problem is not None
                assert journey.problem.title
                assert journey.problem.what.endswith((".", "?", "!", ":")), journey.problem
            case Arrival.BLOCKED | Arrival.QUESTION:
                assert re.search("[✗!] ", journey.screen), journey.screen
        if case in _FINISHED:
            assert journey.arrival is Arrival.FINISHED, journey
