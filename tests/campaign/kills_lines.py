"""The kill campaign without a screen: `create --yes` and plain mode die at a request, and are started again.

The process dies by SIGKILL when a request has been lost on its way, or when it has been carried out and its answer was
not read. Then the same command, or plain mode, goes on with what was begun or undoes it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.faults import FaultKind
from tests.campaign.holdings import Holdings, belongings
from tests.campaign.tally import Tally
from tests.cli.renewal_stage import keeping_in
from tests.plain.plain_person import PlainPerson
from tests.support.patience import PATIENCE
from tests.support.secrets_in import key_of

_MODES = ("script", "plain")
_WRITES = ("putResourceGroup", "updateApplication", "updateServicePrincipal", "putRoleAssignment", "addPassword")
_GROUP = ("--resource-group", "PipeOps-lines", "--location", "westeurope")


@dataclass(frozen=True, slots=True)
class LinesDeath:
    """One run of the campaign."""

    mode: str
    """`script` or `plain`."""
    operation: str
    carried_out: bool
    undoes: bool

    @property
    def fault(self) -> str:
        """What makes the moment of death last long enough to be met."""
        return f"{self.operation}@1:{FaultKind.DROP_RESPONSE if self.carried_out else FaultKind.DROP_REQUEST}"


def lines_deaths(runs: int | None) -> Sequence[LinesDeath]:
    """Every write, before and after, continued and undone, by turns in both modes; or `runs` of them, spread over all
    of that."""
    every = [LinesDeath(mode, *case) for case in product(_WRITES, (False, True), (False, True)) for mode in _MODES]
    if runs is None or runs >= len(every):
        return every
    return [every[(position * len(every) // runs + 3 * position) % len(every)] for position in range(runs)]


def run_campaign(chosen: Sequence[LinesDeath], seed: int) -> Tally:
    """Die all `chosen` deaths, each in a world of its own."""
    tally = Tally()
    for death in chosen:
        tally.runs += 1
        config = SimulatorConfig(seed=seed, auto_approve_device_codes=True)
        try:
            with start_simulator(config) as azure, TemporaryDirectory() as folder:
                _Play(azure, death, Path(folder), tally).perform()
        except Exception:
            tally.crashes += 1
            tally.stories.append(f"{death}: {traceback.format_exc()}")
    return tally


def _runs_on(process: subprocess.Popen[str]) -> bool:
    """Whether it has not ended after a moment."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(0.05)
    return process.poll() is None


class _Play:
    def __init__(self, azure: RunningSimulator, death: LinesDeath, folder: Path, tally: Tally) -> None:
        self._azure = azure
        self._death = death
        self._folder = folder
        self._tally = tally
        owner = azure.announcement["owner"]
        assert isinstance(owner, dict)
        self._environment = {
            "AZURE_AUTHORITY_HOST": azure.base_url,
            "AZURE_TENANT_ID": str(azure.announcement["tenant_id"]),
            "AZURE_CLIENT_ID": str(owner["client_id"]),
            "AZURE_CLIENT_SECRET": str(owner["client_secret"]),
        }

    def perform(self) -> None:
        """Die, start again, and add what came of it to the tally."""
        before = belongings(self._azure.state())
        self._script_dies() if self._death.mode == "script" else self._plain_dies()
        self._azure.clear_faults()
        if self._death.undoes:
            self._undo()
        else:
            self._plain_continues() if self._death.mode == "plain" else self._script_continues()
        if belongings(self._azure.state()) != before:
            self._tally.foreign_touched += 1
            self._tell("touched what is not its own")

    # Dying

    def _script_dies(self) -> None:
        self._azure.add_fault(self._death.fault)
        process = self._start()
        self._wait_for_fault(lambda: _runs_on(process))
        process.kill()
        process.communicate()

    def _plain_dies(self) -> None:
        with self._person() as person:
            person.walks(until="Create this")
            person.reads("Create this in Azure now")
            self._azure.add_fault(self._death.fault)
            person.answers("Create this in Azure now.*:", "yes")
            self._wait_for_fault(person.runs_on)
            person.dies()

    def _wait_for_fault(self, is_alive: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not any(request["fault"] for request in self._azure.requests()):
            assert time.monotonic() < end, "the moment of death did not come"
            assert is_alive(), "it had ended before it was killed"

    # Afterwards

    def _script_continues(self) -> None:
        process = self._start()
        _, errors = process.communicate(timeout=PATIENCE)
        if process.returncode == 6:
            client_id = re.findall(r"pipeops-tui renew ([0-9a-f-]{36}) --yes", errors)[-1]
            process = self._start("renew", client_id)
            _, errors = process.communicate(timeout=PATIENCE)
        if process.returncode != 0:
            self._tally.not_finished += 1
            self._tell(errors)
            return
        self._expect_one_of_everything()

    def _plain_continues(self) -> None:
        with self._person() as person:
            person.answers(r"sign in\? .*:", "")
            person.answers(r"was not finished.*\[continue\]:", "continue")
            person.answers("Client Secret: .*:", "send")
            person.answers("Command .*:", keeping_in(self._folder / "taken"))
            person.answers(r"The command has taken it.*\[done\]:", "")
            if person.ends() != 0:
                self._tally.not_finished += 1
                self._tell(person.text)
                return
        self._expect_one_of_everything()

    def _undo(self) -> None:
        with self._person() as person:
            person.answers(r"sign in\? .*:", "")
            if "was not finished" not in person.reads(r"was not finished.*\[continue\]:|Which subscription.*:"):
                self._tally.at_once += 1  # it died before anything was begun
                self._expect_nothing()
                return
            person.answers(r"\[continue\]:", "undo")
            person.answers("Remove this from Azure now.*:", "yes")
            found = person.reads("Azure is deleting it|Nothing that was created is left")
            if "Azure is deleting it" in found:
                self._azure.advance_clock(120)
            person.reads("Nothing that was created is left")
            person.ends()
        self._tally.undone += 1
        self._expect_nothing()

    def _start(self, *renew: str) -> subprocess.Popen[str]:
        subscription = str(self._azure.announcement["subscription_id"])
        wanted = renew or ("create", "--subscription", subscription, *_GROUP)
        where = ("--resource-manager", self._azure.base_url, "--ca-file", str(self._azure.ca_file))
        secret = ("--secret-to", keeping_in(self._folder / "taken"))
        return subprocess.Popen(
            [sys.executable, "-m", "pipeops_tui", *wanted, "--yes", "--auth", "environment", *where, *secret],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": "/usr/bin:/bin", "XDG_STATE_HOME": str(self._folder), **self._environment},
        )

    def _person(self) -> PlainPerson:
        return PlainPerson(self._azure, self._folder, "--auth", "environment", *_GROUP, **self._environment)

    def _expect_one_of_everything(self) -> None:
        self._tally.after_continue += 1
        holdings = Holdings.of(self._azure.state())
        holdings.count_duplicates(self._tally)
        taken = (self._folder / "taken").read_bytes()
        if not holdings.one_of_everything or not key_of(self._azure, holdings.applications[0], taken):
            self._tell(f"not one of everything, with the secret that was delivered: {holdings}")

    def _expect_nothing(self) -> None:
        if not (holdings := Holdings.of(self._azure.state())).nothing:
            self._tally.left_behind += 1
            self._tell(f"left behind: {holdings}")

    def _tell(self, what: str) -> None:
        self._tally.stories.append(f"{self._death}: {what}")
