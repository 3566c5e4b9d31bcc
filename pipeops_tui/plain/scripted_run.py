"""A run without a screen: each of its events is told as one line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pipeops_tui.connections.connection import ConnectionSecret
from pipeops_tui.core.plain_text import PlainTexts
from pipeops_tui.core.problem import CloudError, in_one_line
from pipeops_tui.core.secret import Secret
from pipeops_tui.provisioning import (
    Event,
    Extent,
    Leftover,
    RetriesExhausted,
    RollbackStarted,
    Row,
    RowChanged,
    RowState,
    Run,
    RunEnded,
)

Tell = Callable[[str], None]
"""Shows one line of progress."""

_UNDER_WAY: Final = frozenset({RowState.RUNNING, RowState.RETRYING, RowState.LOOKING})
_SHORTER: Final = (180, 90, 30)
"""Days that are tried where the tenant's limit cannot be read: that takes the permission Policy.Read.All (Microsoft
Graph, "Get tenantAppManagementPolicy")."""
_TOO_LONG: Final = frozenset({"CredentialInvalidLifetimeAsPerAppPolicy", "InvalidKeyEndDate"})
"""Microsoft Graph's codes for a lifetime that the app management policy does not allow."""


@dataclass(frozen=True, slots=True)
class RunEnding:
    """How a part of a run ended."""

    why: str = ""
    """Why it is not done, as sentences whose last one has no period; empty where all of it is."""
    error: CloudError | None = None
    """What Azure answered; None where it has not refused anything."""
    rolled_back: bool = False
    """Whether what had been created was removed again."""

    @property
    def is_too_long(self) -> bool:
        """Whether the tenant allows only a shorter lifetime of client secrets, and none was added."""
        return self.error is not None and self.error.code in _TOO_LONG


@dataclass(frozen=True, slots=True)
class ScriptedSecret(PlainTexts):
    """A client secret that was added."""

    secret: Secret
    application_name: str
    resource_group_name: str
    tenant_id: str
    client_id: str
    subscription_id: str
    key_id: str
    expires: datetime | None
    proved: bool = True
    """Whether it has passed the test sign-in."""
    kept: tuple[ConnectionSecret, ...] = ()
    """The older ones, which stay: those of pipeops-tui last, the newest of them at the end. Which of them is in use is
    not known: another computer can have added one and not delivered it."""

    @property
    def kept_ours(self) -> tuple[ConnectionSecret, ...]:
        """Those that pipeops-tui has added, and removes when the person says so."""
        return tuple(one for one in self.kept if one.ours)

    def values(self, secret_to: str) -> dict[str, object]:
        """The JSON object for a secret that went to `secret_to`; what is not known is null. Never the secret."""
        return {
            "resource_group_name": self.resource_group_name,
            "tenant_id": self.tenant_id,
            "client_id": self.client_id,
            "subscription_id": self.subscription_id,
            "key_id": self.key_id,
            "expires": self.expires.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if self.expires else None,
            "proved": self.proved,
            "secret_to": secret_to,
        }


class ScriptedRun:
    """Drives one run. No person is asked whether to wait longer: when its budget of retries is used up, it stops."""

    def __init__(self, run: Run, tell: Tell, *, waits_for_owner: Callable[[Run], None] = lambda run: None) -> None:
        """`waits_for_owner` is called once, when the run begins to wait for an Owner to assign the role."""
        self.run = run
        self._tell = tell
        self._waits_for_owner = waits_for_owner
        self._has_asked_owner = False
        self._told: dict[str, str] = {}
        self._working = False
        self._exhausted: Row | None = None
        run.subscribe(self._note)

    def stop(self) -> bool:
        """Let the running request finish and start no other; False where nothing is running."""
        if self._working:
            self.run.stop()
        return self._working

    async def perform(self, work: Callable[[], Awaitable[None]]) -> RunEnding:
        """Do a part of the run, e.g. `run.execute`, to its end."""
        ends: list[Event] = []
        unsubscribe, self._working, self._exhausted = self.run.subscribe(ends.append), True, None
        try:
            await work()
        finally:
            self._working = False
            unsubscribe()
        ended = next(event for event in ends if isinstance(event, RunEnded))
        if ended.failed is None and not ended.stopped and all(row.state is RowState.DONE for row in ended.rows):
            return RunEnding()
        return RunEnding(self._why(ended), ended.error, ended.rolled_back)

    async def undo(self, extent: Extent) -> Sequence[Leftover]:
        """Remove what the run has created, or the part of it that `extent` says; what could not be removed."""
        self._working = True
        try:
            return await self.run.undo(extent)
        finally:
            self._working = False

    def secret(self, *, proved: bool = True, kept: tuple[ConnectionSecret, ...] = ()) -> ScriptedSecret:
        """What the run has added; `proved` and `kept` as in `ScriptedSecret`."""
        credentials = self.run.credentials
        if credentials is None:
            raise RuntimeError("a run ended without a secret and without a reason")
        plan, state = self.run.plan, self.run.state
        return ScriptedSecret(
            credentials.client_secret,
            plan.application_name,
            plan.group_name,
            plan.tenant_id,
            state.client_id,
            plan.subscription_id,
            state.secrets[-1].live_key,
            state.secrets[-1].expires,
            proved,
            kept,
        )

    def _why(self, ended: RunEnded) -> str:
        if ended.failed is not None:
            return in_one_line(ended.failed)
        waiting = next((row for row in ended.rows if row.state is RowState.ACCEPTED), None) or self._exhausted
        return f"{waiting.title}: {waiting.reason}" if waiting is not None else "it was stopped"

    def _note(self, event: Event) -> None:
        match event:
            case RowChanged(row) if row.state is not RowState.WAITING:
                # A wait is told once, whatever is tried meanwhile.
                news = row.reason if row.reason and row.state in _UNDER_WAY else row.state
                if self._told.get(row.key) != news:
                    self._told[row.key] = news
                    reason = f" ({row.reason})" if row.reason else ""
                    self._tell(f"{row.title}, {row.detail}: {row.state}{reason}")
                if self.run.owner_step is not None and not self._has_asked_owner:
                    self._has_asked_owner = True
                    self._waits_for_owner(self.run)
            case RetriesExhausted(row):
                self._exhausted = row
                self.run.stop()
            case RollbackStarted():
                self._tell("Azure has refused it. What was created for it is removed again")


def shorter_lifetime(days: int) -> int | None:
    """The days to try next, where the tenant does not allow `days` and its limit is not known; None for no other."""
    return next((one for one in _SHORTER if one < days), None)
