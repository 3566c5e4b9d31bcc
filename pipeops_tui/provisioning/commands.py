"""Azure CLI command lines that do, or take back, what a run does. None ever holds a secret."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

_GRAPH = "https://graph.microsoft.com"
_MEANT_IN_DOUBLE_QUOTES = frozenset('$`"\\!')
"""POSIX, "Double-Quotes"; the exclamation mark recalls earlier lines in interactive shells."""
_CLIENT_ID = "<client id>"
_PRINCIPAL_ID = "<object id of the service principal>"
_PLACEHOLDERS = frozenset({_CLIENT_ID, _PRINCIPAL_ID})


def create_group(subscription: str, name: str, location: str, tags: Sequence[tuple[str, str]]) -> str:
    pairs = [f"{tag}={value}" for tag, value in tags]
    options = ["--tags", *pairs] if pairs else []
    return _az("group", "create", "--subscription", subscription, "--name", name, "--location", location, *options)


def show_group(subscription: str, name: str) -> str:
    return _az("group", "show", "--subscription", subscription, "--name", name)


def delete_group(subscription: str, name: str) -> str:
    return _az("group", "delete", "--subscription", subscription, "--name", name)


def create_application(display_name: str) -> str:
    return _az("ad", "app", "create", "--display-name", display_name, "--sign-in-audience", "AzureADMyOrg")


def delete_application(app: str) -> str:
    """`app` is the client id or the object id."""
    return _az("ad", "app", "delete", "--id", app)


def find_application(unique_name: str) -> str:
    return _az("ad", "app", "list", "--filter", f"uniqueName eq '{unique_name}'", "--query", "[].appId")


def purge_application(object_id: str) -> str:
    return _az("rest", "--method", "DELETE", "--url", f"{_GRAPH}/v1.0/directory/deletedItems/{object_id}")


def create_principal(client_id: str = _CLIENT_ID) -> str:
    return _az("ad", "sp", "create", "--id", client_id)


def create_assignment(scope: str, principal_id: str = _PRINCIPAL_ID) -> str:
    return _az(
        *("role", "assignment", "create", "--role", "Contributor", "--scope", scope),
        *("--assignee-object-id", principal_id, "--assignee-principal-type", "ServicePrincipal"),
    )


def find_assignments(scope: str, principal_id: str) -> str:
    """Prints the ids of all assignments of a principal at `scope`, of one that is deleted as well: asking by
    `--assignee` fails for those (Azure/azure-cli#20349)."""
    return _az(
        *("role", "assignment", "list", "--scope", scope),
        *("--query", f"[?principalId=='{principal_id}'].id", "--output", "tsv"),
    )


def delete_assignments(*ids: str) -> str:
    """By their ARM ids."""
    return _az("role", "assignment", "delete", "--ids", *ids)


def delete_assignment(scope: str, name: str) -> str:
    return delete_assignments(assignment_id(scope, name))


def assignment_id(scope: str, name: str) -> str:
    """ARM id of a role assignment."""
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"


def add_secret(description: str, end_date: str, client_id: str = _CLIENT_ID) -> str:
    return _az(
        *("ad", "app", "credential", "reset", "--append", "--id", client_id),
        *("--display-name", description, "--end-date", end_date),
    )


def delete_secret(client_id: str, key_id: str) -> str:
    return _az("ad", "app", "credential", "delete", "--id", client_id, "--key-id", key_id)


def sign_in(tenant: str, client_id: str = _CLIENT_ID) -> str:
    """Asks for the secret when it runs."""
    return _az("login", "--service-principal", "--tenant", tenant, "--username", client_id)


def register_provider(subscription: str, namespace: str) -> str:
    return _az("provider", "register", "--subscription", subscription, "--namespace", namespace)


def unregister_provider(subscription: str, namespace: str) -> str:
    return _az("provider", "unregister", "--subscription", subscription, "--namespace", namespace)


def grant_role(assignee: str, role: str, scope: str) -> str:
    """Gives `role` to a person; `assignee` is the user principal name."""
    return _az("role", "assignment", "create", "--assignee", assignee, "--role", role, "--scope", scope)


def delete_lock(lock_id: str) -> str:
    """By its ARM id."""
    return _az("lock", "delete", "--ids", lock_id)


def _az(*arguments: str) -> str:
    """One line for a POSIX shell; placeholders in angle brackets stay readable."""
    return " ".join(("az", *(word if word in _PLACEHOLDERS else _quoted(word) for word in arguments)))


def _quoted(word: str) -> str:
    """`word` as a shell reads it: in double quotes, which Windows' shells know too, where nothing in it has a meaning
    there."""
    quoted = shlex.quote(word)
    if quoted != word and not _MEANT_IN_DOUBLE_QUOTES & set(word):
        return f'"{word}"'
    return quoted
