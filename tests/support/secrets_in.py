"""Which client secret of a simulated Azure has a value: it keeps only their digests."""

from __future__ import annotations

import hashlib

from pipeops_tui.simulator import RunningSimulator


def key_of(azure: RunningSimulator, client_id: str, secret: bytes) -> str:
    """Key id of the application's client secret with this value; empty where it has none."""
    digest = hashlib.sha256(secret).digest()
    return azure.call(
        lambda running: next(
            (
                password.key_id
                for application in running.world.directory.applications.values()
                if application.app_id == client_id
                for password in application.passwords
                if password.digest == digest
            ),
            "",
        )
    )
