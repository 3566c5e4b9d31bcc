"""A new client secret for a connection, and the end of the old one, without a screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeops_tui.connections.connection import Connection, old_secret
from pipeops_tui.connections.connection_words import old_secret_sentence
from pipeops_tui.connections.renewal_checks import renewal_checks
from pipeops_tui.connections.renewal_words import (
    IF_IT_WORKS,
    NAMED,
    WORKS_WITH_NEW,
    is_made_by_hand,
    renewal_sentence,
    what_stays_of,
)
from pipeops_tui.connections.restoring import allowed_days, restoration_sentences, restorers, who_can
from pipeops_tui.connections.searched_tenant import asked
from pipeops_tui.core.clock import secret_expiry, spell_day
from pipeops_tui.core.model import Subscription
from pipeops_tui.core.ports import Topic
from pipeops_tui.core.wizard import DEFAULT_SECRET_DAYS, choices_of
from pipeops_tui.plain.conversation import Conversation, GoBack, Quit, in_order
from pipeops_tui.plain.plain_checks import check, decide
from pipeops_tui.plain.plain_lifetime import ask_days
from pipeops_tui.provisioning import Run

if TYPE_CHECKING:
    from pipeops_tui.journey.journey import Journey
    from pipeops_tui.plain.plain_creation import PlainCreation


class PlainRenewal:
    """Works on runs that were taken up. Its coroutines raise as `Conversation.ask` does, and `CloudError`."""

    def __init__(self, journey: Journey, talk: Conversation, creation: PlainCreation) -> None:
        self._journey = journey
        self._talk = talk
        self._creation = creation
        self._days = 0
        self._wanted = False

    async def renew(self, connection: Connection, run: Run, subscription: Subscription) -> None:
        """Check, ask, add a client secret and hand it over. Raises `GoBack` when the person does not want it."""
        self._days = self._journey.settings.expires_in or DEFAULT_SECRET_DAYS
        self._talk.say(f"Renew the client secret of {connection.application_name} on {connection.group_name}.")
        self._talk.say(renewal_sentence(connection))
        steps: list[Callable[[], Awaitable[object]]] = [
            lambda: self._check(connection, run, subscription),
            lambda: self._ask_days(subscription),
        ]
        if is_made_by_hand(connection):
            steps.append(lambda: self._name_it(connection))
        await in_order(self._talk, [*steps, lambda: self._confirm(connection)])
        if not self._wanted:
            self._talk.say("Nothing was renewed.")
            raise GoBack
        await run.begin_renewal(run.plan.secret_description, self._days)
        await self._carry_out(run, subscription)

    async def restore(self, connection: Connection, run: Run, subscription: Subscription) -> None:
        """Bring a deleted application back, with a new client secret."""
        lookups = self._journey.lookups
        self._talk.say(f"Restore {connection.application_name}.")
        for sentence in restoration_sentences(connection):
            self._talk.say(sentence)
        self._talk.say(who_can(await restorers(lookups.reads, subscription.tenant_id)))
        if connection.recorded is None:
            await self._name_it(connection)
        if not await self._talk.confirm("Restore it now?", explain="Nothing has been changed yet."):
            self._talk.say("Nothing was restored.")
            raise GoBack
        policy, _ = await asked(lookups.reads.secret_policy(subscription.tenant_id))
        days = allowed_days(self._journey.settings.expires_in or run.plan.secret_days, policy)
        await run.begin_renewal(run.plan.secret_description, days, restores=True)
        await self._carry_out(run, subscription)

    async def go_on(self, run: Run, subscription: Subscription) -> None:
        """Continue a run, or a renewal, that was not finished."""
        await self._carry_out(run, subscription)

    async def remove_old(self, connection: Connection, run: Run) -> None:
        """Remove the old one of two client secrets, once PipeOps works with the new one."""
        now = self._journey.clock.now()
        old = old_secret(connection.secrets, now)
        if old is None:
            self._talk.say(f"{connection.application_name} has no old client secret.")
            return
        key_id = old.key_id
        await self._ask_about_old(run, old_secret_sentence(connection, now), lambda: run.remove_old_secret(key_id))

    # Before

    async def _check(self, connection: Connection, run: Run, subscription: Subscription) -> None:
        reads = self._journey.lookups.reads
        choices = replace(choices_of(run.plan, subscription, None), secret_days=self._days)
        while True:
            checks, blocking = await check(self._talk, renewal_checks(connection), reads, choices)
            if not blocking or await decide(self._talk, checks, blocking) == "try":
                return
            self._journey.lookups.forget(*Topic)

    async def _ask_days(self, subscription: Subscription) -> None:
        policy, _ = await asked(self._journey.lookups.secret_policy(subscription.tenant_id))
        longest = policy.value.longest_days if policy is not None else None
        self._days = await ask_days(self._talk, self._days, longest, self._journey.clock.now())

    async def _name_it(self, connection: Connection) -> None:
        named = connection.client_id[:NAMED]
        await self._talk.ask(
            f"pipeops-tui has no journal of this application. Type {named}, the first characters of its client ID",
            explain=f"{connection.application_name} has the client ID {connection.client_id}. Typing a part of it "
            "makes sure that the right application is changed.",
            wrong=lambda answer: "" if answer.casefold() == named.casefold() else f"That is not {named}.",
        )

    async def _confirm(self, connection: Connection) -> None:
        expires = spell_day(secret_expiry(self._journey.clock.now(), self._days))
        self._talk.say(f"This will be added to {connection.application_name} ({connection.client_id}):")
        self._talk.say(f"  1  Client secret: expires {expires}")
        self._talk.say("Then a test sign-in. No other client secret is changed.")
        self._wanted = await self._talk.confirm("Add it in Azure now?", explain="Nothing has been changed yet.")

    # The new one, and the old one

    async def _carry_out(self, run: Run, subscription: Subscription) -> None:
        self._journey.adopt(run, subscription)
        self._journey.secret_replaced()
        if not await self._creation.perform(run):
            return
        await self._creation.hand_over(run)
        if run.state.delivered and run.state.kept_secrets:
            stays = what_stays_of(run.state.kept_secrets, self._journey.clock.now())
            await self._ask_about_old(run, stays, run.remove_old_secrets)

    async def _ask_about_old(self, run: Run, stays: str, remove: Callable[[], Awaitable[None]]) -> None:
        """Remove what is old where the person says so."""
        self._talk.say(f"{stays} {IF_IT_WORKS}")
        while True:
            try:
                answer = await self._talk.pick(
                    f'{WORKS_WITH_NEW} "yes" removes the old one now, "later" leaves it',
                    ("yes", "later"),
                    "later",
                    explain="Connect PipeOps with the new one first. The list of connections (pipeops-tui list "
                    "--plain) removes the old one at any time.",
                )
            except (GoBack, Quit):
                answer = "later"
            if answer == "later":
                self._talk.say("The old client secret stays. pipeops-tui list --plain removes it later.")
                return
            ending = await self._creation.at_work(run).perform(remove)
            if not ending.why:
                self._talk.say("The old client secret is removed.")
                return
            self._talk.say(f"{ending.why}.")
