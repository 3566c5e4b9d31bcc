"""What can be known about systems other than POSIX without one."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from pipeops_tui.azure.sign_in.azure_cli import find_cli

_IMPORT_ALL = """
import builtins, importlib, os, pkgutil, signal, sys

ABSENT = {"fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
real = builtins.__import__

def importing(name, globals=None, locals=None, fromlist=(), level=0):
    if name in ABSENT and (globals or {}).get("__name__", "").startswith("pipeops_tui"):
        raise ModuleNotFoundError(name)
    return real(name, globals, locals, fromlist, level)

import asyncio, subprocess, socket, ssl, textual.app
builtins.__import__ = importing
for name in ("SIGHUP", "SIGKILL", "SIGTSTP", "SIGCONT", "SIGWINCH", "SIGUSR1", "SIGPIPE"):
    delattr(signal, name)
for name in ("killpg", "geteuid", "getuid", "fchmod", "setsid", "fork", "getpgid", "O_NOFOLLOW", "O_CLOEXEC"):
    delattr(os, name)
import pipeops_tui
found = [one.name for one in pkgutil.walk_packages(pipeops_tui.__path__, "pipeops_tui.") if "__main__" not in one.name]
for name in found:
    importlib.import_module(name)
print(len(found))
"""


def test_no_module_needs_posix_to_be_imported() -> None:
    """In a process of its own, without the modules, signals and calls that Windows does not have."""
    done = subprocess.run([sys.executable, "-c", _IMPORT_ALL], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 300


@pytest.mark.parametrize(
    ("platform", "there", "found"),
    [
        ("win32", {"az", "az.cmd"}, "az.cmd"),
        ("win32", {"az"}, "az"),
        ("linux", {"az", "az.cmd"}, "az"),
        ("win32", set(), None),
    ],
)
def test_the_azure_cli_of_windows_is_a_batch_file(
    monkeypatch: pytest.MonkeyPatch, platform: str, there: set[str], found: str | None
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if name in there else None)
    monkeypatch.setattr(sys, "platform", platform)
    assert find_cli() == found
