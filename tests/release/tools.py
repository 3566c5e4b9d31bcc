"""Runs the release tools of the extra `release`, which are installed beside the Python that runs this."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = ROOT / ".lock"
_SAME_BYTES = {"SOURCE_DATE_EPOCH": "1577836800", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
"""Every file that is built is of 2020-01-01."""


class ToolError(Exception):
    """A tool is missing or has failed; the message says which, and its last lines."""


def tool(name: str) -> Path:
    """Where the command `name` is. Raises `ToolError` when it is not installed."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        raise ToolError(f"{name} is missing: pip install -c .lock/constraints.txt --editable '.[release]'")
    return path


def run(
    *command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None, seconds: float = 600
) -> subprocess.CompletedProcess[str]:
    """Run `command` to its end, with `env` added to the environment. Raises `ToolError` when it fails or takes longer.

    The environment's own settings of Python's paths are left out: each tool uses the Python that it is given.
    """
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    try:
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=kept | _SAME_BYTES | dict(env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds,
        )
    except subprocess.CalledProcessError as error:
        lines = f"{error.stdout}\n{error.stderr}".strip().splitlines()
        raise ToolError("\n".join([f"{Path(command[0]).name} failed:", *lines[-12:]])) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError(f"{Path(command[0]).name}: {error}") from None


def uv(*arguments: str | Path, seconds: float = 600) -> subprocess.CompletedProcess[str]:
    """Run uv with these arguments, without anything that the computer's configuration files say."""
    return run(tool("uv"), "--no-config", "--quiet", *arguments, seconds=seconds)
