"""Examines with the person's own account what five values and the application cannot tell of themselves: whose object
ID was pasted, which client secret it is, where the role is, and what the application is not allowed to read.

Reads only. What the account is not allowed to read stays as it was found.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from pipeops_tui.checks import allowed, required_providers
from pipeops_tui.checks.room import RoomState, read_room
from pipeops_tui.core.model import Application, CheckOutcome, ResourceGroup, RoleGrant, Subscription, SubscriptionState
from pipeops_tui.core.names import is_guid
from pipeops_tui.core.ports.reads import Reads
from pipeops_tui.core.problem import CloudError
from pipeops_tui.doctor import access_findings, own_account_findings
from pipeops_tui.doctor.access_examining import groups_with_role, is_enough, or_without
from pipeops_tui.doctor.account_writes import ASSIGN, register_action
from pipeops_tui.doctor.finding import (
    Diagnosis,
    Finding,
    FindingCode,
    ProvidersToRegister,
    RoleToGive,
    Verdict,
    in_order,
)
from pipeops_tui.doctor.five_values import ValueName
from pipeops_tui.doctor.question import Progress, Question, Tell
from pipeops_tui.doctor.server_examining import ServerExamining
from pipeops_tui.doctor.server_failures import failure_findings

_ABOUT_SECRET: Final = frozenset(
    {
        FindingCode.SECRET_IS_ITS_ID,
        FindingCode.SECRET_MALFORMED,
        FindingCode.SECRET_WRONG,
        FindingCode.SECRET_EXPIRED,
    }
)
_ABOUT_ACCESS: Final = frozenset(
    {FindingCode.ROLE_MISSING, FindingCode.ROLE_ELSEWHERE, FindingCode.GROUP_MISSING, FindingCode.GROUP_NAME_DIFFERS}
)
_OF_QUESTION: Final = {
    Question.PROVIDERS: FindingCode.PROVIDER_MISSING,
    Question.LOCKS: FindingCode.LOCKED,
    Question.POLICIES: FindingCode.POLICY,
}
_ON_THEIR_WAY: Final = ("registered", "registering")
_MOST_SUBSCRIPTIONS: Final = 100
"""Other subscriptions in which the role is looked for."""
_SIDE_BY_SIDE: Final = 6


def needs_account(diagnosis: Diagnosis) -> bool:
    """Whether the person's own sign-in can tell more about what was found."""
    if not diagnosis.values.client_id and not diagnosis.values.subscription_id:
        return False
    is_open = any(question not in diagnosis.known for question in _OF_QUESTION)
    return diagnosis.verdict is not Verdict.WORKS or is_open


async def look_closer(
    reads: Reads, subscriptions: Iterable[Subscription], diagnosis: Diagnosis, now: datetime, tell: Tell
) -> Diagnosis:
    """What is found with the account behind `reads`, which sees `subscriptions`. Raises nothing but cancellation."""
    return await _OwnExamination(reads, tuple(subscriptions), diagnosis, now, Progress(tell)).run()


class _OwnExamination:
    def __init__(
        self,
        reads: Reads,
        subscriptions: Sequence[Subscription],
        diagnosis: Diagnosis,
        now: datetime,
        progress: Progress,
    ) -> None:
        self._reads = reads
        self._subscriptions = subscriptions
        self._before = diagnosis
        self._values = diagnosis.values
        self._now = now
        self._progress = progress
        self._findings = list(diagnosis.findings)
        self._application_name = ""
        self._role_to_give: RoleToGive | None = None
        self._providers_to_register: ProvidersToRegister | None = None

    async def run(self) -> Diagnosis:
        subscription = self._subscription()
        if subscription is None:
            await self._directory()
        else:
            self._judge_state(subscription)
            await asyncio.gather(self._server(subscription), self._application(subscription), self._room(subscription))
            await self._registering(subscription)
        return replace(
            self._before,
            findings=in_order(self._findings),
            known=self._before.known | self._progress.known,
            role_to_give=self._role_to_give,
            providers_to_register=self._providers_to_register,
        )

    def _right(self, name: ValueName) -> str:
        """The value, or what was found to belong in its place."""
        offered = (one.text for finding in self._findings for one in finding.right if one.name is name)
        return next(offered, self._values.text(name))

    # The directory: whose ID it is, which secret it is

    async def _directory(self) -> None:
        tenant_id, given = self._right(ValueName.TENANT), self._values.client_id
        if not (is_guid(tenant_id) and given):
            return
        if any(
            one.code is FindingCode.CLIENT_UNKNOWN and one.outcome is CheckOutcome.BLOCKED for one in self._findings
        ):
            real = await or_without(self._reads.client_id_of_object(tenant_id, given), "")
            if real and real != given:
                finding = own_account_findings.client_is_object_id(self._values, real)
                # Commands and further findings are about the application that is meant.
                self._findings = [replace(one, command=one.command.replace(given, real)) for one in self._findings]
                self._replace(frozenset({FindingCode.CLIENT_UNKNOWN}), finding)
                self._values = replace(self._values, client_id=real)
        client_id = self._right(ValueName.CLIENT)
        application = await or_without(self._reads.application_by_client_id(tenant_id, client_id), None)
        if application is not None:
            self._application_name = application.display_name
            self._which_secret(application)

    def _which_secret(self, application: Application) -> None:
        """Add which of the application's secrets it is to the finding about it. Where the sign-in did not come to the
        secret, its first characters tell what is wrong with it."""
        secret = self._values.secret
        if secret is None:
            return
        said = own_account_findings.which_secret(secret, application, self._now)
        told = [one for one in self._findings if one.code in _ABOUT_SECRET and one.outcome is CheckOutcome.BLOCKED]
        if told and said.sentence:
            self._findings = [
                replace(one, what=f"{one.what} {said.sentence}") if one is told[0] else one for one in self._findings
            ]
        elif not told and said.code is not None and not self._before.signed_in:
            self._findings.append(own_account_findings.secret_of_no_use(self._values, said))

    # PipeOps' own failures

    async def _failures(self, subscription: Subscription) -> None:
        """What the application was refused in the group and in the groups of its clusters, newest first. What cannot be
        read is left out: it is an extra."""
        name, client_id = self._values.group_name, self._right(ValueName.CLIENT)
        if not (name and client_id):
            return
        clusters = await or_without(self._reads.clusters(subscription, name), ())
        groups = [name, *(cluster.node_group_name for cluster in clusters)]
        found = await asyncio.gather(
            *(or_without(self._reads.failed_operations(subscription, group, client_id), ()) for group in groups)
        )
        operations = sorted((one for some in found for one in some), key=lambda one: one.at, reverse=True)
        self._findings += failure_findings(operations)

    # The subscription: the group, the role, what stands in the way

    def _subscription(self) -> Subscription | None:
        """As the account sees it; None where it does not."""
        wanted = self._values.subscription_id.casefold()
        return next((one for one in self._subscriptions if one.subscription_id.casefold() == wanted), None)

    def _judge_state(self, subscription: Subscription) -> None:
        is_stopped = subscription.state in (SubscriptionState.DISABLED, SubscriptionState.DELETED)
        if is_stopped and Question.SUBSCRIPTION not in self._before.known:
            self._findings.append(access_findings.subscription_disabled(subscription))

    async def _application(self, subscription: Subscription) -> None:
        """What follows from the right client ID, once it is known."""
        await self._directory()
        await asyncio.gather(self._role(subscription), self._failures(subscription))

    async def _server(self, subscription: Subscription) -> None:
        """Ask what the application could not read, or was not asked."""
        asked = [question for question in _OF_QUESTION if question not in self._before.known]
        if not asked:
            return
        found: list[Finding] = []
        examining = ServerExamining(self._reads, self._progress, found, "Your account")
        group = await self._group(subscription)
        work: list[Awaitable[None]] = []
        for question in asked:
            if question is Question.PROVIDERS:
                work.append(examining.providers(subscription))
            elif group is not None and question is Question.LOCKS:
                work.append(examining.locks(subscription, group))
            elif group is not None and question is Question.POLICIES:
                work.append(examining.policies(subscription, group))
        await asyncio.gather(*work)
        answered = {one.code for one in found}
        answered |= {code for question, code in _OF_QUESTION.items() if question in self._progress.known}
        self._findings = [
            one for one in self._findings if not (one.outcome is CheckOutcome.UNKNOWN and one.code in answered)
        ]
        self._findings += found

    async def _room(self, subscription: Subscription) -> None:
        """Whether the group's region has room for a server: only a hint, because PipeOps asks for the region again."""
        group = await self._group(subscription)
        if group is not None:
            room = await read_room(self._reads, subscription, group.location, group.location)
            if room.state not in (RoomState.ENOUGH, RoomState.UNKNOWN):
                self._findings.append(own_account_findings.too_little_room(room))

    async def _registering(self, subscription: Subscription) -> None:
        """Whether the account is allowed to register what is missing."""
        if all(one.code is not FindingCode.PROVIDER_MISSING for one in self._findings):
            return
        providers = await or_without(self._reads.providers(subscription, required_providers()), ())
        missing = tuple(one.namespace for one in providers if one.state.casefold() not in _ON_THEIR_WAY)
        permissions = await or_without(self._reads.permissions(subscription), ())
        if missing and all(allowed(register_action(namespace), permissions) for namespace in missing):
            self._providers_to_register = ProvidersToRegister(subscription, missing)

    async def _group(self, subscription: Subscription) -> ResourceGroup | None:
        """The group that was given, or else the one that was found to be meant."""
        for name in dict.fromkeys((self._values.group_name, self._right(ValueName.GROUP))):
            if name and (found := await or_without(self._reads.resource_group(subscription, name), None)):
                return found
        return None

    async def _role(self, subscription: Subscription) -> None:
        """Whether the group exists, whether the role holds for it, and where else the application has it."""
        name = self._values.group_name
        is_told = any(one.code in _ABOUT_ACCESS and one.outcome is CheckOutcome.BLOCKED for one in self._findings)
        if not name or (Question.ROLE in self._before.known and not is_told):
            return
        try:
            group = await self._reads.resource_group(subscription, name)
        except CloudError:
            return
        places = await self._places(subscription)
        if places is None:
            return
        here = groups_with_role(places.get(subscription, ()))
        if group is None or group.provisioning_state == "Deleting":
            self._replace(_ABOUT_ACCESS, await self._without_group(subscription, here, is_there=group is not None))
        elif any(is_enough(role) and _covers(role.scope, subscription, group) for role in places[subscription]):
            if self._before.signed_in:
                self._replace(_ABOUT_ACCESS, own_account_findings.role_not_in_effect(self._values))
        else:
            if found := self._without_role(subscription, here, places):
                self._replace(_ABOUT_ACCESS, found)
            permissions = await or_without(self._reads.permissions(subscription, group.name), ())
            if self._application_name and allowed(ASSIGN, permissions):
                self._role_to_give = RoleToGive(subscription, self._application_name, self._values.client_id)

    async def _without_group(self, subscription: Subscription, here: Sequence[str], *, is_there: bool) -> Finding:
        groups = await or_without(self._reads.resource_groups(subscription), ())
        near = None if is_there else access_findings.nearest(self._values.group_name, groups)
        if near is not None:
            return access_findings.group_name_differs(self._values, near)
        there = {one.name.casefold() for one in groups}
        if not is_there and (places := [one for one in here if one.casefold() in there]):
            return access_findings.role_elsewhere(self._values, places, "There is no resource group of that name.")
        return access_findings.group_missing(self._values, is_deleting=is_there)

    def _without_role(
        self, subscription: Subscription, here: Sequence[str], places: Mapping[Subscription, Sequence[RoleGrant]]
    ) -> Finding | None:
        """None where the application itself has told more."""
        if here:
            return access_findings.role_elsewhere(self._values, here)
        others = [
            (where, ResourceGroup(name, ""))
            for where, roles in places.items()
            if where is not subscription
            for name in groups_with_role(roles)
        ]
        if others:
            return access_findings.role_at_other_subscription(self._values, others)
        if any(one.code is FindingCode.ROLE_ELSEWHERE for one in self._findings):
            return None
        name = self._values.group_name
        why = f"{name} exists. Your account sees no role Contributor or Owner of the application there."
        return access_findings.role_missing(self._values, subscription, why)

    async def _places(self, subscription: Subscription) -> Mapping[Subscription, Sequence[RoleGrant]] | None:
        """The roles of the application by subscription, `subscription` first; in others only where it has none there.
        None where the application is not known, or its roles cannot be read."""
        tenant_id, client_id = self._right(ValueName.TENANT), self._right(ValueName.CLIENT)
        principal_id = await or_without(self._reads.service_principal_id(tenant_id, client_id), "")
        if not principal_id:
            return None
        try:
            places = {subscription: await self._reads.roles_of(subscription, principal_id)}
        except CloudError:
            return None
        if any(map(is_enough, places[subscription])):
            return places
        others = [one for one in self._subscriptions if one.tenant_id == subscription.tenant_id and one != subscription]
        room = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def ask(where: Subscription) -> Sequence[RoleGrant]:
            async with room:
                return await or_without(self._reads.roles_of(where, principal_id), ())

        others = others[:_MOST_SUBSCRIPTIONS]
        answers = await asyncio.gather(*map(ask, others))
        return {**places, **dict(zip(others, answers, strict=True))}

    def _replace(self, codes: frozenset[FindingCode], finding: Finding) -> None:
        """Put `finding` in the place of those about the same, which knew less."""
        kept = [one for one in self._findings if one.code not in codes or one.outcome is CheckOutcome.WARNING]
        self._findings = [*kept, finding]


def _covers(scope: str, subscription: Subscription, group: ResourceGroup) -> bool:
    """Whether a role at `scope` holds for the group: there, or above it."""
    above = scope.strip("/").casefold()
    target = subscription.scope_of(group.name).strip("/").casefold()
    return not above.startswith("subscriptions/") or target == above or target.startswith(f"{above}/")
