"""What can be done about a row that cannot be chosen as it is: unlock its tenant, or read why not and who can help."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeops_tui.core.model import Subscription, SubscriptionPage, Tenant
from pipeops_tui.core.wizard import Choices, Step
from pipeops_tui.journey.journey import Journey
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.sign_in_again import SignInGivenUpError, with_codes
from pipeops_tui.ui.services import Services

if TYPE_CHECKING:
    from pipeops_tui.ui.dialogs.problem_dialog import ProblemDialog


async def unlock(screen: StepScreen, tenant: Tenant) -> SubscriptionPage | None:
    """What a locked tenant holds, after a sign-in where it asks for one; None when the person has given that up. Raises
    `CloudError`."""
    name = tenant.display_name or tenant.tenant_id
    screen.status.running(f"{'Signing in to' if tenant.asks_sign_in else 'Reading'} {name}")
    unlock_tenant = partial(screen.journey.unlock_tenant, tenant)
    try:
        return await with_codes(
            screen.app, screen.journey.clock, screen.services.copy_code, f"Sign in to {name}", unlock_tenant
        )
    except SignInGivenUpError:
        screen.status.say("Sign-in cancelled.")
        return None


def unlocked(tenant: Tenant, page: SubscriptionPage) -> str:
    """`Signed in to Fabrikam: 2 more`."""
    name = tenant.display_name or tenant.tenant_id
    return f"{f'Signed in to {name}' if tenant.asks_sign_in else name}: {len(page.subscriptions)} more"


async def unavailable_dialog(journey: Journey, services: Services, subscription: Subscription) -> ProblemDialog | None:
    """The problem that a check of `subscription` finds, with a message to the person who can fix it; None where no
    check finds one."""
    # Loaded late: the list is painted without them.
    from pipeops_tui.checks import checks_for
    from pipeops_tui.ui.dialogs.problem_dialog import ProblemDialog

    choices = Choices(subscription=subscription)
    for spec in checks_for(Step.SUBSCRIPTION, choices):
        check = await spec.run(journey.lookups.reads, choices)
        if check.problem is not None:
            return ProblemDialog(check.problem, services.copy, check.message)
    return None
