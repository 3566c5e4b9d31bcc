"""A command that asks the person nothing: it signs in, works, ends in order on a signal, and gives an exit code."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeops_tui.cli.arguments import USAGE_ERROR
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.problem import in_one_line
from pipeops_tui.core.settings import Settings
from pipeops_tui.plain.standard_output import tell

if TYPE_CHECKING:
    from pipeops_tui.journey.journey import Journey

NOT_DELIVERED: Final = 1
INTERRUPTED: Final = 130


class ScriptError(Exception):
    """It cannot be done. The text says why and what to do, as sentences whose last one has no period."""


class UnusableValueError(ScriptError):
    """Azure shows that the command line cannot be used."""


class Script:
    """One call. `stop` is what a signal calls first: it asks a run to end, and is False where nothing is running."""

    def __init__(self, prog: str, settings: Settings, clock: Clock) -> None:
        self._prog = prog
        self._settings = settings
        self._clock = clock
        self._interrupted = False
        self.stop: Callable[[], bool] = lambda: False

    def tell(self, line: str) -> None:
        """Print one line on stderr, with the command's name."""
        tell(f"{self._prog}: {line}")

    async def run(self, folder: Path, work: Callable[[Journey], Awaitable[int]]) -> int:
        """Do `work` with a signed-in journey whose journals lie in `folder`; its exit code, or that of what it
        raises."""
        from pipeops_tui.cli.quiet_sign_in import SignInWouldAskError
        from pipeops_tui.core.problem import CloudError
        from pipeops_tui.core.process import on_ending
        from pipeops_tui.provisioning import JournalUnavailable

        task = asyncio.ensure_future(self._signed_in(folder, work))
        on_ending(lambda: self._interrupt(task), lambda: INTERRUPTED)
        try:
            return await task
        except SignInWouldAskError as error:
            self.tell(f"--yes {error}.")
            return USAGE_ERROR
        except UnusableValueError as error:
            self.tell(f"{error}.")
            return USAGE_ERROR
        except (CloudError, JournalUnavailable) as error:
            return self._refuse(in_one_line(error.problem))
        except ScriptError as error:
            return self._refuse(str(error))
        except asyncio.CancelledError:
            return self._refuse("interrupted")

    def _interrupt(self, task: asyncio.Future[int]) -> None:
        self._interrupted = True
        if not self.stop():
            task.cancel()

    def _refuse(self, clause: str) -> int:
        self.tell(f"{clause}.")
        return INTERRUPTED if self._interrupted else NOT_DELIVERED

    async def _signed_in(self, folder: Path, work: Callable[[Journey], Awaitable[int]]) -> int:
        async with self._journey(folder) as journey:
            return await work(journey)

    @contextlib.asynccontextmanager
    async def _journey(self, folder: Path) -> AsyncIterator[Journey]:
        from pipeops_tui.cli.launch import azure_connector
        from pipeops_tui.cli.quiet_sign_in import code_shower, quiet_method
        from pipeops_tui.journey.journey import Journey

        connector = await asyncio.to_thread(azure_connector, self._settings, folder, self._clock)
        journey = Journey(self._settings, connector, self._clock, folder)
        try:
            await journey.prepare()
            method = await quiet_method(connector, self._settings)
            await journey.sign_in(method, code_shower(self._settings, self.tell))
            yield journey
        finally:
            await journey.close()
