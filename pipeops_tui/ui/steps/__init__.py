"""One screen a step. Built when first needed, so that the first one paints at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeops_tui.core.wizard import Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.services import Services

if TYPE_CHECKING:
    from pipeops_tui.ui.base.step_screen import StepScreen


def build(step: Step, journey: Journey, services: Services) -> StepScreen:
    """The screen of `step`; its module is imported here and not before."""
    if journey.resumed:
        from pipeops_tui.ui.steps.recorded_steps import RECORDED, RecordedStep

        if step in RECORDED:
            return RecordedStep(step, journey, services)
    match step:
        case Step.SIGN_IN:
            from pipeops_tui.ui.steps.sign_in.screen import SignInScreen

            return SignInScreen(journey, services)
        case Step.SUBSCRIPTION:
            from pipeops_tui.ui.steps.subscription.screen import SubscriptionScreen

            return SubscriptionScreen(journey, services)
        case Step.RESOURCE_GROUP:
            from pipeops_tui.ui.steps.resource_group.screen import ResourceGroupScreen

            return ResourceGroupScreen(journey, services)
        case Step.TENANT:
            from pipeops_tui.ui.steps.tenant.screen import TenantScreen

            return TenantScreen(journey, services)
        case Step.APPLICATION:
            from pipeops_tui.ui.steps.application.screen import ApplicationScreen

            return ApplicationScreen(journey, services)
        case Step.ACCESS:
            from pipeops_tui.ui.steps.access.screen import AccessScreen

            return AccessScreen(journey, services)
        case Step.CREATE:
            from pipeops_tui.ui.steps.create.screen import CreateScreen

            return CreateScreen(journey, services)
        case Step.CREDENTIALS:
            from pipeops_tui.ui.steps.credentials.screen import CredentialsScreen

            return CredentialsScreen(journey, services)
