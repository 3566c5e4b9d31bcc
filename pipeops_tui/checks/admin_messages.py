"""Writes the messages to the person who can grant what is missing: plain text that stands on its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeops_tui.core import az_commands
from pipeops_tui.core.model import Account, Subscription
from pipeops_tui.core.problem import GUIDE, Problem
from pipeops_tui.core.wizard import Choices

_PIPEOPS = (
    "PipeOps (https://pipeops.io) is a deployment platform: it creates and runs our servers in our own Azure. It signs "
    "in as an application of its own, which gets the role Contributor on one resource group and nothing else."
)
CLEAN_UP = "You can remove it again as soon as PipeOps is connected; PipeOps itself does not use it."
"""How long a right is needed that only setting up takes."""


@dataclass(frozen=True, slots=True)
class AdminRequest:
    """What is asked of an administrator."""

    wish: str
    """Sentences: what to do, exactly which right on which scope."""
    how_long: str = ""
    """A sentence: for how long it is needed; empty where the wish says it."""
    portal: str = ""
    """Where to click in the Azure portal, e.g. `Resource groups → PipeOpsRG → Locks`."""
    command: str = ""
    """The Azure CLI command that does it; empty for the problem's own."""


def group_name(choices: Choices) -> str:
    """The resource group chosen or named."""
    return choices.existing_group.name if choices.existing_group else choices.group_name


def group_scope(choices: Choices) -> str:
    """ARM id of the resource group chosen or named; of nothing before a subscription is chosen."""
    subscription = choices.subscription
    return subscription.scope_of(group_name(choices)) if subscription else ""


def ask_for(account: Account, subscription: Subscription, request: AdminRequest, problem: Problem | None = None) -> str:
    """A message from `account` with `request` about `subscription`.

    The document to read is that of `problem`, and so is the command unless the request has one.
    """
    command = request.command or (problem.command if problem else "")
    return _message(account, request, command, problem.link if problem else "", subscription)


def ask_to_assign(account: Account, subscription: Subscription, group: str, command: str) -> str:
    """A message to an Owner: everything is prepared except the access, which `command` gives."""
    request = AdminRequest(
        "I have prepared an application for PipeOps. Please give it the role Contributor on the resource group "
        f"{group}, and on nothing else. I do not have permission to assign roles.",
        "The application needs it as long as we use PipeOps.",
        contributor_in_portal(group),
    )
    return _message(account, request, command, "", subscription)


def contributor_in_portal(group: str) -> str:
    """Where to click in the Azure portal to give the application its access. The portal lists Contributor on the tab of
    privileged roles."""
    return assigning_in_portal(f"Resource groups → {group}", "Contributor")


def assigning_in_portal(place: str, role: str) -> str:
    """Where to click to assign a privileged role at `place` (Microsoft Learn, "Assign Azure roles using the Azure
    portal")."""
    return f"{place} → Access control (IAM) → Add → Add role assignment → Privileged administrator roles → {role}"


def place_in_portal(scope: str) -> str:
    """Where the portal shows what has the ARM id `scope`."""
    parts = scope.strip("/").split("/")
    if len(parts) > 3 and parts[2].casefold() == "resourcegroups":
        return f"Resource groups → {parts[3]}"
    return "Subscriptions → the subscription" if parts[0].casefold() == "subscriptions" else "Management groups"


def ask_for_subscription(account: Account) -> str:
    """A message from `account`, which can see no subscription."""
    request = AdminRequest(
        "My account can see no subscription. Please tell me which one PipeOps is to use, and create a resource group "
        "for it there. On that group, and on nothing else, please give me the role Role Based Access Control "
        "Administrator, so that I can give the application its access.",
        CLEAN_UP,
        assigning_in_portal("Resource groups → the group", "Role Based Access Control Administrator"),
    )
    return _message(account, request)


def _message(
    account: Account, request: AdminRequest, command: str = "", link: str = "", subscription: Subscription | None = None
) -> str:
    return "\n".join(_lines(account, request, command, link, subscription))


def _lines(
    account: Account, request: AdminRequest, command: str, link: str, subscription: Subscription | None
) -> Iterable[str]:
    yield from ("Hello,", "", f"I am connecting our Azure subscription to PipeOps, and need your help. {_PIPEOPS}")
    yield from ("", f"What I ask for: {request.wish}")
    if request.how_long:
        yield from ("", f"For how long: {request.how_long}")
    if request.portal:
        yield from ("", f"In the Azure portal: {request.portal}")
    if command:
        yield from ("", "Or with Azure CLI:" if request.portal else "With Azure CLI:", command)
        if hint := az_commands.git_bash_hint(command):
            yield hint
    yield ""
    if subscription is not None:
        yield f"Subscription: {subscription.display_name} ({subscription.subscription_id})"
        yield f"Tenant: {subscription.tenant_name} ({subscription.tenant_id})"
    yield f"My account: {account.name}" + (f" (object ID {account.object_id})" if account.object_id else "")
    if link.startswith("https://"):
        yield from ("", f"Microsoft's description: {link}")
    yield from ("", f"What PipeOps needs in Azure: {GUIDE}", "", "Thank you!")
