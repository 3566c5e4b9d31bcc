"""The first question of plain mode comes before everything that is slow to load."""

from __future__ import annotations

import os
import subprocess
import sys

_SCRIPT = """
import sys
from pipeops_tui.cli import main

HEAVY = {"textual", "rich", "azure", "msal", "msgraph", "kiota_abstractions", "aiohttp", "httpx", "cryptography"}

class Noting:
    encoding = "utf-8"
    def __init__(self, stream):
        self._stream = stream
    def __getattr__(self, name):
        return getattr(self._stream, name)
    def write(self, text):
        if "How do you want to sign in?" in text:
            sys.stderr.write(repr(sorted(HEAVY & set(sys.modules))))
        return self._stream.write(text)

sys.stdout = Noting(sys.stdout)
main(["--plain"])
"""


def test_no_sdk_and_no_interface_is_loaded_before_it() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AZURE_")}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=environment | {"PATH": ""},
    )
    assert done.stderr == "[]pipeops-tui: the input has ended.\n", done.stdout
