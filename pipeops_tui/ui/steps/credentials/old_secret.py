"""The end of a renewal: the old client secret is removed once PipeOps works with the new one."""

from __future__ import annotations

from pipeops_tui.connections.renewal_words import what_stays_of
from pipeops_tui.provisioning import SecretRecord
from pipeops_tui.ui.base.run_driver import RunDriver
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.old_secret_dialog import OldSecretDialog


class OldSecret:
    """Belongs to the Credentials screen; works on the secrets that a renewal has kept."""

    def __init__(self, screen: StepScreen, driver: RunDriver) -> None:
        self._screen = screen
        self._driver = driver

    @property
    def any(self) -> bool:
        """Whether there is one to remove: the person has the new secret, and nothing is at work."""
        return bool(self._kept)

    @property
    def _kept(self) -> tuple[SecretRecord, ...]:
        run = self._driver.run
        idle = run is not None and not self._driver.working
        return run.state.kept_secrets if run is not None and idle and run.state.delivered else ()

    @property
    def _what_stays(self) -> str:
        return what_stays_of(self._kept, self._screen.journey.clock.now())

    def ask(self) -> None:
        """Remove it, once the person says that PipeOps works with the new one."""
        if self.any:
            self._screen.app.push_screen(OldSecretDialog(self._what_stays), self._answered)

    async def may_leave(self) -> bool:
        """Whether the screen can be left now; asks once more. Call it in a worker."""
        if not self.any:
            return True
        remove = await self._screen.app.push_screen_wait(OldSecretDialog(self._what_stays))
        self._answered(remove)
        return remove is False

    def _answered(self, remove: bool | None) -> None:
        run = self._driver.run
        if remove and run is not None and self.any:
            self._screen.status.running("Removing the old client secret")
            self._driver.drive(run.remove_old_secrets)
