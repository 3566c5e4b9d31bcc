"""What stands against a subscription that cannot be used, and who can do something about it."""

from __future__ import annotations

from pipeops_tui.model import Subscription
from pipeops_tui.screens.step_screen import StepScreen
from pipeops_tui.wizard import Choices, Step


async def show_obstacle(screen: StepScreen, subscription: Subscription) -> None:
    """Show the problem that its check finds, with a message to copy for who can fix it; nothing where it finds none."""
    # Not before they are needed: the list is painted without them.
    from pipeops_tui.checks import checks_for
    from pipeops_tui.screens.dialogs.problem import ProblemDialog

    choices, reads = Choices(subscription=subscription), screen.journey.lookups.reads
    for spec in checks_for(Step.SUBSCRIPTION, choices):
        check = await spec.run(reads, choices)
        if check.problem is not None:
            screen.app.push_screen(ProblemDialog(check.problem, screen.pipeops.copy, check.message))
