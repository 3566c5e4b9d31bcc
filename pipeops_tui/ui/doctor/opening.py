"""Makes the screen of doctor for a journey, whose connector is asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from pipeops_tui.core.retry import Wait
from pipeops_tui.doctor.finding import Diagnosis, Verdict
from pipeops_tui.doctor.five_values import FiveValues
from pipeops_tui.doctor.persons_account import PersonsAccount, examine_with
from pipeops_tui.doctor.question import Tell
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.doctor.doctor_screen import DoctorScreen
from pipeops_tui.ui.services import Services


def doctor_screen(
    journey: Journey,
    services: Services,
    judged: Callable[[Verdict], None],
    values: FiveValues | None,
    leaves: Callable[[], None] | None = None,
) -> DoctorScreen:
    """See `DoctorScreen`. What the environment holds is offered, and read only when that is asked for."""

    async def ask(values: FiveValues, tell: Tell, show_waits: Callable[[Sequence[Wait]], None]) -> Diagnosis:
        return await examine_with(journey, values, tell, show_waits)

    return DoctorScreen(
        ask,
        account=PersonsAccount(journey, os.environ),
        clock=journey.clock,
        services=services,
        environment=os.environ,
        values=values,
        example=journey.connector.example if journey.settings.demo is not None else None,
        judged=judged,
        leaves=leaves,
    )
