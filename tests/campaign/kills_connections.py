"""Deaths of a program that renews or removes a connection which another computer made half a year ago.

The program dies at a request, lost or carried out; it is started again, and the renewal continued or discarded, or the
removal continued. While it is dead there is always a secret that works, until somebody says that it can go.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any, ClassVar

from pipeops_tui.simulator.faults import FaultKind
from tests.campaign.simulation import Simulation
from tests.campaign.tally import Tally
from tests.support.terminal import Terminal

_NAME = "PipeOps Staging"
_READY = "✓ Ready"
_PATIENCE = 300.0
_BOUNDARIES = {"renew": 14, "remove": 16}
"""Requests from the confirmation to the end, when nothing goes wrong."""


class Ending(StrEnum):
    """What is done after the death."""

    CONTINUE = "continue"
    """To the end: of a renewal with the yes that removes the old secret."""
    LATER = "later"
    """A renewal to its end, without that yes."""
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class ConnectionDeath:
    """One run of the campaign."""

    scenario: ClassVar = "six-months-later"
    journey: str
    """`renew` or `remove`."""
    boundary: int
    """Number of the request, from the confirmation on."""
    carried_out: bool
    ending: Ending

    def play(self, azure: Simulation, state_home: Path, tally: Tally) -> _Play:
        """What there is to perform."""
        return _Play(azure, state_home, self, tally)


def connection_deaths(journey: str, runs: int | None) -> Sequence[ConnectionDeath]:
    """Every boundary, before and after, with each ending; or `runs` of them, spread over all of that."""
    endings = tuple(Ending) if journey == "renew" else (Ending.CONTINUE,)
    boundaries = range(1, _BOUNDARIES[journey] + 1)
    every = [ConnectionDeath(journey, *case) for case in product(boundaries, (False, True), endings)]
    if runs is None or runs >= len(every):
        return every
    return [every[(position * len(every) // runs + position) % len(every)] for position in range(runs)]


class _Play:
    def __init__(self, azure: Simulation, state_home: Path, death: ConnectionDeath, tally: Tally) -> None:
        self._azure = azure
        self._state_home = state_home
        self._death = death
        self._tally = tally
        application = self._application
        assert application is not None
        self._client_id = application["appId"]
        self._old = application["passwordCredentials"][0]["keyId"]

    def perform(self) -> None:
        """Die, start again, and add what came of it to the tally."""
        before = self._others()
        with self._program(self._death.journey, self._client_id) as terminal:
            self._die(terminal)
            terminal.signal(signal.SIGKILL)
            if terminal.wait_exit() != -signal.SIGKILL:
                self._tell("it had ended before it was killed")
        self._azure.clear_faults()
        if self._death.journey == "renew" and self._old not in self._keys:
            self._tell("the secret in use was gone while the program was dead")
        with self._program() as terminal:
            terminal.wait_for(f"{_READY}|Decide later")
            if "Decide later" in terminal.screen:
                self._go_on(terminal)
            else:
                self._tally.at_once += 1  # nothing was asked for yet, or all was done
                self._expect_before_or_after()
        if self._others() != before:
            self._tally.foreign_touched += 1
            self._tell("touched what is not its own")

    # Until death

    def _die(self, terminal: Terminal) -> None:
        terminal.wait_for("Sign in to look for the connection", _READY)
        terminal.press("enter")
        terminal.wait_for(f"{_NAME} · pipeops-staging", "Client secrets")
        if self._death.journey == "renew":
            terminal.press("n")
            terminal.wait_for("Renew the client secret of", "Contributor on pipeops-staging", "Renew +Not now")
            self._azure.add_fault(self._fault)
            terminal.press("enter")
            end = "The new client secret works"
        else:
            terminal.press("x")
            terminal.wait_for(f"Remove {_NAME}", f"Type {_NAME} to remove")
            terminal.press(*_NAME)
            self._azure.add_fault(self._fault)
            terminal.press("enter")
            end = "The connection is removed"
        terminal.wait_until(lambda screen: self._struck() or end in screen, "the moment of death", seconds=_PATIENCE)

    @property
    def _fault(self) -> str:
        kind = FaultKind.DROP_RESPONSE if self._death.carried_out else FaultKind.DROP_REQUEST
        return f"*@{self._death.boundary}:{kind}"

    def _struck(self) -> bool:
        return any(request["fault"] for request in self._azure.requests())

    # And after it

    def _go_on(self, terminal: Terminal) -> None:
        if self._death.journey == "remove":
            self._remove(terminal)
        elif self._death.ending is Ending.DISCARD:
            self._discard(terminal)
        else:
            self._renew(terminal)

    def _take_up(self, terminal: Terminal, key: str) -> None:
        terminal.press(key)
        terminal.wait_for(r"To .*pipeops-staging", "Environment variables")
        terminal.press("enter")

    def _renew(self, terminal: Terminal) -> None:
        self._take_up(terminal, "enter")
        terminal.wait_for("✓ The new client secret works", "Client Secret", seconds=_PATIENCE)
        terminal.press("c")
        terminal.wait_for("Client Secret copied")
        if self._death.ending is Ending.CONTINUE:
            terminal.press("o")
            terminal.wait_for("Does PipeOps work with the new client secret")
            terminal.press(*"yes", "enter")
            terminal.wait_for("The old client secret is removed", seconds=_PATIENCE)
        self._tally.after_continue += 1
        wanted = 1 if self._death.ending is Ending.CONTINUE else 2
        if len(self._keys) != wanted or (wanted == 2) is not (self._old in self._keys):
            self._tell(f"{len(self._keys)} secrets instead of {wanted}, or the wrong one: {self._keys}")

    def _discard(self, terminal: Terminal) -> None:
        self._take_up(terminal, "u")
        terminal.wait_for("Discard the new client secret")
        terminal.press("tab", "enter")
        terminal.wait_for("The new client secret is removed|Not everything was removed", seconds=_PATIENCE)
        self._tally.undone += 1
        if self._keys != [self._old]:
            self._tell(f"not only the secret in use is left: {self._keys}")

    def _remove(self, terminal: Terminal) -> None:
        self._take_up(terminal, "u")
        terminal.wait_for("Undo what was created", f"Type {_NAME} to undo")
        terminal.press(*_NAME, "enter")
        terminal.wait_until(self._is_removed, "the end of the removal", seconds=_PATIENCE)
        self._tally.undone += 1
        if self._application is not None or self._has_group:
            self._tally.left_behind += 1
            self._tell("the connection is still there")

    def _is_removed(self, screen: str) -> bool:
        """Whether the removal has ended. Deleting a group takes a while: the world's clock is moved instead."""
        if "Azure is deleting it" in screen:
            self._azure.advance_clock(60)
        return "Nothing that was created is left" in screen or "Not everything was removed" in screen

    def _expect_before_or_after(self) -> None:
        gone = self._application is None and not self._has_group
        whole = self._application is not None and self._old in self._keys
        if self._death.journey == "remove" and not (gone or whole):
            self._tell("neither there nor gone")
        if self._death.journey == "renew" and (not whole or len(self._keys) > 2):
            self._tell(f"neither as before nor renewed: {self._keys}")

    # What Azure holds

    @property
    def _application(self) -> Mapping[str, Any] | None:
        found = [item for item in self._azure.state()["applications"] if item["displayName"] == _NAME]
        return found[0] if found else None

    @property
    def _keys(self) -> list[str]:
        application = self._application
        return [] if application is None else [key["keyId"] for key in application["passwordCredentials"]]

    @property
    def _has_group(self) -> bool:
        return any(item["name"] == "pipeops-staging" for item in self._azure.state()["resource_groups"])

    def _others(self) -> dict[str, str]:
        """Everything there is besides this connection, as text that changes when it does."""
        state = self._azure.state()
        principals = {item["id"] for item in state["service_principals"] if item["appId"] == self._client_id}
        return {
            f"{kind} {item['id']}": repr(sorted(item.items(), key=lambda pair: pair[0]))
            for kind in ("resource_groups", "applications", "service_principals", "role_assignments")
            for item in state[kind]
            if item.get("appId") != self._client_id
            and item.get("name") != "pipeops-staging"
            and item.get("properties", {}).get("principalId") not in principals
        }

    def _program(self, *arguments: str) -> Terminal:
        environment = {**self._azure.environment, "XDG_STATE_HOME": str(self._state_home), "SSH_CONNECTION": "1 2 3 4"}
        argv = [sys.executable, "-m", "pipeops_tui", *arguments, *self._azure.options, "--auth", "environment"]
        return Terminal(argv, columns=100, lines=34, env=environment)

    def _tell(self, what: str) -> None:
        self._tally.stories.append(f"{self._death}: {what}")
