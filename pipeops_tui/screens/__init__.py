"""One screen a step. Built when first needed, so that the first one paints at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeops_tui.journey import Journey
from pipeops_tui.wizard import Step

if TYPE_CHECKING:
    from pipeops_tui.screens.step_screen import StepScreen


def build(step: Step, journey: Journey) -> StepScreen:
    """The screen of `step`; its module is imported here and not before."""
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
