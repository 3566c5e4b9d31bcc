"""The programs that are compared: how each is started, and what tells that it is ready."""

from __future__ import annotations

import os
import re
import shutil
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from pipeops_tui.ui.steps.sign_in.screen import SignInScreen
from tests.bench.bare import READY as BARE_READY
from tests.bench.environment import PYTHON, clean
from tests.bench.figures import Options
from tests.bench.program import Program

_BARE_SCREEN = rf"{BARE_READY}[\s\S]*Quit"
NOTHING = [PYTHON, "-c", "pass"]
# -P: the folder of the script must not be searched for modules.
BARE = [PYTHON, "-P", str(Path(__file__).with_name("bare.py"))]

FIRST_SCREEN = rf"{re.escape(SignInScreen.QUESTION)}[\s\S]*Quit"
"""The first step's question down to the keys in the last line: the frame is whole."""


def pipeops(*arguments: str) -> list[str]:
    """The installed command, or the package where it is not installed."""
    command = Path(sysconfig.get_path("scripts")) / "pipeops-tui"
    return [str(command), *arguments] if command.exists() else [PYTHON, "-m", "pipeops_tui", *arguments]


def start_bare(options: Options, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[Program, float]:
    """The bare application, ready, and the seconds that took; with `--button` Tab moves the focus in it."""
    return _started(Program([*BARE, *arguments], env=env or clean(options)), _BARE_SCREEN)


def start_demo(options: Options, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[Program, float]:
    """The demo at its first screen, and the seconds that took."""
    return _started(Program(pipeops("--demo", *arguments), env=env or clean(options)), FIRST_SCREEN)


def _started(program: Program, ready: str) -> tuple[Program, float]:
    try:
        return program, program.wait_for(ready, calm=0.01) - program.started
    except BaseException:
        program.close()
        raise


def azure_cli() -> str | None:
    """The Azure CLI: named by PIPEOPS_TUI_AZ, in .az-venv, or on PATH."""
    candidates = [os.environ.get("PIPEOPS_TUI_AZ"), str(Path(".az-venv/bin/az").absolute()), shutil.which("az")]
    return next((found for found in candidates if found and Path(found).is_file()), None)
