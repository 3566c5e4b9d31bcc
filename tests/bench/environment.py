"""The environment that all measured programs get: the same for each, and nothing of the person's own in it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests.bench.figures import Options

PYTHON = sys.executable

LOAD_SDKS = "import asyncio; from pipeops_tui.azure.loading import load_sdks; asyncio.run(load_sdks())"
_IMPORT_ALL = f"""
{LOAD_SDKS}
import importlib, pkgutil, pipeops_tui
for module in pkgutil.walk_packages(pipeops_tui.__path__, "pipeops_tui."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""

_LEFT_OUT = {
    *("NO_COLOR", "TMUX", "STY", "CI", "COLUMNS", "LINES", "SSH_TTY", "SSH_CONNECTION"),
    *("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID", "PYTHONDONTWRITEBYTECODE"),
}
_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
_FOLDERS = {"TMPDIR": "tmp", "XDG_STATE_HOME": "state", "AZURE_CONFIG_DIR": "azure", "PYTHONPYCACHEPREFIX": "compiled"}


def clean(options: Options) -> dict[str, str]:
    """What programs write stays in the benchmark's folder, byte-compiled modules included.

    So it does not matter whether the packages were byte-compiled when they were installed.
    """
    for name in _FOLDERS.values():
        (options.folder / name).mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    return kept | _TERMINAL | {variable: str(options.folder / name) for variable, name in _FOLDERS.items()}


def byte_compile(options: Options) -> None:
    """Import once whatever a journey imports, so that no measured run has to compile it."""
    done = options.folder / "all-compiled"
    if done.exists():
        return
    subprocess.run([PYTHON, "-c", _IMPORT_ALL], env=clean(options), check=True, stdin=subprocess.DEVNULL)
    done.touch()


def never_compiled(options: Options) -> dict[str, str]:
    """The clean environment, in which no package is byte-compiled yet but the standard library is: how uv installs."""
    prefix = Path(tempfile.mkdtemp(prefix="pycache-", dir=options.folder))
    library = Path(sysconfig.get_path("stdlib"))
    for cache in library.rglob("__pycache__"):
        if not {"site-packages", "dist-packages"} & set(cache.relative_to(library).parts):
            mirrored = prefix / cache.parent.relative_to(cache.anchor)
            mirrored.mkdir(parents=True, exist_ok=True)
            for compiled in cache.glob(f"*.{sys.implementation.cache_tag}.pyc"):
                (mirrored / compiled.name).symlink_to(compiled)
    return clean(options) | {"PYTHONPYCACHEPREFIX": str(prefix)}
