"""How the journey stands, as rail and slip show it beside every step."""

from __future__ import annotations

from pipeops_tui.journey import Journey
from pipeops_tui.widgets.rail import Mark, RailStep
from pipeops_tui.widgets.slip import SlipValues
from pipeops_tui.wizard import STEPS, Step


def rail_steps(journey: Journey, shown: Step) -> tuple[RailStep, ...]:
    """The rail as it is drawn beside the step `shown`."""
    reached = STEPS.index(journey.wizard.reached)

    def mark(index: int, step: Step) -> Mark:
        if step in journey.blocked:
            return Mark.BLOCKED
        if step is shown:
            return Mark.CURRENT
        return Mark.DONE if index < reached else Mark.TO_COME

    return tuple(
        RailStep(step.value, mark(index, step), current=step is shown, reachable=index <= reached)
        for index, step in enumerate(STEPS)
    )


def slip_values(journey: Journey) -> SlipValues:
    """The five values as far as they are known."""
    choices, run = journey.choices, journey.run
    credentials = run.credentials if run is not None else None
    subscription = choices.subscription
    return SlipValues(
        resource_group=choices.existing_group.name if choices.existing_group else choices.group_name,
        tenant_id=subscription.tenant_id if subscription else "",
        client_id=credentials.client_id if credentials else "",
        client_secret="made" if credentials else "",
        subscription=subscription.subscription_id if subscription else "",
    )
