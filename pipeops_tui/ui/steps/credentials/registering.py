"""The resource providers that Azure is still registering: a line that goes when they are done."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widgets import Static

from pipeops_tui.core.problem import CloudError
from pipeops_tui.provisioning import Row, RowState
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.widgets.showing import say

_KEY = "provider:"
_EVERY_SECONDS = 15.0
_MOST_LOOKS = 120
"""Half an hour: Azure needs minutes."""
_MOST_FAILURES = 3
_REGISTERING = "registering"
_NAMED = 3


class StillRegistering(Static):
    """Empty, and without a line of its own, unless there is something to say."""

    DEFAULT_CSS = """
    StillRegistering { height: auto; color: $text-warning; display: none; }
    StillRegistering.-some { display: block; }
    """

    def __init__(self, screen: StepScreen) -> None:
        super().__init__(markup=False, id="registering")
        self._step = screen

    def follow(self) -> None:
        """Ask Azure about the run's registrations until they are done. One small request each, every 15 seconds; ends
        with the screen, and when Azure cannot be asked."""
        # Nothing on this screen depends on it.
        self._step.work.begin(self._watch, group="registrations", without=lambda error: None)

    async def _watch(self) -> None:
        journey = self._step.journey
        run, subscription = journey.run, journey.choices.subscription
        if run is None or subscription is None:
            return
        self._show(accepted(run.rows))
        waiting, failures = run.plan.providers, 0
        for _ in range(_MOST_LOOKS):
            if not waiting or failures == _MOST_FAILURES:
                break
            await journey.clock.sleep(_EVERY_SECONDS)
            session = journey.session
            if session is None or journey.run is not run:
                break
            try:
                found = await session.providers(subscription, waiting)
            except CloudError:
                failures += 1
                continue
            waiting = tuple(one.namespace for one in found if one.state.casefold() == _REGISTERING)
            self._show(waiting)
        self._show(())

    def _show(self, namespaces: Iterable[str]) -> None:
        text = registering_text(tuple(namespaces))
        say(self, text)
        self.set_class(bool(text), "-some")


def accepted(rows: Iterable[Row]) -> tuple[str, ...]:
    """The providers among the rows of a run whose registration Azure has accepted and not completed at once."""
    return tuple(
        row.key.removeprefix(_KEY)
        for row in rows
        if row.key.startswith(_KEY) and row.state is RowState.DONE and row.reason
    )


def registering_text(namespaces: tuple[str, ...]) -> str:
    """What a person should know while these are registered; empty for none."""
    if not namespaces:
        return ""
    names = [namespace.removeprefix("Microsoft.") for namespace in namespaces]
    shown, more = names[:_NAMED], len(names) - _NAMED
    listed = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    return f"Still registering: {listed}. Create a server when that is done."
