"""Ready-made messages to the person who can remove an obstacle. Plain text, complete, polite, short."""

from __future__ import annotations

from pipeops_tui.model import Account, Subscription
from pipeops_tui.provisioning import commands
from pipeops_tui.wizard import Choices


def group_name(choices: Choices) -> str:
    """The resource group chosen or named."""
    return choices.existing_group.name if choices.existing_group else choices.group_name


def group_scope(choices: Choices) -> str:
    """ARM id of the resource group chosen or named; of nothing before a subscription is chosen."""
    subscription = choices.subscription
    return f"{subscription.scope}/resourceGroups/{group_name(choices)}" if subscription else ""


def ask_for(account: Account, subscription: Subscription, wish: str, command: str = "") -> str:
    """A message from `account` asking for `wish` (a sentence) in `subscription`."""
    lines = [
        "Hello,",
        "",
        "I am connecting our Azure subscription to PipeOps and need your help.",
        "",
        wish,
        "",
        f"Subscription: {subscription.display_name} ({subscription.subscription_id})",
        f"Tenant: {subscription.tenant_name} ({subscription.tenant_id})",
        f"My account: {account.name}" + (f" (object ID {account.object_id})" if account.object_id else ""),
    ]
    if command:
        lines += ["", "This does it:", command]
    return "\n".join([*lines, "", "Thank you!"])


def ask_to_assign(account: Account, subscription: Subscription, group: str, command: str) -> str:
    """A message to an Owner: everything is prepared but the access, which `command` gives."""
    wish = (
        f"I have prepared an application for PipeOps. Please give it access to the resource group {group}, and to "
        "nothing else, by running the line below. I may not do that myself."
    )
    return ask_for(account, subscription, wish, command)


def grant_command(account: Account, role: str, scope: str) -> str:
    """The Azure CLI line with which an Owner gives `account` a role at `scope`."""
    return commands.grant_role(account.name, role, scope)


def register_commands(namespaces: tuple[str, ...], subscription_id: str) -> str:
    """The Azure CLI lines that register resource providers."""
    return "\n".join(
        f"az provider register --namespace {namespace} --subscription {subscription_id}" for namespace in namespaces
    )
