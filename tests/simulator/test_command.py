"""`pipeops-tui simulate` as a process: it prints one line and runs until a signal."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.patience import PATIENCE

PROGRAM = (
    "import sys; from pathlib import Path; from pipeops_tui.simulator import SimulatorConfig, run_simulate; "
    "port, ca = int(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2] else None; "
    "sys.exit(run_simulate(SimulatorConfig(port=port, ca_out=ca)))"
)


@contextmanager
def simulate(port: int = 0, ca_out: str = "") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM, str(port), ca_out]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def announcement(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    announced: dict[str, Any] = json.loads(process.stdout.readline())
    return announced


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_announces_itself_once_and_ends_by_signal(number: signal.Signals, code: int) -> None:
    with simulate() as process:
        line = announcement(process)
        assert list(line) == [
            "base_url", "authority", "resource_manager", "graph", "ca_file", "tenant_id", "subscription_id", "owner",
            "scenario", "seed", "pid", "managed_identity",
        ]  # fmt: skip
        assert line["pid"] == process.pid
        assert line["base_url"] == line["authority"] == line["resource_manager"]
        assert re.fullmatch(r"https://localhost:\d+", line["graph"])
        assert not line["graph"].startswith(line["base_url"])
        ca = Path(line["ca_file"])
        assert ca.exists()
        process.send_signal(number)
        rest, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, rest, errors) == (code, "", "")
        assert not ca.parent.exists()


def test_a_ca_file_that_was_asked_for_stays(tmp_path: Path) -> None:
    kept = tmp_path / "ca.pem"
    with simulate(ca_out=str(kept)) as process:
        assert announcement(process)["ca_file"] == str(kept)
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert kept.read_text().startswith("-----BEGIN CERTIFICATE-----")


def test_a_busy_port_is_one_sentence_and_code_2() -> None:
    with simulate() as first:
        port = int(announcement(first)["base_url"].rpartition(":")[2])
        with simulate(port) as second:
            output, errors = second.communicate(timeout=PATIENCE)
        assert (second.returncode, output) == (2, "")
        assert errors.count("\n") == 1
        assert f"Port {port} " in errors
        first.terminate()
        first.communicate(timeout=PATIENCE)


def test_checking_arguments_loads_nothing_heavy() -> None:
    program = (
        "import sys; from pipeops_tui.simulator import parse_fault, scenario_names; scenario_names(); "
        "parse_fault('createApplication@2:delay=3'); "
        "print([name for name in ('aiohttp', 'trustme', 'cryptography', 'asyncio', 'ssl') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
