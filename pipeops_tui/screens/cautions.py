"""What is worth knowing of this computer and this cloud, whatever is chosen.

Nothing of it in a demo: its Azure is nobody's, and keeps a time of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeops_tui.journey import Journey
from pipeops_tui.wizard import Step

if TYPE_CHECKING:
    from pipeops_tui.model import Check, CloudEndpoints


def cautions(journey: Journey, endpoints: CloudEndpoints) -> str:
    """A line each, for the first screens; empty when there is nothing to say. Before anyone has signed in the clock is
    not known to be wrong."""
    if journey.settings.demo is not None:
        return ""
    # Not before it is needed: loading the checks would hold up the first frame.
    from pipeops_tui.checks import clock_caution, cloud_caution

    skew = journey.session.clock_skew if journey.session is not None else None
    return "\n".join(f"! {said}" for said in (cloud_caution(endpoints), clock_caution(skew)) if said)


async def caution_checks(journey: Journey) -> tuple[Check, ...]:
    """The same as rows of checks, for the screen where the person makes up their mind."""
    from pipeops_tui.checks import checks_for
    from pipeops_tui.model import CheckOutcome

    if journey.settings.demo is not None:
        return ()
    reads, choices = journey.lookups.reads, journey.choices
    checks = [await spec.run(reads, choices) for spec in checks_for(Step.SIGN_IN, choices)]
    return tuple(check for check in checks if check.outcome is CheckOutcome.WARNING)
