"""The fault campaign without a screen: `create --yes` and plain mode meet every fault.

Each run must end in success, or in a problem in words from which the same command (or "again") leads to exactly one of
everything, and undo to nothing. The client secret is in no output and in no journal.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import random
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from pipeops_tui.cli.create_command import create
from pipeops_tui.cli.launch import azure_connector
from pipeops_tui.cli.renewing import renew
from pipeops_tui.core.option_values import SignInMethod
from pipeops_tui.core.settings import Settings
from pipeops_tui.journey.journey import Journey
from pipeops_tui.plain.conversation import Conversation, Lines
from pipeops_tui.plain.plain_program import PlainProgram
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.faults import FaultKind
from tests.campaign.holdings import Holdings, belongings
from tests.campaign.tally import Tally
from tests.cli.renewal_stage import keeping_in
from tests.support.clocks import RealTimeClock
from tests.support.secrets_in import key_of

MODES = ("script", "plain")
_KINDS = [kind for kind in FaultKind if kind is not FaultKind.ANSWER]
_ARGUMENTS = {FaultKind.DELAY: "=0.02", FaultKind.TOO_MANY: "=7"}
_GROUP = "PipeOps-lines"
_TIMES = 400
"""By how much waiting is shortened."""
_CALLS = 5
"""How often the same command is called again before that counts as not leading anywhere."""
_MOST_QUESTIONS = 150
_SHOWN = re.compile(r"^[A-Za-z0-9_.~-]{34,}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LinesScript:
    """One run of the campaign."""

    number: int
    mode: str
    fault: str
    undoes: bool
    """Whether what has failed is undone instead of continued."""
    faults_stay: bool
    """Whether the fault still holds at the first attempt to go on."""


def run_campaign(runs: int, seed: int, modes: Sequence[str] = MODES) -> Tally:
    """`runs` runs, by turns in `modes`: requests from all over the path, with faults that pass and that last."""
    tally = Tally()
    chance = random.Random(seed)
    paths = {mode: _path(mode) for mode in modes}
    for number in range(runs):
        mode = modes[number % len(modes)]
        operation, occurrence = chance.choice(paths[mode])
        kind = chance.choice(_KINDS)
        when = "@*" if chance.random() < 0.3 else f"@{occurrence}"
        fault = f"{operation}{when}:{kind}{_ARGUMENTS.get(kind, '')}"
        script = LinesScript(number, mode, fault, chance.random() < 0.5, chance.random() < 0.3)
        with _stage(script) as play:
            play.perform(tally)
    return tally


@contextlib.contextmanager
def _stage(script: LinesScript) -> Iterator[_Play]:
    with start_simulator(SimulatorConfig(seed=script.number, auto_approve_device_codes=True)) as azure:
        owner: Any = azure.announcement["owner"]
        with TemporaryDirectory() as folder:
            environment = {
                "AZURE_AUTHORITY_HOST": azure.base_url,
                "AZURE_TENANT_ID": str(azure.announcement["tenant_id"]),
                "AZURE_CLIENT_ID": owner["client_id"],
                "AZURE_CLIENT_SECRET": owner["client_secret"],
                "XDG_STATE_HOME": folder,
                "SSH_CONNECTION": "1 2 3 4",
            }
            with patch.dict(os.environ, environment):
                yield _Play(azure, script, Path(folder))


def _path(mode: str) -> list[tuple[str, int]]:
    """The requests of a run without faults: operation, and which of its kind."""
    with _stage(LinesScript(0, mode, "", undoes=False, faults_stay=False)) as play:
        if not play.creates():
            raise AssertionError(f"without a fault it ended with: {play.heard}")
        operations = [str(request["operation"]) for request in play.azure.requests()[play.begun :]]
    return [(name, operations[: place + 1].count(name)) for place, name in enumerate(operations)]


class _Play:
    """One run in a simulated Azure of its own."""

    def __init__(self, azure: RunningSimulator, script: LinesScript, folder: Path) -> None:
        self.azure = azure
        self._script = script
        self._folder = folder
        self._clock = RealTimeClock(times=_TIMES, on_skip=azure.advance_clock)
        self.heard = ""
        """All that was printed."""
        self.begun = 0
        """Requests before the fault could meet one."""
        self._taken: list[str] = []
        """The client secrets that were delivered."""

    def perform(self, tally: Tally) -> None:
        """Play it and add what came of it to the tally."""
        tally.runs += 1
        before = belongings(self.azure.state())
        try:
            self._story(tally)
        except Exception:
            tally.crashes += 1
            self._tell(tally, traceback.format_exc())
        self.azure.clear_faults()
        if belongings(self.azure.state()) != before:
            tally.foreign_touched += 1
            self._tell(tally, "touched what is not its own")
        if "Traceback" in self.heard or "unexpected error" in self.heard:
            tally.crashes += 1
            self._tell(tally, f"not a problem in words: {self.heard[-600:]}")
        self._expect_no_secret(tally)

    def creates(self) -> bool:
        """The first attempt; whether everything was created and delivered."""
        return self._calls_script() if self._script.mode == "script" else self._talks("again")

    def _story(self, tally: Tally) -> None:
        if self._script.mode == "script":
            self.put_fault()
        if self.creates():
            tally.at_once += 1
            self._expect_one_of_everything(tally)
            return
        if not self._script.faults_stay:
            self.azure.clear_faults()
        if self._script.undoes:
            for _ in range(_CALLS):
                self._talks("undo")
                self.azure.clear_faults()
                if Holdings.of(self.azure.state()).nothing:
                    tally.undone += 1
                    return
            tally.left_behind += 1
            self._tell(tally, f"undo left {Holdings.of(self.azure.state())}: {self.heard[-600:]}")
            return
        for _ in range(_CALLS):
            if self.creates():
                tally.after_continue += 1
                self._expect_one_of_everything(tally)
                return
            self.azure.clear_faults()
        tally.not_finished += 1
        self._tell(tally, f"going on did not lead to success: {self.heard[-600:]}")

    def put_fault(self) -> None:
        """From now on the fault can meet a request."""
        self.begun = len(self.azure.requests())
        if self._script.fault:
            self.azure.add_fault(self._script.fault)

    # create --yes

    def _calls_script(self) -> bool:
        where = ["--resource-manager", self.azure.base_url, "--ca-file", str(self.azure.ca_file)]
        where += ["--auth", "environment", "--secret-to", keeping_in(self._folder / "taken")]
        subscription = str(self.azure.announcement["subscription_id"])
        wanted = ["--subscription", subscription, "--resource-group", _GROUP, "--location", "westeurope"]
        code = self._listens(lambda: create(["--yes", *wanted, *where], self._clock))
        if code == 6:  # all is there, and its secret was not delivered: the sentence names the command
            client_id = re.findall(r"pipeops-tui renew ([0-9a-f-]{36}) --yes", self.heard)[-1]
            code = self._listens(lambda: renew([client_id, "--yes", *where], self._clock))
        if code == 0:
            self._taken.append((self._folder / "taken").read_text())
        return code == 0

    # Plain mode

    def _talks(self, wish: str) -> bool:
        """One conversation; `wish` is what to do with what was not finished: `again` or `undo`."""
        settings = Settings(
            auth=SignInMethod.ENVIRONMENT,
            resource_group=_GROUP,
            location="westeurope",
            resource_manager=self.azure.base_url,
            ca_file=self.azure.ca_file,
        )
        printed = io.StringIO()
        person = _Person(printed, wish, on_create=self.put_fault)

        async def talk() -> int:
            folder = self._folder / "pipeops-tui"
            connector = azure_connector(settings, folder, self._clock)
            journey = Journey(settings, connector, self._clock, folder)
            try:
                return await PlainProgram(journey, Conversation(person)).run()
            finally:
                await journey.close()

        code = self._listens(lambda: asyncio.run(talk()), printed)
        self._taken += person.shown
        return code == 0

    # What must hold

    def _listens(self, call: Any, printed: io.StringIO | None = None) -> int:
        out, errors = printed or io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            try:
                code: int = call()
            finally:
                self.heard += out.getvalue() + errors.getvalue()
        return code

    def _expect_one_of_everything(self, tally: Tally) -> None:
        holdings = Holdings.of(self.azure.state())
        holdings.count_duplicates(tally)
        if not holdings.one_of_everything:
            self._tell(tally, f"not one of everything: {holdings}")
        elif not key_of(self.azure, holdings.applications[0], self._taken[-1].encode()):
            self._tell(tally, "what was delivered is not the application's client secret")

    def _expect_no_secret(self, tally: Tally) -> None:
        """Plain mode shows it once, because the person has asked for that."""
        shown = 1 if self._script.mode == "plain" else 0
        journals = b"".join(path.read_bytes() for path in (self._folder / "pipeops-tui").rglob("*") if path.is_file())
        for secret in self._taken:
            if self.heard.count(secret) > shown or secret.encode() in journals:
                self._tell(tally, "the client secret is where it must not be")

    def _tell(self, tally: Tally, what: str) -> None:
        tally.stories.append(f"{self._script}: {what}")


class _Person(Lines):
    """Answers what was asked last, by what was printed since the last answer."""

    _ANSWERS: Mapping[str, str] = {
        "Client Secret: copy, show, send or done [copy]:": "show",
        "Show it? Type yes or no [no]:": "yes",
        "Remove this from Azure now? Type yes or no [no]:": "yes",
        "End without it? Type yes or no [no]:": "yes",
    }

    def __init__(self, printed: io.StringIO, wish: str, on_create: Any) -> None:
        super().__init__()
        self._printed = printed
        self._wish = wish
        self._on_create = on_create
        self._seen_until = 0
        self._asked = 0
        self._failed = 0
        self.shown: list[str] = []

    async def next(self) -> str:
        text = self._printed.getvalue()[self._seen_until :]
        self._seen_until += len(text)
        self._asked += 1
        if self._asked > _MOST_QUESTIONS:
            raise AssertionError(f"it asks without an end: {text}")
        self.shown += _SHOWN.findall(text) if "[done]:" in text else []
        return self._answer(" ".join(text.split()))

    def _answer(self, text: str) -> str:
        for end, answer in self._ANSWERS.items():
            if text.endswith(end):
                return answer
        if "Create this in Azure now?" in text:
            if self._wish == "undo":
                return "quit"  # nothing was left to undo
            self._on_create()
            return "yes"
        if text.endswith("What now? [continue]:"):
            return "undo" if self._wish == "undo" else "continue"
        if "again, undo or later" in text or 'What now? "again" continues' in text:
            self._failed += 1
            return "later" if self._failed > 1 else "again"
        if "Press Enter to try again" in text or "What now?" in text:
            self._failed += 1
            return "quit" if self._failed > 2 else ""
        return ""
