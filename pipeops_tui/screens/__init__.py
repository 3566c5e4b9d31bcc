"""One screen a step. Built when first needed, so that the first one paints at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeops_tui.journey import Journey
from pipeops_tui.wizard import STEPS, Step

if TYPE_CHECKING:
    from textual.app import App

    from pipeops_tui.screens.step_screen import StepScreen


CHOSEN_EARLIER = STEPS[STEPS.index(Step.SIGN_IN) + 1 : STEPS.index(Step.CREATE)]
"""The steps whose choices a run of an earlier process brings along."""


def build(step: Step, journey: Journey) -> StepScreen:
    """The screen of `step`; its module is imported here and not before."""
    if journey.taken_up and step in CHOSEN_EARLIER:
        from pipeops_tui.screens.chosen import CHOSEN

        return CHOSEN[step](journey)
    match step:
        case Step.SIGN_IN:
            from pipeops_tui.screens.sign_in import SignInScreen

            return SignInScreen(journey)
        case Step.SUBSCRIPTION:
            from pipeops_tui.screens.subscription import SubscriptionScreen

            return SubscriptionScreen(journey)
        case Step.RESOURCE_GROUP:
            from pipeops_tui.screens.resource_group import ResourceGroupScreen

            return ResourceGroupScreen(journey)
        case Step.TENANT:
            from pipeops_tui.screens.tenant import TenantScreen

            return TenantScreen(journey)
        case Step.APPLICATION:
            from pipeops_tui.screens.application import ApplicationScreen

            return ApplicationScreen(journey)
        case Step.ACCESS:
            from pipeops_tui.screens.access import AccessScreen

            return AccessScreen(journey)
        case Step.CREATE:
            from pipeops_tui.screens.create import CreateScreen

            return CreateScreen(journey)
        case Step.CREDENTIALS:
            from pipeops_tui.screens.credentials import CredentialsScreen

            return CredentialsScreen(journey)


def forget_built(app: App[None]) -> None:
    """Have every step that is not on screen built anew when it is next shown: its choices were replaced."""
    for step in STEPS:
        if app.is_screen_installed(step.name) and (screen := app.get_screen(step.name)) not in app.screen_stack:
            app.uninstall_screen(step.name)
            screen.remove()
