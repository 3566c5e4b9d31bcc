"""A certificate authority made for one run, and the server certificate it signs."""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path

import trustme

from pipeops_tui.simulator.config import SimulatorError

HOSTS = ("localhost", "127.0.0.1", "::1")


def make_tls(ca_out: Path | None) -> tuple[ssl.SSLContext, Path]:
    """A context for the server and the file (PEM) that holds the CA: `ca_out`, or a new one in a temporary folder.

    Raises SimulatorError when `ca_out` cannot be written.
    """
    authority = trustme.CA(organization_name="pipeops-tui simulated Azure")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert(*HOSTS).configure_cert(context)
    target = ca_out or Path(tempfile.mkdtemp(prefix="pipeops-tui-simulator-")) / "ca.pem"
    try:
        target.write_bytes(authority.cert_pem.bytes())
    except OSError as error:
        raise SimulatorError(f"The CA certificate cannot be written to {target}: {error.strerror}.") from error
    return context, target


def remove_ca(file: Path) -> None:
    """Removes a temporary CA file and its folder."""
    file.unlink(missing_ok=True)
    file.parent.rmdir()
