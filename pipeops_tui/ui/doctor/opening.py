"""Makes the screen of doctor for a journey, whose connector is asked."""

from __future__ import annotations

import os
from collections.abc import Callable

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

    return DoctorScreen(
        ask,
        clock=journey.clock,
        copy=copy,
        environment=os.environ,
        values=values,
        example=journey.connector.example if journey.settings.demo is not None else None,
        judged=judged,
    )
