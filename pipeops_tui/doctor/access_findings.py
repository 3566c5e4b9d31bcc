"""What the application sees and is allowed to do, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from pipeops_tui.checks.admin_messages import contributor_in_portal
from pipeops_tui.core import az_commands, refusals
from pipeops_tui.core.model import CheckOutcome, Lock, PolicyFinding, Provider, ResourceGroup, Subscription
from pipeops_tui.doctor.finding import Finding, FindingCode, RightValue, of_problem
from pipeops_tui.doctor.five_values import FiveValues, ValueName

_NEAR: Final = 0.78
"""From which likeness on a group's name is taken for the one that was meant; 1 is the same text."""
_MANY: Final = 5
"""Groups that are named; of more only the number is said."""
_ASSIGN: Final = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps"
_GROUPS: Final = "https://learn.microsoft.com/azure/azure-resource-manager/management/manage-resource-groups-portal"
_PROVIDERS: Final = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types"
_LOCKS: Final = "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources"


def nearest(name: str, groups: Iterable[ResourceGroup]) -> ResourceGroup | None:
    """The group whose name is so near to `name` that it can be meant; None where none is."""
    rated = [(likeness(name, group.name), group.name, group) for group in groups]
    best = max(rated, key=lambda one: one[:2], default=None)
    return best[2] if best is not None and best[0] >= _NEAR else None


def likeness(one: str, other: str) -> float:
    """How much two names have in common, letters and digits only: 1 for the same, 0 for nothing."""
    one, other = _letters(one), _letters(other)
    return SequenceMatcher(None, one, other).ratio() if one and other else 0.0


def _letters(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def group_name_differs(values: FiveValues, found: ResourceGroup) -> Finding:
    """The application sees a group of nearly this name, and not this one."""
    return Finding(
        FindingCode.GROUP_NAME_DIFFERS,
        CheckOutcome.BLOCKED,
        f"The resource group is called {found.name}",
        f"The application sees {found.name} in this subscription, and not {values.group_name}.",
        f"Use {found.name} as Resource Group Name.",
        link=_GROUPS,
        about=(ValueName.GROUP,),
        right=(RightValue(ValueName.GROUP, found.name),),
    )


def group_missing(values: FiveValues, *, is_deleting: bool = False) -> Finding:
    """The subscription has no such group."""
    state = "is being deleted" if is_deleting else "does not exist"
    return Finding(
        FindingCode.GROUP_MISSING,
        CheckOutcome.BLOCKED,
        f"The resource group {state}",
        f"{values.group_name} {state} in the subscription {values.subscription_id}.",
        "Use the name of an existing group, or have it created again and give the application the role Contributor on "
        "it. pipeops-tui does both.",
        refusals.SUBSCRIPTION_OWNER,
        link=_GROUPS,
        about=(ValueName.GROUP,),
    )


def role_missing(values: FiveValues, subscription: Subscription | None, why: str) -> Finding:
    """`why` says as a sentence how it is known; without `subscription` the application does not even see it."""
    return Finding(
        FindingCode.ROLE_MISSING,
        CheckOutcome.BLOCKED,
        "The application has no access to the subscription"
        if subscription is None
        else f"The application does not have the role Contributor on {values.group_name}",
        why,
        _giving(values),
        refusals.ROLE_ADMINISTRATOR,
        _grant(values),
        _ASSIGN,
        (ValueName.CLIENT, ValueName.GROUP),
    )


def role_elsewhere(values: FiveValues, places: Sequence[str], note: str = "") -> Finding:
    """`places` are the names of what the application does see or has the role on, told with the nearest name first;
    `note` is one more sentence."""
    places = sorted(places, key=lambda name: -likeness(values.group_name, name))
    right = (RightValue(ValueName.GROUP, places[0]),) if len(places) == 1 else ()
    return Finding(
        FindingCode.ROLE_ELSEWHERE,
        CheckOutcome.BLOCKED,
        "The application has its role on another resource group",
        f"It has access to {_listed(places)}, and not to {values.group_name}. {note}".strip(),
        f"Use a group that it has access to. Or: {_giving(values)}",
        refusals.ROLE_ADMINISTRATOR,
        _grant(values),
        _ASSIGN,
        (ValueName.GROUP,),
        right,
    )


def role_at_other_subscription(
    values: FiveValues, places: Sequence[tuple[Subscription, ResourceGroup]], *, note: str = ""
) -> Finding:
    """The application does not see the subscription, but these groups in others. The group of the name that was given
    is offered, else the one group that there is. `note` is one more sentence."""
    named = [one for one in places if one[1].name.casefold() == values.group_name.casefold()]
    meant = named[0] if named else places[0] if len(places) == 1 else None
    right: tuple[RightValue, ...] = ()
    use = "Use the ID of the subscription that is meant"
    if meant is not None:
        subscription, group = meant
        use = f"Use {subscription.subscription_id} as Subscription ID, and {group.name} as Resource Group Name"
        right = (RightValue(ValueName.SUBSCRIPTION, subscription.subscription_id),)
        if not named:
            right = (RightValue(ValueName.GROUP, group.name), *right)
    seen = _listed(
        [f"{group.name} in {subscription.display_name}" for subscription, group in ([meant] if meant else places)]
    )
    return Finding(
        FindingCode.ROLE_ELSEWHERE,
        CheckOutcome.BLOCKED,
        "The application has its role in another subscription",
        f"It has access to {seen}, and not to the subscription {values.subscription_id}. {note}".strip(),
        f"{use}. Or: {_giving(values)}",
        refusals.ROLE_ADMINISTRATOR,
        _grant(values),
        _ASSIGN,
        (ValueName.SUBSCRIPTION, ValueName.GROUP),
        right,
    )


def locked(lock: Lock) -> Finding:
    """A lock that is read-only stops PipeOps; one against deletion only keeps what PipeOps wants to remove."""
    if lock.level.casefold() == "readonly":
        return of_problem(FindingCode.LOCKED, CheckOutcome.BLOCKED, refusals.locked(lock.scope, lock.name))
    return Finding(
        FindingCode.LOCKED,
        CheckOutcome.WARNING,
        "A lock forbids deleting",
        f"With the lock {lock.name} PipeOps can create servers, but not remove them.",
        "Have it removed before you remove a server in PipeOps.",
        refusals.LOCK_OWNER,
        az_commands.delete_lock(f"{lock.scope}/providers/Microsoft.Authorization/locks/{lock.name}"),
        _LOCKS,
    )


def policy(findings: Sequence[PolicyFinding]) -> Finding:
    """Azure creates a second group beside each Kubernetes cluster (`MC_…`), for which the same policies hold."""
    demands = ", ".join(dict.fromkeys(_demand(finding) for finding in findings))
    problem = refusals.refused_by_policy(
        f"It refuses a new resource group like this one: {demands}.",
        "The values can be right all the same. Each Kubernetes server gets a resource group of its own (MC_…), which "
        "the policy can refuse: ask for an exemption before you create a server.",
    )
    return of_problem(FindingCode.POLICY, CheckOutcome.WARNING, problem)


def providers_missing(subscription: Subscription, providers: Sequence[Provider]) -> Finding:
    """`providers` are those that are needed and not registered."""
    names = ", ".join(one.namespace.removeprefix("Microsoft.") for one in providers)
    is_soon = all(one.state.casefold() == "registering" for one in providers)
    state = "are still being registered" if is_soon else "are not registered"
    return Finding(
        FindingCode.PROVIDER_MISSING,
        CheckOutcome.WARNING,
        f"Resource providers {state}",
        f"PipeOps' servers need {names} in this subscription, which {state}. The application cannot register them.",
        "Wait some minutes before you create a server."
        if is_soon
        else "Have them registered before you create a server. It costs nothing and gives access to nothing.",
        "" if is_soon else refusals.PROVIDER_REGISTRAR,
        ""
        if is_soon
        else az_commands.register_providers(subscription.subscription_id, [one.namespace for one in providers]),
        _PROVIDERS,
    )


def subscription_disabled(subscription: Subscription) -> Finding:
    """Azure allows no changes in it."""
    problem = refusals.subscription_stopped(subscription.state.lower())
    return of_problem(FindingCode.SUBSCRIPTION_DISABLED, CheckOutcome.BLOCKED, problem, (ValueName.SUBSCRIPTION,))


def works(values: FiveValues) -> Finding:
    """All five work from here."""
    return Finding(
        FindingCode.WORKS,
        CheckOutcome.OK,
        "These five values work from here",
        f"The application signed in with them and read the resource group {values.group_name}.",
        "If PipeOps still refuses them, paste them again in the order of its form. Leave its first box (Name) empty.",
    )


def _demand(finding: PolicyFinding) -> str:
    name = finding.policy or "a policy"
    return f"{name} ({finding.field})" if finding.field else name


def _giving(values: FiveValues) -> str:
    group = values.group_name or "the group"
    return f"Give it the role Contributor on {group}, and on nothing else: {contributor_in_portal(group)}."


def _grant(values: FiveValues) -> str:
    if not (values.client_id and values.subscription_id and values.group_name):
        return ""
    scope = f"/subscriptions/{values.subscription_id}/resourceGroups/{values.group_name}"
    return az_commands.grant_role(values.client_id, "Contributor", scope)


def _listed(places: Sequence[str]) -> str:
    if len(places) > _MANY:
        return f"{len(places)} other groups"
    return ", ".join(places)
