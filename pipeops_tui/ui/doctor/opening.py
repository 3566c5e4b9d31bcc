"""Makes the screen of doctor for a journey, whose connector is asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress

from pipeops_tui.core.model import Subscription
from pipeops_tui.core.model.doctor_facts import FailedOperation
from pipeops_tui.core.problem import CloudError
from pipeops_tui.doctor.examining import examine, without_azure
from pipeops_tui.doctor.finding import Diagnosis, Verdict
from pipeops_tui.doctor.five_values import FiveValues
from pipeops_tui.doctor.question import Tell
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.doctor.doctor_screen import DoctorScreen


def doctor_screen(
    journey: Journey, copy: Callable[[str, str], None], judged: Callable[[Verdict], None], values: FiveValues | None
) -> DoctorScreen:
    """See `DoctorScreen`. What the environment holds is offered, and read only when that is asked for."""

    async def ask(values: FiveValues, tell: Tell) -> Diagnosis:
        try:
            cloud = await journey.prepare()
        except CloudError as error:
            return without_azure(values, error)
        return await examine(await journey.connector.examiner(), values, cloud.name, tell)

    async def failures(values: FiveValues) -> Sequence[FailedOperation]:
        """Those in the group and in the groups of its clusters. What cannot be read is left out: it is an extra."""
        reads, found = journey.lookups.reads, list[FailedOperation]()
        with suppress(CloudError):
            subscription = await _subscription(journey, values.subscription_id)
            if subscription is not None:
                found += await reads.failed_operations(subscription, values.group_name, values.client_id)
                for cluster in await reads.clusters(subscription, values.group_name):
                    found += await reads.failed_operations(subscription, cluster.node_group_name, values.client_id)
        return sorted(found, key=lambda one: one.at, reverse=True)

    return DoctorScreen(
        ask,
        failures=failures if journey.session is not None else None,
        clock=journey.clock,
        copy=copy,
        environment=os.environ,
        values=values,
        example=journey.connector.example if journey.settings.demo is not None else None,
        judged=judged,
    )


async def _subscription(journey: Journey, subscription_id: str) -> Subscription | None:
    wanted = subscription_id.casefold()
    pages = [page.subscriptions async for page in journey.lookups.subscriptions.pages()]
    return next((one for page in pages for one in page if one.subscription_id.casefold() == wanted), None)
