"""Creates without questions what PipeOps needs: the same checks, plan and run as on the screens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeops_tui.checks import checks_for, registrations
from pipeops_tui.cli.quiet_sign_in import code_shower
from pipeops_tui.cli.script import ScriptError, UnusableValueError
from pipeops_tui.connections.connection import SOON, Connection, ConnectionState
from pipeops_tui.connections.examination import known_again, made_elsewhere
from pipeops_tui.connections.journaled import journaled_connections
from pipeops_tui.connections.searched_tenant import SearchedTenant, asked
from pipeops_tui.core import az_commands
from pipeops_tui.core.marks import run_ids
from pipeops_tui.core.model import Check, CheckOutcome, Doubt, Plan, Region, Subscription, SubscriptionPage
from pipeops_tui.core.names import group_name_hint
from pipeops_tui.core.problem import FailureKind, in_one_line
from pipeops_tui.core.wizard import DEFAULT_APPLICATION_NAME, DEFAULT_SECRET_DAYS, STEPS, plan
from pipeops_tui.journey.early_checks import is_blocking
from pipeops_tui.journey.journey import Journey
from pipeops_tui.plain.scripted_run import RunEnding, ScriptedRun, ScriptedSecret, Tell, shorter_lifetime
from pipeops_tui.provisioning import RecordedRun, RowState, Run

_DELETING = "deleting"
"""`properties.provisioningState` of a resource group that is on its way out, in lower case."""
_PROVED = "test-sign-in"
_TRIED = ". It is tried all the same: if Azure refuses, nothing is left behind"


@dataclass(frozen=True, slots=True)
class Existing:
    """What is there already under this name, with Contributor on this resource group."""

    connection: Connection
    undelivered: bool
    """Whether its client secret was not delivered."""


class ScriptedCreation:
    """The creation of one connection with the values of the journey's settings. Its coroutines run one after the
    other, `choose` first. All raise `CloudError`, and `ScriptError` where it cannot be done."""

    def __init__(self, journey: Journey, tell: Tell) -> None:
        """`tell` gets each event as one line."""
        self._journey = journey
        self._settings = journey.settings
        self._tell = tell
        self._page: SubscriptionPage | None = None
        self._scripted: ScriptedRun | None = None

    def stop(self) -> bool:
        """Let the running request finish and start no other; False where nothing is running."""
        return self._scripted is not None and self._scripted.stop()

    # The values

    async def choose(self) -> None:
        """Look the values up. Raises `UnusableValueError` for one that Azure does not know, or that is missing."""
        self._page, subscription = await self._subscription()
        if subscription.unusable:
            raise ScriptError(f"the subscription {subscription.display_name} cannot be used: {subscription.unusable}")
        lookups, name = self._journey.lookups, self._settings.resource_group or ""
        group = (await lookups.group(subscription, name)).value
        if group is not None and group.provisioning_state.casefold() == _DELETING:
            raise ScriptError(f"{group.name} is being deleted. Wait until it is gone, or use another name")
        if hint := group_name_hint(name):
            self._tell(f"{name}: {hint}")
        region = await self._region(subscription) if group is None else None
        if group is not None and self._settings.location is not None:
            self._tell(f"{group.name} exists in {group.location}, so --location is not used")
        application = self._settings.app_name or DEFAULT_APPLICATION_NAME
        self._journey.wizard.choose(
            subscription=subscription,
            existing_group=group,
            group_name=name,
            region=region,
            application_name=application,
            secret_days=await self._days(subscription),
        )

    async def _subscription(self) -> tuple[SubscriptionPage, Subscription]:
        wanted, locked = self._settings.subscription, list[str]()
        async for page in self._journey.lookups.subscriptions.pages():
            if page.tenant.locked is not None:
                locked.append(f"{page.tenant.display_name} could not be asked: {page.tenant.locked.title}")
            for one in page.subscriptions:
                if one.subscription_id.lower() == wanted:
                    return page, one
        account = self._journey.session.account.name if self._journey.session is not None else ""
        why = "".join(f". {reason}" for reason in locked)
        raise ScriptError(f"{account} cannot see the subscription {wanted}{why}")

    async def _region(self, subscription: Subscription) -> Region:
        wanted, name = self._settings.location, self._settings.resource_group
        if wanted is None:
            raise UnusableValueError(f"there is no resource group {name} yet, so give its region: --location")
        regions = (await self._journey.lookups.regions(subscription)).value
        for one in regions:
            if _plain(wanted) in (_plain(one.name), _plain(one.display_name)):
                return one
        raise UnusableValueError(f"--location {wanted} is not a region that this subscription can use")

    async def _days(self, subscription: Subscription) -> int:
        """The lifetime that was asked for, at most what the tenant allows."""
        days = self._settings.expires_in or DEFAULT_SECRET_DAYS
        policy, _ = await asked(self._journey.lookups.secret_policy(subscription.tenant_id))
        longest = policy.value.longest_days if policy is not None else None
        if longest is None or days <= longest:
            return days
        self._tell(f"The tenant allows at most {longest} days for a client secret")
        return max(1, longest)

    # What there is already

    async def existing(self, journals: Path) -> Existing | None:
        """The application of this name that is Contributor on this group, which this computer's `journals` know or
        whose tag says that pipeops-tui made it. The directory's index lags: one that another computer has just made
        can be missing."""
        if self._page is None:
            raise RuntimeError("the values have not been chosen yet")
        reads = SearchedTenant(self._journey.lookups.reads, self._page, owners=False)
        begun = set[str]()
        """The runs that `go_on` continues, however much of them Azure shows."""
        for known in journaled_connections(journals, self._journey.clock.now()).connections:
            if not self._is_wanted(known):
                continue
            if (found := await self._still_there(reads, known)) is not None:
                return found
            if _is_begun(known):
                begun.add(known.run_id.lower())
        tagged, why = await asked(reads.tagged())
        if why:
            self._tell(f"Applications that pipeops-tui made on other computers could not be looked for: {why}")
        for application in tagged or ():
            is_begun = bool(begun.intersection(run_ids(application.tags)))
            if application.display_name.casefold() == self._name.casefold() and not is_begun:
                one = await made_elsewhere(reads, application, self._journey.clock.now(), SOON)
                if one is not None and self._is_wanted(one):
                    return Existing(one, undelivered=False)
        return None

    async def _still_there(self, reads: SearchedTenant, known: Connection) -> Existing | None:
        recorded = known.recorded
        application = await reads.application(known)
        if recorded is None or application is None or known.run_id.lower() not in run_ids(application.tags):
            return None
        state = recorded.state
        if known.state is ConnectionState.UNFINISHED:
            has_all = (state.assignment.made or state.granted) and any(one.made for one in state.secrets)
            return Existing(known, undelivered=not state.delivered) if has_all and not state.undoing else None
        seen = await known_again(reads, known, application, self._now, SOON)
        if seen.state in (ConnectionState.NO_GROUP, ConnectionState.NO_ROLE):
            return None
        return Existing(seen, undelivered=False)

    @property
    def _now(self) -> datetime:
        skew = self._journey.session.clock_skew if self._journey.session is not None else None
        return self._journey.clock.now() - timedelta(seconds=skew or 0.0)

    @property
    def _name(self) -> str:
        return self._journey.choices.application_name

    def _is_wanted(self, one: Connection) -> bool:
        session, choices = self._journey.session, self._journey.choices
        here = session.endpoints.resource_manager if session is not None else ""
        subscription = choices.subscription
        return (
            one.application_name.casefold() == self._name.casefold()
            and one.group_name.casefold() == (self._settings.resource_group or "").casefold()
            and subscription is not None
            and one.subscription_id.lower() == subscription.subscription_id.lower()
            and one.resource_manager.rstrip("/").lower() == here.rstrip("/").lower()
        )

    # Creating

    async def plan(self) -> Plan:
        """What will be created, once nothing speaks against it that Azure would certainly refuse. What else speaks
        against it is told."""
        journey = self._journey
        subscription = journey.choices.subscription
        if subscription is None:
            raise RuntimeError("the values have not been chosen yet")
        found = await registrations(journey.lookups.reads, subscription)
        journey.wizard.choose(providers=found.namespaces if found.certain else ())
        specs = [spec for step in STEPS for spec in checks_for(step, journey.choices)]
        checks = await asyncio.gather(*(spec.run(journey.lookups.reads, journey.choices) for spec in specs))
        self._judge(checks)
        doubts = [Doubt(one.key, one.doubts) for one in checks if is_blocking(one) and one.doubts is not None]
        journey.wizard.try_anyway([one.key for one in checks], doubts)
        return plan(journey.choices)

    def _judge(self, checks: Sequence[Check]) -> None:
        """Tell what speaks against it. Raises the sign-in that Azure asks for, and `ScriptError` for what blocks."""
        for check in checks:
            if check.challenge is not None:
                raise check.challenge
        blocking = [one for one in checks if is_blocking(one) and not one.may_try_anyway]
        for check in checks:
            if check not in blocking and check.outcome in (CheckOutcome.BLOCKED, CheckOutcome.WARNING):
                self._tell(f"{check.title}: {check.detail}{_TRIED if is_blocking(check) else ''}")
        if not blocking:
            return
        for line in _messages(blocking):
            self._tell(line)
        reasons = (in_one_line(one.problem) if one.problem else f"{one.title}: {one.detail}" for one in blocking)
        raise ScriptError(f"nothing was created. {'. '.join(reasons)}")

    async def unfinished(self) -> RecordedRun | None:
        """The run of these values that was interrupted on this computer before it had finished."""
        session = self._journey.session
        here = session.endpoints.resource_manager if session is not None else ""
        survey = await (await self._journey.earlier_runs()).survey(here)
        for complaint in survey.set_aside:
            self._tell(complaint)
        return next((one for one in survey.unfinished if self._is_same(one)), None)

    def _is_same(self, recorded: RecordedRun) -> bool:
        state, choices = recorded.state, self._journey.choices
        subscription = choices.subscription
        return (
            subscription is not None
            and state.plan.subscription_id.lower() == subscription.subscription_id.lower()
            and state.plan.group_name.casefold() == (self._settings.resource_group or "").casefold()
            and state.plan.application_name.casefold() == self._name.casefold()
            and not (state.renewed or state.undoing or state.retiring)
        )

    async def create(self, new: Plan) -> ScriptedSecret:
        """Create what `new` says, and test the sign-in. Raises also `JournalUnavailable`."""
        await (await self._journey.earlier_runs()).check_writable()
        workspace = await self._journey.open_workspace()
        return await self._perform(await self._journey.begin_run(new, workspace))

    async def go_on(self, recorded: RecordedRun) -> ScriptedSecret:
        """Continue an interrupted run. Raises also `JournalUnavailable`."""
        self._tell("Continuing what was started before")
        run, _ = await self._journey.take_up(recorded, code_shower(self._journey.settings, self._tell))
        return await self._perform(run)

    async def _perform(self, run: Run) -> ScriptedSecret:
        self._scripted = scripted = ScriptedRun(run, self._tell)
        ending = await scripted.perform(run.execute)
        days = run.plan.secret_days
        while ending.is_too_long and (shorter := shorter_lifetime(days)) is not None:
            self._tell(f"The tenant does not allow {days} days. Trying {shorter} days")
            days = shorter
            # All but the secret is made.
            await run.begin_renewal(run.plan.secret_description, days)
            ending = await scripted.perform(run.execute)
        if run.credentials is not None and (_is_proved(run) or _is_barred_here(run, ending)):
            if ending.why:
                self._tell(f"{ending.why}.")
            return scripted.secret(proved=_is_proved(run))
        if ending.rolled_back:
            raise ScriptError(f"{ending.why}. Nothing is left behind")
        again = "Run the same command again to continue, or open pipeops-tui to undo it"
        raise ScriptError(f"{ending.why}. {again}" if not run.state.empty else ending.why)

    async def mark_delivered(self) -> None:
        """The secret was delivered."""
        if self._scripted is not None:
            await self._scripted.run.mark_delivered()


def _is_begun(known: Connection) -> bool:
    """Whether it was interrupted while it was created."""
    is_unfinished = known.state is ConnectionState.UNFINISHED
    return is_unfinished and known.recorded is not None and not known.recorded.state.undoing


def undelivered(client_id: str) -> str:
    """What can be done where a client secret was created and not delivered."""
    return f"Its client secret was not delivered. Make a new one: {az_commands.renew_by_script(client_id)}"


def _is_proved(run: Run) -> bool:
    return any(row.key == _PROVED and row.state is RowState.DONE for row in run.rows)


def _is_barred_here(run: Run, ending: RunEnding) -> bool:
    """Whether a policy lets the new application sign in from other networks only: then its values can be used."""
    has_failed = any(row.key == _PROVED and row.state is RowState.FAILED for row in run.rows)
    return has_failed and ending.error is not None and ending.error.kind is FailureKind.FINAL


def _messages(checks: Iterable[Check]) -> Iterable[str]:
    """The words with which to ask for what is missing, line by line."""
    for check in checks:
        if check.message:
            yield f"Message about {check.title}:"
            yield from (f"  {line}" for line in check.message.splitlines() if line.strip())


def _plain(name: str) -> str:
    """The name of a region in the form in which it is compared: `West Europe` is `westeurope`."""
    return name.replace(" ", "").casefold()
