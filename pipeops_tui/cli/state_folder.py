"""Where journals are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeops_tui.core.settings import Settings


@contextmanager
def state_folder(settings: Settings) -> Iterator[Path]:
    """The folder for journals: the platform's state directory, or for a demo a temporary one."""
    if settings.demo is not None:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="pipeops-tui-demo-") as folder:
            yield Path(folder)
        return
    from platformdirs import user_state_path

    yield user_state_path("pipeops-tui", appauthor=False)
