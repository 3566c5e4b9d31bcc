"""Which regions are closed to PipeOps' servers, and what is unknown."""

from __future__ import annotations

import pytest

from pipeops_tui.checks import checks_for
from pipeops_tui.checks.closed_regions import closed_regions, find_closed_regions, why_closed
from pipeops_tui.core.model import CheckOutcome, Region, RegionRestriction
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.wizard import Step
from tests.checks.world import NEW, REGION, SUBSCRIPTION, World, refusal

NORTH = Region("northeurope", "North Europe", "Europe", recommended=True, has_kubernetes=True)
MICROSOFT = RegionRestriction("sys.regionrestriction", allowed=("northeurope",), by_microsoft=True)
POLICY = RegionRestriction("allowed-places", denied=("West Europe",))


def test_microsoft_s_own_restriction_is_named_first() -> None:
    assert closed_regions([REGION, NORTH], [POLICY, MICROSOFT]) == {"westeurope": MICROSOFT}
    assert why_closed(MICROSOFT) == "closed by Microsoft for this subscription"
    assert why_closed(POLICY) == "closed by a policy of your organization"


async def test_both_reads_count() -> None:
    answers = {"regions": [REGION, NORTH], "region_restrictions": [], "cluster_restrictions": [POLICY]}
    assert await find_closed_regions(World(answers=dict(answers)), SUBSCRIPTION) == {"westeurope": POLICY}


@pytest.mark.parametrize("kind", [FailureKind.REFUSED, FailureKind.SERVER, FailureKind.UNREADABLE])
@pytest.mark.parametrize("refused", ["region_restrictions", "cluster_restrictions"])
async def test_a_refused_read_closes_nothing_and_hides_nothing(refused: str, kind: FailureKind) -> None:
    answers: dict[str, object] = {"region_restrictions": [MICROSOFT], "cluster_restrictions": [POLICY]}
    world = World(answers={**answers, refused: refusal(kind)})
    assert set(await find_closed_regions(world, SUBSCRIPTION)) == {"westeurope"}
    nothing = World(answers={name: refusal(kind) for name in answers})
    assert await find_closed_regions(nothing, SUBSCRIPTION) == {}


async def test_regions_that_cannot_be_read_are_a_failure() -> None:
    with pytest.raises(CloudError):
        await find_closed_regions(World(answers={"regions": refusal()}), SUBSCRIPTION)


async def test_the_check_of_the_region_warns_of_a_closed_one() -> None:
    (spec,) = [one for one in checks_for(Step.RESOURCE_GROUP, NEW) if one.key == "region"]
    check = await spec.run(World(answers={"region_restrictions": [MICROSOFT]}), NEW)
    assert check.outcome is CheckOutcome.WARNING
    assert (
        check.detail == "West Europe is closed by Microsoft for this subscription: PipeOps cannot create servers there"
    )
