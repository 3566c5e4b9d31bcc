"""Builds every command line that is shown or copied. None ever holds a secret.

Each value is quoted so that POSIX shells, PowerShell and (where nothing in it has a meaning) Windows' cmd read the same
text; no name can become an option, an expansion or another command.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

from pipeops_tui.core.option_values import PUBLIC_GRAPH
from pipeops_tui.core.plain_text import LONGEST_LINES, plain

_IN_GIT_BASH = "In Git Bash on Windows, write MSYS_NO_PATHCONV=1 and a blank before the command."
_LIKE_A_PATH = re.compile(r"[\s=][\"']?/")

_BARE = re.compile(r"[A-Za-z0-9_+=:./%-][A-Za-z0-9_+=:./%@-]*")
_MEANT_IN_DOUBLE_QUOTES = frozenset('$`"\\!“”„')
"""POSIX, "Double-Quotes"; the exclamation mark recalls earlier lines in interactive shells. PowerShell takes curly
quotes for straight ones (Microsoft Learn, "about_Quoting_Rules")."""
_SINGLE_QUOTES = "'‘’‚‛"
_SLASHES_OF_A_GROUP = 4
"""In a resource group's ARM id: /subscriptions/…/resourceGroups/…"""
_CLIENT_ID = "<client id>"
_KEY_ID = "<key id>"
_PRINCIPAL_ID = "<object id of the service principal>"

Value = str | Sequence[str] | bool
"""Of an option: a text, several, or whether it is given at all. An option with an empty one is left out."""


def create_group(subscription: str, name: str, location: str, tags: Sequence[tuple[str, str]]) -> str:
    """Creates a resource group; `tags` are pairs of name and value."""
    pairs = [f"{tag}={value}" for tag, value in tags]
    return _az("group create", subscription=subscription, name=name, location=location, tags=pairs)


def show_group(subscription: str, name: str) -> str:
    """Prints a resource group, or says that there is none."""
    return _az("group show", subscription=subscription, name=name)


def delete_group(subscription: str, name: str) -> str:
    """Deletes a resource group with everything in it, after a question."""
    return _az("group delete", subscription=subscription, name=name)


def create_application(display_name: str) -> str:
    """Registers an application for its own tenant only."""
    # Not at the top of the file: the first frame needs this module, but not the model.
    from pipeops_tui.core.model import SINGLE_TENANT

    return _az("ad app create", display_name=display_name, sign_in_audience=SINGLE_TENANT)


def delete_application(app: str) -> str:
    """`app` is the client id or the object id."""
    return _az("ad app delete", id=app)


def find_application(unique_name: str) -> str:
    """Prints the client id of the application that a run created under `unique_name`."""
    return _az("ad app list", filter=f"uniqueName eq '{unique_name}'", query="[].appId")


def find_tagged_applications(tag: str) -> str:
    """Prints names and client ids of the applications with this tag (Microsoft Graph, "application resource type":
    `tags` can be filtered by equality)."""
    return _az("ad app list", filter=f"tags/any(t:t eq '{tag}')", query="[].[displayName,appId]", output="tsv")


def purge_application(object_id: str) -> str:
    """Removes a deleted application for good, which otherwise can be restored for 30 days."""
    return _az("rest", method="DELETE", url=f"{PUBLIC_GRAPH}/v1.0/directory/deletedItems/{object_id}")


def create_principal(client_id: str = _CLIENT_ID) -> str:
    """Creates the service principal of an application."""
    return _az("ad sp create", id=client_id)


def create_assignment(scope: str, principal_id: str = _PRINCIPAL_ID) -> str:
    """Gives a service principal the role Contributor at `scope` (an ARM id)."""
    return _az(
        "role assignment create",
        role="Contributor",
        scope=scope,
        assignee_object_id=principal_id,
        assignee_principal_type="ServicePrincipal",
    )


def find_assignments(scope: str, principal_id: str) -> str:
    """Prints the ids of all assignments of a principal at `scope`, of one that is deleted as well: asking by
    `--assignee` fails for those (Azure/azure-cli#20349)."""
    return _az("role assignment list", scope=scope, query=f"[?principalId=='{principal_id}'].id", output="tsv")


def delete_assignments(*ids: str) -> str:
    """By their ARM ids."""
    return _az("role assignment delete", ids=ids)


def delete_assignment(scope: str, name: str) -> str:
    """By the scope and the name (a GUID) of the assignment."""
    return delete_assignments(assignment_id(scope, name))


def assignment_id(scope: str, name: str) -> str:
    """ARM id of a role assignment."""
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"


def add_secret(description: str, end_date: str, client_id: str = _CLIENT_ID) -> str:
    """Adds a client secret to those there are and prints it; `end_date` is an ISO 8601 date."""
    return _az("ad app credential reset", append=True, id=client_id, display_name=description, end_date=end_date)


def add_owner(client_id: str, member_id: str) -> str:
    """Makes a user an owner of an application."""
    return _az("ad app owner add", id=client_id, owner_object_id=member_id)


def delete_secret(client_id: str, key_id: str = _KEY_ID) -> str:
    """By the key id of the secret."""
    return _az("ad app credential delete", id=client_id, key_id=key_id)


def list_secrets(client_id: str) -> str:
    """Prints ids, descriptions and expiry dates of an application's client secrets, without their values."""
    return _az("ad app credential list", id=client_id)


def log_in(tenant: str = "", scope: str = "", claims: str = "") -> str:
    """Signs a person in: to one tenant, for the OAuth `scope`, with `claims` (JSON) that Azure asked for.

    `--claims-challenge` takes the claims in base64 (Azure CLI 2.76 and later, Azure/azure-cli#31856).
    """
    encoded = base64.b64encode(claims.encode()).decode()
    return _az("login", tenant=tenant, scope=scope, claims_challenge=encoded)


def log_in_with_device_code() -> str:
    """Signs a person in with a code that is entered on any device."""
    return _az("login", use_device_code=True)


def log_in_without_broker(tenant: str = "", scope: str = "", claims: str = "") -> str:
    """Three lines: forget the accounts, stop using Windows' Web Account Manager, sign in as `log_in` does."""
    stop = _az("config set core.enable_broker_on_windows=false")
    return "\n".join((_az("account clear"), stop, log_in(tenant, scope, claims)))


def list_accounts() -> str:
    """Prints all subscriptions, those of other tenants and disabled ones included."""
    return _az("account list", all=True, output="table")


def show_tenant_id() -> str:
    """Prints the tenant of the subscription in use."""
    return _az("account show", query="tenantId", output="tsv")


def sign_in(tenant: str, client_id: str = _CLIENT_ID) -> str:
    """Asks for the secret when it runs."""
    return _az("login", service_principal=True, tenant=tenant, username=client_id)


def register_provider(subscription: str, namespace: str) -> str:
    """Registers a resource provider, which takes minutes; it returns at once."""
    return _az("provider register", subscription=subscription, namespace=namespace)


def register_providers(subscription: str, namespaces: Sequence[str]) -> str:
    """One line a namespace."""
    return "\n".join(register_provider(subscription, namespace) for namespace in namespaces)


def unregister_provider(subscription: str, namespace: str) -> str:
    """Takes back `register_provider`."""
    return _az("provider unregister", subscription=subscription, namespace=namespace)


def withdraw_role(assignee: str, role: str, scope: str) -> str:
    """Removes `role` at `scope` from an account; `assignee` is a client id or a user principal name."""
    return _az("role assignment delete", assignee=assignee, role=role, scope=scope)


def grant_role(assignee: str, role: str, scope: str) -> str:
    """Gives `role` to a person; `assignee` is the user principal name."""
    return _az("role assignment create", assignee=assignee, role=role, scope=scope)


def delete_lock(lock_id: str) -> str:
    """By its ARM id."""
    return _az("lock delete", ids=lock_id)


def list_locks(scope: str) -> str:
    """Prints the locks of a resource (its ARM id), or those of the subscription in use where `scope` is not one."""
    is_resource = scope.count("/") > _SLASHES_OF_A_GROUP
    return _az("lock list", resource=scope if is_resource else "")


def start_pipeops_tui(tenant: str, subscription: str) -> str:
    """Starts this program in another tenant, with the subscription chosen."""
    return _line("pipeops-tui", tenant=tenant, subscription=subscription)


def remove_old_secret(client_id: str, key_id: str) -> str:
    """Starts this program to remove the client secret that a renewal has kept."""
    return _line(f"pipeops-tui renew {client_id}", yes=True, remove_old=key_id)


def renew_by_script(client_id: str) -> str:
    """Gives a connection a new client secret without questions; where the secret goes is still to be named."""
    return _line(f"pipeops-tui renew {client_id}", yes=True, secret_to="COMMAND")  # noqa: S106 - a placeholder


def renew(client_id: str) -> str:
    """Starts this program to give the connection with this client id a new client secret."""
    return f"pipeops-tui renew {''.join(_quoted(client_id))}"


def examine_in_cloud(cloud: str) -> str:
    """Examines five values in another cloud, on doctor's screen."""
    return _line("pipeops-tui doctor", cloud=cloud)


def one_after_the_other(*lines: str) -> str:
    """The commands `lines` on one line, each run when the one before it has succeeded (in PowerShell since 7.0)."""
    return " && ".join(lines)


def git_bash_hint(command: str) -> str:
    """What to change in `command` for Git Bash, which takes an ARM id for a path of its own and rewrites it
    (Azure/azure-cli#33953); empty where there is none in it."""
    return _IN_GIT_BASH if _LIKE_A_PATH.search(command) else ""


def _az(command: str, **options: Value) -> str:
    return _line(f"az {command}", **options)


def _line(command: str, **options: Value) -> str:
    """`command` as it is, then the options by their Python names."""
    words = [command]
    for name, value in options.items():
        if value:
            words += _option(f"--{name.replace('_', '-')}", value)
    return " ".join(words)


def _option(name: str, value: Value) -> list[str]:
    """An option as it is written. One of several values that begins like an option is left out: az knows no way to
    write it."""
    if isinstance(value, bool):
        return [name]
    if isinstance(value, str):
        quoted = _quoted(value)
        # Joined, a value is no option; and PowerShell puts quoted parts together only behind something that is not.
        is_joined = value.startswith("-") or len(quoted) > 1
        return [f"{name}={''.join(quoted)}"] if is_joined else [name, *quoted]
    values = ["".join(_quoted(one)) for one in value if not one.startswith("-")]
    return [name, *values] if values else []


def _quoted(value: str) -> list[str]:
    """`value` in the parts that have to be quoted each in its own way, for shells that put them together."""
    value = plain(value, LONGEST_LINES)
    if _BARE.fullmatch(value):
        return [value]
    if not _MEANT_IN_DOUBLE_QUOTES & set(value):
        return [f'"{value}"']
    parts = re.findall(f"[{_SINGLE_QUOTES}]+|[^{_SINGLE_QUOTES}]+", value)
    return [f'"{part}"' if part[0] in _SINGLE_QUOTES else f"'{part}'" for part in parts]
