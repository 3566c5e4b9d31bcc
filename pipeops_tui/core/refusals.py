"""What Azure refuses: what it means, what to do and who can do it, in words. Pure.

Each refusal is written once here. The check that foresees it (`checks`) and the rule that recognizes it in an answer
(`azure.errors`) both show this text, with what each of them knows. An answer that no check can foresee has its text
beside its rule.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeops_tui.core import az_commands
from pipeops_tui.core.problem import Problem, Section

ASSIGNMENT_LIMIT = 4000
"""Role assignments in a subscription, resource group and resource scopes included; fixed (Microsoft Learn,
"Troubleshoot Azure RBAC limits")."""
OBJECT_LIMIT = 250
"""Directory objects that an ordinary user can own (Microsoft Learn, "Microsoft Entra service limits")."""

SUBSCRIPTION_OWNER = "An Owner of the subscription"
ROLE_ADMINISTRATOR = "An Owner or User Access Administrator of the subscription"
PROVIDER_REGISTRAR = "A Contributor or Owner of the subscription"
DIRECTORY_ADMINISTRATOR = "A Privileged Role Administrator or Global Administrator"
APPLICATION_ADMINISTRATOR = "A Cloud Application Administrator or Global Administrator"
POLICY_OWNER = "The policy's owner can grant an exemption (role Resource Policy Contributor)"
LOCK_OWNER = "An Owner or User Access Administrator of what is locked"

APP_ROLES = "https://learn.microsoft.com/entra/identity/role-based-access-control/delegate-app-roles"
DIRECTORY_LIMITS = "https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions"
APP_POLICY = "https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy"
_ASSIGNING_ROLES = "the role Owner, User Access Administrator or Role Based Access Control Administrator"
_MANDATORY_MFA = (
    "https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication"
)


# The computer and the sign-in


def wrong_clock(what: str) -> Problem:
    """`what` says, as a sentence, what the clock did and how far it is off."""
    return Problem(
        title="This computer's clock is wrong",
        what=what,
        why="Tokens and client secrets are valid for a period; with a wrong clock they seem to be outside of it.",
        remedy="Set the clock, then try again. Under WSL the clock stops while the computer sleeps.",
        link=Section.SIGN_IN,
        command="sudo hwclock -s",
    )


def answered_by_other(host: str, action: str, status: int | None) -> Problem:
    """An answer that Azure does not give: `action` reads after "Could not", `host` is the one that was asked."""
    return Problem(
        title="Something between you and Azure answered",
        what=f"Could not {action}: the answer for {host}{f' ({status})' if status else ''} is not from Azure.",
        why="A proxy, a firewall or the sign-in page of a network answered in Azure's place.",
        remedy=f"Have {host} allowed, or try from another network. What was created already is found first.",
        who="Your network team",
        link=Section.NETWORK,
    )


def second_factor(remedy: str, command: str = "") -> Problem:
    """Azure accepts no change from a person who signed in without a second factor."""
    return Problem(
        title="Azure requires a second factor",
        what="Azure does not accept your sign-in for changes: it asks for a second factor.",
        why="Azure requires multifactor authentication (MFA) for every change, and can ask for it again.",
        remedy=remedy,
        link=_MANDATORY_MFA,
        command=command,
    )


# The subscription


def subscription_stopped(state: str = "disabled") -> Problem:
    """`state` is Azure's, in lower case: `disabled` or `deleted`."""
    if state == "deleted":
        return Problem(
            title="The subscription is deleted",
            what="Azure allows nothing in it any more.",
            remedy="Choose another subscription.",
            link="https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states",
        )
    return Problem(
        title=f"The subscription is {state}",
        what="Azure allows no changes in it until it is enabled again.",
        why="This happens when a payment failed, the credit is used up or the subscription was cancelled.",
        remedy="Ask for it to be reactivated, or choose another subscription.",
        who="The subscription's billing owner (Account Administrator, Billing Administrator or Owner)",
        link="https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-disabled",
    )


def delegated_subscription(home_tenant: str = "", subscription_id: str = "") -> Problem:
    """`home_tenant` is the tenant that the subscription belongs to; empty where Azure does not say."""
    by = f" by tenant {home_tenant}" if home_tenant else ""
    command = az_commands.start_pipeops_tui(home_tenant, subscription_id) if home_tenant else ""
    return Problem(
        title="This subscription belongs to another organization",
        what=f"It is delegated to you through Azure Lighthouse{by}.",
        why="Roles in it can only be assigned by accounts of its own tenant: Owner cannot be delegated.",
        remedy="Ask that organization to run pipeops-tui with their own account, or choose another subscription.",
        who=f"{SUBSCRIPTION_OWNER} in {f'tenant {home_tenant}' if home_tenant else 'its own tenant'}",
        link="https://learn.microsoft.com/azure/lighthouse/concepts/tenants-users-roles",
        command=command,
    )


def no_permission_to_register_providers(
    names: str, subscription_id: str, namespaces: Sequence[str], title: str = "Resource providers are missing"
) -> Problem:
    """`names` are the providers as a person reads them, `namespaces` as Azure does."""
    return Problem(
        title=title,
        what=f"PipeOps' servers need {names} in this subscription, and your account cannot register them.",
        why="Each provider is registered once for the whole subscription; permission on one group is not enough.",
        remedy="Continue: the credentials work without them. Have them registered before you create a server.",
        who=PROVIDER_REGISTRAR,
        link="https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types",
        command=az_commands.register_providers(subscription_id, namespaces),
    )


# The resource group


def no_permission_to_create_group(command: str = "", group: str = "", subscription_name: str = "") -> Problem:
    """`command` creates the group and lets the person work in it; empty where it is not known."""
    return Problem(
        title="No permission to create a resource group",
        what=f"Your account cannot create {group or 'one'} in {subscription_name or 'this subscription'}.",
        why="That needs the role Contributor or Owner on the subscription.",
        remedy="Choose an existing resource group, or have this one created.",
        who=SUBSCRIPTION_OWNER,
        link="https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps",
        command=command,
    )


def group_exists(name: str, location: str) -> Problem:
    """Either can be empty where Azure does not say it."""
    return Problem(
        title="A resource group of this name exists already",
        what=f"{name or 'It'} is in {location or 'another region'}.",
        why="A resource group's name is unique in its subscription, and a group cannot be moved to another region.",
        remedy="Choose it from the list to use it as it is, or type another name.",
        link=Section.GROUP,
    )


def region_closed(region: str = "", open_regions: str = "") -> Problem:
    """`open_regions` is the list that Azure gave, if it gave one."""
    instead = f" Available: {open_regions}." if open_regions else ""
    return Problem(
        title="This region is not available for resource groups",
        what=f"Azure does not offer {region or 'it'} for resource groups in this subscription.{instead}",
        remedy="Choose another region.",
        link=Section.GROUP,
    )


CLOSED_BY_MICROSOFT = "RequestDisallowedByAzure"
"""The code of `closed_by_microsoft` in Azure's answers."""


def closed_by_microsoft(open_regions: Sequence[str] = ()) -> Problem:
    """`open_regions` are the names of the regions that stay open, where they could be read."""
    choose = f"one of the open regions: {', '.join(open_regions)}" if open_regions else "another region"
    return Problem(
        title="Microsoft has closed this region to your subscription",
        what="Azure refuses new resources in this region for this subscription.",
        why="Microsoft closes regions to student, free and new subscriptions. It is not a missing permission: no role "
        "and no administrator of your organization can change it.",
        remedy=f"Choose {choose}.",
        who="Only Microsoft support can open another region",
        link=Section.GROUP,
    )


def refused_by_policy(what: str, remedy: str) -> Problem:
    """`what` names the policy or quotes what it says."""
    return Problem(
        title="A policy of your organization does not allow this",
        what=what,
        why="Azure Policy checks every change.",
        remedy=remedy,
        who=POLICY_OWNER,
        link="https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure",
    )


POLICY_REMEDY = "Add the tags it requires or choose another region, then try again."
"""For a resource group."""


def locked(scope: str, lock: str = "") -> Problem:
    """`scope` is what is locked (an ARM id), `lock` the name of the lock where it is known."""
    named = f"The lock {lock} on {scope} is read-only." if lock else f"{scope or 'The scope'} is locked."
    known = az_commands.delete_lock(f"{scope}/providers/Microsoft.Authorization/locks/{lock}")
    return Problem(
        title="A lock forbids changes",
        what=named,
        why="A read-only lock stops role assignments too, and everything that PipeOps does later.",
        remedy="Choose another resource group, or have the lock removed for good: when it returns, PipeOps can no "
        "longer create or change servers.",
        who=LOCK_OWNER,
        link="https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources",
        command=known if lock else az_commands.list_locks(scope),
    )


# Role assignments


def no_permission_to_assign(command: str) -> Problem:
    """`command` gives the application its access, or gives the person the role for that."""
    return Problem(
        title="No permission to assign roles",
        what="Your account can create everything, but cannot give the new application its access.",
        why=f"That needs {_ASSIGNING_ROLES}.",
        remedy="Ask an Owner for this one step, or ask for the role that is missing.",
        who=ROLE_ADMINISTRATOR,
        link="https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps",
        command=command,
    )


def limited_permission_to_assign(certain: bool, command: str = "") -> Problem:
    """A condition on the role; `certain` says whether Azure has refused Contributor because of it."""
    usual = "usually excludes privileged roles such as Contributor"
    return Problem(
        title="Your permission to assign roles is limited",
        what=f"It has a condition, which {'excludes Contributor' if certain else usual}.",
        why="Your organization delegates role assignment with constraints (Azure ABAC).",
        remedy=(
            "Ask an Owner to run the command, or to change the condition."
            if certain
            else "Try it: if Azure refuses, nothing is left behind. Or ask an Owner to change the condition."
        ),
        who=ROLE_ADMINISTRATOR,
        link="https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-overview",
        command=command,
    )


def assignments_full(count: int | None = None) -> Problem:
    """`count` is how many there are, where they were counted."""
    held = f"It holds {count}, and Azure allows {ASSIGNMENT_LIMIT}." if count else f"Azure allows {ASSIGNMENT_LIMIT}."
    return Problem(
        title="The subscription is full of role assignments",
        what=held,
        why="The limit is fixed and counts those of resource groups and resources too.",
        remedy="Have unused ones removed, those of deleted identities (“Identity not found”) first, or choose another "
        "subscription.",
        who=ROLE_ADMINISTRATOR,
        link="https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits",
    )


# The directory


def no_permission_to_register_applications(guest: bool | None = None) -> Problem:
    """`guest` is None where it is not known whether the account is a guest in the directory."""
    reasons = {
        True: "You are a guest in this tenant, and guests cannot register applications.",
        False: "This tenant does not allow ordinary users to register applications.",
        None: "This tenant does not allow your account to register applications.",
    }
    return Problem(
        title="No permission to register applications",
        what=reasons[guest],
        why="PipeOps signs in to Azure as an application of your tenant. The role Owner in Azure does not help.",
        remedy="Ask for the directory role Application Developer, the smallest one that allows it.",
        who=DIRECTORY_ADMINISTRATOR,
        link=APP_ROLES,
    )


def partner_without_role() -> Problem:
    """The account works in the subscription without being in its directory: one of a partner (Cloud Solution Provider),
    whose rights in Microsoft Entra come from the customer (Microsoft Learn, "GDAP frequently asked questions")."""
    return Problem(
        title="Your account is not in this tenant",
        what="It works in this subscription as a partner's account (GDAP or CSP), and has no place in the directory.",
        why="Rights in Azure are given by the subscription, rights to register applications by the customer's tenant.",
        remedy="Have the customer give your partner relationship (GDAP) the role Cloud Application Administrator, or "
        "run pipeops-tui with an account of that tenant.",
        who="A Global Administrator of the customer, through the link in the partner's invitation",
        link="https://learn.microsoft.com/partner-center/customers/gdap-introduction",
    )


def no_permission_to_restore_applications() -> Problem:
    """Microsoft Graph, "Restore deleted directory object item": owning the application is not enough."""
    return Problem(
        title="No permission to restore applications",
        what="Your account is not allowed to bring a deleted application back.",
        why="That needs a directory role: Application Administrator, Cloud Application Administrator or Hybrid "
        "Identity Administrator. Owning the application is not enough.",
        remedy="Ask someone with one of these roles to restore it (Microsoft Entra ID, App registrations, Deleted "
        "applications), or create a new connection.",
        who="An Application Administrator, Cloud Application Administrator or Hybrid Identity Administrator",
        link="https://learn.microsoft.com/entra/identity/enterprise-apps/restore-application",
    )


def service_principal_cannot_add_owners() -> Problem:
    """Microsoft Graph permissions reference: Application.ReadWrite.OwnedBy does not reach other directory objects."""
    return Problem(
        title="The service principal is not allowed to add an owner",
        what="Microsoft Graph does not let it make a user an owner of the application.",
        why="Its permission Application.ReadWrite.OwnedBy allows changes to its own applications only, not to their "
        "owners.",
        remedy="Continue without a second owner, or sign in as a person who owns the application.",
        who=APPLICATION_ADMINISTRATOR,
        link="https://learn.microsoft.com/graph/api/application-post-owners",
    )


def secrets_forbidden(policy: str = "") -> Problem:
    """`policy` is the id of the app management policy, where Azure gave it."""
    return Problem(
        title="Your tenant does not allow client secrets",
        what=f"Its app management policy{f' {policy}' if policy else ''} does not allow one on a new application.",
        why="PipeOps signs in with a client secret.",
        remedy="Ask for an exception for this application, then try again.",
        who=APPLICATION_ADMINISTRATOR,
        link=APP_POLICY,
    )


def not_an_owner(name: str, owners: Sequence[str]) -> Problem:
    """`owners` are the names of those who own the application."""
    known = f" It belongs to {', '.join(owners)}." if owners else ""
    return Problem(
        title=f"You are not an owner of {name}",
        what="Only an owner of an application, or an administrator of applications, can change its client secrets."
        f"{known}",
        remedy="Ask an owner to run pipeops-tui, or to make you an owner.",
        who=f"{' or '.join(owners)}, or {APPLICATION_ADMINISTRATOR}" if owners else APPLICATION_ADMINISTRATOR,
        link=APP_ROLES,
    )


def own_limit_reached(owned: int | None = None) -> Problem:
    """`owned` is how many applications the account owns, where they were counted."""
    number = f"You own {owned} applications in this tenant. " if owned else ""
    return Problem(
        title="You own too many applications",
        what=f"{number}An ordinary user can own {OBJECT_LIMIT} objects.",
        why="Applications deleted in the last 30 days count as well.",
        remedy="Delete some you no longer need, and remove them under “Deleted applications” too; or ask an "
        "administrator to do this step.",
        who=APPLICATION_ADMINISTRATOR,
        link=DIRECTORY_LIMITS,
    )
