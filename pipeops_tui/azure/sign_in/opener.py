"""Opens the sign-in page in a browser without touching the terminal, and ends the wait for it.

azure-identity opens the page through the standard library's `webbrowser`. Left alone, that may start a text-mode
browser inside the interface, or let the browser's chatter appear on it (Azure/azure-sdk-for-python#8859,
AzureAD/microsoft-authentication-library-for-python#628). So a controller of ours is registered there.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import platform
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from pipeops_tui.azure.background import stop_if_abandoned

BROWSER_SECONDS = 300
"""How long the person has in the browser; azure-identity's own default."""

_OPEN_SECONDS = 10
_active = threading.local()


@dataclass(slots=True)
class BrowserVisit:
    """One sign-in page: remembers where its answer goes, so that the wait for it can be ended."""

    url: str = ""
    _released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        """End the wait for the browser by answering it ourselves: it frees its port. Does nothing a second time."""
        if self.url and not self._released.is_set():
            self._released.set()
            threading.Thread(target=_decline, args=(self.url,), name="browser-release", daemon=True).start()


@contextlib.contextmanager
def opening(visit: BrowserVisit, announce: Callable[[str], None]) -> Iterator[None]:
    """In this block and thread, `webbrowser.open` starts no text browser and passes the address to `announce`."""
    _register()
    _active.visit, _active.announce = visit, announce
    try:
        yield
    finally:
        del _active.visit, _active.announce


class _SilentController(webbrowser.BaseBrowser):
    """Stands first in the standard library's list; passes on whatever is not a sign-in of ours."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Start the real browser detached. True even when none starts: the address is on the screen as text."""
        visit: BrowserVisit | None = getattr(_active, "visit", None)
        if visit is None:
            return False
        stop_if_abandoned()
        visit.url = url
        _active.announce(url)
        _start_browser(url)
        return True


_registered = threading.Event()


def _register() -> None:
    if not _registered.is_set():
        webbrowser.register("pipeops-tui", None, _SilentController(), preferred=True)
        _registered.set()


def _start_browser(url: str) -> None:
    """Open `url` with whatever the platform has, in a child without a terminal."""
    for command in _commands(url):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            done = subprocess.run(  # noqa: S603 - fixed programs, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                timeout=_OPEN_SECONDS,
                check=False,
            )
            if done.returncode == 0:
                return


def _commands(url: str) -> list[list[str]]:
    """Programs that open a page, the likeliest first. Under WSL the browser is Windows' (Azure/azure-dev#1250)."""
    python = [sys.executable, "-m", "webbrowser", url]
    if "microsoft" not in platform.release().casefold() or os.environ.get("BROWSER"):
        return [python]
    return [["wslview", url], ["powershell.exe", "-NoProfile", "-Command", f'Start-Process "{url}"'], python]


def _decline(url: str) -> None:
    """Answer the page's own redirect address with the OAuth error `access_denied` (RFC 6749, 4.1.2.1)."""
    query = parse_qs(urlsplit(url).query)
    redirect = urlsplit(query.get("redirect_uri", [""])[0])
    if not redirect.hostname or not redirect.port:
        return
    body = urlencode({"error": "access_denied", "state": query.get("state", [""])[0]})
    connection = http.client.HTTPConnection(redirect.hostname, redirect.port, timeout=5)
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("POST", "/", body, {"Content-Type": "application/x-www-form-urlencoded"})
        connection.getresponse().read()
    connection.close()
