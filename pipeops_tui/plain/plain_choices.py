"""The questions about what is to be created: subscription, resource group, tenant, application, access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeops_tui.checks import checks_for, registrations
from pipeops_tui.checks.closed_regions import why_closed
from pipeops_tui.checks.room import RoomState, read_room
from pipeops_tui.checks.room_words import QUOTA_PAGE, room_advice, room_check
from pipeops_tui.connections.searched_tenant import asked
from pipeops_tui.core import names
from pipeops_tui.core.model import Doubt, Region, RegionRestriction, Subscription, SubscriptionPage
from pipeops_tui.core.ports import Topic
from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.wizard import Step, free_group_name
from pipeops_tui.plain.conversation import Conversation, Entry, GoBack, in_order
from pipeops_tui.plain.plain_checks import check, decide
from pipeops_tui.plain.plain_lifetime import ask_days
from pipeops_tui.plain.told_problem import tell_checks

if TYPE_CHECKING:
    from pipeops_tui.journey.journey import Journey

_DELETING: Final = "deleting"
_TOPICS: Final = tuple(topic for topic in Topic if topic is not Topic.CONNECTIONS)


class PlainChoices:
    """Asks step by step, and records the answers in the journey. Every step raises `GoBack`, `Quit`,
    `InputEndedError`, and `CloudError` where Azure could not be asked at all."""

    def __init__(self, journey: Journey, talk: Conversation) -> None:
        self._journey = journey
        self._talk = talk

    # Subscription

    async def subscription(self) -> None:
        """Which subscription PipeOps is to use."""
        self._talk.say("Asking Azure for your subscriptions.")
        found: list[Subscription] = []
        async for page in self._journey.lookups.subscriptions.pages():
            found += page.subscriptions
            self._tell_locked(page)
        if not found:
            self._talk.say("This account can see no subscription. Go back and sign in with another account.")
            raise GoBack
        entries = [
            Entry(one.subscription_id, f"{one.display_name}, {one.tenant_name}, {one.subscription_id}", one.unusable)
            for one in found
        ]
        usable = [one for one in entries if not one.reason]
        wished = self._chosen_subscription or self._journey.settings.subscription or ""
        default = next((one.key for one in usable if one.key.lower() == wished.lower()), "")
        key = await self._talk.choose(
            "Which subscription?",
            entries,
            default or (usable[0].key if usable else ""),
            explain="PipeOps creates its servers in this subscription, and their costs are billed there.",
        )
        self._journey.wizard.choose(subscription=next(one for one in found if one.subscription_id == key))

    @property
    def _chosen_subscription(self) -> str:
        chosen = self._journey.choices.subscription
        return chosen.subscription_id if chosen is not None else ""

    def _tell_locked(self, page: SubscriptionPage) -> None:
        if page.tenant.locked is not None:
            self._talk.say(f"{page.tenant.display_name} could not be asked: {page.tenant.locked.title}.")

    @property
    def _subscription(self) -> Subscription:
        chosen = self._journey.choices.subscription
        if chosen is None:
            raise RuntimeError("no subscription has been chosen yet")
        return chosen

    # Resource group

    async def resource_group(self) -> None:
        """Which resource group, and the region of a new one."""
        lookups, chosen = self._journey.lookups, self._journey.choices
        try:
            groups = [one.name for one in (await lookups.groups(self._subscription)).value]
            self._talk.say(f"The subscription has {len(groups)} resource groups.")
        except CloudError as error:
            groups = []
            self._talk.say(f"{error.problem.title}: existing resource groups could not be listed.")
        current = chosen.existing_group.name if chosen.existing_group is not None else chosen.group_name
        default = current or free_group_name(frozenset(name.lower() for name in groups))
        while True:
            name = await self._talk.ask(
                "Name of the resource group",
                default,
                explain="PipeOps works inside one resource group. A new name creates a new one; the name of an "
                "existing one uses that, and PipeOps can then change everything in it.",
                wrong=names.group_name_error,
            )
            group = (await lookups.group(self._subscription, name)).value
            if group is not None and group.provisioning_state.casefold() == _DELETING:
                self._talk.say(f"{group.name} is being deleted. Wait, or use another name.")
                continue
            if hint := names.group_name_hint(name):
                self._talk.say(f"{name}: {hint}.")
            if group is not None:
                self._talk.say(f"{group.name} exists in {group.location}. PipeOps can change everything in it.")
                self._journey.wizard.choose(existing_group=group, group_name=group.name, region=None)
                break
            try:
                region = await self._region()
            except GoBack:
                default = name
                continue
            self._journey.wizard.choose(existing_group=None, group_name=name, region=region)
            break
        await self._passes(Step.RESOURCE_GROUP)

    async def _region(self) -> Region:
        listed = (await self._journey.lookups.regions(self._subscription)).value
        found, _ = await asked(self._journey.lookups.closed_regions(self._subscription))
        closed = found or {}
        regions = sorted(listed, key=lambda one: one.name in closed)
        wished = (self._journey.settings.location or "").replace(" ", "").casefold()
        chosen = self._journey.choices.region.name if self._journey.choices.region is not None else wished
        recommended = [one.name for one in regions if one.recommended and one.name not in closed]
        default = next((one.name for one in regions if one.name == chosen), "") or next(iter(recommended), "")
        key = await self._talk.choose(
            "Region of the new resource group?",
            [Entry(one.name, _region_words(one, closed.get(one.name))) for one in regions],
            default,
            explain="The group is only a container. PipeOps asks again for the region of each server.",
        )
        return next(one for one in regions if one.name == key)

    # Tenant, application, access

    async def tenant(self) -> None:
        """Whether the organization's directory allows it."""
        await self._passes(Step.TENANT)

    async def application(self) -> None:
        """The application's name and the lifetime of its secret."""
        settings = self._journey.settings
        longest = None
        try:
            longest = (await self._journey.lookups.secret_policy(self._subscription.tenant_id)).value.longest_days
        except CloudError:
            longest = None  # Microsoft Entra itself refuses a lifetime that is too long

        async def name() -> None:
            given = await self._talk.ask(
                "Name of the application",
                self._journey.choices.application_name,
                explain="PipeOps signs in to Azure as this application. The name is only for people.",
                wrong=names.application_name_error,
            )
            self._journey.wizard.choose(application_name=given)

        async def days() -> None:
            wished = self._journey.choices.secret_days or settings.expires_in or 0
            given = await ask_days(self._talk, wished, longest, self._journey.clock.now())
            self._journey.wizard.choose(secret_days=given)

        await in_order(self._talk, (name, days))
        await self._passes(Step.APPLICATION)

    async def access(self) -> None:
        """Whether the account can give the application its access."""
        self._talk.say(
            f"The application gets the role Contributor on {self._group_name}: it can create, change and delete what "
            "is in this resource group, and sees nothing else."
        )
        found = await registrations(self._journey.lookups.reads, self._subscription)
        self._journey.wizard.choose(providers=found.namespaces if found.certain else (), owner_assigns=False)
        if found.certain and found.namespaces:
            self._talk.say(f"These resource providers are registered as well: {', '.join(found.namespaces)}.")
        await self._passes(Step.ACCESS)
        await self._tell_room()

    async def _tell_room(self) -> None:
        """Whether the region has room for a server. Nothing depends on it: PipeOps asks for the region of a server."""
        choices = self._journey.choices
        group, region = choices.existing_group, choices.region
        location = group.location if group is not None else (region.name if region is not None else "")
        if location:
            place = region.display_name if region is not None else location
            room = await read_room(self._journey.lookups.reads, self._subscription, location, place)
            tell_checks(self._talk, (room_check(room),))
            if room.state not in (RoomState.ENOUGH, RoomState.UNKNOWN):
                self._talk.say(room_advice(room), indent="  ")
                self._talk.write(f"{self._journey.portal}/{QUOTA_PAGE}")

    @property
    def _group_name(self) -> str:
        choices = self._journey.choices
        return choices.existing_group.name if choices.existing_group is not None else choices.group_name

    # Checks

    async def _passes(self, step: Step) -> None:
        """Return once nothing blocks, or the person wants to try all the same; raises `GoBack`."""
        while True:
            choices = self._journey.choices
            checks, blocking = await check(self._talk, checks_for(step, choices), self._journey.lookups.reads, choices)
            if not blocking:
                self._journey.wizard.try_anyway([one.key for one in checks], ())
                return
            match await decide(self._talk, checks, blocking):
                case "try":
                    doubts = [Doubt(one.key, one.doubts) for one in blocking if one.doubts is not None]
                    self._journey.wizard.try_anyway([one.key for one in checks], doubts)
                    return
                case "owner":
                    self._journey.wizard.choose(owner_assigns=True)
                    return
                case _:
                    self._journey.lookups.forget(*_TOPICS)


def _region_words(region: Region, closed: RegionRestriction | None) -> str:
    if closed is not None:
        return f"{region.display_name} ({region.name}), {why_closed(closed)}"
    notes = ["recommended"] if region.recommended else []
    notes += ["no managed Kubernetes"] if region.has_kubernetes is False else []
    return ", ".join([f"{region.display_name} ({region.name})", *notes])
