"""Asks as the application itself: what it sees, what it is allowed to do, what stands in the way of a server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from pipeops_tui.checks import allowed
from pipeops_tui.core.model import (
    CONTRIBUTOR_ROLE_ID,
    CheckOutcome,
    ResourceGroup,
    RoleGrant,
    Subscription,
    SubscriptionState,
)
from pipeops_tui.core.ports.pasted_values import ExaminedApplication
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.doctor import access_findings
from pipeops_tui.doctor.finding import Finding, FindingCode
from pipeops_tui.doctor.five_values import FiveValues, ValueName
from pipeops_tui.doctor.question import AS_THE_APPLICATION, Progress, Question
from pipeops_tui.doctor.server_examining import ServerExamining

T = TypeVar("T")
U = TypeVar("U")
_NEEDED: Final = (
    "Microsoft.ContainerService/managedClusters/write",
    "Microsoft.Network/virtualNetworks/write",
    "Microsoft.Resources/deployments/write",
)
"""Actions without which no server can be created; Contributor has them all."""
OWNER_ROLE_ID: Final = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
"""Built-in role *Owner* (Microsoft Learn, "Azure built-in roles"), which can all that Contributor can."""
_ASK_ACCOUNT: Final = "Sign in with your own account to have it checked; without a screen, with --auth azure-cli."
_MOST_ASKED: Final = 8
"""Other groups that are asked about."""
_STOPPED: Final = frozenset({SubscriptionState.DISABLED, SubscriptionState.DELETED})


@dataclass(frozen=True, slots=True)
class AccessResult:
    """What the application has found out about its access."""

    findings: tuple[Finding, ...]
    sees_subscription: bool = False
    group_read: bool = False


class AccessExamining:
    """The questions that an application which has signed in can answer."""

    def __init__(
        self, application: ExaminedApplication, values: FiveValues, progress: Progress, *, is_elsewhere: bool
    ) -> None:
        """`is_elsewhere`: the subscription does not exist or belongs to another tenant, so that not seeing it has its
        reason already."""
        self._application = application
        self._values = values
        self._progress = progress
        self._is_elsewhere = is_elsewhere
        self._findings: list[Finding] = []
        self._server = ServerExamining(application, progress, self._findings, "The application", _ASK_ACCOUNT)

    async def run(self) -> AccessResult:
        """Ask all. Raises nothing but cancellation."""
        group: ResourceGroup | None = None
        subscription = await self._subscription()
        if subscription is not None:
            group = await self._group(subscription)
            await asyncio.gather(
                self._server.providers(subscription),
                *(self._of_group(subscription, group) if group is not None else ()),
            )
        self._progress.not_asked("depends on the answers above", *AS_THE_APPLICATION)
        return AccessResult(tuple(self._findings), subscription is not None, group is not None)

    def _of_group(self, subscription: Subscription, group: ResourceGroup) -> Sequence[Awaitable[None]]:
        return (
            self._role(subscription, group),
            self._server.locks(subscription, group),
            self._server.policies(subscription, group),
        )

    async def _subscription(self) -> Subscription | None:
        values = self._values
        if not values.subscription_id:
            self._progress.not_asked(f"the {ValueName.SUBSCRIPTION} is missing", Question.SUBSCRIPTION)
            return None
        self._progress.asking(Question.SUBSCRIPTION)
        try:
            found = await self._application.subscription(values.subscription_id)
        except CloudError as error:
            self._server.unknown(Question.SUBSCRIPTION, FindingCode.ROLE_MISSING, error)
            return None
        if found is None:
            self._progress.answered(Question.SUBSCRIPTION, CheckOutcome.BLOCKED, "the application does not see it")
            if not self._is_elsewhere:
                self._findings.append(await self._without_subscription())
            return None
        if found.state in _STOPPED:
            self._findings.append(access_findings.subscription_disabled(found))
            self._progress.answered(Question.SUBSCRIPTION, CheckOutcome.BLOCKED, found.state.lower())
        else:
            self._progress.answered(Question.SUBSCRIPTION, CheckOutcome.OK, "the application sees it")
        return found

    async def _without_subscription(self) -> Finding:
        places = await or_without(self._application.visible_groups(), ())
        if places:
            return access_findings.role_at_other_subscription(self._values, places)
        why = "It signs in, and sees neither the subscription nor any resource group: it has no role there."
        return access_findings.role_missing(self._values, None, why)

    async def _group(self, subscription: Subscription) -> ResourceGroup | None:
        values = self._values
        if not values.group_name:
            self._progress.not_asked(f"there is no usable {ValueName.GROUP}", Question.GROUP)
            return None
        self._progress.asking(Question.GROUP)
        try:
            found = await self._application.resource_group(subscription, values.group_name)
        except CloudError as error:
            if error.kind is not FailureKind.REFUSED:
                self._server.unknown(Question.GROUP, FindingCode.GROUP_MISSING, error)
                return None
            finding = self._without_access(subscription, await self._groups(subscription))
        else:
            if found is not None and found.provisioning_state != "Deleting":
                self._progress.answered(Question.GROUP, CheckOutcome.OK, f"the application has read {found.name}")
                return found
            finding = self._without_group(await self._groups(subscription), is_deleting=found is not None)
        self._findings.append(finding)
        self._progress.answered(Question.GROUP, CheckOutcome.BLOCKED, finding.title)
        return None

    async def _groups(self, subscription: Subscription) -> Sequence[ResourceGroup]:
        return await or_without(self._application.resource_groups(subscription), ())

    def _without_group(self, groups: Sequence[ResourceGroup], *, is_deleting: bool) -> Finding:
        near = None if is_deleting else access_findings.nearest(self._values.group_name, groups)
        if near is not None:
            return access_findings.group_name_differs(self._values, near)
        return access_findings.group_missing(self._values, is_deleting=is_deleting)

    def _without_access(self, subscription: Subscription, groups: Sequence[ResourceGroup]) -> Finding:
        """Azure answers a read without permission in the same way whether the group exists or not."""
        if near := access_findings.nearest(self._values.group_name, groups):
            return access_findings.group_name_differs(self._values, near)
        if groups:
            names = [group.name for group in groups]
            return access_findings.role_elsewhere(self._values, names, "It cannot see whether that group exists.")
        why = (
            f"Azure does not let it read {self._values.group_name}: it has no role there, or there is no such group. "
            "It sees no other group in this subscription."
        )
        return access_findings.role_missing(self._values, subscription, why)

    async def _role(self, subscription: Subscription, group: ResourceGroup) -> None:
        self._progress.asking(Question.ROLE)
        try:
            permissions = await self._application.permissions(subscription, group.name)
        except CloudError as error:
            self._server.unknown(Question.ROLE, FindingCode.ROLE_MISSING, error)
            return
        if all(allowed(action, permissions) for action in _NEEDED):
            self._progress.answered(Question.ROLE, CheckOutcome.OK, "allows what PipeOps does")
            return
        places = await self._contributor_on(subscription, group)
        finding = (
            access_findings.role_elsewhere(self._values, places)
            if places
            else access_findings.role_missing(
                self._values, subscription, f"It can read {group.name}, but not create servers in it."
            )
        )
        self._findings.append(finding)
        self._progress.answered(Question.ROLE, CheckOutcome.BLOCKED, finding.title)

    async def _contributor_on(self, subscription: Subscription, group: ResourceGroup) -> list[str]:
        """Names of the other groups on which the application is allowed what PipeOps does, as far as it can see that.
        Its role assignments can be read only with a role on the whole subscription; else the nearest groups that it
        sees are asked about."""
        roles = await or_without(self._application.own_roles(subscription), ())
        if names := [name for name in groups_with_role(roles) if name.lower() != group.name.lower()]:
            return names
        others = [one.name for one in await self._groups(subscription) if one.name.lower() != group.name.lower()]
        asked = sorted(others, key=lambda name: -access_findings.likeness(group.name, name))[:_MOST_ASKED]
        answers = await asyncio.gather(
            *(or_without(self._application.permissions(subscription, name), ()) for name in asked)
        )
        return [
            name
            for name, permissions in zip(asked, answers, strict=True)
            if all(allowed(action, permissions) for action in _NEEDED)
        ]


async def or_without(read: Awaitable[T], otherwise: U) -> T | U:
    """What Azure answers, or `otherwise` where it does not: these reads only make a finding more exact."""
    try:
        return await read
    except CloudError:
        return otherwise


def groups_with_role(roles: Iterable[RoleGrant]) -> list[str]:
    """Names of the resource groups on exactly which `roles` give Contributor or Owner, each once."""
    names = []
    for role in roles:
        parts = role.scope.strip("/").split("/")
        if is_enough(role) and len(parts) == 4:
            names.append(parts[3])
    return list(dict.fromkeys(names))


def is_enough(role: RoleGrant) -> bool:
    """Whether the role allows what PipeOps does where it holds."""
    return role.role_definition_id.rpartition("/")[2].lower() in (CONTRIBUTOR_ROLE_ID, OWNER_ROLE_ID)
