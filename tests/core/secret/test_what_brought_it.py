"""What Graph's answer leaves in the process: through the real SDKs, over TLS, from a simulated Azure elsewhere."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from pipeops_tui.simulator import RunningSimulator
from tests.core.secret.needle import Needle, holders, shown_by_repr
from tests.support.person import person_at

ELSEWHERE = """
import sys
from pipeops_tui.simulator import SimulatorConfig, start_simulator
with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as azure:
    print(azure.base_url, azure.ca_file, flush=True)
    sys.stdin.read()
"""
LIBRARIES = ("azure", "msal", "httpx", "httpcore", "hpack", "kiota", "aiohttp", "urllib3", "requests", "asyncio")


@dataclass(frozen=True)
class Elsewhere:
    """What a test needs to know of a simulated Azure in another process, which keeps the secret itself."""

    base_url: str
    ca_file: Path
    announcement: dict[str, Any]


@pytest.fixture
def azure() -> Iterator[RunningSimulator]:
    """A simulated Azure in a process of its own."""
    command = [sys.executable, "-c", ELSEWHERE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            base_url, ca_file = process.stdout.readline().split()
            yield cast("RunningSimulator", Elsewhere(base_url, Path(ca_file), {"scenario": "happy"}))
        finally:
            process.stdin.close()


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """What any library says at DEBUG, as far as anybody listens."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(f"{record.name}: {record.getMessage()} {record.args!r}")

    ear = Ear(logging.DEBUG)
    loggers = [logging.getLogger(name) for name in ("", *LIBRARIES, "azure.identity")]
    levels = [logger.level for logger in loggers]
    loggers[0].addHandler(ear)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        loggers[0].removeHandler(ear)
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


async def test_neither_the_sdks_nor_their_logs_keep_it(azure: RunningSimulator) -> None:
    with everything_logged() as heard:
        async with person_at(azure) as person:
            await person.accepts_everything()
            run = person.app.journey.run
            assert run is not None
            assert run.credentials is not None
            needle = Needle(run.credentials.client_secret.reveal())
            assert holders(needle) == ["builtins.cell "]
            assert (
                shown_by_repr(needle, ("pipeops_tui", "azure", "msgraph", "kiota_abstractions", "httpx", "aiohttp"))
                == []
            )
            run.forget_secret()
        logging.getLogger("tests").debug("the ear hears")
    assert any("the ear hears" in line for line in heard)
    assert needle.found_in("\n".join(heard)) == []
    assert holders(needle) == []
