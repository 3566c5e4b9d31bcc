"""Whether what the command line asked for is done, which decides the exit code. Pure."""

from __future__ import annotations

from pipeops_tui.journey.journey import Journey


def has_succeeded(journey: Journey) -> bool:
    """Whether the person has the client secret; after `pipeops-tui remove`, whether something was removed and nothing
    of it is left."""
    opens = journey.settings.opens
    if opens is None or opens.action != "remove":
        return journey.delivered
    # One that was taken up a second time counts as it is now.
    runs = {run.state.run_id: run for run in journey.opened}.values()
    is_undone = [run.receipt().undone for run in runs if run.state.undoing or run.receipt().undone]
    return bool(is_undone) and all(is_undone)
