"""A renewal without questions: it adds a client secret, tests it, and keeps the old one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from pipeops_tui.cli.named_connection import why_not_renewable
from pipeops_tui.cli.quiet_sign_in import code_shower
from pipeops_tui.cli.script import ScriptError
from pipeops_tui.connections.connection import Connection, ConnectionSecret
from pipeops_tui.connections.renewal_checks import renewal_checks
from pipeops_tui.connections.searched_tenant import asked
from pipeops_tui.connections.taking_over import take_up
from pipeops_tui.core import az_commands
from pipeops_tui.core.marks import secret_number
from pipeops_tui.core.model import CheckOutcome, Plan, Subscription
from pipeops_tui.core.problem import in_one_line
from pipeops_tui.core.wizard import DEFAULT_SECRET_DAYS, choices_of
from pipeops_tui.journey.journey import Journey
from pipeops_tui.plain.scripted_run import ScriptedRun, ScriptedSecret, Tell, shorter_lifetime
from pipeops_tui.provisioning import Origin, RunState


class RenewalError(ScriptError):
    """The renewal cannot be done. The text says why and what to do, as sentences whose last one has no period."""

    def __init__(self, text: str, *, is_too_long: bool = False) -> None:
        """`is_too_long`: the tenant allows only a shorter lifetime, and nothing was added."""
        super().__init__(text)
        self.is_too_long = is_too_long


class ScriptedRenewal:
    """The renewal of one connection. Its coroutines run one after the other."""

    def __init__(self, journey: Journey, connection: Connection, tell: Tell) -> None:
        """`tell` gets each event as one line."""
        self._journey = journey
        self._connection = connection
        self._tell = tell
        self._scripted: ScriptedRun | None = None

    def stop(self) -> bool:
        """Let the running request finish and start no other; False where nothing is running."""
        return self._scripted is not None and self._scripted.stop()

    async def add(self, days: int | None) -> ScriptedSecret:
        """Add a client secret that is valid for `days` (None: the usual time), at most as long as the tenant allows,
        and test it.

        One that an earlier renewal has added and that was not delivered is replaced. Raises `RenewalError`,
        `CloudError` and `JournalUnavailable`; the secret that was in use works on in every case.
        """
        if reason := why_not_renewable(self._connection):
            raise RenewalError(f"{reason}, so no client secret would work. Open pipeops-tui to see what can be done")
        scripted, subscription = await self._take_up()
        run = scripted.run
        lifetime = await self._lifetime(run.plan, subscription, days)
        if run.state.retiring:
            await self._work(scripted, run.execute)  # the removal of an old one, which was asked for, has not ended
        first_day = _is_undelivered(run.state)
        mine = run.state.secrets if run.state.renewed or first_day else ()
        lost = {one.live_key.lower() for one in mine if not (one.delivered or one.kept)}
        if first_day:  # its first secret was not delivered: it is replaced
            await self._work(scripted, run.execute)
        else:
            await self._add(scripted, lifetime)
        gone = {*lost, run.state.secrets[-1].live_key.lower()}
        kept = sorted((one for one in self._connection.secrets if one.key_id.lower() not in gone), key=_is_ours)
        return scripted.secret(kept=tuple(kept))

    async def mark_delivered(self) -> None:
        """The secret was delivered: from now on nothing replaces it."""
        if self._scripted is not None:
            await self._scripted.run.mark_delivered()

    async def remove_old(self, key_id: str) -> bool:
        """Remove an older secret of this connection, by its key id; False where it is gone already. Raises as `add`
        does, also where the secret is not ours."""
        name, client_id = self._connection.application_name, self._connection.client_id
        found = next((one for one in self._connection.secrets if one.key_id.lower() == key_id), None)
        scripted, _ = await self._take_up()
        run = scripted.run
        is_ours = found.ours if found is not None else secret_number(run.state.run_id, key_id) is not None
        if found is None and not is_ours:
            raise RenewalError(f"{name} ({client_id}) has no client secret with the key ID {key_id}")
        if not is_ours:
            raise RenewalError(
                f"the client secret {key_id} of {name} ({client_id}) was not added by pipeops-tui, so it is not removed"
            )
        if found is None and not any(one.live_key.lower() == key_id for one in run.state.secrets):
            return False
        await self._work(scripted, lambda: run.remove_old_secret(key_id))
        return True

    async def _add(self, scripted: ScriptedRun, days: int) -> None:
        run = scripted.run
        await run.begin_renewal(run.plan.secret_description, days)
        try:
            await self._work(scripted, run.execute)
        except RenewalError as error:
            shorter = shorter_lifetime(days)
            if not error.is_too_long or shorter is None:
                raise
            self._tell(f"The tenant does not allow {days} days. Trying {shorter} days")
            await self._add(scripted, shorter)

    async def _take_up(self) -> tuple[ScriptedRun, Subscription]:
        show = code_shower(self._journey.settings, self._tell)
        run, subscription = await take_up(self._journey, self._connection, show)
        state = run.state
        if state.undoing:
            raise RenewalError("this connection is being removed. Open pipeops-tui to continue or to stop that")
        is_whole = state.renewed or state.retiring or _is_undelivered(state)
        if state.unfinished and state.origin is Origin.CREATED and not is_whole:
            raise RenewalError("this connection is unfinished. Open pipeops-tui to continue it")
        self._scripted = ScriptedRun(run, self._tell)
        return self._scripted, subscription

    async def _lifetime(self, plan: Plan, subscription: Subscription, wanted: int | None) -> int:
        """Days, shortened to what the tenant allows. What speaks against the renewal is told; it is raised only where
        Azure would certainly refuse."""
        reads, days = self._journey.lookups.reads, wanted or DEFAULT_SECRET_DAYS
        choices = replace(choices_of(plan, subscription, None), secret_days=days)
        for spec in renewal_checks(self._connection):
            check = await spec.run(reads, choices)
            if check.outcome is CheckOutcome.BLOCKED and not check.may_try_anyway:
                raise RenewalError(in_one_line(check.problem) if check.problem else f"{check.title}: {check.detail}")
            if check.outcome in (CheckOutcome.BLOCKED, CheckOutcome.WARNING):
                self._tell(f"{check.title}: {check.detail}")
        policy, _ = await asked(reads.secret_policy(plan.tenant_id))
        longest = policy.longest_days if policy is not None else None
        return days if longest is None else max(1, min(days, longest))

    async def _work(self, scripted: ScriptedRun, work: Callable[[], Awaitable[None]]) -> None:
        """Do a part of the run to its end; raises `RenewalError` when that is not a good one."""
        ending = await scripted.perform(work)
        if not ending.why:
            return
        state = scripted.run.state
        newest = state.secrets[-1] if state.secrets else None
        is_left = newest is not None and newest.made and not (newest.delivered or newest.kept)
        left = f". {undelivered(state.client_id, newest.live_key)}" if newest is not None and is_left else ""
        raise RenewalError(f"{ending.why}{left}", is_too_long=ending.is_too_long)


def _is_undelivered(state: RunState) -> bool:
    """Whether all of a new connection is made, and its client secret was not delivered."""
    is_new = state.origin is Origin.CREATED and not (state.renewed or state.delivered)
    has_role = state.assignment.made or state.granted
    return is_new and has_role and any(secret.made for secret in state.secrets)


def _is_ours(secret: ConnectionSecret) -> bool:
    return secret.ours


def undelivered(client_id: str, key_id: str) -> str:
    """What becomes of a client secret that was added and is not in use, as sentences whose last one has no period. A
    job of a CI system often runs on a computer without the journal."""
    return (
        "The next renewal on this computer replaces the client secret that this one has added. From another computer, "
        f"remove it: {az_commands.delete_secret(client_id, key_id)}"
    )
