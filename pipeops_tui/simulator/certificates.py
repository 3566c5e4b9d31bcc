"""The certificates of a simulated Azure: a CA made for one run, and the file with which its clients trust it."""

from __future__ import annotations

import os
import ssl
import stat
import tempfile
from pathlib import Path

import trustme

from pipeops_tui.simulator.config import SimulatorError

_NAMES = ("localhost", "127.0.0.1", "::1")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Neither follows a link nor waits for the other end of a pipe."""


def make_tls(ca_out: Path | None) -> tuple[ssl.SSLContext, Path]:
    """Makes a CA for this run. Returns the server's context and the CA's file (PEM): `ca_out`, or a temporary one.

    Raises SimulatorError when `ca_out` cannot be written.
    """
    authority = trustme.CA(organization_name="pipeops-tui simulated Azure")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert(*_NAMES).configure_cert(context)
    target = ca_out or Path(tempfile.mkdtemp(prefix="pipeops-tui-simulator-")) / "ca.pem"
    try:
        _write(target, authority.cert_pem.bytes())
    except OSError as error:
        raise SimulatorError(f"The CA certificate cannot be written to {target}: {error.strerror}.") from error
    except ValueError as error:
        raise SimulatorError(f"The CA certificate cannot be written to {str(target)!r}: {error}.") from error
    return context, target


def remove_ca(file: Path) -> None:
    """Removes a temporary CA file and its folder."""
    file.unlink(missing_ok=True)
    file.parent.rmdir()


def _write(file: Path, content: bytes) -> None:
    """Writes a regular file. A link is refused, because it may lead to a file that its author cannot write."""
    if file.is_symlink():
        raise SimulatorError(f"The CA certificate is not written to {file}: it is a link. Name a file of its own.")
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | _NO_LINK, 0o644), "wb") as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise SimulatorError(f"The CA certificate is not written to {file}: it is not a regular file.")
        opened.truncate()
        opened.write(content)
